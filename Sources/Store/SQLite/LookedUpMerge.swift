internal import GRDB
internal import Records

/// Writes the records of a large file into a table that has rows, when it is known of each whether it has one.
///
/// The lane that reads has looked (``RowFinder``). A record that it found a row for meets it by its id, in the order of the
/// file, in which the values lie. One that repeats an earlier record of the file meets that one's row. All others are new
/// (``DeferredRows``, where the table allows it; else they are merged by their keys).
///
/// What was found holds as long as nobody else commits, which SQLite counts (`PRAGMA data_version`): see ``begin(_:)``.
final class LookedUpMerge {
    private let plan: WritePlan
    private let feed: BatchFeed
    private let upsertByID: RawStatement
    private let keyTest: KeyTest
    /// The feed's column of the key.
    private let keyColumn: Int
    /// What SQLite's count of others' commits was when rows were first looked for.
    private let dataVersion: Int64
    /// `nil` where new records are merged by their keys.
    private var deferred: DeferredRows?
    private var keyed: KeyedIDs
    /// The row of the record with the number 0 has the next id; known once the first transaction has begun.
    private var base: Int64?
    /// By record of the batch, the id of its row.
    private var ids: [Cell] = []

    /// `nil` where others than the key decide which row a record meets; `records`: how many the file has.
    init?(_ plan: WritePlan, feed: BatchFeed, records: UInt64, _ db: Database) throws {
        guard records >= FirstLoad.leastRecords, let key = plan.soleKey else { return nil }
        self.plan = plan
        self.feed = feed
        keyColumn = key
        dataVersion = try Self.dataVersion(db)
        let connection = try db.openConnection
        upsertByID = try RawStatement(plan.upsertByID, on: connection)
        keyTest = try KeyTest(plan, key, on: connection)
        let fits = records <= FirstKeys.mostKeys
        deferred = fits ? try DeferredRows(plan, feed: feed, db) : nil
        keyed = KeyedIDs(capacity: deferred == nil ? 0 : Int(records))
    }

    /// Whether index entries of new rows are made at the end of a transaction.
    var putsEntriesOff: Bool { deferred != nil }

    /// Finds rows for the lane that reads.
    func makeFinder(_ paths: StorePaths) throws -> RowFinder {
        try RowFinder(plan, key: keyColumn, paths: paths, looksAlways: deferred != nil)
    }

    /// Grows with each commit of others.
    private static func dataVersion(_ db: Database) throws -> Int64 {
        try Int64.fetchOne(db, sql: "PRAGMA data_version") ?? 0
    }

    /// Begins a transaction: `false` where others have committed, so that a row that was found may have gone, or have
    /// another key.
    func begin(_ db: Database) throws -> Bool {
        guard try Self.dataVersion(db) == dataVersion else { return false }
        guard let deferred else { return true }
        let last = try StoreWriter.lastRowID(of: plan.schema.type, db)
        if let base, base + Int64(keyed.next) != last { return false }
        if base == nil { base = last }
        try deferred.begin(db)
        return true
    }

    /// Writes the records that the feed gives; `others` writes those of them that are to be merged by their keys.
    func write(_ batch: CheckedBatch, _ db: Database, others: ([UInt32]) throws -> Void) throws {
        guard !batch.rows.isEmpty else {
            try leaveDeferred(db)
            return try others(batch.order)
        }
        if !keyed.hasRoom(for: batch.order.count) { try leaveDeferred(db) }
        ids.removeAll(keepingCapacity: true)
        ids.append(contentsOf: batch.rows)
        guard let deferred, let base else {
            try meet(inFileOrder(batch) { !ids[Int($0)].isBlank })
            return try others(batch.order.filter { batch.rows[Int($0)].isBlank })
        }
        let storage = batch.records.storage
        let absent = inFileOrder(batch) { ids[Int($0)].isBlank }
        try keyed.sort(
            absent, by: storage.plane(plan.fields[keyColumn].plane), storage, base: base, into: &ids
        ) { cell, id in try keyTest.isKey(cell, ofRow: id, storage) }
        let known = inFileOrder(batch) { !ids[Int($0)].isBlank }
        for (number, record) in keyed.newRecords.enumerated() {
            ids[Int(record)] = .integer(base + 1 + Int64(keyed.firstNew) + Int64(number))
        }
        try withIDs { try deferred.write(keyed.newRecords, ids: ids, db) }
        if keyed.newRecords.count < absent.count { try deferred.prepareForChanges() }
        try meet(known)
    }

    /// The records to write of which `isIncluded` says so, in the order of the file.
    private func inFileOrder(_ batch: CheckedBatch, _ isIncluded: (UInt32) -> Bool) -> [UInt32] {
        var included = [Bool](repeating: false, count: batch.records.count)
        for record in batch.order { included[Int(record)] = isIncluded(record) }
        return (0..<UInt32(batch.records.count)).filter { included[Int($0)] }
    }

    /// Writes records that have rows.
    private func meet(_ records: [UInt32]) throws {
        try withIDs { try feed.narrow(to: records) { try upsertByID.run() } }
    }

    private func withIDs(_ body: () throws -> Void) rethrows {
        try ids.withUnsafeBufferPointer { ids in
            if let base = ids.baseAddress { feed.setOwnPlane(0, base) }
            try body()
        }
    }

    /// Merges new records by their keys from now on.
    private func leaveDeferred(_ db: Database) throws {
        try deferred?.end(db)
        deferred = nil
    }

    func beforeCommit(_ db: Database) throws {
        try deferred?.end(db)
    }

    func rolledBack() {
        deferred?.takeBack()
    }
}
