internal import FoundationEssentials
internal import Glibc
package import Records

/// What a running task says of itself between commits.
package struct LiveProgress: Hashable, Sendable, Codable {
    package var state: UserTaskState
    package var progress: UserTask.Progress
    package var heartbeatAt: Timestamp

    package init(state: UserTaskState, progress: UserTask.Progress, heartbeatAt: Timestamp) {
        self.state = state
        self.progress = progress
        self.heartbeatAt = heartbeatAt
    }
}

/// Small files beside the database through which a running task and others talk without the database:
/// progress out, a wish to cancel in, and a lock that proves there is a process.
package struct LiveStatus: Sendable {
    private let paths: StorePaths
    private let id: String

    package init(paths: StorePaths, id: String) {
        self.paths = paths
        self.id = id
    }

    /// Replaces the progress file whole: a reader sees the old one or the new one.
    ///
    /// Progress is a convenience: where it cannot be written (a full disk), the run goes on, and its commits
    /// tell how far it is.
    package func publish(_ progress: LiveProgress) {
        guard let data = try? JSONEncoder().encode(progress) else { return }
        let path = paths.progress(id)
        let temporary = path + ".new"
        guard let file = fopen(temporary, "w") else { return }
        let written = data.withUnsafeBytes { fwrite($0.baseAddress, 1, $0.count, file) }
        if fclose(file) == 0, written == data.count, rename(temporary, path) == 0 { return }
        unlink(temporary)
    }

    /// The last progress that was published; `nil` where there is none.
    package func progress() -> LiveProgress? {
        guard let file = fopen(paths.progress(id), "r") else { return nil }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = fread(&bytes, 1, bytes.count, file)
        // What another version wrote and this one cannot read is as good as nothing: the database tells the rest.
        return try? JSONDecoder().decode(LiveProgress.self, from: Data(bytes[..<count]))
    }

    /// Whether a process is at work on the task.
    package var isAlive: Bool { FileLock.isHeld(path: paths.taskLock(id)) }

    /// Asks the process at work to stop after its batch.
    package func requestCancel() throws(StoreError) {
        guard let file = fopen(paths.cancelRequest(id), "w") else {
            throw StoreError(
                .writeFailed,
                "cannot write \(paths.cancelRequest(id)): \(String(cString: strerror(errno)))")
        }
        fclose(file)
    }

    package var isCancelRequested: Bool { access(paths.cancelRequest(id), F_OK) == 0 }

    /// Takes away the progress and the wish to cancel: the run is over, or has not begun.
    ///
    /// The lock's file stays: taking it away while another process opens it would give two locks.
    package func clear() {
        unlink(paths.progress(id))
        unlink(paths.cancelRequest(id))
    }
}

extension UserTask {
    /// The task as it stands at this moment: a task whose process is gone is interrupted, and a running one
    /// is as far as it says itself.
    package func live(_ paths: StorePaths) -> UserTask {
        guard state.isActive else { return self }
        let status = LiveStatus(paths: paths, id: id)
        var task = self
        guard status.isAlive else {
            task.state = .interrupted
            task.progress.etaSeconds = nil
            task.progress.recordsPerSecond = 0
            return task
        }
        if let live = status.progress() {
            // The file may be a moment behind the database or ahead of it: the further of the two is the present.
            let states: [UserTaskState] = [.queued, .validating, .running]
            guard let written = states.firstIndex(of: task.state),
                let said = states.firstIndex(of: live.state),
                said >= written
            else { return task }
            task.state = live.state
            task.progress = live.progress
            task.heartbeatAt = live.heartbeatAt
        }
        return task
    }
}
