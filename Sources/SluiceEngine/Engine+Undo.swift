internal import Store

extension Engine {
    /// A task that may be taken back, and how many changes there are to take back.
    ///
    /// - Throws: `unknown_task`, `not_undoable`, `already_undone`, `journal_gone`; `append_only`.
    package func undoable(_ id: String) throws -> (task: UserTask, changes: UInt64) {
        try expectMutableRecords(of: id)
        let undoable = try StoreReader(paths: paths).undoable(id)
        return (undoable.stored.task, undoable.changes)
    }

    /// Records that are only ever added are not taken back either.
    private func expectMutableRecords(of id: String) throws {
        let name = try StoreReader(paths: paths).task(id).task.recordType
        try catalogue().types.first { $0.name == name }?.expectMutable()
    }

    /// Takes back what a task did, and gives the task that did so as it ended.
    ///
    /// `commitRows` are the changes taken back in one transaction, `patience` is how long to wait for a run before this
    /// one. A dry run writes nothing, and its task tells what would have come of it.
    ///
    /// - Throws: as ``undoable(_:)``, before anything was recorded.
    package func undo(
        _ id: String, commitRows: Int?, isDryRun: Bool = false, requestedBy: String, patience: Duration,
        listener: Listener,
        stop: StopSignal
    ) async throws -> UserTask {
        try expectMutableRecords(of: id)
        let controller = rowTasks(listener, patience: patience)
        let submitted = try controller.submitUndo(
            of: id, commitRows: commitRows, isDryRun: isDryRun, requestedBy: requestedBy, stop: stop)
        listener.onChange(submitted.stored.task)
        return try await controller.runUndo(submitted, catalogue: try catalogue(), stop: stop)
    }

    func resumeUndo(
        _ id: String, patience: Duration, listener: Listener, stop: StopSignal
    ) async throws -> UserTask {
        let controller = rowTasks(listener, patience: patience)
        let submitted = try controller.takeUp(id, stop: stop)
        return try await controller.runUndo(submitted, catalogue: try catalogue(), stop: stop)
    }
}
