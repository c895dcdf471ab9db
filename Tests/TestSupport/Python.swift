import Foundation

/// Python's library as a second opinion.
package enum Python {
    private enum Failure: Error {
        case missing
        case exit(Int32)
    }

    private static let path: String? = {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        let found = folders.map { "\($0)/python3" }.first { FileManager.default.isExecutableFile(atPath: $0) }
        if found == nil { print("skipped: there is no python3 to compare with") }
        return found
    }()

    /// Whether there is one to ask; says so where there is none.
    package static var isThere: Bool { path != nil }

    /// What a script answers in JSON to a question in JSON on its standard input.
    package static func ask<Answer: Decodable>(_ script: String, _ question: some Encodable) throws -> Answer
    {
        guard let path else { throw Failure.missing }
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "sluice-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (input, output) = (folder.appendingPathComponent("in"), folder.appendingPathComponent("out"))
        try JSONEncoder().encode(question).write(to: input)
        try Data().write(to: output)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = ["-c", script]
        process.standardInput = try FileHandle(forReadingFrom: input)
        process.standardOutput = try FileHandle(forWritingTo: output)
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure.exit(process.terminationStatus) }
        return try JSONDecoder().decode(Answer.self, from: Data(contentsOf: output))
    }
}
