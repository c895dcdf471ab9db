package import Pipeline
package import Records
package import Store

/// Brings purges from request to end: what is past its days of retention is taken away for good.
package struct PurgeController: Sendable {
    private let paths: StorePaths
    private let catalogue: Catalogue
    private let rows: RowTaskController

    package init(paths: StorePaths, catalogue: Catalogue, rows: RowTaskController) {
        self.paths = paths
        self.catalogue = catalogue
        self.rows = rows
    }

    /// The types whose records have days of retention, or the one that is named.
    ///
    /// - Throws: `unknown_type`; `no_retention` where the one named is kept for ever.
    package func types(named name: String?) throws(Failure) -> [RecordType] {
        guard let name else { return catalogue.types.filter { $0.retention != nil } }
        let type = try catalogue.type(named: name)
        guard type.retention != nil else {
            throw Failure(
                .refused, code: "no_retention",
                message: "\(type.plural) have no days of retention: they are kept for ever",
                hint: "A record type's document says so: retention: {days: FIELD}.")
        }
        return [type]
    }

    /// What would be taken away of a type on a day, and the first so many records of it; nothing is written.
    ///
    /// - Throws: `database_missing`, `database_busy`.
    package func preview(_ type: RecordType, on day: Int64, limit: Int) throws -> PurgePreview {
        let writer = try StoreWriter(paths: paths, create: false)
        try writer.prepareTables(catalogue.tables(for: type))
        return try StoreReader(paths: paths).purgePreview(of: type, on: day, limit: limit)
    }

    /// Records a purge.
    ///
    /// - Throws: ``Stopped``; `database_missing`, `database_busy`.
    package func submit(
        _ type: RecordType, on day: Int64, mostRecords: UInt64?, requestedBy: String, stop: StopSignal
    ) throws -> RowTaskController.Submitted {
        var plan = PurgePlan(recordType: type.name, at: Timestamp(day: day))
        plan.mostRecords = mostRecords
        let task = UserTask(
            id: UserTask.newID(), kind: .purge, recordType: type.name, requestedBy: requestedBy,
            file: UserTask.File(
                name: "\(type.plural), as of \(plan.at.dayText)", bytes: 0, sha256: "", compression: "none"),
            submittedAt: .now())
        return try rows.submit(task, plan: .purge(plan), stop: stop)
    }

    /// Takes a purge up again that ended before its end.
    ///
    /// - Throws: ``Stopped``; `unknown_task`, `task_active`, `not_resumable`.
    package func takeUp(_ prefix: String, stop: StopSignal) throws -> RowTaskController.Submitted {
        try rows.takeUp(prefix, stop: stop)
    }

    /// Runs a purge to its end, whatever that is: the task that comes back says.
    ///
    /// Files that ended tasks have left beside the database go along.
    ///
    /// - Throws: where the books can't be written.
    package func run(_ submitted: RowTaskController.Submitted, stop: StopSignal) async throws -> UserTask {
        guard case .purge(let plan) = submitted.stored.plan else {
            preconditionFailure("\(submitted.stored.task.id) is no purge")
        }
        let task = try await rows.run(submitted, mostRows: plan.mostRecords, stop: stop) { submitted in
            let type = try types(named: plan.recordType)[0]
            try submitted.writer.prepareTables(catalogue.tables(for: type))
            try submitted.writer.pruneJournal()
            return .purge(
                type, in: catalogue, on: plan.at.day,
                makeRejectReader: RejectReader.maker(of: type, catalogue))
        }
        try LeftFiles(paths: paths).remove()
        return task
    }
}
