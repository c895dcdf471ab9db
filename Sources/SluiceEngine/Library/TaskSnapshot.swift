public import FoundationEssentials

/// A user task as it stood at one moment: who asked for what, how far it was, what came of it.
///
/// Whatever changes or exports records is a user task, kept in the database under its ``id``. A snapshot never changes; ask
/// again, or follow the task, to see it move.
public struct TaskSnapshot: Hashable, Sendable, Identifiable {
    /// What the task does; kinds may be added.
    public struct Kind: RawRepresentable, Hashable, Sendable {
        /// The word, as in the task's JSON.
        public let rawValue: String

        /// Any word, also one that this version does not know.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// Records, or links, of a file are brought into the database.
        public static let `import` = Kind(rawValue: "import")
        /// Records are written to a file.
        public static let export = Kind(rawValue: "export")
        /// Two records are linked, or linked no more.
        public static let link = Kind(rawValue: "link")
        /// Values of records are set anew.
        public static let change = Kind(rawValue: "change")
        /// Records are taken away.
        public static let delete = Kind(rawValue: "delete")
        /// What another task did is taken back.
        public static let undo = Kind(rawValue: "undo")
        /// Records whose time is over are taken away for good.
        public static let purge = Kind(rawValue: "purge")
        /// Encrypted values are sealed under another key.
        public static let rotate = Kind(rawValue: "rotate")
    }

    /// 128 random bits as 32 lower-case hexadecimal digits.
    public let id: String
    /// What the task does.
    public let kind: Kind
    /// Where the task is in its life.
    public let state: State
    /// The record type's name.
    public let recordType: String
    /// Who asked for it, in the words of ``FileImport/requestedBy``.
    public let requestedBy: String
    /// The file's name, without its folder; of a task without a file, what it is about.
    public let fileName: String
    /// The file's size as it lies, compressed if it is.
    public let fileBytes: UInt64
    /// The file's SHA-256 in lower-case hexadecimal; `nil` while it is not known.
    public let fileSHA256: String?
    /// The list filter of an export or a bulk change, in its one form.
    public let listFilter: String?
    /// What a bulk change sets, as it was written.
    public let changes: [String]?
    /// The id of the task whose work this one takes back, where it does.
    public let undoes: String?
    /// Whether nothing is written, and the counts tell what would have been.
    public let isDryRun: Bool
    /// Whether all is written at the end, or nothing.
    public let isAtomic: Bool
    /// When it was asked for.
    public let submittedAt: Date
    /// When its run first began.
    public let startedAt: Date?
    /// When its last run ended; `nil` while one goes on.
    public let endedAt: Date?
    /// How far the run is.
    public let progress: Progress
    /// What became of the records, as far as it is committed.
    public let counts: Counts
    /// Why records were rejected, counted by code and field.
    public let errors: [Tally]
    /// What else is worth knowing, counted likewise.
    public let warnings: [Tally]
    /// Why the task failed, where it did.
    public let failure: SluiceError?
    /// Grows with every change of the task.
    public let version: Int

    init(_ task: UserTask) {
        id = task.id
        kind = Kind(rawValue: task.kind.rawValue)
        state = State(rawValue: task.state.rawValue)
        recordType = task.recordType
        requestedBy = task.requestedBy
        fileName = task.file.name
        fileBytes = task.file.bytes
        fileSHA256 = task.file.sha256.isEmpty ? nil : task.file.sha256
        listFilter = task.listFilter
        changes = task.changes
        undoes = task.undoes
        isDryRun = task.isDryRun
        isAtomic = task.isAtomic
        submittedAt = Date(task.submittedAt)
        startedAt = task.startedAt.map(Date.init)
        endedAt = task.endedAt.map(Date.init)
        progress = Progress(task.progress)
        counts = Counts(task.counts)
        errors = task.errors.map(Tally.init)
        warnings = task.warnings.map(Tally.init)
        failure = task.failure.map { SluiceError($0 as Failure) }
        version = task.version
    }
}

extension TaskSnapshot {
    /// Where a task is in its life.
    ///
    /// States may be added, so this is no enumeration: ask ``isActive`` and ``isComplete`` rather than for each one.
    public struct State: RawRepresentable, Hashable, Sendable {
        /// The word, as in the task's JSON.
        public let rawValue: String

        /// Any word, also one that this version does not know.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// Recorded; waits for its turn.
        public static let queued = State(rawValue: "queued")
        /// The file is read for the first time, and nothing is written: is it sound, within its limit, does the filter fit.
        public static let validating = State(rawValue: "validating")
        /// Records are being written.
        public static let running = State(rawValue: "running")
        /// Done, nothing rejected.
        public static let completed = State(rawValue: "completed")
        /// Done, and some records were rejected.
        public static let completedWithRejects = State(rawValue: "completedWithRejects")
        /// Ended before its end; what was committed stays, and ``TaskSnapshot/failure`` says why.
        public static let failed = State(rawValue: "failed")
        /// Stopped on request; it can be resumed.
        public static let cancelled = State(rawValue: "cancelled")
        /// Stopped by a signal, or its process is gone; it can be resumed.
        public static let interrupted = State(rawValue: "interrupted")
        /// Another task is taking back what it did.
        public static let undoing = State(rawValue: "undoing")
        /// What it did was taken back.
        public static let undone = State(rawValue: "undone")

        /// Whether a process is at work on it, or will be.
        public var isActive: Bool { UserTaskState(rawValue: rawValue)?.isActive ?? false }

        /// Whether it came to its end, with rejects or without.
        public var isComplete: Bool { UserTaskState(rawValue: rawValue)?.isComplete ?? false }
    }

    /// How far a run is: bytes of the file as it lies, and records per second.
    public struct Progress: Hashable, Sendable {
        /// Bytes of the file that are done.
        public let bytesDone: UInt64
        /// Bytes that there are to do.
        public let bytesTotal: UInt64
        /// Of the last seconds.
        public let recordsPerSecond: Double
        /// How much longer it may take; `nil` where that is not known yet.
        public let timeLeft: Duration?

        init(_ progress: UserTask.Progress) {
            bytesDone = progress.bytesDone
            bytesTotal = progress.bytesTotal
            recordsPerSecond = progress.recordsPerSecond
            timeLeft = progress.etaSeconds.map { .seconds($0) }
        }
    }

    /// What became of the records of a task, as committed: ``read`` is the sum of all others.
    public struct Counts: Hashable, Sendable {
        /// Records of the file, or rows that an export has read.
        public let read: UInt64
        /// Records that were new.
        public let created: UInt64
        /// Records that were there and changed.
        public let updated: UInt64
        /// Records that were there already as they are in the file.
        public let unchanged: UInt64
        /// Records whose key an earlier record of the file has.
        public let duplicate: UInt64
        /// Records that were left alone: outside the filter's `where`, or not of the import's mode.
        public let skipped: UInt64
        /// Records that did not pass, and were kept aside with their reasons.
        public let rejected: UInt64
        /// Records that are still to come, or never will where the task ended before its end.
        public let unprocessed: UInt64
        /// Rows that an export has written.
        public let exported: UInt64
        /// Records, or links, that were taken away.
        public let deleted: UInt64

        /// Records whose fate is settled.
        public var processed: UInt64 { read - unprocessed }

        init(_ counts: Records.Counts) {
            read = counts.read
            created = counts.created
            updated = counts.updated
            unchanged = counts.unchanged
            duplicate = counts.duplicate
            skipped = counts.skipped
            rejected = counts.rejected
            unprocessed = counts.unprocessed
            exported = counts.exported ?? 0
            deleted = counts.deleted ?? 0
        }
    }

    /// One kind of error or warning, counted.
    public struct Tally: Hashable, Sendable {
        /// As ``SluiceError/code``, such as `email_malformed`.
        public let code: String
        /// The field, where one is concerned.
        public let field: String?
        /// How many records it concerns.
        public let count: UInt64
        /// Line of the source where it came first, from 1; 0 where there is none.
        public let firstLine: UInt64
        /// For people; given with warnings.
        public let message: String?

        init(_ tally: UserTask.Tally) {
            code = tally.code
            field = tally.field
            count = tally.count
            firstLine = tally.firstLine
            message = tally.message
        }
    }
}

extension Date {
    init(_ moment: Timestamp) {
        self.init(timeIntervalSince1970: Double(moment.milliseconds) / 1000)
    }
}
