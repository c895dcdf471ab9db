internal import Glibc
package import Records
package import Store

/// Ends tasks that nobody wants any more.
package struct TaskCanceller: Sendable {
    private let paths: StorePaths

    package init(paths: StorePaths) {
        self.paths = paths
    }

    /// Asks the process at work to stop after its batch, or, where there is none, ends the task itself.
    ///
    /// - Returns: the task as it stands now: `cancelled`, or still at work on its batch.
    /// - Throws: `unknown_task`; `not_cancellable` where it has ended.
    package func cancel(_ prefix: String) throws -> UserTask {
        let stored = try StoreReader(paths: paths).task(prefix)
        let id = stored.task.id
        let status = LiveStatus(paths: paths, id: id)
        if stored.task.state.isActive, status.isAlive {
            try status.requestCancel()
            return stored.task.live(paths)
        }
        let writer = try StoreWriter(paths: paths, create: false)
        let lock = try FileLock(path: paths.taskLock(id))
        guard lock.tryLock(), var task = try writer.storedTask(id)?.task else {
            // Somebody took it up in this moment: ask them.
            try status.requestCancel()
            return stored.task.live(paths)
        }
        if task.state.isActive { task.state = .interrupted }
        guard task.state.mayBecome(.cancelled) else {
            throw Failure(
                .refused, code: "not_cancellable",
                message: "user task \(id) has ended already: \(task.state.words)")
        }
        task.state = .cancelled
        task.endedAt = task.endedAt ?? .now()
        task.version += 1
        try writer.update(task)
        unlink(paths.aside(id))
        return task
    }
}
