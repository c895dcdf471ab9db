internal import ByteStreams

/// Runs one piece of blocking work on a lane of its own, cancelled as soon as a stop is wished for.
enum StoppableLane {
    /// - Throws: ``Stopped`` where the stop came first; else what `body` throws.
    static func run<Value: Sendable>(
        label: String, stop: StopSignal, _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask(executorPreference: LaneExecutor(label: label)) { try await body() }
            group.addTask {
                while stop.reason == nil { try await Task.sleep(for: .milliseconds(50)) }
                return nil
            }
            defer { group.cancelAll() }
            do {
                guard let first = try await group.next(), let value = first else {
                    throw Stopped(reason: stop.reason ?? .cancelled)
                }
                return value
            } catch {
                try stop.check()
                throw error
            }
        }
    }
}
