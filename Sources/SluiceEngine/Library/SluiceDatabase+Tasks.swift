extension SluiceDatabase {
    /// A task as it stands now, by its id or the beginning of it.
    ///
    /// It takes milliseconds, also while a run is writing.
    ///
    /// - Throws: `unknown_task`; what keeps the database from being read.
    public func task(_ id: String) throws(SluiceError) -> TaskSnapshot {
        try SluiceError.telling { TaskSnapshot(try engine.task(id)) }
    }

    /// Tasks as they stand now, the newest first.
    ///
    /// - Parameters:
    ///   - limit: how many at most.
    ///   - next: where the page before this one ended: its ``TaskPage/next``.
    /// - Returns: the tasks, and how to go on.
    /// - Throws: what keeps the database from being read.
    public func tasks(limit: Int = 50, from next: Int64? = nil) throws(SluiceError) -> TaskPage {
        try SluiceError.telling {
            let page = try engine.tasks(limit: max(0, limit), before: next)
            return TaskPage(tasks: page.tasks.map(TaskSnapshot.init), next: page.next)
        }
    }

    /// Follows a task of any process to its end, by its id or the beginning of it.
    ///
    /// The first snapshot comes at once, and each further one when the task has changed; `interval` is how often that
    /// is looked for.
    public func updates(
        ofTask id: String, every interval: Duration = .milliseconds(200)
    ) -> TaskUpdates {
        TaskUpdates(source: .asking(engine, id: id, interval: interval))
    }

    /// Asks the process that is at work on a task to stop after its batch or, where none is, ends the task.
    ///
    /// - Returns: the task as it stands now; where a process is at work, it has yet to stop.
    /// - Throws: `unknown_task`; `not_cancellable` where it has ended.
    @discardableResult
    public func cancel(_ id: String) throws(SluiceError) -> TaskSnapshot {
        try SluiceError.telling { TaskSnapshot(try engine.cancel(id)) }
    }

    /// The first records that a task rejected, in the order of the file.
    ///
    /// - Throws: `unknown_task`; what keeps the database from being read.
    public func rejects(ofTask id: String, limit: Int = 100) throws(SluiceError) -> [RejectedRecord] {
        try SluiceError.telling {
            var found: [RejectedRecord] = []
            try engine.forEachReject(of: id, limit: max(0, limit)) { found.append(RejectedRecord($0)) }
            return found
        }
    }

    /// Writes the records that a task rejected to a file, byte for byte and each behind its reason: as it is, it can
    /// be mended and imported again.
    ///
    /// - Parameters:
    ///   - id: the task's id, or the beginning of it.
    ///   - path: the file; `-` is standard output.
    ///   - overwrites: whether it may replace another.
    ///   - showsEncrypted: whether values of encrypted fields are as they came, which takes the key file.
    /// - Returns: the records that were written with `****` for the values of encrypted fields: a file with such records
    ///   is no more to be imported.
    /// - Throws: `unknown_task`; `output_exists` and whatever else keeps the file from being written.
    @discardableResult
    public func writeRejects(
        ofTask id: String, to path: String, overwrites: Bool = false, showsEncrypted: Bool = false
    ) throws(SluiceError) -> UInt64 {
        try SluiceError.telling {
            try engine.writeRejects(
                of: id, to: path, force: overwrites, reasonsOnly: false, showsEncrypted: showsEncrypted)
        }
    }

    /// The first records that a task on records of the database left as they were, in the order in which they were met.
    ///
    /// Bulk changes, undos, purges and rotations are such tasks; what imports left out is told by
    /// ``rejects(ofTask:limit:)``.
    ///
    /// - Throws: `unknown_task`; what keeps the database from being read.
    public func leftRecords(ofTask id: String, limit: Int = 100) throws(SluiceError) -> [LeftRecord] {
        try SluiceError.telling {
            var found: [LeftRecord] = []
            try engine.forEachLeftRow(of: id, limit: max(0, limit)) { found.append(LeftRecord($0)) }
            return found
        }
    }
}

/// A record that a task left as it was, and why.
public struct LeftRecord: Hashable, Sendable {
    /// Of the record.
    public let id: Int64
    /// Its key; its id where it has none.
    public let key: String
    /// The field's name, where one is concerned.
    public let field: String?
    /// For programs, such as `edited_since`; what each means is told in `docs/errors.md`.
    public let code: String
    /// For people.
    public let message: String

    init(_ row: LeftRow) {
        id = row.id
        key = row.key
        field = row.field
        code = row.code
        message = row.message
    }
}

/// Some tasks, the newest first, and how to go on.
public struct TaskPage: Hashable, Sendable {
    /// The newest first.
    public let tasks: [TaskSnapshot]
    /// What to give for the next page; `nil` where there are no more.
    public let next: Int64?
}

/// A record that did not pass, without its bytes.
public struct RejectedRecord: Hashable, Sendable {
    /// One thing that is wrong with a record.
    public struct Problem: Hashable, Sendable {
        /// For programs, such as `email_malformed`; what each means is told in `docs/errors.md`.
        public let code: String
        /// The field's name, where one is concerned.
        public let field: String?
        /// The file's column, from 1, where one is concerned.
        public let column: Int?
        /// For people.
        public let message: String

        init(_ issue: Issue) {
            code = issue.code
            field = issue.field
            column = issue.column
            message = issue.message
        }
    }

    /// The record's number in the file, from 1; a header is none.
    public let record: UInt64
    /// The line on which it begins, from 1.
    public let line: UInt64
    /// Bytes of the decompressed file before it.
    public let byteOffset: UInt64
    /// What is wrong with it, in the order of the columns.
    public let problems: [Problem]

    init(_ reject: RejectSummary) {
        record = reject.record
        line = reject.line
        byteOffset = reject.byteOffset
        problems = reject.issues.map(Problem.init)
    }
}
