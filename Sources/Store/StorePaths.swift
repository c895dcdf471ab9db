/// Where a database and what lives beside it lie.
package struct StorePaths: Hashable, Sendable {
    /// The SQLite file.
    package let database: String

    package init(database: String) {
        self.database = database
    }

    /// Held for one transaction: processes take turns.
    package var turnLock: String { database + "-turn" }
    /// Held while waiting for the turn.
    package var turnGate: String { database + "-gate" }
    /// Held for one run: one run at a time writes rows.
    package var runLock: String { database + "-run" }
    /// Folder of what runs keep beside the database: locks, live progress, spools.
    package var tasks: String { database + "-tasks" }

    /// Held as long as a process is at work on the task.
    package func taskLock(_ id: String) -> String { "\(tasks)/\(id).lock" }
    /// Live progress, replaced whole.
    package func progress(_ id: String) -> String { "\(tasks)/\(id).progress" }
    /// There as long as a cancel is asked for.
    package func cancelRequest(_ id: String) -> String { "\(tasks)/\(id).cancel" }
    /// Rejects and outcomes of a run that is one transaction, until that ends.
    package func aside(_ id: String) -> String { "\(tasks)/\(id).aside" }
    /// The source, where it came through standard input or a FIFO.
    package func spool(_ id: String) -> String { "\(tasks)/\(id).spool" }
}
