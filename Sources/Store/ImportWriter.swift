internal import GRDB
package import Records

/// A reject as it is kept: where it was, every reason, and its bytes.
package struct LoggedReject: Hashable, Sendable {
    package var position: Position
    /// In column order; never empty.
    package var issues: [Issue]
    /// The record as it lay in the decompressed source, with its line end.
    package var bytes: KeptBytes
    /// The record as it lay there, where ``bytes`` have masks for values of encrypted fields.
    package var sealed: SealedBytes? = nil
}

/// What one batch came to: its counts, and the records to tell of.
package struct WrittenBatch: Sendable {
    package var receipt = BatchReceipt()
    /// In the order of the file.
    package var rejects: [LoggedReject] = []
    /// For each of them, its index in the batch.
    var rejectedRecords: [Int] = []
    /// Records with a key that the file had before, in the order of the file; rejected ones not among them.
    package var duplicates: [Position] = []
    /// Records created without any key: how many, and where the first of them is.
    package var keyless: UInt64 = 0
    package var firstKeyless: Position?
}

/// Writes the batches of one import and what is told of them.
///
/// Rows, rejects and resume point of the batches since the last commit are one transaction.
///
/// `@unchecked Sendable`: one lane at a time uses it, and the connection's queue orders what SQLite calls back.
package final class ImportWriter: @unchecked Sendable {
    private let writer: StoreWriter
    private let work: any BatchWrite
    private let log: RejectLog
    /// Where the run is one transaction, its log until the run ends.
    private let aside: AsideLog?
    /// How outcomes are told, where they are kept.
    private let results: ResultRules?
    /// How rejects are kept, where encrypted fields are fed.
    private let rejectSeal: RejectSeal?
    /// Kept from batch to batch for its memory.
    private var outcomes = ResultBlob()
    private var isOpen = false

    private init(
        writer: StoreWriter, work: any BatchWrite, taskNumber: Int64, asidePath: String?,
        results: ResultRules?, rejectSeal: RejectSeal? = nil
    ) throws(StoreError) {
        self.writer = writer
        self.work = work
        self.results = results
        self.rejectSeal = rejectSeal
        log = RejectLog(taskNumber: taskNumber)
        aside = if let asidePath { try AsideLog(path: asidePath) } else { nil }
        // Nothing that an import writes can break a reference: rows of records come and change but do not go, and
        // both sides of a pair are looked up in its transaction. Where links are there, SQLite would else look for
        // those of each new row.
        try setReferenceChecks(on: false)
    }

    deinit {
        // A connection that cannot take it has failed, and is not written with again.
        try? setReferenceChecks(on: true)
    }

    private func setReferenceChecks(on: Bool) throws(StoreError) {
        try StoreError.wrap("prepare the bulk write", path: writer.paths.database) {
            try writer.queue.inDatabase { db in
                try db.execute(sql: "PRAGMA foreign_keys = \(on ? "ON" : "OFF")")
            }
        }
    }

    /// Makes ready what every batch of records needs.
    ///
    /// `match`: ways to find an existing row, in order, as indices into `fields`. `lastForeignID`: from the
    /// resume point; `nil` for a task that begins. `records`: how many the file has, where that is known.
    /// `asidePath`: where the log is kept of a run that is one transaction. `results`: how outcomes are told, where
    /// they are to be kept. `keepsBefore`: whether the journal keeps what changed rows held. `sealed`: the encrypted
    /// ones among the fields; `rejectSeal` goes with them.
    ///
    /// - Throws: where SQLite does not take the statements.
    package convenience init(
        writer: StoreWriter, type: RecordType, fields: [FieldPlan], match: [[Int]], mode: ImportMode,
        duplicates: DuplicatePolicy, taskNumber: Int64, lastForeignID: Int64?, records: UInt64 = 0,
        asidePath: String? = nil,
        results: ResultRules? = nil, keepsBefore: Bool = true, sealed: [SealedFieldPlan] = [],
        rejectSeal: RejectSeal? = nil
    ) throws(StoreError) {
        let plan = WritePlan(
            type: type, fields: fields, sealed: sealed, match: match, mode: mode, duplicates: duplicates)
        let lastID = try writer.lastRowID(of: type)
        let work = try StoreError.wrap("prepare the bulk write", path: writer.paths.database) {
            try MergeWrite(
                plan, lastID: lastID, lastForeignID: lastForeignID ?? lastID,
                records: lastForeignID == nil ? records : nil, keepsRowIDs: results != nil,
                journal: JournalWriter(task: taskNumber, keepsValues: keepsBefore), queue: writer.queue)
        }
        try self.init(
            writer: writer, work: work, taskNumber: taskNumber, asidePath: asidePath, results: results,
            rejectSeal: rejectSeal)
    }

    /// Makes ready what every batch of pairs needs.
    ///
    /// `match`: ways to name both sides, in order, as indices into `fields`. `begins`: whether nothing of the file
    /// was written before.
    ///
    /// - Throws: where SQLite does not take the statements.
    package convenience init(
        writer: StoreWriter, linked: LinkedTypes, fields: [FieldPlan], match: [[Int]], mode: LinkMode,
        begins: Bool, taskNumber: Int64, asidePath: String? = nil, results: ResultRules? = nil
    ) throws(StoreError) {
        let work = try StoreError.wrap("prepare the bulk write", path: writer.paths.database) {
            try LinkWrite(
                LinkWrite.Plan(linked: linked, fields: fields, match: match, mode: mode),
                begins: begins, journal: JournalWriter(task: taskNumber, keepsValues: true),
                queue: writer.queue)
        }
        try self.init(
            writer: writer, work: work, taskNumber: taskNumber, asidePath: asidePath, results: results)
    }

    /// The last row id that was in the table before the task began, resumed or not.
    package var lastForeignID: Int64 { work.lastForeignID }

    /// The plane by which a batch should be sorted before it is written, or `nil` where it need or must not be.
    package var sortPlane: Int? { work.sortPlane }

    /// Whether rows are put one behind the other, with no index to keep up, as far as is known now.
    package var isLoading: Bool { work.completion != nil }

    /// Whether index entries of new rows are made at the end of a transaction, as far as is known now.
    package var putsEntriesOff: Bool { work.putsEntriesOff }

    /// Hashes keys of batches before they come here; `nil` where that would be of no use.
    package func makeHasher() -> KeyHasher? { work.hashedPlane.map { KeyHasher(plane: $0) } }

    /// Finds rows for batches before they come here; `nil` where that would be of no use.
    package func makeFinder() throws(StoreError) -> RowFinder? {
        try StoreError.wrap("look for rows", path: writer.paths.database) {
            try work.makeFinder(writer.paths)
        }
    }

    /// Why nothing of what was written since the last commit may stay.
    package var refusal: Failure? { work.refusal }

    /// Takes note of a batch that was written before a resume point: its keys are known again.
    ///
    /// But for records that were rejected when their turn came: those were no earlier records to anyone.
    package func markSeen(_ batch: CheckedBatch) throws(StoreError) {
        try StoreError.wrap("look up keys before the resume point", path: writer.paths.database) {
            try writer.queue.inDatabase { db in
                let rejected = try log.rejected(in: batch.records, db)
                let order = batch.order.filter {
                    !rejected.contains(batch.records.position(of: Int($0)).record)
                }
                try work.markSeen(batch, order: order)
            }
        }
    }

    /// Writes a batch into the open transaction, beginning one where none is.
    ///
    /// - Throws: with the transaction rolled back: nothing since the last commit is there.
    package func write(_ batch: CheckedBatch) throws(StoreError) -> WrittenBatch {
        do {
            if !isOpen { try writer.begin() }
            isOpen = true
            return try StoreError.wrap("write a batch", path: writer.paths.database) {
                try writer.queue.inDatabase { db in try write(batch, db) }
            }
        } catch {
            rollback()
            throw error
        }
    }

    private func write(_ batch: CheckedBatch, _ db: Database) throws -> WrittenBatch {
        var written = try work.write(batch, db)
        try rejectSeal?.seal(&written, of: batch.records, taskNumber: log.taskNumber)
        if let aside {
            try aside.queue.inDatabase { db in try add(written, of: batch, db) }
        } else {
            try add(written, of: batch, db)
        }
        return written
    }

    private func add(_ written: WrittenBatch, of batch: CheckedBatch, _ db: Database) throws {
        try log.add(written, db)
        guard let results else { return }
        outcomes.clear()
        results.forEachResult(of: batch, feed: work.feed) { outcomes.append($0) }
        try log.add(outcomes, from: batch.records, db)
    }

    /// What is to be told of the table when all records are written.
    package func finalWarnings() throws(StoreError) -> [UserTask.Tally] {
        try StoreError.wrap("look over the records", path: writer.paths.database) {
            try writer.queue.inDatabase { db in try work.finalWarnings(db) }
        }
    }

    /// Makes what the table lacked as long as the run lasted; behind its last transaction, however it ended.
    package func complete() throws(StoreError) {
        guard let completion = work.completion else { return }
        try writer.transaction("make the indexes", completion)
    }

    /// Commits what was written since the last commit, with the task's counts and where a resume goes on.
    package func commit(_ task: UserTask, at resumePoint: ResumePoint) throws(StoreError) {
        if !isOpen { try writer.begin() }
        isOpen = true
        do {
            try StoreError.wrap("write the user task", path: writer.paths.database) {
                try writer.queue.inDatabase { db in
                    try work.beforeCommit(db)
                    try TaskTable.update(task, resumePoint: resumePoint, db)
                }
            }
            try writer.commit()
            isOpen = false
            work.afterTransaction(committed: true)
        } catch {
            rollback()
            throw error
        }
    }

    /// How a run ends that is one transaction.
    package enum End: Sendable {
        /// The rows stay, and what was logged.
        case commit
        /// The rows go, what was logged stays: it tells what would have been.
        case dryRun
        /// The rows go, and of the log the rejects stay: they are there to be mended.
        case giveUp
    }

    /// Ends a run that is one transaction, with the task's counts; of a run that reached the file's end with the
    /// place where nothing is left to do.
    ///
    /// - Throws: with nothing written.
    package func end(
        _ end: End, _ task: UserTask, at resumePoint: ResumePoint?
    ) throws(StoreError) {
        guard let aside else { preconditionFailure("the run commits as it goes") }
        if end != .commit { rollback() }
        if !isOpen { try writer.begin() }
        isOpen = true
        do {
            try StoreError.wrap("end the transaction of the run", path: writer.paths.database) {
                try writer.queue.inDatabase { db in
                    try work.beforeCommit(db)
                    try aside.copy(end == .giveUp ? ["sluice_rejects"] : RejectLog.tables, into: db)
                    try TaskTable.update(task, resumePoint: resumePoint, db)
                }
            }
            try writer.commit()
            isOpen = false
            work.afterTransaction(committed: true)
        } catch {
            rollback()
            throw error
        }
    }

    /// Gives up what was written since the last commit.
    package func rollback() {
        guard isOpen else { return }
        isOpen = false
        writer.rollback()
        work.afterTransaction(committed: false)
    }
}

extension StoreWriter {
    /// The highest row id that a type's table has had.
    package func lastRowID(of type: RecordType) throws(StoreError) -> Int64 {
        try StoreError.wrap("read the highest id", path: paths.database) {
            try queue.inDatabase { db in try Self.lastRowID(of: type, db) }
        }
    }

    static func lastRowID(of type: RecordType, _ db: Database) throws -> Int64 {
        try db.lastID(of: type.table)
    }
}
