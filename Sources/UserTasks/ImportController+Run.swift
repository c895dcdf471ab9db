internal import ByteStreams
internal import Glibc
internal import InputFilters
package import Pipeline
package import Records
internal import Store

extension ImportController {
    /// Runs a task to its end, whatever that is: the task that comes back says.
    ///
    /// - Throws: where a resume is refused (the task stays as it was), or the books can't be written.
    package func run(_ submitted: Submitted, stop: StopSignal) async throws -> UserTask {
        let stored = submitted.stored
        let status = LiveStatus(paths: paths, id: stored.task.id)
        stop.listen { status.isCancelRequested ? .cancelled : nil }
        let live = LiveTask(stored.task, status: status, onChange: onChange)
        defer { status.clear() }
        do {
            let turn = try await waitForRun(live, stop: stop)
            defer { turn.unlock() }
            let prepared = try await validate(submitted, live, stop: stop)
            try await write(prepared, submitted, live, stop: stop)
        } catch let refusal as ResumeRefused {
            var task = stored.task
            task.version = live.task.version + 1
            try submitted.writer.update(task)
            throw refusal.failure
        } catch {
            try end(live, submitted, error)
        }
        try submitted.writer.checkpointAll()
        // Nothing can be resumed of what is complete or was refused.
        let isOver = live.task.state.isComplete || live.task.failure?.kind == .refused
        if isOver, stored.plan.isSpooled { unlink(stored.plan.path) }
        if live.task.state.isComplete { return live.task }
        do {
            try writeRejects(submitted)
        } catch  where live.task.failure != nil {
            // The task tells of a failure already, and the rejects are kept: its resume writes them.
        }
        return live.task
    }

    /// One run at a time writes rows: waits for the one before, the task staying `queued`.
    private func waitForRun(_ live: LiveTask, stop: StopSignal) async throws -> FileLock {
        let lock = try FileLock(path: paths.runLock)
        guard !lock.tryLock() else { return lock }
        onWait(live.task)
        let end = ContinuousClock.now + patience
        while !lock.tryLock() {
            try stop.check()
            guard ContinuousClock.now < end else {
                throw StoreError(
                    .databaseBusy, "another import has been writing to \(paths.database) for too long",
                    hint: "See it with 'sluice tasks list', then: sluice tasks resume \(live.task.id)")
            }
            try await Task.sleep(for: .milliseconds(100))
        }
        return lock
    }

    // MARK: First pass

    private struct Prepared {
        var file: SourceFile
        var stages: ImportStages
        var type: RecordType
        var bodyStart: Position
    }

    /// A resume that must not go on; the task stays what it was.
    private struct ResumeRefused: Error {
        var failure: Failure
    }

    private func validate(_ submitted: Submitted, _ live: LiveTask, stop: StopSignal) async throws -> Prepared
    {
        let stored = submitted.stored
        // Once the first pass was through, the task is bound to its file: another one is no reason to end it.
        let isResume = stored.resumePoint != nil || !stored.task.file.sha256.isEmpty
        let task = live.change { task in
            task.state = .validating
            task.startedAt = task.startedAt ?? .now()
            task.endedAt = nil
            task.failure = nil
        }
        try submitted.writer.update(task)
        do {
            let type = try catalogue.type(named: stored.plan.recordType)
            let document = try stored.plan.filterYAML.map { yaml in
                try InputFilterDocument(
                    document: stored.task.inputFilter.name, yaml: yaml, recordTypes: catalogue.types)
            }
            let file = try SourceFile(path: stored.plan.path, name: stored.task.file.name)
            let pass = try await FirstPass.run(
                over: file, dialect: document?.dialect ?? Dialect(), limit: stored.plan.limit(of: type),
                options: ByteStream.Options(), stop: stop,
                report: { live.note(bytesDone: $0, records: 0) })
            try file.unchanged()
            if !stored.task.file.sha256.isEmpty, stored.task.file.sha256 != pass.sha256 {
                throw Failure(
                    .refused, code: "source_changed",
                    message: "\(file.name) is not the file that user task \(stored.task.id) began with: "
                        + "SHA-256 \(pass.sha256), then \(stored.task.file.sha256)",
                    hint: "Bring the old file back, or import the new one as a task of its own.")
            }
            let stages = try ImportStages(plan: stored.plan, type: type, document: document, firstPass: pass)
            try begin(submitted, live, file: file, pass: pass, stages: stages)
            return Prepared(file: file, stages: stages, type: type, bodyStart: pass.bodyStart)
        } catch let error as Stopped {
            throw error
        } catch let error as any FailureConvertible {
            var failure = error.failure
            failure.kind = error is StoreError ? failure.kind : .refused
            throw isResume ? ResumeRefused(failure: failure) : failure
        }
    }

    /// Writes down what the first pass found; from here on a resume needs the same file.
    private func begin(
        _ submitted: Submitted, _ live: LiveTask, file: SourceFile, pass: FirstPass, stages: ImportStages
    ) throws {
        let form = SourceForm(dialect: stages.sourceDialect, header: pass.headerBytes)
        try submitted.writer.setSourceForm(form, taskNumber: submitted.stored.number)
        let isResume = submitted.stored.resumePoint != nil
        let task = live.change { task in
            task.state = .running
            task.file.sha256 = pass.sha256
            guard !isResume else { return }
            task.counts = Counts()
            task.counts.read = pass.records
            task.counts.unprocessed = pass.records
            task.errors = []
            task.warnings = Self.warnings(file)
        }
        try submitted.writer.update(task)
    }

    /// What is odd about a file, but no reason to refuse it.
    private static func warnings(_ file: SourceFile) -> [UserTask.Tally] {
        guard let dot = file.name.lastIndex(of: ".") else { return [] }
        let expected: Compression =
            switch file.name[dot...].lowercased() {
            case ".gz", ".gzip": .gzip
            case ".zst", ".zstd": .zstd
            default: .none
            }
        guard expected != file.compression else { return [] }
        let found =
            file.compression == .none ? "not compressed" : "compressed with \(file.compression.rawValue)"
        return [
            UserTask.Tally(
                code: "compression_by_content", field: nil, count: 1, firstLine: 1,
                message: "the file is \(found), whatever its name says; it was read as it is")
        ]
    }

    // MARK: Second pass

    private func write(
        _ prepared: Prepared, _ submitted: Submitted, _ live: LiveTask, stop: StopSignal
    ) async throws {
        let stored = submitted.stored
        let writer = try ImportWriter(
            writer: submitted.writer, type: prepared.type, fields: prepared.stages.fields,
            match: prepared.stages.match, mode: stored.plan.mode, duplicates: stored.plan.duplicates,
            taskNumber: stored.number, lastForeignID: stored.resumePoint?.lastForeignRowID)
        let observer = ImportRun.Observer(
            task: { live.committing($0) }, committed: { live.committed($0) })
        let run = ImportRun(
            file: prepared.file, options: ByteStream.Options(), stages: prepared.stages, plan: stored.plan,
            stop: stop, observer: observer)
        let start = stored.resumePoint?.position ?? prepared.bodyStart
        let ledger = try await run.run(
            into: writer, from: ImportLedger(continuing: live.task, from: start),
            bodyStart: prepared.bodyStart)
        // Before the task is complete: one that is has its reject file, also where the process is killed here.
        try writeRejects(submitted)
        let task = live.change { task in
            task.state = ledger.counts.rejected > 0 ? .completedWithRejects : .completed
            task.endedAt = .now()
            task.progress.bytesDone = task.file.bytes
            task.progress.etaSeconds = 0
        }
        try submitted.writer.update(task)
    }

    // MARK: The end

    /// Writes down how a run ended that did not reach its end.
    ///
    /// - Throws: the error itself where the task had not begun again: it stays what it was.
    private func end(_ live: LiveTask, _ submitted: Submitted, _ error: any Error) throws {
        guard live.task.state.isActive else { throw error }
        live.change { task in
            task.endedAt = .now()
            task.progress.etaSeconds = nil
            switch error {
            case let stopped as Stopped:
                task.state = stopped.reason == .cancelled ? .cancelled : .interrupted
            case let error as any FailureConvertible:
                task.state = .failed
                task.failure = error.failure
            default:
                task.state = .failed
                task.failure = Failure(.failed, code: "internal", message: "\(error)")
            }
        }
        // The connection may be what failed: the books are written over a new one, on what was committed.
        let writer = error is StoreError ? try StoreWriter(paths: paths, create: false) : submitted.writer
        try writer.update(live.task)
    }

    /// Writes the reject file the request asked for; the log in the database stays either way.
    private func writeRejects(_ submitted: Submitted) throws {
        guard let path = submitted.stored.plan.rejectsPath else { return }
        let reader = try StoreReader(paths: paths)
        let stored = try reader.task(submitted.stored.task.id)
        guard stored.task.failure?.kind != .refused else { return }
        let report = try RejectReport(of: stored, in: reader)
        let force = submitted.stored.plan.overwritesRejects
        var parts: [(String, RejectReport.Part)] = [(path, .records)]
        if report.needsReasonsApart { parts.append((path + ".reasons.csv", .reasons)) }
        do {
            for (path, part) in parts {
                let output = try OutputFile(path: path, force: force, inputs: [])
                try report.write(part, to: output)
                try output.finish()
            }
        } catch let error as any FailureConvertible {
            // Rows are written: whatever this is, it is no refusal.
            var failure = error.failure
            failure.kind = .failed
            failure.hint =
                "The rejects are kept: 'sluice tasks rejects ID' gives them, 'sluice tasks resume ID' tries again."
            throw failure
        }
    }
}

extension ImportPlan {
    /// The type's limit, or what was asked for instead.
    fileprivate func limit(of type: RecordType) -> RecordType.Limit {
        if let maxBytes { return .bytes(maxBytes) }
        if let maxRecords { return .records(maxRecords) }
        return type.limit
    }
}
