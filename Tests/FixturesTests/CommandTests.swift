import FixtureGenerator
import Foundation
import Testing

@Suite("The command fixtures")
struct CommandTests {
    @Test("writes the file and its summary")
    func writesTheFileAndItsSummary() throws {
        let folder = try temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("file.csv")
        let summary = folder.appendingPathComponent("file.json")
        let expected = made(FixtureFile(.contacts(.quoted), size: .records(2_000), seed: 9))

        let run = try fixtures(
            "contacts", "--records", "2000", "--seed", "9", "--shape", "quoted", "--output", file.path,
            "--summary", summary.path)
        #expect(run.exitCode == 0)
        #expect(try [UInt8](Data(contentsOf: file)) == expected.bytes)
        let written = try JSONDecoder().decode(FixtureSummary.self, from: Data(contentsOf: summary))
        #expect(written == expected.summary)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 2)
    }

    @Test(
        "makes the same file from the arguments in the summary",
        arguments: [
            FixtureFile(.accounts, size: .bytes(20_000), seed: 4, duplicatesPerMillion: 30_000),
            FixtureFile(
                .contacts(.wide), size: .records(50), seed: 4, duplicatesPerMillion: 0, firstRecord: 70,
                changedPerMillion: 300_000),
        ])
    func argumentsMakeTheSameFile(file: FixtureFile) throws {
        let expected = made(file)
        let run = try fixtures(expected.summary.arguments + ["--output", "-"])
        #expect(run.exitCode == 0)
        #expect(run.output == expected.bytes)
    }

    @Test(
        "refuses arguments that make no sense",
        arguments: [
            ["contacts", "--output", "-"], ["export", "excel", "--records", "1", "--output", "-"],
            ["contacts", "--records", "1", "--shape", "round", "--output", "-"],
            ["contacts", "--records", "1", "--rejects", "2", "--output", "-"], ["accounts", "--output", "-"],
            ["accounts", "--records", "1", "--bytes", "5000", "--output", "-"],
            ["contacts", "--records", "9", "--changed", "0.5", "--output", "-"],
            ["contacts", "--records", "9", "--first", "1000000000", "--output", "-"],
        ])
    func refusesSenselessArguments(arguments: [String]) throws {
        let run = try fixtures(arguments)
        #expect(run.exitCode == 64)
        #expect(run.output.isEmpty)
    }

    @Test("fails where the file cannot be made")
    func failsWhereTheFileCannotBeMade() throws {
        let run = try fixtures("contacts", "--records", "1", "--output", "/nowhere/at/all.csv")
        #expect(run.exitCode == 1)
    }
}

@Suite("The folder of fixtures")
struct FolderTests {
    @Test("says of each ugly file why it is there")
    func eachUglyFileHasAReason() throws {
        let readme = try String(decoding: committed("README.md"), as: UTF8.self)
        let described = readme.matches(of: /\| `([^`]+)` \| [^|]{10,} \|/).map { String($0.1) }
        let folder = fixturesFolder.appendingPathComponent("ugly").path
        let files = try FileManager.default.contentsOfDirectory(atPath: folder)
        #expect(files.count >= 30)
        #expect(Set(files).subtracting(described).isEmpty)
        let known = Set(files + ["contacts-30k.csv.zst", "accounts-2k.csv", "exports/", "large/"])
        #expect(Set(described).subtracting(known).isEmpty)
    }
}

private func temporaryFolder() throws -> URL {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
        "fixtures-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return folder
}

private func fixtures(_ arguments: String...) throws -> (exitCode: Int32, output: [UInt8]) {
    try fixtures(arguments)
}

/// Runs the built command, which lies beside the tests.
private func fixtures(_ arguments: [String]) throws -> (exitCode: Int32, output: [UInt8]) {
    let tests = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    let process = Process()
    process.executableURL = tests.deletingLastPathComponent().appendingPathComponent("fixtures")
    process.arguments = arguments
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return (process.terminationStatus, [UInt8](bytes))
}
