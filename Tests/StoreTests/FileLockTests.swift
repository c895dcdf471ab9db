import Glibc
import Testing

@testable import Store

@Suite("File locks")
struct FileLockTests {
    private let database = TestDatabase()
    private var path: String { database.paths.turnLock }

    @Test("two that open one file exclude each other, also within one process")
    func exclusion() throws {
        let first = try FileLock(path: path)
        let second = try FileLock(path: path)
        #expect(first.tryLock())
        #expect(!second.tryLock())
        #expect(!second.lock(within: .milliseconds(5)))
        #expect(!second.lock(within: .seconds(600), unless: { true }), "nobody waits any more")
        first.unlock()
        #expect(second.tryLock())
        #expect(!first.tryLock())
    }

    @Test("whether a lock is held can be asked without taking it")
    func isHeld() throws {
        #expect(!FileLock.isHeld(path: path), "there is no file")
        #expect(access(path, F_OK) != 0, "asking makes none")
        let lock = try FileLock(path: path)
        #expect(!FileLock.isHeld(path: path))
        #expect(lock.tryLock())
        #expect(FileLock.isHeld(path: path))
        #expect(FileLock.isHeld(path: path), "asking does not let go of it")
        lock.unlock()
        #expect(!FileLock.isHeld(path: path))
    }

    @Test("a lock is free once its holder is gone")
    func freedWhenClosed() throws {
        var lock: FileLock? = try FileLock(path: path)
        #expect(lock?.tryLock() == true)
        lock = nil
        #expect(!FileLock.isHeld(path: path))
        #expect(try FileLock(path: path).tryLock())
    }

    @Test("who waits gets the lock once it is free")
    func waiting() async throws {
        let first = try FileLock(path: path)
        let second = try FileLock(path: path)
        #expect(first.tryLock())
        async let isTaken = onThread { second.lock(within: .seconds(60)) }
        usleep(60_000)
        first.unlock()
        #expect(await isTaken)
        #expect(!first.tryLock())
    }

    @Test("a lock in a folder that is not there is an error with a code")
    func noFolder() {
        #expect(storeErrorCode { try FileLock(path: database.paths.taskLock("x")) } == .cannotOpenDatabase)
    }
}
