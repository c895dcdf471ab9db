import Foundation
import Testing

/// A folder of its own for one test, removed with all it holds.
final class Workdir {
    let path: String
    private var lastNumber = 0

    init() throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("sluice-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    func file(_ name: String) -> String { "\(path)/\(name)" }

    /// The names in the folder, sorted.
    var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: path))?.sorted() ?? [] }

    /// Names of what lies beside a database; locks, which stay, left out.
    func leftBeside(_ database: String = "a.db") -> [String] {
        let names = try? FileManager.default.contentsOfDirectory(atPath: file("\(database)-tasks"))
        return (names ?? []).filter { !$0.hasSuffix(".lock") }.sorted()
    }

    @discardableResult
    func write(_ name: String, _ bytes: [UInt8]) throws -> String {
        try Data(bytes).write(to: URL(fileURLWithPath: file(name)))
        return name
    }

    @discardableResult
    func write(_ name: String, _ text: String) throws -> String { try write(name, Array(text.utf8)) }

    func read(_ name: String) throws -> [UInt8] {
        try [UInt8](Data(contentsOf: URL(fileURLWithPath: file(name))))
    }

    func has(_ name: String) -> Bool { access(file(name), F_OK) == 0 }

    // MARK: What programs said

    func nextNumber() -> Int {
        lastNumber += 1
        return lastNumber
    }

    /// Outside the folder, whose names tests look at.
    func said(_ stream: String, _ number: Int) -> String { "\(path).\(number).\(stream)" }

    func take(_ stream: String, _ number: Int) -> [UInt8] {
        let name = said(stream, number)
        defer { unlink(name) }
        return (try? [UInt8](Data(contentsOf: URL(fileURLWithPath: name)))) ?? []
    }

    func forget(_ number: Int) {
        for stream in ["out", "err"] { unlink(said(stream, number)) }
    }
}

extension Workdir {
    /// Starts `sluice` here with exactly these arguments.
    func start(
        _ arguments: [String], environment: [String: String] = [:], input: String = "/dev/null"
    ) throws -> Program {
        try Program(arguments, in: self, environment: environment, input: input)
    }

    /// Runs `sluice` here with exactly these arguments.
    func sluice(
        _ arguments: String..., environment: [String: String] = [:], input: String = "/dev/null",
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> Run {
        try start(arguments, environment: environment, input: input).wait(sourceLocation: sourceLocation)
    }

    /// Runs a command about the database `a.db` that answers in JSON.
    func ask(_ arguments: String..., sourceLocation: SourceLocation = #_sourceLocation) throws -> Run {
        try start(arguments + ["--json", "--database", "a.db"]).wait(sourceLocation: sourceLocation)
    }

    /// Imports into `a.db`, answering in JSON.
    func importing(
        _ type: String, _ file: String, _ options: String..., environment: [String: String] = [:],
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> Run {
        try start(importArguments(type, file, options), environment: environment)
            .wait(sourceLocation: sourceLocation)
    }

    /// Imports into `a.db`, answering in JSON.
    func importing(
        _ type: String, _ file: String, _ options: [String], sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> Run {
        try start(importArguments(type, file, options)).wait(sourceLocation: sourceLocation)
    }

    /// Starts an import into `a.db`, answering in JSON.
    func startImport(
        _ type: String, _ file: String, _ options: String..., environment: [String: String] = [:]
    ) throws -> Program {
        try start(importArguments(type, file, options), environment: environment)
    }

    private func importArguments(_ type: String, _ file: String, _ options: [String]) -> [String] {
        ["import", type, file] + options + ["--json", "--database", "a.db"]
    }

    /// The newest task as `tasks list` has it.
    func newestTask(sourceLocation: SourceLocation = #_sourceLocation) throws -> ShownTask {
        try #require(tasks(sourceLocation: sourceLocation).first, sourceLocation: sourceLocation)
    }

    /// All tasks, newest first.
    func tasks(sourceLocation: SourceLocation = #_sourceLocation) throws -> [ShownTask] {
        struct Page: Decodable {
            var tasks: [ShownTask]
        }
        let run = try ask("tasks", "list", "--limit", "1000", sourceLocation: sourceLocation)
        return try JSONDecoder().decode(Page.self, from: Data(run.output)).tasks
    }

    /// The reject file of a task.
    func rejects(of id: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> [UInt8] {
        let run = try sluice("tasks", "rejects", id, "--database", "a.db", sourceLocation: sourceLocation)
        #expect(run.exitCode == 0, "\(run.errors)", sourceLocation: sourceLocation)
        return run.output
    }

    /// The rejects of a task with every reason.
    func rejectList(
        of id: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> [ShownReject] {
        struct Answer: Decodable {
            var rejects: [ShownReject]
        }
        let run = try ask("tasks", "rejects", id, sourceLocation: sourceLocation)
        return try JSONDecoder().decode(Answer.self, from: Data(run.output)).rejects
    }
}
