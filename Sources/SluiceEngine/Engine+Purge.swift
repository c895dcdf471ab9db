internal import Store

extension Engine {
    /// The record types whose records have days of retention, or the one that is named.
    ///
    /// - Throws: `unknown_type`, `no_retention`.
    package func typesToPurge(named name: String?) throws -> [RecordType] {
        try purgeController(Listener(), patience: .zero).types(named: name)
    }

    /// What a purge would take away on a day (counted from 1970-01-01, UTC), and the first so many records of it.
    ///
    /// - Throws: `database_missing`, `database_busy`.
    package func previewPurge(of type: RecordType, on day: Int64, limit: Int) throws -> PurgePreview {
        try purgeController(Listener(), patience: .zero).preview(type, on: day, limit: limit)
    }

    /// Takes away for good what is past its days of retention on a day, and gives the task as it ended.
    ///
    /// - Throws: what refuses the request before there is a task.
    package func runPurge(
        of type: RecordType, on day: Int64, requestedBy: String, patience: Duration, listener: Listener,
        stop: StopSignal
    ) async throws -> UserTask {
        let controller = try purgeController(listener, patience: patience)
        let submitted = try controller.submit(type, on: day, requestedBy: requestedBy, stop: stop)
        listener.onChange(submitted.stored.task)
        return try await controller.run(submitted, stop: stop)
    }

    func purgeController(_ listener: Listener, patience: Duration) throws -> PurgeController {
        PurgeController(
            paths: paths, catalogue: try catalogue(), rows: rowTasks(listener, patience: patience))
    }
}
