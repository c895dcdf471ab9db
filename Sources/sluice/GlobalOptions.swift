internal import ArgumentParser
internal import Glibc
internal import SluiceEngine

/// What every command takes.
struct GlobalOptions: ParsableArguments {
    @Option(
        name: .customLong("database"),
        help: "The SQLite database. (default: $SLUICE_DATABASE, else ./sluice.db if it is there)")
    var databasePath: String?

    @Option(
        name: .customLong("key-file"),
        help: ArgumentHelp(
            "The keys of encrypted fields. (default: $SLUICE_KEY_FILE)", valueName: "PATH"))
    var keyFilePath: String?

    @Flag(help: "Print one JSON value on standard output and nothing else there.")
    var json = false

    @Flag(help: "No progress and no summary; why a run failed is still told.")
    var quiet = false

    /// The database's path, and whether it was named: only a named one may be made.
    ///
    /// - Throws: where none is named and there is no `sluice.db` here, so that a cron job in the wrong folder
    ///   is noticed.
    func database() throws(Failure) -> (path: String, isNamed: Bool) {
        if let named { return (named, true) }
        guard access(Self.standardPath, F_OK) == 0 else {
            throw Failure(
                .refused, code: "no_database",
                message: "no database is named, and there is no sluice.db here",
                hint: "Give --database PATH or set SLUICE_DATABASE; 'sluice import' makes a new one there.")
        }
        return (Self.standardPath, false)
    }

    private static let standardPath = "sluice.db"

    /// By the option, else by the environment.
    private var named: String? {
        databasePath ?? Self.variable("SLUICE_DATABASE")
    }

    /// By the option, else by the environment.
    private var keyFile: String? { keyFilePath ?? Self.variable("SLUICE_KEY_FILE") }

    private static func variable(_ name: String) -> String? {
        guard let value = getenv(name), value.pointee != 0 else { return nil }
        return String(cString: value)
    }

    func engine() throws -> Engine { try engine(of: database().path) }

    /// An engine for a database at this path.
    func engine(of path: String) -> Engine { Engine(database: path, keyFile: keyFile) }

    /// An engine for what can be asked without a database, too: where none is named, `./sluice.db`, there or not.
    func engineOfAnyDatabase() -> Engine { engine(of: named ?? Self.standardPath) }

    /// Tells what whoever asked should know besides the answer.
    func tell(_ warnings: [UserTask.Tally]) {
        guard !quiet else { return }
        for warning in warnings { Console.error(warning.message ?? warning.code) }
    }

    /// Does something that writes to the database and may make it, and tells where it did.
    func writing<Value>(_ body: (Engine, _ createsDatabase: Bool) throws -> Value) throws -> Value {
        let database = try database()
        let isNew = access(database.path, F_OK) != 0
        let value = try body(engine(of: database.path), database.isNamed)
        if isNew, !quiet { Console.error("made the database \(database.path)") }
        return value
    }
}

/// The exit codes that scripts rely on.
enum Exit {
    static let done: Int32 = 0
    static let failed: Int32 = 1
    static let refused: Int32 = 2
    static let doneWithRejects: Int32 = 3
    static let interrupted: Int32 = 75
    static let cancelled: Int32 = 130

    /// The code that tells how a task ended.
    static func code(for task: UserTask) -> Int32 {
        switch task.state {
        case .completed, .undoing, .undone: done
        case .completedWithRejects: doneWithRejects
        case .cancelled: cancelled
        case .failed: task.failure?.kind == .refused ? refused : failed
        case .queued, .validating, .running, .interrupted: interrupted
        }
    }
}

/// Runs a command's work and turns what it throws into a message and an exit code.
func reportingFailures(json: Bool, _ body: () throws -> Int32) throws {
    try exit(with: Result { try body() }, json: json)
}

/// The same for work that waits for something.
func reportingFailures(json: Bool, _ body: () async throws -> Int32) async throws {
    let result: Result<Int32, any Error>
    do {
        result = .success(try await body())
    } catch {
        result = .failure(error)
    }
    try exit(with: result, json: json)
}

private func exit(with result: Result<Int32, any Error>, json: Bool) throws {
    let code: Int32
    do {
        code = try result.get()
    } catch let error as any FailureConvertible {
        code = error.failure.kind == .refused ? Exit.refused : Exit.failed
        Console.failure(error.failure, json: json)
    } catch let stopped as Stopped {
        code = stopped.reason == .cancelled ? Exit.cancelled : Exit.interrupted
        Console.failure(
            Failure(.refused, code: stopped.reason.rawValue, message: "stopped before anything was written"),
            json: json)
    }
    if code != 0 { throw ExitCode(code) }
}
