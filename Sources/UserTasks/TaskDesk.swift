internal import Pipeline
internal import Records
internal import Store

/// What all kinds of user tasks have in common: who may work on one, and how its end is written down.
struct TaskDesk: Sendable {
    let paths: StorePaths
    /// How long a task waits for the transaction or the run before it.
    let patience: Duration
    /// Told each time a task changes or moves on.
    let onChange: @Sendable (UserTask) -> Void

    /// Opens the database to write, waiting for the transaction of another process until somebody stops this one.
    ///
    /// - Throws: ``Stopped``; as `StoreWriter`.
    func openWriter(creating creates: Bool, stop: StopSignal) throws -> StoreWriter {
        do {
            return try StoreWriter(
                paths: paths, create: creates, patience: patience, givesUp: { stop.reason != nil })
        } catch {
            try stop.check()
            throw error
        }
    }

    /// Takes the lock that proves that a process is at work on the task.
    ///
    /// - Throws: `task_active`.
    func hold(_ id: String) throws -> FileLock {
        let lock = try FileLock(path: paths.taskLock(id))
        guard lock.tryLock() else {
            throw StoreError(
                .taskActive, "another process is at work on user task \(id)",
                hint: "Follow it with: sluice tasks watch \(id)")
        }
        return lock
    }

    /// One run at a time writes rows: waits for the one before, the task staying `queued`.
    ///
    /// `onWait` is called once where there is one.
    ///
    /// - Throws: ``Stopped``; `database_busy`.
    func waitForRun(
        _ live: LiveTask, stop: StopSignal, onWait: @Sendable (UserTask) -> Void
    ) async throws -> FileLock {
        let lock = try FileLock(path: paths.runLock)
        guard !lock.tryLock() else { return lock }
        onWait(live.task)
        let end = ContinuousClock.now + patience
        while !lock.tryLock() {
            try stop.check()
            guard ContinuousClock.now < end else {
                throw StoreError(
                    .databaseBusy, "another user task has been writing to \(paths.database) for too long",
                    hint: "See it with 'sluice tasks list', then: sluice tasks resume \(live.task.id)")
            }
            try await Task.sleep(for: .milliseconds(100))
        }
        return lock
    }

    /// Takes a task up again that ended before its end.
    ///
    /// - Throws: ``Stopped``; `unknown_task`, `task_active`, `not_resumable`.
    func takeUp(
        _ prefix: String, stop: StopSignal
    ) throws -> (stored: StoredTask, writer: StoreWriter, lock: FileLock) {
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
                hint: stored.task.failure == nil
                    ? nil : "What it asked for was refused: mend it and ask anew.")
        }
        LiveStatus(paths: paths, id: id).clear()
        return (stored, writer, lock)
    }

    /// Takes out of the journal what is older than the settings have it kept; for whoever holds the run's turn.
    func shortenJournal(with writer: StoreWriter) {
        // The task is complete, whatever becomes of this: the next one shortens it, and 'sluice purge' says why not.
        try? writer.pruneJournal()
    }

    /// Writes down how a run ended that did not reach its end.
    ///
    /// - Throws: the error itself where the task had not begun again: it stays what it was.
    func end(_ live: LiveTask, _ writer: StoreWriter, _ error: any Error) throws {
        guard live.task.state.isActive else { throw error }
        // The connection may be what failed: the books are written over a new one, on what was committed.
        var writer = writer
        if error is StoreError {
            writer = try StoreWriter(paths: paths, create: false)
            if let committed = try writer.storedTask(live.task.id)?.task { live.takeCommitted(committed) }
        }
        live.change { task in
            task.endedAt = .now()
            task.progress.etaSeconds = nil
            switch error {
            case let stopped as Stopped:
                task.state = stopped.reason == .cancelled ? .cancelled : .interrupted
            case let error as any FailureConvertible:
                task.state = .failed
                task.failure = error.failure
                // What the database does not give under way is no refusal: the task can be resumed. But what a rule
                // forbids it will forbid again.
                if let error = error as? StoreError, error.code != .uniqueField {
                    task.failure?.kind = .failed
                }
            default:
                task.state = .failed
                task.failure = Failure(.failed, code: "internal", message: "\(error)")
            }
        }
        try writer.update(live.task)
    }
}
