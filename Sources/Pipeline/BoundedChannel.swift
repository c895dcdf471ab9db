/// The one place where values wait between two lanes: at most `depth` of them.
///
/// One producer, one consumer. Either side may end it: `finish` lets the consumer take what is there and then
/// tells it the end or the error; `close` tells the producer that nobody takes any more.
package final class BoundedChannel<Element: Sendable>: Sendable {
    private struct State {
        var waiting: [Element] = []
        var isClosed = false
        var ending: Result<Void, any Error>?
        var producer: CheckedContinuation<Void, Never>?
        var consumer: CheckedContinuation<Void, Never>?

        mutating func wakeProducer() {
            producer?.resume()
            producer = nil
        }

        mutating func wakeConsumer() {
            consumer?.resume()
            consumer = nil
        }
    }

    private let depth: Int
    private let state = Lock(State())

    package init(depth: Int) {
        precondition(depth > 0)
        self.depth = depth
    }

    /// Hands a value over, waiting while the channel is full.
    ///
    /// - Returns: `false` where the consumer has closed the channel: produce no more.
    package func send(_ element: Element) async -> Bool {
        while true {
            let sent: Bool? = state.withLock { state -> Bool? in
                if state.isClosed { return false }
                guard state.waiting.count < depth else { return nil }
                state.waiting.append(element)
                state.wakeConsumer()
                return true
            }
            if let sent { return sent }
            await withCheckedContinuation { continuation in
                state.withLock { state in
                    if state.isClosed || state.waiting.count < depth {
                        continuation.resume()
                    } else {
                        state.producer = continuation
                    }
                }
            }
        }
    }

    /// The next value, waiting until there is one; `nil` at the end.
    ///
    /// - Throws: the error the producer finished with, after every value before it.
    package func next() async throws -> Element? {
        while true {
            let taken = state.withLock { state -> Result<Element?, any Error>? in
                if !state.waiting.isEmpty {
                    let element = state.waiting.removeFirst()
                    state.wakeProducer()
                    return .success(element)
                }
                return state.ending.map { $0.map { nil } }
            }
            if let taken { return try taken.get() }
            await withCheckedContinuation { continuation in
                state.withLock { state in
                    if state.waiting.isEmpty && state.ending == nil {
                        state.consumer = continuation
                    } else {
                        continuation.resume()
                    }
                }
            }
        }
    }

    /// Says that no more values come, and whether that is for an error.
    package func finish(_ ending: Result<Void, any Error> = .success(())) {
        state.withLock { state in
            if state.ending == nil { state.ending = ending }
            state.wakeConsumer()
        }
    }

    /// Says that no more values are taken.
    package func close() {
        state.withLock { state in
            state.isClosed = true
            state.waiting.removeAll()
            state.wakeProducer()
        }
    }
}
