import Glibc
import Records
import Testing

@testable import Store

@Suite("What a running task says beside the database")
struct LiveStatusTests {
    private let database = TestDatabase()
    private let id = "0123456789abcdef"
    private var status: LiveStatus { LiveStatus(paths: database.paths, id: id) }

    init() throws {
        _ = try database.makeWriter()
    }

    private func progress(_ done: UInt64, _ state: UserTaskState = .running) -> LiveProgress {
        var progress = UserTask.Progress()
        progress.bytesDone = done
        progress.bytesTotal = done &* 3
        progress.recordsPerSecond = Double(done % 1000)
        progress.etaSeconds = done % 2 == 0 ? nil : 1.5
        return LiveProgress(
            state: state, progress: progress, heartbeatAt: Timestamp(milliseconds: Int64(done)))
    }

    @Test("what is published is read, replaced by the next and taken away by clear")
    func publishing() throws {
        #expect(status.progress() == nil)
        for done: UInt64 in [0, 7, 1 << 40] {
            status.publish(progress(done))
            #expect(status.progress() == progress(done))
        }
        let other = LiveStatus(paths: database.paths, id: "fedcba9876543210")
        #expect(other.progress() == nil)
        try status.requestCancel()
        #expect(status.isCancelRequested)
        #expect(!other.isCancelRequested)
        status.clear()
        #expect(status.progress() == nil)
        #expect(!status.isCancelRequested)
    }

    @Test("a reader finds one publication or another whole, never a torn one")
    func noTornReads() async throws {
        status.publish(progress(1))
        let status = status
        let values = (1...400).map(UInt64.init).map { $0 % 3 == 0 ? $0 << 36 : $0 }
        let wanted = values.map { progress($0) }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await onThread { for value in wanted { status.publish(value) } } }
            for _ in 0..<400 {
                let found = status.progress()
                #expect(found.map(wanted.contains) == true, "\(String(describing: found))")
            }
        }
        #expect(status.progress() == wanted.last)
    }

    @Test("a task is alive as long as its lock is held")
    func liveness() throws {
        #expect(!status.isAlive)
        let lock = try FileLock(path: database.paths.taskLock(id))
        #expect(lock.tryLock())
        #expect(status.isAlive)
        status.clear()
        #expect(status.isAlive, "clearing leaves the lock")
        lock.unlock()
        #expect(!status.isAlive)
    }

    @Test("an active task without a process is interrupted; one with a process is as far as it says")
    func live() throws {
        var task = makeTask(SampleTypes.contact, id: id)
        task.state = .running
        task.progress.etaSeconds = 4
        task.progress.recordsPerSecond = 4
        status.publish(progress(5))
        let orphan = task.live(database.paths)
        #expect(orphan.state == .interrupted)
        #expect(orphan.progress.etaSeconds == nil)
        #expect(orphan.progress.recordsPerSecond == 0)

        let lock = try FileLock(path: database.paths.taskLock(id))
        #expect(lock.tryLock())
        #expect(task.live(database.paths).state == .running)
        #expect(task.live(database.paths).progress == progress(5).progress)
        #expect(task.live(database.paths).heartbeatAt == progress(5).heartbeatAt)

        task.state = .completed
        #expect(task.live(database.paths) == task, "what has ended is what the database says")
    }
}
