internal import Dispatch

/// A thread's worth of room for one lane of work that blocks or burns a core.
///
/// Given as `executorPreference`, it keeps the lane off the shared pool, which has as many threads as the
/// machine has cores. Jobs run one at a time, in the order they came.
package final class LaneExecutor: TaskExecutor {
    private let queue: DispatchQueue

    package init(label: String) {
        queue = DispatchQueue(label: label, qos: .userInitiated)
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { @Sendable [self] in
            job.runSynchronously(on: asUnownedTaskExecutor())
        }
    }
}
