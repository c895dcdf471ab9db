// The words that the engine's face speaks in: whoever imports the engine has them.
@_exported public import FilterGuess
internal import InputFilters
@_exported public import Pipeline
@_exported public import Records
internal import Store
@_exported public import UserTasks

/// A database and all that can be done with it: the one face that the command line is built on.
package struct Engine: Sendable {
    let paths: StorePaths
    /// Where the keys of encrypted fields lie; `nil` where nobody said.
    let keyFile: String?
    private let kept: KeptReader

    /// - Parameters:
    ///   - database: path of the SQLite file; it need not be there yet.
    ///   - keyFile: path of the file with the keys of encrypted fields; read where they are needed.
    package init(database: String, keyFile: String? = nil) {
        paths = StorePaths(database: database)
        self.keyFile = keyFile
        kept = KeptReader(paths)
    }

    /// How a run talks to whoever started it; the closures are called on its threads.
    package struct Listener: Sendable {
        package var onChange: @Sendable (UserTask) -> Void
        /// Called once where the run has to wait for another.
        package var onWait: @Sendable (UserTask) -> Void

        package init(
            onChange: @escaping @Sendable (UserTask) -> Void = { _ in },
            onWait: @escaping @Sendable (UserTask) -> Void = { _ in }
        ) {
            self.onChange = onChange
            self.onWait = onWait
        }
    }

    /// The record types that this database knows: those that ship, and its own; where there is no database yet,
    /// those that ship.
    package func catalogue() throws -> Catalogue {
        let builtIn = try Catalogue.builtIn()
        guard let reader = try StoreReader.ifThere(paths) else { return builtIn }
        return try builtIn.adding(reader.declarations())
    }

    private func controller(_ listener: Listener, patience: Duration) throws -> ImportController {
        ImportController(
            paths: paths, catalogue: try catalogue(), patience: patience, ring: try sealingKeys(),
            onChange: listener.onChange, onWait: listener.onWait)
    }

    // MARK: Importing

    /// Imports a file and gives the task as it ended.
    ///
    /// `createsDatabase` says whether a missing database is made, `patience` how long to wait for a run before
    /// this one.
    ///
    /// - Throws: what refuses the request before there is a task.
    package func runImport(
        _ request: ImportRequest, createsDatabase: Bool, patience: Duration, listener: Listener,
        stop: StopSignal
    ) async throws -> UserTask {
        let controller = try controller(listener, patience: patience)
        let submitted = try await controller.submit(request, createsDatabase: createsDatabase, stop: stop)
        listener.onChange(submitted.stored.task)
        return try await controller.run(submitted, stop: stop)
    }

    /// Goes on with a task that ended before its end, and gives it as it ended.
    ///
    /// - Throws: `unknown_task`, `task_active`, `not_resumable`, `source_changed`.
    package func resume(
        _ id: String, maxRejects: RejectLimit?, patience: Duration, listener: Listener, stop: StopSignal
    ) async throws -> UserTask {
        switch try StoreReader(paths: paths).task(id).plan {
        case .export:
            return try await resumeExport(id, patience: patience, listener: listener, stop: stop)
        case .change:
            return try await resumeChange(id, patience: patience, listener: listener, stop: stop)
        case .undo:
            return try await resumeUndo(id, patience: patience, listener: listener, stop: stop)
        case .rotate(let plan):
            return try await resumeRotation(id, plan, patience: patience, listener: listener, stop: stop)
        case .purge:
            let controller = try purgeController(listener, patience: patience)
            return try await controller.run(try controller.takeUp(id, stop: stop), stop: stop)
        case .import, .done:
            let controller = try controller(listener, patience: patience)
            let submitted = try controller.takeUp(id, maxRejects: maxRejects, stop: stop)
            return try await controller.run(submitted, stop: stop)
        }
    }

    /// For tasks that work on rows of the database.
    func rowTasks(_ listener: Listener, patience: Duration) -> RowTaskController {
        RowTaskController(
            paths: paths, patience: patience, onChange: listener.onChange, onWait: listener.onWait)
    }

    // MARK: User tasks

    /// A task as it stands now, by its id or the beginning of it.
    package func task(_ id: String) throws -> UserTask {
        try kept.read { try $0.task(id).task }.live(paths)
    }

    /// Tasks as they stand now, newest first, and what to give as `before` for the next page.
    package func tasks(limit: Int, before: Int64?) throws -> (tasks: [UserTask], next: Int64?) {
        // One more than asked for tells whether there is a next page.
        let stored = try kept.read { try $0.tasks(limit: limit + 1, before: before) }
        let page = stored.prefix(limit)
        return (page.map { $0.task.live(paths) }, stored.count > limit ? page.last?.number : nil)
    }

    /// Asks the process at work to stop after its batch, or, where none is, ends the task.
    ///
    /// - Throws: `unknown_task`; `not_cancellable` where it has ended.
    package func cancel(_ id: String) throws -> UserTask {
        try TaskCanceller(paths: paths).cancel(id)
    }

    /// Writes the records a task rejected, with their reasons, to a file or standard output (`-`).
    ///
    /// `reasonsOnly` gives record numbers and reasons instead of the records; `showsEncrypted` gives records with
    /// values of encrypted fields as they came, which else are masked. Of a task that worked on rows of the database it
    /// is the rows that it left as they were.
    ///
    /// - Returns: the records that were written with masks.
    /// - Throws: `unknown_task`, and what keeps the file from being written; `key_needed`, `wrong_key`, `key_missing`.
    @discardableResult
    package func writeRejects(
        of id: String, to path: String, force: Bool, reasonsOnly: Bool, showsEncrypted: Bool = false
    ) throws -> UInt64 {
        let reader = try StoreReader(paths: paths)
        let stored = try reader.task(id)
        guard !stored.task.kind.leavesRows else {
            try LeftRowReport(of: stored, in: reader).write(to: path, force: force)
            return 0
        }
        let report = try RejectReport(of: stored, in: reader, ring: showingKeys(if: showsEncrypted))
        return try report.write(reasonsOnly ? .reasons : .records, to: path, force: force)
    }

    /// Writes what became of each record of a task's file, to a file or standard output (`-`).
    ///
    /// - Throws: `unknown_task`, `results_not_kept`, and what keeps the file from being written.
    package func writeResults(of id: String, to path: String, force: Bool) throws {
        let reader = try StoreReader(paths: paths)
        try ResultsReport(of: reader.task(id), in: reader).write(to: path, force: force)
    }

    /// Calls `body` with what became of each record of a task's file, in the order of the file.
    ///
    /// - Throws: `unknown_task`, `results_not_kept`, and what `body` throws.
    package func forEachResult(of id: String, _ body: (RecordResult) throws -> Void) throws {
        let reader = try StoreReader(paths: paths)
        try ResultsReport(of: reader.task(id), in: reader).forEach(body)
    }

    /// Calls `body` with each reject of a task, in the order of the file.
    package func forEachReject(
        of id: String, limit: Int = .max, _ body: (RejectSummary) throws -> Void
    ) throws {
        let reader = try StoreReader(paths: paths)
        let stored = try reader.task(id)
        try reader.forEachReject(taskNumber: stored.number, limit: limit) { reject in
            try body(RejectSummary(reject))
        }
    }

    /// Calls `body` with each record that a task on rows left as it was, in the order in which they were met.
    package func forEachLeftRow(
        of id: String, limit: Int = .max, _ body: (LeftRow) throws -> Void
    ) throws {
        let reader = try StoreReader(paths: paths)
        try reader.forEachLeftRow(taskNumber: reader.task(id).number, limit: limit, body)
    }

    /// Lines of a task's source whose record had a key that an earlier record of the file has.
    package func duplicateLines(of id: String) throws -> [Int64] {
        let reader = try StoreReader(paths: paths)
        return try reader.duplicateLines(taskNumber: reader.task(id).number)
    }
}

/// One reject without its bytes, as programs are told of it.
package struct RejectSummary: Hashable, Sendable, Codable {
    package var record: UInt64
    package var line: UInt64
    package var byteOffset: UInt64
    package var issues: [Issue]

    init(_ reject: LoggedReject) {
        record = reject.position.record
        line = reject.position.line
        byteOffset = reject.position.byteOffset
        issues = reject.issues
    }
}
