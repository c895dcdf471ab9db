/// An SQLite database and what can be done with it: files are imported into it and exported from it, records changed,
/// deleted and brought back, each by a user task that can be followed, stopped and resumed.
///
/// Several processes may use one database at the same time: runs that write take turns, and whoever asks how a task
/// stands never waits for them. A value of this type holds nothing open, and is as good on any thread.
public struct SluiceDatabase: Sendable {
    /// Of the SQLite file.
    public let path: String
    /// Of the file with the keys of encrypted fields; `nil` where none is at hand.
    public let keyFile: String?
    let engine: Engine

    /// The database of an SQLite file, which need not be there yet: see ``FileImport/createsDatabase``.
    ///
    /// - Parameters:
    ///   - path: of the SQLite file.
    ///   - keyFile: path of the file with the keys of encrypted fields, read where they are needed. Without one they
    ///     are neither written nor shown; all else works as ever.
    public init(at path: String, keyFile: String? = nil) {
        self.path = path
        self.keyFile = keyFile
        engine = Engine(database: path, keyFile: keyFile)
    }

    // MARK: Runs

    /// Imports a file, and gives the task as it ended: completed, failed or cancelled.
    ///
    /// `follow` is called with the task's snapshots while the import goes on, on a thread of its own; an error that it
    /// throws cancels the import. Where the Swift task that waits here is cancelled, so is the import: it ends after
    /// the batch it is at, what is committed stays, and it can be resumed.
    ///
    /// - Throws: ``SluiceError``, where the request is refused before there is a task; what `follow` throws.
    public func run(
        _ request: FileImport, follow: (TaskUpdates) async throws -> Void = { _ in }
    ) async throws -> TaskSnapshot {
        try await run(following: follow) { [engine] listener, stop in
            try await engine.runImport(
                request.request(engine), createsDatabase: request.createsDatabase,
                patience: request.patience, listener: listener, stop: stop)
        }
    }

    /// Exports records to a file, and gives the task as it ended: completed, failed or cancelled.
    ///
    /// What is exported is one state of the database, whatever is written meanwhile. As for `follow` and cancelling,
    /// see the import; of an export that is cancelled nothing is left at the destination.
    ///
    /// - Throws: ``SluiceError``, where the request is refused before there is a task; what `follow` throws.
    public func run(
        _ request: FileExport, follow: (TaskUpdates) async throws -> Void = { _ in }
    ) async throws -> TaskSnapshot {
        try await run(following: follow) { [engine] listener, stop in
            try await engine.runExport(
                request.request(engine), patience: request.patience, listener: listener, stop: stop)
        }
    }

    /// Goes on with a task that was interrupted, cancelled or failed, and gives it as it ended.
    ///
    /// It goes on behind what it committed; an import needs the file it began with, and an export begins anew, over the
    /// database as it is now.
    ///
    /// - Parameters:
    ///   - id: the task's id, or the beginning of it.
    ///   - maxRejects: instead of the limit that the import was given.
    ///   - patience: how long to wait for another run.
    ///   - follow: as with an import.
    /// - Returns: the task as it ended.
    /// - Throws: ``SluiceError`` with `unknown_task`, `task_active`, `not_resumable` or `source_changed`; what `follow`
    ///   throws.
    public func resume(
        _ id: String, maxRejects: FileImport.RejectLimit? = nil, patience: Duration = .seconds(600),
        follow: (TaskUpdates) async throws -> Void = { _ in }
    ) async throws -> TaskSnapshot {
        try await run(following: follow) { [engine] listener, stop in
            try await engine.resume(
                id, maxRejects: maxRejects?.inner, patience: patience, listener: listener, stop: stop)
        }
    }

    /// Takes back what a task did, and gives the task that did so as it ended.
    ///
    /// Records and links that it created go, those that it changed or deleted become what they were. Records that
    /// another task has changed since are left alone, and told by ``leftRecords(ofTask:limit:)`` of the new task.
    ///
    /// - Parameters:
    ///   - id: of the task that is taken back, or the beginning of it.
    ///   - requestedBy: who asks for it, kept with the new task.
    ///   - isDryRun: whether nothing is written, and the new task tells what would be taken back, and what left.
    ///   - patience: how long to wait for another run.
    ///   - follow: as with an import.
    /// - Returns: the new task as it ended; its ``TaskSnapshot/undoes`` names the old one.
    /// - Throws: ``SluiceError`` with `unknown_task`, `not_undoable`, `already_undone` or `journal_gone`; what `follow`
    ///   throws.
    public func undo(
        _ id: String, requestedBy: String, isDryRun: Bool = false, patience: Duration = .seconds(600),
        follow: (TaskUpdates) async throws -> Void = { _ in }
    ) async throws -> TaskSnapshot {
        try await run(following: follow) { [engine] listener, stop in
            try await engine.undo(
                id, commitRows: nil, isDryRun: isDryRun, requestedBy: requestedBy, patience: patience,
                listener: listener, stop: stop)
        }
    }

    func run(
        following follow: (TaskUpdates) async throws -> Void,
        _ work: @escaping @Sendable (Engine.Listener, StopSignal) async throws -> UserTask
    ) async throws -> TaskSnapshot {
        let stop = StopSignal()
        let (snapshots, told) = AsyncStream.makeStream(
            of: TaskSnapshot.self, bufferingPolicy: .bufferingNewest(1))
        // No child of the waiting task: that one's cancellation is a wish to stop after the batch, and no more.
        let run = OwnThread.start(label: "sluice-run") {
            defer { told.finish() }
            return try await work(Engine.Listener(onChange: { told.yield(TaskSnapshot($0)) }), stop)
        }
        return try await withTaskCancellationHandler {
            do {
                try await follow(TaskUpdates(source: .run(snapshots)))
            } catch {
                stop.stop(.cancelled)
                _ = await run.result
                throw error
            }
            do {
                return TaskSnapshot(try await run.value)
            } catch {
                throw SluiceError(error)
            }
        } onCancel: {
            stop.stop(.cancelled)
        }
    }
}
