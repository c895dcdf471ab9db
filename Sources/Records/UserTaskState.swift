/// Where a user task is in its life, and what may happen to it from there.
package enum UserTaskState: String, Hashable, Sendable, Codable, CaseIterable {
    /// Recorded; waits for its turn.
    case queued
    /// The first pass: is the file sound, within its limit, does the filter fit. Nothing is written.
    case validating
    /// Rows are being written.
    case running
    case completed
    case completedWithRejects
    /// Ended before its end; what was committed stays.
    case failed
    /// Stopped on request.
    case cancelled
    /// Stopped by a signal, or its process is gone.
    case interrupted
    /// Another task is taking back what it did.
    case undoing
    /// What it did was taken back.
    case undone

    /// As people read it.
    package var words: String {
        self == .completedWithRejects ? "completed with rejects" : rawValue
    }

    /// Whether a process should be at work on it.
    package var isActive: Bool {
        switch self {
        case .queued, .validating, .running: true
        default: false
        }
    }

    /// Whether it ended with nothing left to do.
    package var isComplete: Bool {
        self == .completed || self == .completedWithRejects
    }

    package func mayBecome(_ next: UserTaskState) -> Bool {
        switch (self, next) {
        case (.queued, .validating), (.validating, .running): true
        case (.running, .completed), (.running, .completedWithRejects): true
        case (.queued, .cancelled), (.validating, .cancelled), (.running, .cancelled): true
        case (.interrupted, .cancelled): true
        case (.queued, .failed), (.validating, .failed), (.running, .failed): true
        case (.queued, .interrupted), (.validating, .interrupted), (.running, .interrupted): true
        // Resuming begins with the first pass again: is it still the same file?
        case (.failed, .validating), (.cancelled, .validating), (.interrupted, .validating): true
        // Whatever it had committed can be taken back, and no more be added to.
        case (.completed, .undoing), (.completedWithRejects, .undoing): true
        case (.failed, .undoing), (.cancelled, .undoing), (.interrupted, .undoing): true
        case (.undoing, .undone): true
        default: false
        }
    }
}
