package import Pipeline
package import Records
internal import Store

/// Brings bulk changes and bulk deletes from request to end: submit, run, resume.
package struct ChangeController: Sendable {
    private let rows: RowTaskController
    private let catalogue: Catalogue

    package init(rows: RowTaskController, catalogue: Catalogue) {
        self.rows = rows
        self.catalogue = catalogue
    }

    /// Checks a request and fits it to what the database knows.
    ///
    /// - Throws: what refuses it.
    package static func prepare(
        _ request: ChangeRequest, catalogue: Catalogue, at moment: Timestamp
    ) throws -> (plan: ChangePlan, preparation: ChangePreparation) {
        var plan = ChangePlan(
            recordType: try catalogue.type(named: request.recordType).name, listFilter: request.listFilter,
            ids: request.ids, assignments: request.assignments)
        plan.withDrafts = request.withDrafts ? true : nil
        if let rows = request.commitRecords { plan.commitRecords = rows }
        if let path = request.rejectsPath {
            plan.rejectsPath = try RejectReport.checkedPath(
                path, force: request.overwritesRejects, reasonsApart: false, source: nil)
        }
        plan.overwritesRejects = request.overwritesRejects
        plan.mostRecords = request.mostRecords
        return (plan, try ChangePreparation(plan, catalogue: catalogue, at: moment))
    }

    /// Checks the request and records the task.
    ///
    /// - Throws: what refuses the request; nothing was recorded then.
    package func submit(
        _ request: ChangeRequest, stop: StopSignal
    ) throws -> RowTaskController.Submitted {
        try rows.desk.paths.expectApart(from: request.rejectsPath)
        let moment = Timestamp.now()
        let (plan, preparation) = try Self.prepare(request, catalogue: catalogue, at: moment)
        var task = UserTask(
            id: UserTask.newID(), kind: plan.assignments.isEmpty ? .delete : .change,
            recordType: plan.recordType, requestedBy: request.requestedBy,
            file: UserTask.File(
                name: Self.title(plan, preparation), bytes: 0, sha256: "", compression: "none"),
            submittedAt: moment)
        task.listFilter = preparation.listFilter
        task.changes = plan.assignments.isEmpty ? nil : plan.assignments
        task.isDryRun = request.isDryRun
        if plan.assignments.isEmpty { task.counts.deleted = 0 }
        return try rows.submit(task, plan: .change(plan), stop: stop)
    }

    /// Most characters of a title.
    private static let titleLength = 100

    /// What the task is about: `contacts where state = 'CA'`.
    private static func title(_ plan: ChangePlan, _ preparation: ChangePreparation) -> String {
        var title = preparation.type.plural
        if let ids = plan.ids { title += ids.count == 1 ? " with the id \(ids[0])" : " of \(ids.count) ids" }
        if let filter = preparation.listFilter { title += " where \(filter)" }
        return title.count > titleLength ? title.prefix(titleLength - 1) + "…" : title
    }

    /// Takes a task up again that ended before its end.
    ///
    /// Gives the task as it ended.
    ///
    /// - Throws: ``Stopped``; `unknown_task`, `task_active`, `not_resumable`.
    package func resume(_ prefix: String, stop: StopSignal) async throws -> UserTask {
        let submitted = try rows.takeUp(prefix, stop: stop)
        if case .change(let plan) = submitted.stored.plan {
            try rows.desk.paths.expectApart(from: plan.rejectsPath)
        }
        return try await run(submitted, isResume: true, stop: stop)
    }

    /// Runs a task to its end, whatever that is: the task that comes back says.
    ///
    /// - Throws: where the books can't be written, or the file of what was left alone can't.
    package func run(
        _ submitted: RowTaskController.Submitted, isResume: Bool = false, stop: StopSignal
    ) async throws -> UserTask {
        guard case .change(var plan) = submitted.stored.plan else { preconditionFailure("no bulk change") }
        // What is there then is the report of the run that ended early.
        if isResume { plan.overwritesRejects = true }
        let task = try await rows.run(submitted, mostRows: plan.mostRecords, stop: stop) { [plan] submitted in
            let stored = submitted.stored
            let preparation = try ChangePreparation(
                plan, catalogue: catalogue, at: stored.task.submittedAt)
            try submitted.writer.prepareTables(preparation.types, links: preparation.links)
            return preparation.job(taskNumber: stored.number)
        }
        if task.failure?.kind != .refused { try writeReport(plan, of: task) }
        return task
    }

    /// Writes the file of the records that were left alone, where one was asked for; what the database keeps stays.
    private func writeReport(_ plan: ChangePlan, of task: UserTask) throws {
        guard let path = plan.rejectsPath else { return }
        let reader = try StoreReader(paths: rows.desk.paths)
        do {
            try LeftRowReport(of: reader.task(task.id), in: reader)
                .write(to: path, force: plan.overwritesRejects)
        } catch let error as any FailureConvertible {
            // Rows are written: whatever this is, it is no refusal.
            var failure = error.failure
            failure.kind = .failed
            failure.hint = "What should be in it is kept: sluice tasks rejects \(task.id)"
            throw failure
        }
    }
}
