internal import Pipeline
internal import Records
internal import Store

/// A task at work in this process: its present form, told to those who watch.
///
/// The lanes report from their threads; the watcher's closure is called on them, a few times a second.
final class LiveTask: Sendable {
    private struct State {
        var task: UserTask
        var meter: ProgressMeter
        var published: Duration = .zero
    }

    private let state: Lock<State>
    private let status: LiveStatus
    private let began = ContinuousClock.now
    private let onChange: @Sendable (UserTask) -> Void

    /// How often progress is published at most.
    private static let interval = Duration.milliseconds(200)

    init(_ task: UserTask, status: LiveStatus, onChange: @escaping @Sendable (UserTask) -> Void) {
        state = Lock(State(task: task, meter: ProgressMeter(bytesTotal: task.file.bytes)))
        self.status = status
        self.onChange = onChange
    }

    var task: UserTask { state.withLock { $0.task } }

    /// Changes the task, raising its version, and tells at once.
    @discardableResult
    func change(_ body: (inout UserTask) -> Void) -> UserTask {
        let task = state.withLock { state in
            let before = state.task.state
            body(&state.task)
            state.task.version += 1
            if state.task.state != before {
                precondition(
                    before.mayBecome(state.task.state), "\(before) cannot become \(state.task.state)")
                state.meter = ProgressMeter(bytesTotal: state.task.file.bytes)
                // Each reading of the file begins anew; an end keeps how far it came.
                if state.task.state.isActive { state.task.progress = state.meter.progress }
            }
            return state.task
        }
        publish(task)
        return task
    }

    /// The task as the commit of work without a file should write it.
    func committing(_ change: (inout UserTask) -> Void) -> UserTask {
        state.withLock { state in
            var task = state.task
            change(&task)
            task.heartbeatAt = .now()
            task.version += 1
            return task
        }
    }

    /// Takes what was committed of work without a file as the task's present form; its progress counts rows.
    func committed(_ change: (inout UserTask) -> Void) {
        let counts = state.withLock { state in
            change(&state.task)
            state.task.version += 1
            return state.task.counts
        }
        note(bytesDone: counts.processed, bytesTotal: counts.read, records: counts.processed)
    }

    /// The task as a commit should write it.
    func committing(_ ledger: ImportLedger) -> UserTask {
        let now = elapsed
        return state.withLock { state in
            state.meter.note(bytesDone: ledger.sourceBytesDone, records: ledger.counts.processed, at: now)
            var task = state.task
            Self.take(ledger, into: &task, state.meter.progress)
            return task
        }
    }

    /// Takes what was committed as the task's present form.
    func committed(_ ledger: ImportLedger) {
        state.withLock { Self.take(ledger, into: &$0.task, $0.meter.progress) }
        note(bytesDone: ledger.sourceBytesDone, records: ledger.counts.processed)
    }

    /// Takes counts from the database, which alone knows them after a failed write.
    func takeCommitted(_ task: UserTask) {
        state.withLock { state in
            state.task.counts = task.counts
            state.task.errors = task.errors
            state.task.warnings = task.warnings
            state.task.version = max(state.task.version, task.version)
        }
    }

    private static func take(
        _ ledger: ImportLedger, into task: inout UserTask, _ progress: UserTask.Progress
    ) {
        task.counts = ledger.counts
        task.errors = ledger.errors
        task.warnings = ledger.warnings
        task.progress = progress
        task.heartbeatAt = .now()
        task.version += 1
    }

    /// Takes note of bytes done, and tells if it is time.
    ///
    /// `change` is what else the task tells between commits.
    func note(
        bytesDone: UInt64, bytesTotal: UInt64? = nil, records: UInt64,
        change: (inout UserTask) -> Void = { _ in }
    ) {
        let now = elapsed
        let task: UserTask? = state.withLock { state in
            if let bytesTotal { state.meter.bytesTotal = bytesTotal }
            change(&state.task)
            state.meter.note(bytesDone: bytesDone, records: records, at: now)
            state.task.progress = state.meter.progress
            state.task.heartbeatAt = .now()
            guard now - state.published >= Self.interval else { return nil }
            state.published = now
            return state.task
        }
        if let task { publish(task) }
    }

    private var elapsed: Duration { ContinuousClock.now - began }

    private func publish(_ task: UserTask) {
        status.publish(
            LiveProgress(state: task.state, progress: task.progress, heartbeatAt: task.heartbeatAt ?? .now()))
        onChange(task)
    }
}
