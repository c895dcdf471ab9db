import SluiceEngine

/// `follow-import DATABASE TYPE FILE [FILTER]`: imports a file and shows how its task goes.
@main
enum FollowImport {
    static func main() async throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        guard (3...4).contains(arguments.count) else {
            print("usage: follow-import DATABASE TYPE FILE [FILTER]")
            return
        }
        let database = SluiceDatabase(at: arguments[0])
        var request = FileImport(of: arguments[2], as: arguments[1], requestedBy: "follow-import")
        request.inputFilter = arguments.count == 4 ? arguments[3] : nil
        request.createsDatabase = true
        do {
            let task = try await database.run(request) { updates in
                for try await task in updates { show(task) }
            }
            try tell(task, in: database)
        } catch let error as SluiceError {
            print("refused, \(error.code): \(error)")
        }
    }

    /// How far a task is.
    private static func show(_ task: TaskSnapshot) {
        let bytes = "\(task.progress.bytesDone) of \(task.fileBytes) bytes"
        print("\(task.id.prefix(12)) \(task.state.rawValue): \(task.counts.processed) records, \(bytes)")
    }

    /// What came of it.
    private static func tell(_ task: TaskSnapshot, in database: SluiceDatabase) throws {
        let counts = task.counts
        print("read \(counts.read), created \(counts.created), updated \(counts.updated)")
        if let failure = task.failure { print("failed, \(failure.code): \(failure)") }
        for reject in try database.rejects(ofTask: task.id, limit: 5) {
            let problems = reject.problems.map(\.message).joined(separator: "; ")
            print("line \(reject.line): \(problems)")
        }
    }
}
