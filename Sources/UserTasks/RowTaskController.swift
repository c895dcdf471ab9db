package import Pipeline
package import Records
package import Store

/// Brings tasks that work on rows of the database from request to end: submit, run, resume.
///
/// What is done to the rows is a ``RowJob``; how such a task lives is the same for all of them.
package struct RowTaskController: Sendable {
    let desk: TaskDesk
    /// Told once where a run has to wait for another.
    private let onWait: @Sendable (UserTask) -> Void

    package init(
        paths: StorePaths, patience: Duration, onChange: @escaping @Sendable (UserTask) -> Void,
        onWait: @escaping @Sendable (UserTask) -> Void
    ) {
        desk = TaskDesk(paths: paths, patience: patience, onChange: onChange)
        self.onWait = onWait
    }

    /// A task that is recorded and held by this process, but has not begun.
    package struct Submitted: Sendable {
        package let stored: StoredTask
        package let writer: StoreWriter
        let lock: FileLock
    }

    /// Records a task.
    ///
    /// - Throws: ``Stopped``; `database_missing`, `database_busy`.
    package func submit(_ task: UserTask, plan: TaskPlan, stop: StopSignal) throws -> Submitted {
        let writer = try desk.openWriter(creating: false, stop: stop)
        let lock = try desk.hold(task.id)
        let number = try writer.insert(task, plan: plan)
        return Submitted(
            stored: StoredTask(number: number, task: task, plan: plan), writer: writer, lock: lock)
    }

    /// Takes a task up again that ended before its end.
    ///
    /// - Throws: ``Stopped``; `unknown_task`, `task_active`, `not_resumable`.
    package func takeUp(_ prefix: String, stop: StopSignal) throws -> Submitted {
        let (stored, writer, lock) = try desk.takeUp(prefix, stop: stop)
        return Submitted(stored: stored, writer: writer, lock: lock)
    }

    /// Runs a task to its end, whatever that is: the task that comes back says.
    ///
    /// `makeJob` is called when it is the task's turn, on the database as it is then. Where there are more rows than
    /// `mostRows` by then, the task ends before the first of them, with `more_records`.
    ///
    /// - Throws: where the books can't be written.
    package func run(
        _ submitted: Submitted, mostRows: UInt64? = nil, stop: StopSignal,
        makeJob: (Submitted) throws -> RowJob
    ) async throws -> UserTask {
        let status = LiveStatus(paths: desk.paths, id: submitted.stored.task.id)
        stop.listen { status.isCancelRequested ? .cancelled : nil }
        let live = LiveTask(submitted.stored.task, status: status, onChange: desk.onChange)
        defer { status.clear() }
        do {
            let turn = try await desk.waitForRun(live, stop: stop, onWait: onWait)
            defer { turn.unlock() }
            let task = live.change { task in
                task.state = .validating
                task.startedAt = task.startedAt ?? .now()
                task.endedAt = nil
                task.failure = nil
            }
            try submitted.writer.update(task)
            try perform(try makeJob(submitted), submitted, mostRows, live, stop: stop)
            desk.shortenJournal(with: submitted.writer)
        } catch {
            try desk.end(live, submitted.writer, error)
        }
        submitted.writer.checkpointAll()
        return live.task
    }

    private func perform(
        _ job: RowJob, _ submitted: Submitted, _ mostRows: UInt64?, _ live: LiveTask, stop: StopSignal
    ) throws {
        let writer = submitted.writer
        var point = submitted.stored.resumePoint?.step
        let rows = try writer.begin(job, after: point)
        if point == nil, let mostRows, rows > mostRows { throw Self.moreRecords(rows, than: mostRows) }
        let warnings = point == nil ? try writer.warnings(of: job) : live.task.warnings
        let before = live.task.counts.processed
        let began = ContinuousClock.now
        try writer.update(
            live.change { task in
                task.state = .running
                task.warnings = warnings
                task.counts.unprocessed = rows
                task.counts.read = task.counts.processed + rows
            })
        var isLast = false
        while !isLast {
            try stop.check()
            Failpoint.hit("before-commit")
            let step = try writer.perform(
                job, after: point, taskNumber: submitted.stored.number, isDryRun: live.task.isDryRun
            ) { step in
                live.committing { Self.take(step, into: &$0) }
            }
            Failpoint.hit("after-commit")
            live.committed { Self.take(step, into: &$0) }
            point = step.point
            isLast = step.isLast
        }
        let last = try writer.settle(job)
        let seconds = max(0.001, (ContinuousClock.now - began).seconds)
        let task = live.change { task in
            task.warnings += last
            let isWhole = task.counts.rejected == 0 && task.errors.isEmpty
            task.state = isWhole ? .completed : .completedWithRejects
            task.endedAt = .now()
            task.progress.etaSeconds = 0
            task.progress.recordsPerSecond = (Double(task.counts.processed - before) / seconds).rounded()
        }
        try writer.update(task)
    }

    private static func moreRecords(_ rows: UInt64, than told: UInt64) -> Failure {
        Failure(
            .refused, code: "more_records",
            message: "by now this is about \(rows) records, and \(told) were told before; nothing was done",
            hint: "Records have come since. Ask anew.")
    }

    /// Adds what a step came to.
    ///
    /// Rows may have come or gone since they were counted: the counts stay true.
    private static func take(_ step: RowStep, into task: inout UserTask) {
        let settled = step.receipt.processed
        if settled > task.counts.unprocessed {
            task.counts.read += settled - task.counts.unprocessed
            task.counts.unprocessed = settled
        }
        task.counts.add(step.receipt)
        if step.isLast {
            task.counts.read -= task.counts.unprocessed
            task.counts.unprocessed = 0
        }
        for row in step.left { UserTask.count(row.code, field: row.field, line: 0, in: &task.errors) }
    }
}
