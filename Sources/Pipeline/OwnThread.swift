internal import ByteStreams

/// Work that blocks, on a thread of its own: whoever waits for it keeps theirs free.
package enum OwnThread {
    /// Starts it; the caller waits for its end, and nothing but the work itself ends it before.
    package static func start<Value: Sendable>(
        label: String, _ body: @escaping @Sendable () async throws -> Value
    ) -> Task<Value, any Error> {
        Task(executorPreference: LaneExecutor(label: label)) { try await body() }
    }
}
