/// A wish that a run stop after the batch it is at, and why.
package final class StopSignal: Sendable {
    package enum Reason: String, Hashable, Sendable {
        /// Somebody does not want it any more: SIGINT, `tasks cancel`.
        case cancelled
        /// The process has to go: SIGTERM, SIGHUP.
        case interrupted
    }

    private struct State {
        var reason: Reason?
        var outside: @Sendable () -> Reason? = { nil }
    }

    private let state = Lock(State())

    package init() {}

    /// Looks at a wish that comes from outside the process, too, between batches.
    package func listen(_ outside: @escaping @Sendable () -> Reason?) {
        state.withLock { $0.outside = outside }
    }

    /// The first reason stays.
    package func stop(_ reason: Reason) {
        state.withLock { if $0.reason == nil { $0.reason = reason } }
    }

    package var reason: Reason? {
        let (known, outside) = state.withLock { ($0.reason, $0.outside) }
        if let known { return known }
        guard let reason = outside() else { return nil }
        stop(reason)
        return reason
    }

    /// - Throws: ``Stopped`` where a stop is wished for.
    package func check() throws(Stopped) {
        if let reason { throw Stopped(reason: reason) }
    }
}

/// The end of a run that was asked to stop; what it had done is committed.
package struct Stopped: Error {
    package let reason: StopSignal.Reason

    package init(reason: StopSignal.Reason) {
        self.reason = reason
    }
}
