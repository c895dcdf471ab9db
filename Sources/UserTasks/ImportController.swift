internal import Glibc
package import Pipeline
package import Records
package import Store

/// Brings imports from request to end: submit, run, resume.
package struct ImportController: Sendable {
    let paths: StorePaths
    let catalogue: Catalogue
    /// Told each time a task of this controller changes or moves on.
    let onChange: @Sendable (UserTask) -> Void
    /// Told once when a run has to wait for another.
    let onWait: @Sendable (UserTask) -> Void
    /// How long a run waits for the one before it.
    let patience: Duration

    package init(
        paths: StorePaths, catalogue: Catalogue, patience: Duration,
        onChange: @escaping @Sendable (UserTask) -> Void, onWait: @escaping @Sendable (UserTask) -> Void
    ) {
        self.paths = paths
        self.catalogue = catalogue
        self.patience = patience
        self.onChange = onChange
        self.onWait = onWait
    }

    /// A task that is recorded and held by this process, but has not begun.
    package struct Submitted: Sendable {
        package let stored: StoredTask
        let plan: ImportPlan
        let writer: StoreWriter
        let lock: FileLock
    }

    // MARK: Submitting

    /// Checks what can be checked at once, spools what cannot be read twice, and records the task.
    ///
    /// `createsDatabase` says whether a missing database is made.
    ///
    /// - Returns: the task, held by this process.
    /// - Throws: what refuses the request; nothing was recorded then.
    package func submit(_ request: ImportRequest, createsDatabase: Bool, stop: StopSignal) async throws
        -> Submitted
    {
        let type = try catalogue.type(named: request.recordType)
        let filter = try request.filter.map { filter in
            try ImportPreparation.checkFilter(
                filter.yaml, name: filter.document, type: type, catalogue: catalogue)
        }
        // The source before the database: a mistyped name must not leave a new database behind.
        let opened = try ImportSource.open(request.source)
        let reasonsApart = filter?.hasNoQuoting ?? false
        let rejectsPath = try request.rejectsPath.map { path in
            try RejectReport.checkedPath(
                path, force: request.overwritesRejects, reasonsApart: reasonsApart, source: opened)
        }
        let resultsPath = try request.resultsPath.map { path in
            try ResultsReport.checkedPath(
                path, force: request.overwritesRejects, source: opened,
                others: rejectsPath.map { RejectReport.paths(at: $0, reasonsApart: reasonsApart) } ?? [])
        }
        let id = UserTask.newID()
        let writer = try openWriter(creating: createsDatabase, stop: stop)
        try writer.prepareTables(catalogue.tables(for: type))
        let source =
            if let opened { opened } else {
                try await ImportSource.spool(
                    request.source, to: paths.spool(id), maxBytes: request.maxSpoolBytes, stop: stop)
            }
        var plan = ImportPlan(
            path: source.path, isSpooled: opened == nil,
            recordType: type.name, filterYAML: request.filter?.yaml, mode: request.mode,
            duplicates: request.duplicates, maxRejects: request.maxRejects, maxRecords: request.maxRecords,
            maxBytes: request.maxBytes, batch: .standard(commitRecords: request.commitRecords),
            commitRecords: request.commitRecords ?? BatchLimits.standardCommitRecords,
            rejectsPath: rejectsPath, overwritesRejects: request.overwritesRejects,
            encoding: request.encoding)
        plan.oneTransaction = request.oneTransaction
        plan.resultsPath = resultsPath
        plan.recordTypeYAML = catalogue.isOwn(type) ? type.yaml : nil
        var task = UserTask(
            id: id, kind: .import, recordType: type.name, requestedBy: request.requestedBy,
            file: UserTask.File(
                name: source.name, bytes: source.bytes, sha256: "", compression: source.compression),
            inputFilter: UserTask.FilterName(
                name: filter?.name ?? "default", version: request.filter?.version ?? 1),
            mode: request.mode.rawValue, duplicates: request.duplicates.rawValue, submittedAt: .now())
        task.isDryRun = request.oneTransaction == .dryRun
        task.isAtomic = request.isAtomic
        do {
            let lock = try hold(id)
            let number = try writer.insert(task, plan: .import(plan))
            return Submitted(
                stored: StoredTask(number: number, task: task, plan: .import(plan)), plan: plan,
                writer: writer, lock: lock)
        } catch {
            if plan.isSpooled { unlink(plan.path) }
            throw error
        }
    }

    /// Opens the database to write, waiting for the transaction of another process until somebody stops this one.
    ///
    /// - Throws: ``Stopped``; as `StoreWriter`.
    private func openWriter(creating creates: Bool, stop: StopSignal) throws -> StoreWriter {
        do {
            return try StoreWriter(
                paths: paths, create: creates, patience: patience, givesUp: { stop.reason != nil })
        } catch {
            try stop.check()
            throw error
        }
    }

    /// Takes the lock that proves that a process is at work on the task.
    func hold(_ id: String) throws -> FileLock {
        let lock = try FileLock(path: paths.taskLock(id))
        guard lock.tryLock() else {
            throw StoreError(
                .taskActive, "another process is at work on user task \(id)",
                hint: "Follow it with: sluice tasks watch \(id)")
        }
        return lock
    }

    // MARK: Resuming

    /// Takes a task up again that ended before its end.
    ///
    /// `maxRejects` takes the place of the limit the task was submitted with.
    ///
    /// - Returns: the task, held by this process.
    /// - Throws: ``Stopped``; `unknown_task`, `task_active`, `not_resumable`.
    package func takeUp(_ prefix: String, maxRejects: RejectLimit?, stop: StopSignal) throws -> Submitted {
        let id = try StoreReader(paths: paths).task(prefix).task.id
        let writer = try openWriter(creating: false, stop: stop)
        let lock = try hold(id)
        // Read under the lock: another process may just have finished it.
        guard var stored = try writer.storedTask(id) else {
            throw StoreError(.unknownTask, "there is no user task '\(prefix)'")
        }
        if stored.task.state.isActive { stored.task.state = .interrupted }
        guard stored.task.state.mayBecome(.validating), stored.task.failure?.kind != .refused else {
            throw Failure(
                .refused, code: "not_resumable",
                message: "user task \(id) is \(stored.task.state.words) and has nothing to resume",
                hint: stored.task.failure == nil ? nil : "Its file was refused: mend it and import it anew.")
        }
        guard var plan = stored.importPlan else { preconditionFailure("user task \(id) is no import") }
        if let maxRejects { plan.maxRejects = maxRejects }
        plan.overwritesRejects = true
        LiveStatus(paths: paths, id: id).clear()
        try writer.prepareTables(catalogue.tables(for: catalogue.type(named: plan.recordType)))
        return Submitted(stored: stored, plan: plan, writer: writer, lock: lock)
    }
}
