internal import GRDB
package import Records

/// A task that may be taken back, and how much there is to do.
package struct Undoable: Sendable {
    package var stored: StoredTask
    /// Changes of rows and links; a row that the task changed twice counts twice.
    package var changes: UInt64
}

/// Whether a task may be taken back.
enum UndoCheck {
    /// What is to be taken back, or why nothing can be: `not_undoable`, `already_undone`, `journal_gone`.
    static func result(_ stored: StoredTask, _ db: Database) throws -> Result<Undoable, Failure> {
        do {
            return .success(try check(stored, db))
        } catch let failure as Failure {
            return .failure(failure)
        }
    }

    private static func check(_ stored: StoredTask, _ db: Database) throws -> Undoable {
        let task = stored.task
        switch task.kind {
        case .import, .link, .change, .delete: break
        case .export, .undo, .purge, .rotate:
            throw refusal(task, "is of kind '\(task.kind.rawValue)', which cannot be taken back")
        }
        if task.isDryRun { throw refusal(task, "was a dry run: it wrote nothing") }
        if task.state == .undone || task.state == .undoing { throw try undone(stored, db) }
        guard task.state.mayBecome(.undoing) else {
            throw refusal(
                task, "is \(task.state.words)", hint: "Stop it first with: sluice tasks cancel \(task.id)")
        }
        return Undoable(stored: stored, changes: try changes(of: stored, db))
    }

    private static func refusal(_ task: UserTask, _ reason: String, hint: String? = nil) -> Failure {
        Failure(.refused, code: "not_undoable", message: "user task \(task.id) \(reason)", hint: hint)
    }

    private static func undone(_ stored: StoredTask, _ db: Database) throws -> Failure {
        let undo = try Row.fetchOne(
            db,
            sql: "SELECT * FROM sluice_tasks WHERE number > ? AND task ->> '$.undoes' = ? "
                + "AND NOT coalesce(task ->> '$.dryRun', 0)",
            arguments: [stored.number, stored.task.id]
        ).map(TaskTable.stored)?.task
        let isDone = stored.task.state == .undone
        return Failure(
            .refused, code: "already_undone",
            message: "user task \(stored.task.id) \(isDone ? "was" : "is being") taken back"
                + (undo.map { " by user task \($0.id)" } ?? ""),
            hint: isDone ? nil : undo.map { "If that has stopped, go on with: sluice tasks resume \($0.id)" })
    }

    /// How many changes the journal tells of a task: all of them, or the task cannot be taken back.
    private static func changes(of stored: StoredTask, _ db: Database) throws -> UInt64 {
        // A database that was made earlier gets the journal when it is next written to.
        let hasJournal = try db.columns(in: "sluice_tasks").contains { $0.name == "journal_pruned" }
        guard hasJournal, try Journal.isComplete(forTask: stored.number, db) else { throw gone(stored.task) }
        var changes: UInt64 = 0
        let entries = try Row.fetchCursor(
            db, sql: "SELECT kind, sum(row_count) FROM sluice_journal WHERE task = ? GROUP BY kind",
            arguments: [stored.number])
        while let entry = try entries.next() {
            if entry[0] as Int64 == JournalKind.touched.rawValue { throw gone(stored.task) }
            changes += UInt64(entry[1] as Int64)
        }
        return changes
    }

    private static func gone(_ task: UserTask) -> Failure {
        Failure(
            .refused, code: "journal_gone",
            message: "what user task \(task.id) changed is not kept (any more)",
            hint:
                "Imports with --no-journal keep nothing, and others for as long as the setting journalDays says."
        )
    }
}

extension StoreReader {
    /// A task that may be taken back, by its id or the beginning of it.
    ///
    /// - Throws: `unknown_task`, `not_undoable`, `already_undone`, `journal_gone`.
    package func undoable(_ prefix: String) throws -> Undoable {
        var stored = try task(prefix)
        stored.task = stored.task.live(paths)
        return try read("look at the journal") { db in try UndoCheck.result(stored, db) }.get()
    }
}

extension StoreWriter {
    /// Records a task that takes another one back; that one is `undoing` from the same moment on, but for a dry run.
    ///
    /// Nobody else may be at work on the other one.
    ///
    /// - Returns: the task's number.
    /// - Throws: as ``StoreReader/undoable(_:)``; nothing was recorded then.
    package func recordUndo(_ task: UserTask, plan: UndoPlan) throws -> Int64 {
        try transaction("record the user task") { db -> Result<Int64, Failure> in
            guard var stored = try TaskTable.find(plan.task, db) else {
                throw StoreError(.unknownTask, "there is no user task '\(plan.task)'")
            }
            // Its process is gone, or it would be held.
            if stored.task.state.isActive { stored.task.state = .interrupted }
            if case .failure(let failure) = try UndoCheck.result(stored, db) { return .failure(failure) }
            if !task.isDryRun {
                stored.task.state = .undoing
                stored.task.version += 1
                try TaskTable.update(stored.task, resumePoint: nil, db)
            }
            return .success(try TaskTable.insert(task, .undo(plan), db))
        }.get()
    }

    /// The work of a task that takes another one back.
    ///
    /// A dry run does all of it in one step, since each step is taken back, and what is done to a row may depend on what
    /// was done to others before.
    ///
    /// - Throws: `unknown_task`; of a dry run as ``StoreReader/undoable(_:)``.
    package func undoJob(
        _ plan: UndoPlan, number: Int64, catalogue: Catalogue, isDryRun: Bool = false
    ) throws -> RowJob {
        guard let undone = try storedTask(plan.task) else {
            throw StoreError(.unknownTask, "there is no user task '\(plan.task)'")
        }
        // Nothing has kept others from going on with it, or from taking it back.
        if isDryRun { _ = try StoreReader(paths: paths).undoable(plan.task) }
        return RowJob(
            UndoWork(
                undone, number: number, catalogue: catalogue, commitRows: isDryRun ? .max : plan.commitRows))
    }
}
