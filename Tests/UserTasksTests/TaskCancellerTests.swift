import Pipeline
import Records
import Store
import Testing

@testable import UserTasks

@Suite("Cancelling and taking up user tasks")
struct TaskCancellerTests {
    @Test(
        "a task whose process is gone is cancelled at once",
        arguments: [UserTaskState.queued, .validating, .running, .interrupted])
    func orphan(state: UserTaskState) throws {
        let folder = try TaskFolder(state)
        let cancelled = try TaskCanceller(paths: folder.paths).cancel(String(folder.task.id.prefix(8)))
        #expect(cancelled.state == .cancelled)
        #expect(cancelled.endedAt != nil)
        #expect(cancelled.version > folder.task.version)
        #expect(try folder.stored() == cancelled)
        #expect(!folder.status.isCancelRequested, "nobody is there to read a request")
    }

    @Test("a task at work is asked to stop, and ends it itself", arguments: [UserTaskState.queued, .running])
    func atWork(state: UserTaskState) throws {
        let folder = try TaskFolder(state)
        let lock = try FileLock(path: folder.paths.taskLock(folder.task.id))
        #expect(lock.tryLock())
        let task = try TaskCanceller(paths: folder.paths).cancel(folder.task.id)
        #expect(task.state == state)
        #expect(folder.status.isCancelRequested)
        #expect(try folder.stored() == folder.task)
    }

    @Test(
        "what has ended cannot be cancelled",
        arguments: [UserTaskState.completed, .completedWithRejects, .failed, .cancelled])
    func ended(state: UserTaskState) throws {
        let folder = try TaskFolder(state)
        let code = failureCode { try TaskCanceller(paths: folder.paths).cancel(folder.task.id) }
        #expect(code == "not_cancellable")
        #expect(try folder.stored() == folder.task)
        #expect(failureCode { try TaskCanceller(paths: folder.paths).cancel("nobody") } == "unknown_task")
    }

    private func controller(_ folder: TaskFolder) throws -> ImportController {
        ImportController(
            paths: folder.paths, catalogue: try .builtIn(), patience: .seconds(1), onChange: { _ in },
            onWait: { _ in })
    }

    @Test(
        "a task that stopped before its end is taken up, and held by who takes it",
        arguments: [UserTaskState.queued, .validating, .running, .failed, .cancelled, .interrupted])
    func takingUp(state: UserTaskState) throws {
        let folder = try TaskFolder(state)
        try folder.status.requestCancel()
        let taken = try controller(folder).takeUp(folder.task.id, maxRejects: .percent(1), stop: StopSignal())
        #expect(taken.stored.task.state == (state.isActive ? .interrupted : state))
        #expect(taken.plan.maxRejects == .percent(1))
        #expect(taken.plan.overwritesRejects, "the reject file of the first run is no stranger's")
        #expect(folder.status.isAlive)
        #expect(!folder.status.isCancelRequested, "an old request must not end the new run")
        #expect(
            failureCode { try controller(folder).takeUp(folder.task.id, maxRejects: nil, stop: StopSignal()) }
                == "task_active")
        withExtendedLifetime(taken) {}
    }

    @Test("the reject limit stays where no other is given")
    func keepsLimit() throws {
        let folder = try TaskFolder(.interrupted)
        let taken = try controller(folder).takeUp(folder.task.id, maxRejects: nil, stop: StopSignal())
        #expect(taken.plan.maxRejects == .count(5))
    }

    @Test("a complete task has nothing to resume, and a refused one neither")
    func notResumable() throws {
        for state in [UserTaskState.completed, .completedWithRejects] {
            let folder = try TaskFolder(state)
            #expect(
                failureCode {
                    try controller(folder).takeUp(folder.task.id, maxRejects: nil, stop: StopSignal())
                }
                    == "not_resumable")
            #expect(!folder.status.isAlive)
        }
        let folder = try TaskFolder(.failed)
        var refused = folder.task
        refused.failure = Failure(.refused, code: "empty_file", message: "empty")
        try StoreWriter(paths: folder.paths, create: false).update(refused)
        #expect(
            failureCode { try controller(folder).takeUp(folder.task.id, maxRejects: nil, stop: StopSignal()) }
                == "not_resumable")
        #expect(
            failureCode { try controller(folder).takeUp("nobody", maxRejects: nil, stop: StopSignal()) }
                == "unknown_task")
    }
}
