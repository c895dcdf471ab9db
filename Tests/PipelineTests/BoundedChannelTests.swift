import ByteStreams
import Testing

@testable import Pipeline

@Suite("The bounded channel")
struct BoundedChannelTests {
    private struct Broken: Error, Equatable {
        var number = 0
    }

    @Test("values come in the order they were sent, then the end", arguments: [1, 2, 7, 100])
    func order(depth: Int) async throws {
        let channel = BoundedChannel<Int>(depth: depth)
        async let sent: Void = {
            for value in 0..<50 { #expect(await channel.send(value)) }
            channel.finish()
        }()
        var values: [Int] = []
        while let value = try await channel.next() { values.append(value) }
        await sent
        #expect(values == Array(0..<50))
        #expect(try await channel.next() == nil, "the end stays the end")
    }

    @Test("never do more values wait than the channel is deep", arguments: [1, 2, 5])
    func bound(depth: Int) async throws {
        let channel = BoundedChannel<Int>(depth: depth)
        let counts = Lock((sent: 0, taken: 0, most: 0))
        async let sent: Void = {
            for value in 0..<200 {
                _ = await channel.send(value)
                counts.withLock { counts in
                    counts.sent += 1
                    counts.most = max(counts.most, counts.sent - counts.taken)
                }
            }
            channel.finish()
        }()
        while counts.withLock({ $0.sent }) < depth { try await Task.sleep(for: .milliseconds(1)) }
        // Long enough to run further ahead, if the channel let it.
        try await Task.sleep(for: .milliseconds(20))
        #expect(counts.withLock { $0.sent } == depth)
        while try await channel.next() != nil { counts.withLock { $0.taken += 1 } }
        await sent
        // One more than may wait: a value is taken before it is counted.
        #expect(counts.withLock { $0.most } <= depth + 1)
        #expect(counts.withLock { $0.taken } == 200)
    }

    @Test("an error comes after every value before it, and again for who asks again")
    func error() async throws {
        let channel = BoundedChannel<Int>(depth: 3)
        _ = await channel.send(1)
        _ = await channel.send(2)
        channel.finish(.failure(Broken(number: 1)))
        channel.finish(.failure(Broken(number: 2)))
        channel.finish()
        #expect(try await channel.next() == 1)
        #expect(try await channel.next() == 2)
        for _ in 0..<2 {
            await #expect(throws: Broken(number: 1)) { try await channel.next() }
        }
    }

    @Test("a consumer that waits is told of the end, and of an error")
    func wakesTheConsumer() async throws {
        let ended = BoundedChannel<Int>(depth: 1)
        async let end = ended.next()
        try await Task.sleep(for: .milliseconds(20))
        ended.finish()
        #expect(try await end == nil)

        let failed = BoundedChannel<Int>(depth: 1)
        async let failure = failed.next()
        try await Task.sleep(for: .milliseconds(20))
        failed.finish(.failure(Broken()))
        do {
            #expect(try await failure == nil, "the error must come instead")
            Issue.record("no error came")
        } catch {
            #expect(error as? Broken == Broken())
        }
    }

    @Test("closing wakes a producer that waits, and tells the next ones")
    func close() async throws {
        let channel = BoundedChannel<Int>(depth: 1)
        #expect(await channel.send(1))
        async let second = channel.send(2)
        try await Task.sleep(for: .milliseconds(20))
        channel.close()
        #expect(await second == false)
        #expect(await channel.send(3) == false)
    }

    @Test("what waits in a closed channel is let go")
    func closeReleases() async {
        final class Payload: Sendable {}
        let channel = BoundedChannel<Payload>(depth: 2)
        weak var weak: Payload?
        do {
            let payload = Payload()
            weak = payload
            _ = await channel.send(payload)
        }
        #expect(weak != nil)
        channel.close()
        #expect(weak == nil)
    }

    @Test("two lanes at full speed lose nothing, double nothing and never stop", arguments: [1, 2, 3])
    func stress(depth: Int) async throws {
        let filled = BoundedChannel<Int>(depth: depth)
        // As the import does: a value goes out only where a place for it came back.
        let free = BoundedChannel<Int>(depth: depth)
        for place in 0..<depth { _ = await free.send(place) }
        let count = 20_000
        try await withThrowingTaskGroup(of: Int.self) { group in
            group.addTask(executorPreference: LaneExecutor(label: "out")) {
                for value in 0..<count {
                    guard try await free.next() != nil, await filled.send(value) else { return value }
                }
                filled.finish()
                return count
            }
            group.addTask(executorPreference: LaneExecutor(label: "in")) {
                var expected = 0
                while let value = try await filled.next() {
                    guard value == expected, await free.send(value) else { return expected }
                    expected += 1
                }
                return expected
            }
            for try await result in group { #expect(result == count) }
        }
    }

    @Test("a consumer that gives up at any moment ends its producer", arguments: 0..<40)
    func closingAtAnyMoment(taken: Int) async throws {
        let channel = BoundedChannel<Int>(depth: 2)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask(executorPreference: LaneExecutor(label: "out")) {
                var value = 0
                while await channel.send(value) { value += 1 }
                #expect(value >= taken)
            }
            group.addTask(executorPreference: LaneExecutor(label: "in")) {
                for value in 0..<taken {
                    let found = try await channel.next()
                    #expect(found == value)
                }
                channel.close()
            }
            for try await _ in group {}
        }
    }
}
