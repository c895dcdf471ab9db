import Foundation
import GRDB
import Testing

/// A folder with a key file `keys` and a database `a.db`, both used by its commands.
struct SecretFolder {
    let folder: Workdir
    var environment: [String: String] { ["SLUICE_DATABASE": "a.db", "SLUICE_KEY_FILE": "keys"] }

    init(sourceLocation: SourceLocation = #_sourceLocation) throws {
        folder = try Workdir()
        let made = try folder.sluice("keys", "create", "keys", sourceLocation: sourceLocation)
        #expect(made.exitCode == 0, "\(made.errors)", sourceLocation: sourceLocation)
    }

    /// Runs a command with the key file.
    func run(
        _ arguments: [String], _ more: [String: String] = [:], input: String = "/dev/null",
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> Run {
        try folder.start(arguments, environment: environment.merging(more) { $1 }, input: input)
            .wait(sourceLocation: sourceLocation)
    }

    /// Imports a file of contacts, and gives the task.
    func importing(
        _ text: String, _ options: String..., type: String = "contacts",
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> ShownTask {
        try folder.write("in.csv", text)
        return try run(["import", type, "in.csv", "--json"] + options, sourceLocation: sourceLocation)
            .task(sourceLocation: sourceLocation)
    }

    /// Lines of an export to standard output, without the header.
    func exported(
        _ columns: String, _ options: String..., type: String = "contacts",
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> [String] {
        let run = try run(
            ["export", type, "--columns", columns, "--output", "-", "--quiet"] + options,
            sourceLocation: sourceLocation)
        #expect(run.exitCode == 0, "\(run.errors)", sourceLocation: sourceLocation)
        return run.text.split(separator: "\n").dropFirst().map(String.init)
    }

    /// Files in which one of the texts stands, as it is, in base64 (at any place of three bytes) or in hexadecimal; all
    /// that lies in the folder is looked at, but for the files that are named.
    func filesHolding(_ texts: [String], except names: Set<String>) throws -> [String] {
        let needles = texts.flatMap(Self.forms)
        var found: [String] = []
        let files = FileManager.default.enumerator(atPath: folder.path)
        while let name = files?.nextObject() as? String {
            var isFolder: ObjCBool = false
            _ = FileManager.default.fileExists(atPath: folder.file(name), isDirectory: &isFolder)
            guard !isFolder.boolValue, !names.contains(name) else { continue }
            let content = try Data(contentsOf: URL(fileURLWithPath: folder.file(name)))
            if needles.contains(where: { content.range(of: $0) != nil }) { found.append(name) }
        }
        return found
    }

    private static func forms(of text: String) -> [Data] {
        let bytes = Data(text.utf8)
        let hex = bytes.map { String(format: "%02x", $0) }.joined()
        // Of the bytes behind none, one and two others: the characters that depend on the text alone.
        let base64 = (0..<3).map { before -> String in
            let padded = Data(repeating: 0, count: before) + bytes
            let whole = padded.count / 3 * 3
            return String(padded.prefix(whole).base64EncodedString().dropFirst(before == 0 ? 0 : 4))
        }
        let utf16 = Data(text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] })
        // Four characters are found in any megabyte of sealed values.
        let told = ([hex, hex.uppercased()] + base64).filter { $0.count >= 8 }
        return [bytes, utf16] + told.map { Data($0.utf8) }
    }
}
