import SluiceEngine

/// `poll-task DATABASE MILLISECONDS`: waits for the next task and asks how it stands, every so often, until it has ended.
///
/// Each answer is a line: microseconds that it took, version, state, bytes done, records read, and records dealt with;
/// one that fails is a line with the microseconds and the error's code.
@main
enum PollTask {
    static func main() async throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        guard arguments.count == 2, let milliseconds = Int(arguments[1]), milliseconds >= 0 else {
            print("usage: poll-task DATABASE MILLISECONDS")
            return
        }
        let database = SluiceDatabase(at: arguments[0])
        let before = newest(in: database)
        var id = before
        while id == before {
            try await Task.sleep(for: .milliseconds(2))
            id = newest(in: database)
        }
        guard let id else { return }
        var isActive = true
        while isActive {
            isActive = poll(id, in: database)
            try await Task.sleep(for: .milliseconds(milliseconds))
        }
    }

    /// The newest task's id; none where there is no task, or no database yet.
    private static func newest(in database: SluiceDatabase) -> String? {
        (try? database.tasks(limit: 1))?.tasks.first?.id
    }

    /// Asks once and tells of it; gives whether the task goes on.
    private static func poll(_ id: String, in database: SluiceDatabase) -> Bool {
        let clock = ContinuousClock()
        let start = clock.now
        let answer = Result { () throws(SluiceError) in try database.task(id) }
        let microseconds = Int((clock.now - start) / .microseconds(1))
        switch answer {
        case .success(let task):
            print(
                microseconds, task.version, task.state.rawValue, task.progress.bytesDone, task.counts.read,
                task.counts.processed)
            return task.state.isActive
        case .failure(let error):
            print(microseconds, error.code)
            return true
        }
    }
}
