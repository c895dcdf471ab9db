internal import Glibc
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
        let live = LiveTask(stored.task, status: status, onChange: desk.onChange)
        defer { status.clear() }
        do {
            let turn = try await desk.waitForRun(live, stop: stop, onWait: onWait)
            defer { turn.unlock() }
            try submitted.writer.prepareTables(named: submitted.plan.recordType, in: catalogue)
            let prepared = try await validate(submitted, live, stop: stop)
            try await write(prepared, submitted, live, stop: stop)
            desk.shortenJournal(with: submitted.writer)
        } catch let refusal as ResumeRefused {
            var task = stored.task
            task.version = live.task.version + 1
            try submitted.writer.update(task)
            throw refusal.failure
        } catch {
            try desk.end(live, submitted.writer, error)
        }
        submitted.writer.checkpointAll()
        // Nothing can be resumed of what is complete or was refused.
        let isOver = live.task.state.isComplete || live.task.failure?.kind == .refused
        if isOver, submitted.plan.isSpooled { unlink(submitted.plan.path) }
        if live.task.state.isComplete { return live.task }
        do {
            try writeReports(submitted)
        } catch  where live.task.failure != nil {
            // The task tells of a failure already, and rejects and results are kept: its resume writes them.
        }
        return live.task
    }

    // MARK: First pass

    /// A resume that must not go on; the task stays what it was.
    private struct ResumeRefused: Error {
        var failure: Failure
    }

    private func validate(
        _ submitted: Submitted, _ live: LiveTask, stop: StopSignal
    ) async throws -> ImportPreparation {
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
            let source = try ImportSource.reopen(
                path: submitted.plan.path, name: stored.task.file.name,
                isSealed: submitted.plan.spoolKey != nil, ring: ring)
            let prepared = try await ImportPreparation(
                submitted.plan, source: source, catalogue: catalogue,
                filterName: stored.task.inputFilter?.name ?? "default", submittedAt: stored.task.submittedAt,
                ring: ring, stop: stop,
                report: { live.note(bytesDone: $0, records: 0) })
            let known = stored.task.file.sha256
            guard known.isEmpty || known == prepared.sha256 else {
                throw Failure(
                    .refused, code: "source_changed",
                    message: "\(source.name) is not the file that user task \(stored.task.id) began with: "
                        + "its SHA-256 is \(prepared.sha256) and was \(known)",
                    hint: "Bring the old file back, or import the new one as a task of its own.")
            }
            // Before the first record: what one key has sealed, another must not be mixed with.
            if prepared.seals, let ring { try submitted.writer.takeIntoUse(ring) }
            try begin(submitted, live, prepared)
            return prepared
        } catch let error as Stopped {
            throw error
        } catch let error as any FailureConvertible {
            var failure = error.failure
            failure.kind = error is StoreError ? failure.kind : .refused
            throw isResume ? ResumeRefused(failure: failure) : failure
        }
    }

    /// Writes down what the first pass found; from here on a resume needs the same file.
    private func begin(_ submitted: Submitted, _ live: LiveTask, _ prepared: ImportPreparation) throws {
        try submitted.writer.setSourceForm(prepared.form, taskNumber: submitted.stored.number)
        let isResume = submitted.stored.resumePoint != nil
        let task = live.change { task in
            task.state = .running
            task.file.sha256 = prepared.sha256
            guard !isResume else { return }
            task.counts = Counts()
            task.counts.read = prepared.records
            task.counts.unprocessed = prepared.records
            task.errors = []
            task.warnings = prepared.warnings
        }
        if isResume {
            try submitted.writer.update(task)
        } else {
            try submitted.writer.beginAnew(task, taskNumber: submitted.stored.number)
        }
    }

    // MARK: Second pass

    private func write(
        _ prepared: ImportPreparation, _ submitted: Submitted, _ live: LiveTask, stop: StopSignal
    ) async throws {
        let began = ContinuousClock.now
        let before = live.task.counts.processed
        let ledger = try await prepared.write(
            live.task, stored: submitted.stored, into: submitted.writer, stop: stop,
            observer: ImportRun.Observer(
                task: { live.committing($0) }, committed: { live.committed($0) },
                written: { live.note(bytesDone: $0.sourceBytesDone, records: $0.counts.processed) }))
        let seconds = max(0.001, (ContinuousClock.now - began).seconds)
        // Before the task is complete: one that is has its reports, also where the process is killed here.
        let masked = try writeReports(submitted)
        let task = live.change { task in
            task.state = ledger.counts.rejected > 0 ? .completedWithRejects : .completed
            task.endedAt = .now()
            task.progress.bytesDone = task.file.bytes
            task.progress.etaSeconds = 0
            // Of the whole run: what somebody who looks back wants to know.
            task.progress.recordsPerSecond = (Double(ledger.counts.processed - before) / seconds).rounded()
            // One long transaction makes a long WAL, whoever reads.
            if submitted.writer.hasLongWAL, submitted.plan.oneTransaction == nil {
                task.warnings.append(Self.longWAL)
            }
            if masked > 0 { task.warnings.append(Self.maskedRejects(masked)) }
        }
        try submitted.writer.update(task)
    }

    private static let longWAL = UserTask.Tally(
        code: "wal_kept_long", field: nil, count: 1, firstLine: 0,
        message: "a program kept reading an old state of the database, so that its WAL file grew beyond 2 GiB"
    )

    private static func maskedRejects(_ count: UInt64) -> UserTask.Tally {
        UserTask.Tally(
            code: "rejects_masked", field: nil, count: count, firstLine: 1,
            message:
                "the reject file has masks for values of encrypted fields, and cannot be imported again; "
                + "'sluice tasks rejects ID --show-encrypted' gives one that can")
    }

    // MARK: The end

    /// Writes the files of rejects and results that the request asked for; what the database keeps stays.
    ///
    /// - Returns: rejects that were written with masks for values of encrypted fields.
    @discardableResult
    private func writeReports(_ submitted: Submitted) throws -> UInt64 {
        let plan = submitted.plan
        guard plan.rejectsPath != nil || plan.resultsPath != nil else { return 0 }
        // All records are written: the reports shall not add to the memory that took.
        submitted.writer.releaseMemory()
        let reader = try StoreReader(paths: paths)
        let stored = try reader.task(submitted.stored.task.id)
        guard stored.task.failure?.kind != .refused else { return 0 }
        do {
            var masked: UInt64 = 0
            if let path = plan.rejectsPath {
                masked = try RejectReport(
                    of: stored, in: reader, ring: plan.showsEncrypted ?? false ? ring : nil
                ).writeFiles(at: path, force: plan.overwritesRejects)
            }
            if let path = plan.resultsPath {
                try ResultsReport(of: stored, in: reader).write(to: path, force: plan.overwritesRejects)
            }
            return masked
        } catch let error as any FailureConvertible {
            // Rows are written: whatever this is, it is no refusal.
            var failure = error.failure
            failure.kind = .failed
            failure.hint =
                "What should be in it is kept: 'sluice tasks rejects ID' and 'sluice tasks results ID' give it, "
                + "'sluice tasks resume ID' tries again."
            throw failure
        }
    }
}
