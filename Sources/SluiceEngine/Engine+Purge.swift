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

    /// The day on which a purge looks at what is past its days; today where none is named.
    ///
    /// - Throws: `bad_purge_date`; `purge_in_future` for a day to come, but of a preview.
    package static func purgeDay(_ date: String?, isPreview: Bool) throws(Failure) -> Int64 {
        let today = Timestamp.now().day
        guard let date else { return today }
        guard let day = Retention.day(ofDate: date) else {
            throw Failure(
                .refused, code: "bad_purge_date", message: "'\(date)' is no day",
                hint: "Write it as in 2026-12-31.")
        }
        guard isPreview || day <= today else {
            throw Failure(
                .refused, code: "purge_in_future",
                message: "\(date) is yet to come, and records are kept until their time is over",
                hint: "See what it would be then with --dry-run.")
        }
        return day
    }

    /// Takes away for good what is past its days of retention on a day, and gives the task as it ended.
    ///
    /// `mostRecords` are those that were told to whoever said yes; `nil` for any number.
    ///
    /// - Throws: what refuses the request before there is a task.
    package func runPurge(
        of type: RecordType, on day: Int64, mostRecords: UInt64? = nil, requestedBy: String,
        patience: Duration, listener: Listener, stop: StopSignal
    ) async throws -> UserTask {
        let controller = try purgeController(listener, patience: patience)
        let submitted = try controller.submit(
            type, on: day, mostRecords: mostRecords, requestedBy: requestedBy, stop: stop)
        listener.onChange(submitted.stored.task)
        return try await controller.run(submitted, stop: stop)
    }

    func purgeController(_ listener: Listener, patience: Duration) throws -> PurgeController {
        PurgeController(
            paths: paths, catalogue: try catalogue(), rows: rowTasks(listener, patience: patience))
    }
}
