import ByteStreams
import Glibc
import Testing

@testable import Pipeline

@Suite("Stop signals, locks and lanes")
struct StopSignalTests {
    @Test("the first reason stays", arguments: [StopSignal.Reason.cancelled, .interrupted])
    func firstReason(reason: StopSignal.Reason) throws {
        let stop = StopSignal()
        #expect(stop.reason == nil)
        try stop.check()
        stop.stop(reason)
        stop.stop(.cancelled)
        stop.stop(.interrupted)
        #expect(stop.reason == reason)
        let stopped = #expect(throws: Stopped.self) { try stop.check() }
        #expect(stopped?.reason == reason)
    }

    @Test("a wish from outside is taken once and then kept")
    func outside() {
        let stop = StopSignal()
        let wish = Lock<StopSignal.Reason?>(nil)
        let asked = Lock(0)
        stop.listen {
            asked.withLock { $0 += 1 }
            return wish.withLock { $0 }
        }
        #expect(stop.reason == nil)
        wish.withLock { $0 = .cancelled }
        #expect(stop.reason == .cancelled)
        wish.withLock { $0 = nil }
        #expect(stop.reason == .cancelled)
        #expect(asked.withLock { $0 } == 2, "who knows asks no more")
        stop.stop(.interrupted)
        #expect(stop.reason == .cancelled)
    }

    @Test("a reason from within goes before one from outside")
    func withinFirst() {
        let stop = StopSignal()
        stop.listen { .cancelled }
        stop.stop(.interrupted)
        #expect(stop.reason == .interrupted)
    }

    @Test("a lock lets one at a time change its value")
    func exclusion() async {
        let lock = Lock((count: 0, isInside: false, clashes: 0))
        await withTaskGroup(of: Void.self) { group in
            for lane in 0..<4 {
                group.addTask(executorPreference: LaneExecutor(label: "lane \(lane)")) {
                    for _ in 0..<20_000 {
                        lock.withLock { value in
                            if value.isInside { value.clashes += 1 }
                            value.isInside = true
                            value.count += 1
                            if value.count % 16 == 0 { sched_yield() }
                            value.isInside = false
                        }
                    }
                }
            }
        }
        #expect(lock.withLock { $0.count } == 80_000)
        #expect(lock.withLock { $0.clashes } == 0)
    }

    @Test("a lock is free again after an error within")
    func errorWithin() {
        struct Broken: Error {}
        let lock = Lock(1)
        #expect(throws: Broken.self) { try lock.withLock { _ in throw Broken() } }
        #expect(lock.withLock { $0 } == 1)
    }

    @Test("stoppable work gives its value, or its error")
    func stoppableWork() async throws {
        struct Broken: Error {}
        let stop = StopSignal()
        #expect(try await StoppableLane.run(label: "work", stop: stop) { 42 } == 42)
        await #expect(throws: Broken.self) {
            try await StoppableLane.run(label: "work", stop: stop) { () async throws -> Int in throw Broken()
            }
        }
    }

    @Test("a stop cancels stoppable work and is what comes of it")
    func stoppedWork() async throws {
        let stop = StopSignal()
        let wasCancelled = Lock(false)
        async let result = StoppableLane.run(label: "work", stop: stop) { () async throws -> Int in
            do {
                try await Task.sleep(for: .seconds(600))
            } catch {
                wasCancelled.withLock { $0 = true }
                throw error
            }
            return 1
        }
        try await Task.sleep(for: .milliseconds(20))
        stop.stop(.interrupted)
        do {
            _ = try await result
            Testing.Issue.record("it was not stopped")
        } catch {
            #expect((error as? Stopped)?.reason == .interrupted)
        }
        #expect(wasCancelled.withLock { $0 })
    }
}
