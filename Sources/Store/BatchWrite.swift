internal import GRDB
internal import GRDBSQLite
internal import Records

/// What an import does with each batch: the part that records and links do not have in common.
///
/// The transaction and its log are ``ImportWriter``'s; all here is called within it.
protocol BatchWrite: AnyObject {
    /// Gives the batch to SQLite, and keeps each record's outcome.
    var feed: BatchFeed { get }
    /// The plane by which a batch should be sorted before it is written, or `nil` where it need or must not be.
    var sortPlane: Int? { get }
    /// The last row id that was in the table before the task began, resumed or not.
    var lastForeignID: Int64 { get }
    /// Why nothing of what was written may stay, as far as that is known.
    var refusal: Failure? { get }

    /// Takes note of a batch that was written before a resume point, without the records rejected then.
    func markSeen(_ batch: CheckedBatch, order: [UInt32]) throws
    func write(_ batch: CheckedBatch, _ db: Database) throws -> WrittenBatch
    /// What is to be told of the table when all records are written.
    func finalWarnings(_ db: Database) throws -> [UserTask.Tally]
    /// Finds rows for the lane that reads; `nil` where that would be of no use.
    func makeFinder(_ paths: StorePaths) throws -> RowFinder?
    /// What the table lacks as long as the run lasts, to be made behind its last transaction; `nil` where it lacks nothing.
    var completion: ((Database) throws -> Void)? { get }
    /// The plane of keys for whose records it is of use to have hashes; `nil` where there is none.
    var hashedPlane: Int? { get }
    /// Whether index entries of new rows are made at the end of a transaction.
    var putsEntriesOff: Bool { get }
    /// Brings to an end what waits for the end of a transaction.
    func beforeCommit(_ db: Database) throws
    /// Called when the transaction is over, committed or not.
    func afterTransaction(committed: Bool)
}

extension BatchWrite {
    func makeFinder(_ paths: StorePaths) throws -> RowFinder? { nil }
    var completion: ((Database) throws -> Void)? { nil }
    var putsEntriesOff: Bool { false }
    var hashedPlane: Int? { nil }
}

/// Merges records into the table of their type: one statement a batch, fed by the batch's own bytes.
final class MergeWrite: BatchWrite {
    let feed: BatchFeed
    let lastForeignID: Int64
    private let plan: WritePlan
    private let context: MergeContext
    private let upsert: RawStatement
    private let marks: [RawStatement]
    /// In mode `update`.
    private let updateOnly: UpdateOnly?
    /// Where the import sets parents.
    private let parents: ParentCheck?
    /// Where the import feeds encrypted fields.
    private let sealed: SealedWrite?
    private let sealedHolder = SealedWriteHolder()
    private let queue: DatabaseQueue
    private let tellsRows: Bool
    /// Whether a field that quick search looks into is fed.
    private let feedsSearch: Bool
    private let journal: JournalWriter
    /// Writes the records of a large file that has one key; `nil` where others have a say in it, or once it is not to be
    /// relied on any more.
    private var keyed: KeyedMerge?
    /// Whether a transaction is open that has written.
    private var isInTransaction = false
    /// The highest id that the table had when a transaction of ours ended.
    private var lastKnownID: Int64
    /// Rows that the open transaction made.
    private var rowsMade: UInt64 = 0

    /// `lastID` is the highest row id that the table has had; `lastForeignID` that before the task began; `records` is how
    /// many the file has, where nothing of it was written before.
    init(
        _ plan: WritePlan, lastID: Int64, lastForeignID: Int64, records: UInt64?, keepsRowIDs: Bool,
        journal: JournalWriter, queue: DatabaseQueue
    ) throws {
        self.plan = plan
        self.journal = journal
        self.queue = queue
        self.lastForeignID = lastForeignID
        lastKnownID = lastID
        parents = ParentCheck(plan)
        tellsRows = keepsRowIDs || parents != nil || !plan.sealed.isEmpty
        feedsSearch = plan.fields.contains { $0.field.isSearchable }
        let feed = BatchFeed(planes: plan.fields.map(\.plane), ownPlanes: 1, keepsRowIDs: tellsRows)
        self.feed = feed
        let context = MergeContext(
            state: feed.state, plan: plan, lastOldID: lastID, lastForeignID: lastForeignID)
        context.canTakeBack = parents != nil
        context.generators = try queue.inDatabase { db in
            try plan.generated.map { try ValueGenerator($0.field, of: plan.schema, on: db.openConnection) }
        }
        context.before = JournalBuffer(
            table: plan.schema.type.table, kind: journal.keepsValues ? .updated : .touched,
            columns: journal.keepsValues ? plan.journaledColumns : [],
            keepsOrder: plan.sortPlane == nil)
        self.context = context
        let holder = sealedHolder
        sealed = try queue.inDatabase { db in
            try SealedWrite.make(plan, holder: holder, on: db.openConnection)
        }
        context.sealed = sealed
        let statements = try queue.inDatabase { db in try Self.prepare(plan, feed, context, db) }
        upsert = statements.upsert
        marks = statements.marks
        updateOnly = statements.updateOnly
        if tellsRows { setUpdateHook(to: feed.state) }
        keyed = try records.flatMap { records in
            try queue.inDatabase { db in try KeyedMerge(plan, feed: feed, records: records, db) }
        }
    }

    func makeFinder(_ paths: StorePaths) throws -> RowFinder? { try keyed?.makeFinder(paths) }

    deinit {
        if tellsRows { setUpdateHook(to: nil) }
        // A connection that cannot take it has failed, and is not written with again.
        if keyed != nil { try? queue.inDatabase { try Connection.merging($0) } }
    }

    var sortPlane: Int? { plan.sortPlane }
    var refusal: Failure? { nil }
    var completion: ((Database) throws -> Void)? { isLoading ? keyed?.makeIndexes : nil }

    var putsEntriesOff: Bool { keyed?.putsEntriesOff ?? false }
    var hashedPlane: Int? { keyed?.hashedPlane }
    private var isLoading: Bool { keyed?.isFirst ?? false }

    /// Has SQLite tell the id of each row that a record becomes or changes; `nil` for no more.
    private func setUpdateHook(to state: UnsafeMutablePointer<FeedState>?) {
        queue.inDatabase { db in
            guard let state else {
                _ = sqlite3_update_hook(db.sqliteConnection, nil, nil)
                return
            }
            _ = sqlite3_update_hook(
                db.sqliteConnection,
                { context, _, _, _, id in
                    let state = context.unsafelyUnwrapped.assumingMemoryBound(to: FeedState.self)
                    // Between batches the hook is told of other tables' rows.
                    if state.pointee.position < state.pointee.count { state.pointee.noteRow(id) }
                }, state)
        }
    }

    private static func prepare(
        _ plan: WritePlan, _ feed: BatchFeed, _ context: MergeContext, _ db: Database
    ) throws -> (upsert: RawStatement, marks: [RawStatement], updateOnly: UpdateOnly?) {
        let connection = try db.openConnection
        try FeedModule.register(on: connection, state: feed.state)
        let result = MergeFunctions.register(on: connection, context: context)
        guard result == 0 else { throw DatabaseError(resultCode: ResultCode(rawValue: result)) }
        return (
            try RawStatement(plan.upsert, on: connection),
            try plan.markLookups.map { try RawStatement($0, on: connection) },
            plan.mode == .update
                ? try UpdateOnly(plan, feed: feed, context: context, connection: connection, db) : nil
        )
    }

    func markSeen(_ batch: CheckedBatch, order: [UInt32]) throws {
        try feed.give(batch, order: order) {
            for mark in marks { try mark.run() }
            try updateOnly?.markSeen(order)
        }
    }

    func write(_ batch: CheckedBatch, _ db: Database) throws -> WrittenBatch {
        if !isInTransaction { try beginTransaction(db) }
        context.beginBatch()
        sealed?.begin(batch)
        var cycles: [Reject] = []
        try feed.give(batch, order: batch.order) {
            if let parents, parents.areSet(by: batch) {
                cycles = try write(batch, parents, db)
            } else {
                try run(batch, db)
            }
        }
        try sealed?.write(batch, feed)
        let written = WrittenBatch(batch: batch, feed: feed, context: context, cycles: cycles)
        rowsMade += written.receipt.created
        if let before = context.before, before.byteCount >= JournalBuffer.fullBytes {
            try journal.write(before, db)
        }
        return written
    }

    /// Learns what the open transaction begins with.
    private func beginTransaction(_ db: Database) throws {
        if feedsSearch { context.searchChanges = try SearchChanges(of: plan.schema.type, db) }
        if let keyed, try !keyed.begin(db) { try leaveKeyed(db) }
        let last = try StoreWriter.lastRowID(of: plan.schema.type, db)
        // Single records are made between two transactions of ours.
        if last > lastKnownID { context.noteForeign(lastKnownID + 1...last) }
        context.lastCommittedID = last
        rowsMade = 0
        isInTransaction = true
    }

    /// Writes into the journal what the open transaction has done, but for what is written already.
    private func writeJournal(_ db: Database) throws {
        if let before = context.before { try journal.write(before, db) }
        guard rowsMade > 0 else { return }
        // Ids of it that are no rows' were taken by records that met a row: nobody will ever have them.
        let last = try StoreWriter.lastRowID(of: plan.schema.type, db)
        try journal.write(
            created: context.lastCommittedID + 1...last, rows: Int(rowsMade), in: plan.schema.type.table, db)
        rowsMade = 0
    }

    /// Goes on by merging record by record.
    private func leaveKeyed(_ db: Database) throws {
        try keyed?.makeIndexes(db)
        keyed = nil
        try Connection.merging(db)
    }

    /// Writes records that the feed gives now.
    private func run(_ batch: CheckedBatch, _ db: Database) throws {
        if let keyed, !keyed.takes(batch) {
            try keyed.end(db)
            try leaveKeyed(db)
        }
        guard let keyed else { return try run(batch.order, db) }
        try keyed.write(batch, db) { others in
            try feed.narrow(to: others) { try run(others, db) }
        }
    }

    private func run(_ order: [UInt32], _ db: Database) throws {
        if !context.generators.isEmpty {
            let last = try StoreWriter.lastRowID(of: plan.schema.type, db)
            for generator in context.generators { generator.base = last }
        }
        if let updateOnly { try updateOnly.write(order, upsert) } else { try upsert.run() }
    }

    /// Writes a batch that sets parents; gives the records that would have made a cycle.
    ///
    /// Whether a record does depends on those before it. So the batch is written whole, as any other; where that made
    /// a cycle, or where a later record of it may have hidden one, it is written record by record in the order of the
    /// file.
    private func write(_ batch: CheckedBatch, _ parents: ParentCheck, _ db: Database) throws -> [Reject] {
        let moves = try parents.isMove(db)
        try db.execute(sql: "SAVEPOINT sluice_batch")
        if !moves { try run(batch.order, db) }
        let rows = batch.order.compactMap { feed.rowID(of: Int($0)) }
        var cycles: [Reject] = []
        if try moves || Set(rows).count < rows.count || parents.isCycle(above: rows, db) {
            try db.execute(sql: "ROLLBACK TO sluice_batch")
            context.takeBack(toBatch: true)
            feed.forgetRows(of: batch)
            for record in batch.order.sorted() {
                if let issue = try writeAlone(record, of: batch, parents, db) {
                    cycles.append(Reject(record: Int(record), issues: [issue]))
                }
            }
        }
        try db.execute(sql: "RELEASE sluice_batch")
        return cycles
    }

    private func writeAlone(
        _ record: UInt32, of batch: CheckedBatch, _ parents: ParentCheck, _ db: Database
    ) throws -> Issue? {
        try db.execute(sql: "SAVEPOINT sluice_record")
        context.beginRecord()
        try feed.narrow(to: [record]) {
            feed.settleAll(.created)
            try run([record], db)
        }
        var issue: Issue?
        if parents.isSet(by: record, of: batch), feed.outcome(of: record).isWritten,
            let row = feed.rowID(of: Int(record)), let chain = try parents.cycle(through: row, db)
        {
            try db.execute(sql: "ROLLBACK TO sluice_record")
            context.takeBack(toBatch: false)
            feed.settle(record, .rejectedAsCycle)
            issue = parents.issue(chain)
        }
        try db.execute(sql: "RELEASE sluice_record")
        return issue
    }

    func finalWarnings(_ db: Database) throws -> [UserTask.Tally] {
        try parents?.warnings(db) ?? []
    }

    func beforeCommit(_ db: Database) throws {
        guard isInTransaction else { return }
        try keyed?.end(db)
        try context.searchChanges?.write(db)
        try writeJournal(db)
        lastKnownID = try StoreWriter.lastRowID(of: plan.schema.type, db)
        try keyed?.note(db)
    }

    func afterTransaction(committed: Bool) {
        context.searchChanges = nil
        context.before?.clear()
        isInTransaction = false
        guard !committed, let keyed else { return }
        // A connection that cannot read its declarations is not written with again.
        try? queue.inDatabase { db in try keyed.rolledBack(db) }
    }
}

extension Database {
    /// The highest id that a table has had, which SQLite keeps for it: no id is used again.
    func lastID(of table: String) throws -> Int64 {
        try Int64.fetchOne(self, sql: "SELECT seq FROM sqlite_sequence WHERE name = ?", arguments: [table])
            ?? 0
    }

    /// Says the highest id of a table that was made anew, or got rows under another name.
    func setLastID(_ id: Int64, of table: String) throws {
        try execute(sql: "UPDATE sqlite_sequence SET seq = ? WHERE name = ?", arguments: [id, table])
        guard changesCount == 0 else { return }
        try execute(sql: "INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", arguments: [table, id])
    }

    /// SQLite's count of commits of other connections: another number than before where there were some.
    var dataVersion: Int64 {
        get throws { try Int64.fetchOne(self, sql: "PRAGMA data_version") ?? 0 }
    }

    /// The handle for SQLite's C interface.
    ///
    /// - Throws: where the connection is closed.
    var openConnection: OpaquePointer {
        get throws {
            guard let connection = sqliteConnection else {
                throw StoreError(.cannotOpenDatabase, "the connection is closed")
            }
            return connection
        }
    }
}
