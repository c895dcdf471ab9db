internal import Glibc
package import Pipeline
package import Records
package import Store

/// Brings imports from request to end: submit, run, resume.
package struct ImportController: Sendable {
    let desk: TaskDesk
    let catalogue: Catalogue
    /// The keys of encrypted fields, where they are at hand.
    let ring: (any KeyRing)?
    /// Told once when a run has to wait for another.
    let onWait: @Sendable (UserTask) -> Void

    package init(
        paths: StorePaths, catalogue: Catalogue, patience: Duration, ring: (any KeyRing)? = nil,
        onChange: @escaping @Sendable (UserTask) -> Void, onWait: @escaping @Sendable (UserTask) -> Void
    ) {
        desk = TaskDesk(paths: paths, patience: patience, onChange: onChange)
        self.catalogue = catalogue
        self.ring = ring
        self.onWait = onWait
    }

    var paths: StorePaths { desk.paths }

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
        let linked = catalogue.link(named: request.recordType)
        let type = try catalogue.fileType(named: request.recordType)
        try request.check(for: linked)
        try request.check(for: type)
        let (mode, duplicates) = (request.mode(for: type), request.duplicates(for: type))
        let filter = try request.filter.map { filter in
            try ImportPreparation.checkFilter(
                filter.yaml, name: filter.document, type: type, catalogue: catalogue)
        }
        if let field = filter?.encryptedField, ring == nil {
            throw Failure.keyNeeded(for: field, of: type.name)
        }
        // The source before the database: a mistyped name must not leave a new database behind.
        let opened = try ImportSource.open(request.source)
        let reasonsApart = filter?.hasNoQuoting ?? false
        try expectApart(rejects: request.rejectsPath, results: request.resultsPath)
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
        let writer = try desk.openWriter(creating: createsDatabase, stop: stop)
        let keeping = keeping(request, filter, type)
        var spoolKey: String?
        if opened == nil, case .sealed(let ring) = keeping {
            try writer.takeIntoUse(ring)
            spoolKey = ring.writingKey
        }
        let source =
            if let opened { opened } else {
                try await ImportSource.spool(
                    request.source, to: paths.spool(id), maxBytes: request.maxSpoolBytes,
                    keeping: keeping, stop: stop)
            }
        var plan = ImportPlan(
            path: source.path, isSpooled: opened == nil,
            recordType: type.name, filterYAML: request.filter?.yaml, mode: mode,
            duplicates: duplicates, maxRejects: request.maxRejects, maxRecords: request.maxRecords,
            maxBytes: request.maxBytes,
            batch: linked == nil
                ? .standard(commitRecords: request.commitRecords)
                : .links(commitRecords: request.commitRecords),
            commitRecords: request.commitRecords
                ?? (linked == nil ? BatchLimits.standardCommitRecords : BatchLimits.linkCommitRecords),
            rejectsPath: rejectsPath, overwritesRejects: request.overwritesRejects,
            encoding: request.encoding)
        plan.saysCommitRecords = request.commitRecords == nil ? nil : true
        plan.oneTransaction = request.oneTransaction
        plan.keepsBefore = request.keepsBefore
        plan.resultsPath = resultsPath
        plan.spoolKey = spoolKey
        plan.showsEncrypted = request.showsEncrypted ? true : nil
        plan.recordTypeYAML = linked == nil && catalogue.isOwn(type) ? type.yaml : nil
        plan.delimiter = request.delimiter
        plan.links = linked.map { _ in request.linkMode }
        plan.firstSide = request.firstSide
        var task = UserTask(
            id: id, kind: .import, recordType: type.name, requestedBy: request.requestedBy,
            file: UserTask.File(
                name: source.name, bytes: source.bytes, sha256: "", compression: source.compression),
            inputFilter: UserTask.FilterName(
                name: filter?.name ?? "default", version: request.filter?.version ?? 1),
            mode: plan.links?.rawValue ?? mode.rawValue,
            duplicates: linked == nil ? duplicates.rawValue : nil, submittedAt: .now())
        task.isDryRun = request.oneTransaction == .dryRun
        task.isAtomic = request.isAtomic
        do {
            let lock = try desk.hold(id)
            let number = try writer.insert(task, plan: .import(plan))
            return Submitted(
                stored: StoredTask(number: number, task: task, plan: .import(plan)), plan: plan,
                writer: writer, lock: lock)
        } catch {
            if plan.isSpooled { unlink(plan.path) }
            throw error
        }
    }

    private func expectApart(rejects: String?, results: String?) throws(Failure) {
        for path in rejects.map({ RejectReport.paths(at: $0, reasonsApart: true) }) ?? [] {
            try paths.expectApart(from: path)
        }
        try paths.expectApart(from: results)
    }

    /// How a source is kept that can be read only once: sealed as soon as encrypted fields may be fed from it.
    private func keeping(
        _ request: ImportRequest, _ filter: ImportPreparation.FilterFacts?, _ type: RecordType
    ) -> ImportSource.Keeping {
        let mayFeed = filter.map { $0.encryptedField != nil } ?? type.fields.contains(where: \.isEncrypted)
        guard mayFeed else { return .inTheClear }
        if let ring { return .sealed(ring) }
        return .unlessEncrypted(
            type, Dialect(delimiter: request.delimiter ?? Dialect().delimiter), request.encoding ?? .utf8)
    }

    // MARK: Resuming

    /// Takes a task up again that ended before its end.
    ///
    /// `maxRejects` takes the place of the limit the task was submitted with.
    ///
    /// - Returns: the task, held by this process.
    /// - Throws: ``Stopped``; `unknown_task`, `task_active`, `not_resumable`.
    package func takeUp(_ prefix: String, maxRejects: RejectLimit?, stop: StopSignal) throws -> Submitted {
        let (stored, writer, lock) = try desk.takeUp(prefix, stop: stop)
        guard var plan = stored.importPlan else { preconditionFailure("user task \(prefix) is no import") }
        if let maxRejects { plan.maxRejects = maxRejects }
        try expectApart(rejects: plan.rejectsPath, results: plan.resultsPath)
        plan.overwritesRejects = true
        // What is no type any more is told before the task changes.
        _ = try catalogue.fileType(named: plan.recordType)
        return Submitted(stored: stored, plan: plan, writer: writer, lock: lock)
    }
}
