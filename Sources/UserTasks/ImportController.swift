internal import ByteStreams
internal import Glibc
internal import InputFilters
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
        let writer: StoreWriter
        let lock: FileLock
    }

    // MARK: Submitting

    /// Checks what can be checked at once, spools what cannot be read twice, and records the task.
    ///
    /// - Parameter createsDatabase: whether a missing database is made.
    /// - Throws: what refuses the request; nothing was recorded then.
    package func submit(_ request: ImportRequest, createsDatabase: Bool, stop: StopSignal) async throws
        -> Submitted
    {
        let type = try catalogue.type(named: request.recordType)
        let document = try request.filter.map { filter in
            try InputFilterDocument(
                document: filter.document, yaml: filter.yaml, recordTypes: catalogue.types)
        }
        if let document, document.recordType != type.name {
            throw Failure(
                .refused, code: "wrong_record_type",
                message:
                    "input filter '\(document.name)' is for \(document.recordType) records, not \(type.name)",
                hint: "Say 'sluice import \(document.recordType)s', or name another filter.")
        }
        // The source before the database: a mistyped name must not leave a new database behind.
        let opened = try open(request.source)
        let rejectsPath = try request.rejectsPath.map { path in
            // Without quoting, reasons are a file of their own.
            if let document, document.dialect.quote == nil {
                _ = try Self.checkedOutput(path + ".reasons.csv", request, source: opened)
            }
            return try Self.checkedOutput(path, request, source: opened)
        }
        let id = UserTask.newID()
        let writer = try StoreWriter(paths: paths, create: createsDatabase)
        try writer.prepareTables(catalogue.types)
        let file = if let opened { opened } else { try await spool(request, id: id, stop: stop) }
        let plan = ImportPlan(
            path: opened == nil ? paths.spool(id) : Self.absolute(file.path), isSpooled: opened == nil,
            recordType: type.name, filterYAML: request.filter?.yaml, mode: request.mode,
            duplicates: request.duplicates, maxRejects: request.maxRejects, maxRecords: request.maxRecords,
            maxBytes: request.maxBytes, batch: .standard(commitRecords: request.commitRecords),
            commitRecords: request.commitRecords ?? BatchLimits.standardCommitRecords,
            rejectsPath: rejectsPath, overwritesRejects: request.overwritesRejects)
        let task = UserTask(
            id: id, kind: .import, recordType: type.name, requestedBy: request.requestedBy,
            file: UserTask.File(
                name: file.name, bytes: file.bytes, sha256: "", compression: file.compression.rawValue),
            inputFilter: UserTask.FilterName(name: document?.name ?? "default", version: 1),
            mode: request.mode.rawValue, duplicates: request.duplicates.rawValue, submittedAt: .now())
        do {
            let lock = try hold(id)
            let number = try writer.insert(task, plan: plan)
            return Submitted(
                stored: StoredTask(number: number, task: task, plan: plan), writer: writer, lock: lock)
        } catch {
            if plan.isSpooled { unlink(plan.path) }
            throw error
        }
    }

    /// Opens a regular file; `nil` for what has to be spooled.
    private func open(_ source: ImportRequest.Source) throws -> SourceFile? {
        guard case .path(let path) = source, try SourceFile.kind(path: path) != .pipe else { return nil }
        return try SourceFile(path: path)
    }

    private func spool(_ request: ImportRequest, id: String, stop: StopSignal) async throws -> SourceFile {
        let path = paths.spool(id)
        let limit = request.maxSpoolBytes
        return try await StoppableLane.run(label: "sluice.spool", stop: stop) {
            switch request.source {
            case .standardInput:
                try await Spool.copy(
                    from: STDIN_FILENO, called: "standard input", to: path, maxBytes: limit)
            case .path(let fifo):
                try await Spool.copy(fifo: fifo, to: path, maxBytes: limit)
            }
        }
    }

    /// The absolute path of the reject file, once it is clear that writing there does no harm.
    private static func checkedOutput(
        _ path: String, _ request: ImportRequest, source: SourceFile?
    ) throws -> String {
        // Opening and dropping it checks the folder, the existing file and the input; nothing is left there.
        _ = try OutputFile(
            path: path, force: request.overwritesRejects, inputs: source.map { [$0.identity] } ?? [])
        return absolute(path)
    }

    static func absolute(_ path: String) -> String {
        guard !path.hasPrefix("/"), let folder = getcwd(nil, 0) else { return path }
        defer { free(folder) }
        return String(cString: folder) + "/" + path
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
    /// - Parameter maxRejects: instead of the limit the task was submitted with.
    /// - Throws: `unknown_task`, `task_active`, `not_resumable`.
    package func takeUp(_ prefix: String, maxRejects: RejectLimit?) throws -> Submitted {
        let id = try StoreReader(paths: paths).task(prefix).task.id
        let writer = try StoreWriter(paths: paths, create: false)
        let lock = try hold(id)
        // Read under the lock: another process may just have finished it.
        guard var stored = try writer.storedTask(id) else {
            throw StoreError(.unknownTask, "there is no user task '\(prefix)'")
        }
        if stored.task.state.isActive { stored.task.state = .interrupted }
        guard stored.task.state.mayBecome(.validating), stored.task.failure?.kind != .refused else {
            throw Failure(
                .refused, code: "not_resumable",
                message: "user task \(id) is \(stored.task.state.rawValue) and has nothing to resume",
                hint: stored.task.failure == nil ? nil : "Its file was refused: mend it and import it anew.")
        }
        if let maxRejects { stored.plan.maxRejects = maxRejects }
        stored.plan.overwritesRejects = true
        LiveStatus(paths: paths, id: id).clear()
        try writer.prepareTables(catalogue.types)
        return Submitted(stored: stored, writer: writer, lock: lock)
    }
}
