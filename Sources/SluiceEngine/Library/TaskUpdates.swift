/// A task's snapshots as it goes, ending with the one in which it has ended.
///
/// Whoever is slower than the task gets the present state next, not every one since. Where the Swift task that
/// follows is cancelled, the sequence ends.
public struct TaskUpdates: AsyncSequence, Sendable {
    enum Source: Sendable {
        /// A run of this process, which tells by itself.
        case run(AsyncStream<TaskSnapshot>)
        /// A task of any process, asked again and again.
        case asking(Engine, id: String, interval: Duration)
    }

    let source: Source

    /// An iterator of its own; of a run of this process there is one only.
    public func makeAsyncIterator() -> Iterator {
        switch source {
        case .run(let stream): Iterator(stream: stream.makeAsyncIterator())
        case .asking(let engine, let id, let interval):
            Iterator(question: Iterator.Question(engine: engine, id: id, interval: interval))
        }
    }

    /// Gives one snapshot after the other.
    public struct Iterator: AsyncIteratorProtocol {
        struct Question {
            var engine: Engine
            var id: String
            var interval: Duration
            var last: TaskSnapshot?
        }

        private var stream: AsyncStream<TaskSnapshot>.Iterator?
        private var question: Question?

        fileprivate init(stream: AsyncStream<TaskSnapshot>.Iterator) {
            self.stream = stream
        }

        fileprivate init(question: Question) {
            self.question = question
        }

        /// The next snapshot that differs from the last; `nil` once the task has ended.
        ///
        /// - Throws: where the database cannot be read, or has no such task.
        public mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws(SluiceError) -> TaskSnapshot? {
            guard question != nil else { return await stream?.next(isolation: actor) }
            return try await question?.next(isolation: actor)
        }
    }
}

extension TaskUpdates.Iterator.Question {
    fileprivate mutating func next(
        isolation actor: isolated (any Actor)?
    ) async throws(SluiceError) -> TaskSnapshot? {
        if let last, !last.state.isActive { return nil }
        while !Task.isCancelled {
            let now = try SluiceError.telling { TaskSnapshot(try engine.task(id)) }
            if now != last {
                last = now
                return now
            }
            // A sleep that is cut short ends the loop.
            try? await Task.sleep(for: interval)
        }
        return nil
    }
}
