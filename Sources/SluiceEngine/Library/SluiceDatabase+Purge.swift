extension SluiceDatabase {
    /// Counts the records of a type whose days of retention are over on a day, which may be to come.
    ///
    /// - Parameters:
    ///   - recordType: what they are: a record type's name or plural.
    ///   - date: the day, as `2026-12-31`; `nil` for today in UTC.
    /// - Returns: how many, and the first of them.
    /// - Throws: `unknown_type`, `no_retention`, `bad_purge_date`, `database_missing`.
    public func outlook(ofPurging recordType: String, on date: String? = nil) throws(SluiceError) -> Outlook {
        try SluiceError.telling {
            let day = try Engine.purgeDay(date, isPreview: true)
            let type = try engine.typesToPurge(named: recordType)[0]
            let preview = try engine.previewPurge(of: type, on: day, limit: 5)
            return Outlook(count: preview.count, firstNames: preview.records.map(\.key))
        }
    }

    /// Takes away for good the records of a type whose days of retention are over, and gives the task as it ended.
    ///
    /// All that is kept of them goes along, and cannot be brought back by an undo.
    ///
    /// - Parameters:
    ///   - recordType: what they are: a record type's name or plural.
    ///   - date: as if it was this day; `nil` for today in UTC.
    ///   - mostRecords: most that are meant, such as those that somebody said yes to; where there are more, nothing is
    ///     done, and the task fails with `more_records`. `nil` for any number.
    ///   - requestedBy: who asks for it, kept with the task.
    ///   - patience: how long to wait for another run.
    ///   - follow: as with an import.
    /// - Returns: the task as it ended.
    /// - Throws: ``SluiceError`` with `unknown_type`, `no_retention`, `bad_purge_date`, `purge_in_future`; what `follow`
    ///   throws.
    public func purge(
        _ recordType: String, on date: String? = nil, mostRecords: UInt64? = nil, requestedBy: String,
        patience: Duration = .seconds(600), follow: (TaskUpdates) async throws -> Void = { _ in }
    ) async throws -> TaskSnapshot {
        try await run(following: follow) { [engine] listener, stop in
            let day = try Engine.purgeDay(date, isPreview: false)
            return try await engine.runPurge(
                of: engine.typesToPurge(named: recordType)[0], on: day, mostRecords: mostRecords,
                requestedBy: requestedBy, patience: patience, listener: listener, stop: stop)
        }
    }
}
