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
    /// Brings to an end what waits for the end of a transaction.
    func beforeCommit(_ db: Database) throws
    /// Called when the transaction is over, committed or not.
    func afterTransaction(committed: Bool)
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
    private let queue: DatabaseQueue
    private let tellsRows: Bool
    /// Whether a field that quick search looks into is fed.
    private let feedsSearch: Bool
    /// Whether this transaction knows which of the rows that it changes quick search must be told of.
    private var knowsSearch = false

    /// `lastID` is the highest row id that the table has had; `lastForeignID` that before the task began.
    init(
        _ plan: WritePlan, lastID: Int64, lastForeignID: Int64, keepsRowIDs: Bool, queue: DatabaseQueue
    ) throws {
        self.plan = plan
        self.queue = queue
        self.lastForeignID = lastForeignID
        tellsRows = keepsRowIDs
        feedsSearch = plan.fields.contains { $0.field.isSearchable }
        let feed = BatchFeed(planes: plan.fields.map(\.plane), keepsRowIDs: keepsRowIDs)
        self.feed = feed
        let context = MergeContext(
            state: feed.state, plan: plan, lastOldID: lastID, lastForeignID: lastForeignID)
        self.context = context
        let statements = try queue.inDatabase { db in try Self.prepare(plan, feed, context, db) }
        upsert = statements.upsert
        marks = statements.marks
        updateOnly = statements.updateOnly
        if keepsRowIDs { setUpdateHook(to: feed.state) }
    }

    deinit {
        if tellsRows { setUpdateHook(to: nil) }
    }

    var sortPlane: Int? { plan.sortPlane }
    var refusal: Failure? { nil }

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
        for result in [
            FeedModule.register(on: connection, state: feed.state),
            MergeFunctions.register(on: connection, context: context),
        ] where result != 0 {
            throw DatabaseError(resultCode: ResultCode(rawValue: result))
        }
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
        if feedsSearch, !knowsSearch {
            context.searchChanges = try SearchChanges(of: plan.schema.type, db)
            knowsSearch = true
        }
        context.beginBatch()
        try feed.give(batch, order: batch.order) {
            if let updateOnly { try updateOnly.write(batch, upsert) } else { try upsert.run() }
        }
        return WrittenBatch(batch: batch, feed: feed, context: context)
    }

    func beforeCommit(_ db: Database) throws {
        try context.searchChanges?.write(db)
    }

    func afterTransaction(committed: Bool) {
        context.searchChanges = nil
        knowsSearch = false
    }
}

extension Database {
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
