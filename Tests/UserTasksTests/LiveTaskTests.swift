import Pipeline
import Records
import Store
import Testing

@testable import UserTasks

@Suite("A task at work")
struct LiveTaskTests {
    private let folder: TaskFolder
    private let told = Lock<[UserTask]>([])
    private let live: LiveTask

    init() throws {
        folder = try TaskFolder(.queued)
        let told = told
        live = LiveTask(folder.task, status: folder.status) { task in told.withLock { $0.append(task) } }
    }

    @Test("each change raises the version and is told at once, to watchers and beside the database")
    func changes() {
        live.change { $0.state = .validating }
        let task = live.change { task in
            task.state = .running
            task.startedAt = Timestamp(milliseconds: 5)
        }
        #expect(task.version == folder.task.version + 2)
        #expect(task == live.task)
        #expect(told.withLock { $0.map(\.state) } == [.validating, .running])
        #expect(folder.status.progress()?.state == .running)
    }

    @Test("progress is told, but not more often than people can read")
    func progress() {
        live.change { $0.state = .validating }
        let before = told.withLock { $0.count }
        for done in 1...500 { live.note(bytesDone: UInt64(done), records: 0) }
        #expect(live.task.progress.bytesDone == 500)
        #expect(live.task.progress.bytesTotal == 1000)
        #expect(live.task.heartbeatAt != nil)
        // 500 notes take far less than a second, in which there are five tellings at most.
        #expect(told.withLock { $0.count } - before <= 50)
    }

    @Test("a new state begins its progress anew")
    func newPass() {
        live.change { $0.state = .validating }
        live.note(bytesDone: 900, records: 0)
        live.change { $0.state = .running }
        live.note(bytesDone: 10, records: 1)
        #expect(live.task.progress.bytesDone == 10)
    }

    @Test("a commit's task has the ledger's counts; the live one has them once it is through")
    func committing() {
        live.change { $0.state = .validating }
        live.change { task in
            task.state = .running
            task.counts.read = 7
            task.counts.unprocessed = 7
        }
        var task = live.task
        task.counts.created = 7
        task.counts.unprocessed = 0
        let ledger = ImportLedger(continuing: task, from: Position())
        let committing = live.committing(ledger)
        #expect(committing.counts.created == 7)
        #expect(committing.version > task.version)
        #expect(live.task.counts.created == 0, "not before it is committed")
        live.committed(ledger)
        #expect(live.task.counts.created == 7)
        #expect(live.task.counts.reconcile)
    }

    @Test("after a failed write the database's counts are taken")
    func takingBack() {
        live.change { $0.state = .validating }
        var stored = live.task
        stored.counts.read = 3
        stored.counts.unprocessed = 3
        stored.version = 90
        live.takeCommitted(stored)
        #expect(live.task.counts == stored.counts)
        #expect(live.task.version == 90)
        stored.version = 1
        live.takeCommitted(stored)
        #expect(live.task.version == 90, "a version never falls")
    }

    @Test("a state that may not follow traps")
    func impossibleChange() async {
        await #expect(processExitsWith: .failure) {
            let folder = try TaskFolder(.queued)
            LiveTask(folder.task, status: folder.status) { _ in }.change { $0.state = .completed }
        }
    }
}
