package import Pipeline
package import Records
package import Store

/// Brings exports from request to end: submit, run, run again.
package struct ExportController: Sendable {
    private let desk: TaskDesk
    private let catalogue: Catalogue
    /// The keys of encrypted fields, for whoever may see their values.
    private let ring: (any KeyRing)?

    package init(
        paths: StorePaths, catalogue: Catalogue, patience: Duration, ring: (any KeyRing)? = nil,
        onChange: @escaping @Sendable (UserTask) -> Void
    ) {
        desk = TaskDesk(paths: paths, patience: patience, onChange: onChange)
        self.catalogue = catalogue
        self.ring = ring
    }

    /// A task that is recorded and held by this process, but has not begun.
    package struct Submitted: Sendable {
        package let stored: StoredTask
        let plan: ExportPlan
        let preparation: ExportPreparation
        let writer: StoreWriter
        let lock: FileLock
    }

    /// Checks the request and records the task.
    ///
    /// - Throws: what refuses the request; nothing was recorded then.
    package func submit(_ request: ExportRequest, stop: StopSignal) throws -> Submitted {
        let moment = Timestamp.now()
        let destination = ExportDestination(request.path)
        try desk.paths.expectApart(from: destination.path)
        try destination.expectWritable(force: request.overwrites)
        var plan = ExportPlan(
            recordType: try catalogue.type(named: request.recordType).name, listFilter: request.listFilter,
            ids: request.ids, columns: request.columns, sort: request.sort, formatYAML: request.format?.yaml,
            path: destination.path, overwrites: request.overwrites)
        plan.showsEncrypted = request.showsEncrypted ? true : nil
        plan.withDrafts = request.withDrafts ? true : nil
        let preparation = try ExportPreparation(
            plan, catalogue: catalogue, at: moment, formatDocument: request.format?.document ?? "data",
            ring: ring)
        let writer = try desk.openWriter(creating: false, stop: stop)
        try writer.prepareTables(preparation.types, links: preparation.links)
        var task = UserTask(
            id: UserTask.newID(), kind: .export, recordType: plan.recordType,
            requestedBy: request.requestedBy,
            file: UserTask.File(
                name: destination.name, bytes: 0, sha256: "",
                compression: destination.compressionName),
            submittedAt: moment)
        task.listFilter = preparation.listFilter
        task.exportFormat = UserTask.FilterName(
            name: preparation.formatName, version: request.format?.version ?? 1)
        task.counts.exported = 0
        let lock = try desk.hold(task.id)
        let number = try writer.insert(task, plan: .export(plan))
        return Submitted(
            stored: StoredTask(number: number, task: task, plan: .export(plan)), plan: plan,
            preparation: preparation, writer: writer, lock: lock)
    }

    /// Takes a task up again that ended before its end: it begins anew, over the database as it is now.
    ///
    /// - Throws: ``Stopped``; `unknown_task`, `task_active`, `not_resumable`, `output_exists`, `output_is_input`.
    package func takeUp(_ prefix: String, stop: StopSignal) async throws -> Submitted {
        let (stored, writer, lock) = try desk.takeUp(prefix, stop: stop)
        guard case .export(var plan) = stored.plan else { preconditionFailure("\(prefix) is no export") }
        guard plan.path != "-" else {
            throw Failure(
                .refused, code: "not_resumable",
                message: "user task \(stored.task.id) wrote to standard output, which is gone",
                hint: "Export anew.")
        }
        let destination = ExportDestination(plan.path)
        try desk.paths.expectApart(from: destination.path)
        if !plan.overwrites {
            // What is there may be what the run left whose end was not written down.
            plan.overwrites = await destination.holds(sha256: stored.task.file.sha256)
            try Self.expectWritable(destination, force: plan.overwrites)
        }
        let preparation = try ExportPreparation(
            plan, catalogue: catalogue, at: stored.task.submittedAt, ring: ring)
        try writer.prepareTables(preparation.types, links: preparation.links)
        return Submitted(
            stored: stored, plan: plan, preparation: preparation, writer: writer, lock: lock)
    }

    /// - Throws: `output_exists`, with what helps a resume.
    private static func expectWritable(_ destination: ExportDestination, force: Bool) throws {
        do {
            try destination.expectWritable(force: force)
        } catch let error as any FailureConvertible {
            var failure = error.failure
            if failure.code == "output_exists" {
                failure.hint = "Somebody else has made it since: move it away, or export anew."
            }
            throw failure
        }
    }

    /// Runs a task to its end, whatever that is: the task that comes back says.
    ///
    /// - Throws: where the books can't be written.
    package func run(_ submitted: Submitted, stop: StopSignal) async throws -> UserTask {
        let status = LiveStatus(paths: desk.paths, id: submitted.stored.task.id)
        stop.listen { status.isCancelRequested ? .cancelled : nil }
        let live = LiveTask(submitted.stored.task, status: status, onChange: desk.onChange)
        defer { status.clear() }
        do {
            try await export(submitted, live, stop: stop)
        } catch {
            // Nothing of it is at the destination.
            live.note(bytesDone: 0, records: 0) { task in
                task.counts.unprocessed = task.counts.read
                task.counts.exported = 0
            }
            try desk.end(live, submitted.writer, error)
        }
        submitted.writer.checkpointAll()
        return live.task
    }

    private func export(_ submitted: Submitted, _ live: LiveTask, stop: StopSignal) async throws {
        live.change { task in
            task.state = .validating
            task.startedAt = task.startedAt ?? .now()
            task.endedAt = nil
            task.failure = nil
            task.counts = Counts()
            task.counts.exported = 0
        }
        // Where it cannot be done now, each row is asked: slower, and as right.
        let upkeep =
            try submitted.preparation.searches
            ? SearchUpkeep.bringUpToDate(submitted.preparation.type, with: submitted.writer) : .current
        let preparation = submitted.preparation
        let snapshots = try submitted.writer.update(live.change { $0.state = .running }) {
            first throws(StoreError) in
            try ExportRun.lanes(for: preparation, over: first)
        }
        let began = ContinuousClock.now
        let run = ExportRun(
            preparation, over: snapshots, stop: stop,
            report: { done in
                let total = done.share.map { $0 > 0 ? UInt64(Double(done.bytes) / $0) : 0 }
                live.note(
                    bytesDone: done.bytes, bytesTotal: max(total ?? 0, done.bytes), records: done.rows
                ) { Self.count(done.rows, in: &$0) }
            },
            willAppear: { result in
                guard case .export(let plan) = submitted.stored.plan, !plan.overwrites else { return }
                // By this a resume knows its own file, should the process end before its end is written down.
                try submitted.writer.update(
                    live.change { task in (task.file.bytes, task.file.sha256) = (result.bytes, result.sha256)
                    })
            })
        let result = try await run.run(
            to: ExportDestination(submitted.plan.path), force: submitted.plan.overwrites)
        let seconds = max(0.001, (ContinuousClock.now - began).seconds)
        let task = live.change { task in
            Self.count(result.rows, in: &task)
            if let ids = submitted.plan.ids {
                task.counts.skipped = UInt64(Set(ids).count) - result.rows
                task.counts.read += task.counts.skipped
            }
            task.warnings = result.warnings + [upkeep.warning].compactMap { $0 }
            if result.missingIDs > 0 {
                task.warnings.append(.missing(ids: result.missingIDs, of: preparation.type))
            }
            task.state = .completed
            task.endedAt = .now()
            task.file.bytes = result.bytes
            task.file.sha256 = result.sha256
            task.progress.bytesDone = result.bytes
            task.progress.bytesTotal = result.bytes
            task.progress.etaSeconds = 0
            task.progress.recordsPerSecond = (Double(result.rows) / seconds).rounded()
        }
        try submitted.writer.update(task)
    }

    private static func count(_ rows: UInt64, in task: inout UserTask) {
        task.counts.read = rows
        task.counts.exported = rows
    }
}
