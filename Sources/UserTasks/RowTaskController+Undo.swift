internal import Glibc
package import Pipeline
package import Records
internal import Store

extension RowTaskController {
    /// Records a task that takes another one back, which nobody can resume from then on.
    ///
    /// - Parameters:
    ///   - prefix: the other one's id, or the beginning of it.
    ///   - commitRows: changes taken back in one transaction; `nil` for the usual number.
    ///   - isDryRun: whether nothing is to be written: then the other one stays what it is.
    ///   - requestedBy: who asks for it.
    ///   - stop: ends the wait for the database.
    /// - Returns: the task, held by this process.
    /// - Throws: ``Stopped``; `unknown_task`, `not_undoable`, `already_undone`, `journal_gone`.
    package func submitUndo(
        of prefix: String, commitRows: Int?, isDryRun: Bool, requestedBy: String, stop: StopSignal
    ) throws -> Submitted {
        let undone = try StoreReader(paths: desk.paths).undoable(prefix).stored.task
        let writer = try desk.openWriter(creating: false, stop: stop)
        // While this is decided nobody takes the other one up again.
        let undoneLock = try FileLock(path: desk.paths.taskLock(undone.id))
        guard undoneLock.tryLock() else {
            throw Failure(
                .refused, code: "not_undoable",
                message: "another process is at work on user task \(undone.id)",
                hint: "Stop it first with: sluice tasks cancel \(undone.id)")
        }
        defer { undoneLock.unlock() }
        var task = UserTask(
            id: UserTask.newID(), kind: .undo, recordType: undone.recordType, requestedBy: requestedBy,
            file: UserTask.File(name: undone.file.name, bytes: 0, sha256: "", compression: "none"),
            submittedAt: .now())
        task.undoes = undone.id
        task.isDryRun = isDryRun
        let plan = UndoPlan(task: undone.id, commitRows: commitRows)
        let lock = try desk.hold(task.id)
        let number = try writer.recordUndo(task, plan: plan)
        if !isDryRun {
            // What its resume would have read.
            unlink(desk.paths.spool(undone.id))
            unlink(desk.paths.aside(undone.id))
        }
        return Submitted(
            stored: StoredTask(number: number, task: task, plan: .undo(plan)), writer: writer, lock: lock)
    }

    /// Runs a task that takes another one back to its end, whatever that is.
    ///
    /// - Throws: where the books can't be written.
    package func runUndo(
        _ submitted: Submitted, catalogue: Catalogue, stop: StopSignal
    ) async throws -> UserTask {
        guard case .undo(let plan) = submitted.stored.plan else {
            preconditionFailure("user task \(submitted.stored.task.id) takes nothing back")
        }
        return try await run(submitted, stop: stop) { submitted in
            let job = try submitted.writer.undoJob(
                plan, number: submitted.stored.number, catalogue: catalogue,
                isDryRun: submitted.stored.task.isDryRun)
            try submitted.writer.prepareTables(named: submitted.stored.task.recordType, in: catalogue)
            return job
        }
    }
}
