internal import GRDB
internal import Records

/// Writes the records of a large file when one key alone decides which row each of them meets, and it is known which do.
///
/// Where the table had no rows (``FirstTable``), those are the ones that repeat an earlier record of the file. Else the lane that
/// reads has looked for them (``RowFinder``). A record that has a row meets it by its id, in the order of the file, in which the
/// values lie. All others are new (``NewRows``, where the table allows it; else they are merged by their keys).
final class KeyedMerge {
    /// Fewer records are merged as well one by one.
    static let leastRecords: UInt64 = 10_000

    private let plan: WritePlan
    private let feed: BatchFeed
    private let upsertByID: RawStatement
    private let keyTest: RawStatement
    /// The feed's column of the key.
    private let keyColumn: Int
    /// Where the table had no rows.
    private let first: FirstTable?
    /// What SQLite's count of others' commits was before rows were looked for.
    private let dataVersion: Int64
    /// `nil` where records without a row are merged by their keys.
    private let newRows: NewRows?
    private var keyed: KeyedIDs
    /// The row of the record with the number 0 has the next id; known once the first transaction has begun.
    private var base: Int64?
    /// By record of the batch, the id of its row.
    private var ids: [Cell] = []
    /// By record of the batch, the id of its row where that is a new one, else 0.
    private var newIDs: [Int64] = []

    /// `nil` where others than one key have a say in which row a record meets; `records`: how many the file has.
    init?(_ plan: WritePlan, feed: BatchFeed, records: UInt64, _ db: Database) throws {
        guard records >= Self.leastRecords, records <= FirstKeys.mostKeys, let key = plan.soleKey
        else { return nil }
        self.plan = plan
        self.feed = feed
        keyColumn = key
        dataVersion = try db.dataVersion
        first = try FirstTable(plan, db)
        newRows =
            first == nil
            ? try NewRows(plan, feed: feed, db) : try NewRows(plan, feed: feed, indexes: [], db)
        keyed = KeyedIDs(capacity: newRows == nil ? 0 : Int(records))
        let connection = try db.openConnection
        upsertByID = try RawStatement(plan.upsertByID, on: connection)
        keyTest = try RawStatement(plan.keyTest(key), on: connection)
    }

    /// Whether the table had no rows, and lacks its indexes until the end.
    var isFirst: Bool { first != nil }

    /// Whether index entries of new rows are made at the end of a transaction.
    var putsEntriesOff: Bool { !isFirst && newRows != nil }

    /// Finds rows for the lane that reads; `nil` where there are none.
    func makeFinder(_ paths: StorePaths) throws -> RowFinder? {
        isFirst ? nil : try RowFinder(plan, key: keyColumn, paths: paths, looksAlways: newRows != nil)
    }

    private var keyPlane: Int { plan.fields[keyColumn].plane }

    /// The plane by whose values it tells new records from repetitions; `nil` where it does not.
    var hashedPlane: Int? { newRows == nil ? nil : keyPlane }

    /// Begins a transaction: `false` where what is known of rows holds no longer.
    func begin(_ db: Database) throws -> Bool {
        let last = try StoreWriter.lastRowID(of: plan.schema.type, db)
        if let first {
            guard try first.begin(db) else { return false }
        } else {
            // A row that was found before somebody else wrote may have gone, or have another key.
            guard try db.dataVersion == dataVersion else { return false }
        }
        guard let newRows else { return true }
        if let base, base + Int64(keyed.next) != last { return false }
        base = base ?? last
        try newRows.begin(db)
        return true
    }

    /// Whether the batch can be written so: somebody has looked, and the file has brought no more records yet than it was
    /// said to have.
    func takes(_ batch: CheckedBatch) -> Bool {
        (isFirst || !batch.rows.isEmpty) && (newRows == nil || keyed.hasRoom(for: batch.order.count))
    }

    /// Writes the records that the feed gives; `merge` does so with those of them that are to be merged by their keys.
    func write(_ batch: CheckedBatch, _ db: Database, merge: ([UInt32]) throws -> Void) throws {
        ids.removeAll(keepingCapacity: true)
        if isFirst {
            ids.append(contentsOf: repeatElement(.blank, count: batch.records.count))
        } else {
            ids.append(contentsOf: batch.rows)
        }
        let order = inFileOrder(batch)
        guard let newRows, let base else {
            try meet(order.filter { !ids[Int($0)].isBlank })
            // By key, as the batch is sorted.
            return try merge(batch.order.filter { ids[Int($0)].isBlank })
        }
        let storage = batch.records.storage
        let absent = isFirst ? order : order.filter { ids[Int($0)].isBlank }
        let cells = storage.plane(keyPlane)
        let hashes =
            batch.keyHashes.isEmpty
            ? KeyedIDs.hashes(of: absent, cells, storage, count: batch.records.count) : batch.keyHashes
        try keyed.sort(
            absent, by: cells, hashes: hashes, storage, base: base, into: &ids
        ) { cell, id in
            keyTest.bind(id, at: 1)
            keyTest.bind(cell, of: storage, at: 2)
            return try keyTest.hasRow()
        }
        let new = keyed.newRecords
        let known = new.count == order.count ? [] : order.filter { !ids[Int($0)].isBlank }
        if let record = new.first {
            let firstID = base + 1 + Int64(keyed.firstNew)
            ids[Int(record)] = .integer(firstID)
            try withIDs { try newRows.write(new, firstID: firstID, db) }
            if let first { note(new, firstID: firstID, of: batch, first) }
        }
        if new.count < absent.count { try newRows.prepareForChanges() }
        try meet(known)
    }

    private func note(_ new: [UInt32], firstID: Int64, of batch: CheckedBatch, _ first: FirstTable) {
        newIDs.removeAll(keepingCapacity: true)
        newIDs.append(contentsOf: repeatElement(0, count: batch.records.count))
        for (id, record) in zip(firstID..., new) { newIDs[Int(record)] = id }
        first.add(batch.order, ids: newIDs, of: feed.state)
    }

    /// The records to write, in the order of the file.
    private func inFileOrder(_ batch: CheckedBatch) -> [UInt32] {
        var isWritten = [Bool](repeating: false, count: batch.records.count)
        for record in batch.order { isWritten[Int(record)] = true }
        return (0..<UInt32(batch.records.count)).filter { isWritten[Int($0)] }
    }

    /// Writes records that have rows.
    private func meet(_ records: [UInt32]) throws {
        guard !records.isEmpty else { return }
        try withIDs { try feed.narrow(to: records) { try upsertByID.run() } }
    }

    private func withIDs(_ body: () throws -> Void) rethrows {
        try ids.withUnsafeBufferPointer { ids in
            if let base = ids.baseAddress { feed.setOwnPlane(0, base) }
            try body()
        }
    }

    /// Brings to an end what waits for the end of the transaction.
    func end(_ db: Database) throws {
        try newRows?.end(db)
    }

    /// Takes note of what the table is, as the last thing before a commit.
    func note(_ db: Database) throws {
        try first?.note(db)
    }

    /// Makes the indexes that a table without rows was left without.
    func makeIndexes(_ db: Database) throws {
        try first?.makeIndexes(db)
    }

    func rolledBack(_ db: Database) throws {
        first?.rolledBack()
        newRows?.takeBack()
        try NewRows.readDeclarations(db)
    }
}

extension WritePlan {
    /// The feed's column by whose values records find their rows, where nothing else decides which they meet; else `nil`.
    var soleKey: Int? {
        guard mode != .update, constraints.count == 1, constraints[0].isMatch, constraints[0].isWhole,
            constraints[0].columns.count == 1, schema.uniqueConstraints.count == 1, generated.isEmpty,
            sealed.isEmpty, schema.type.parent == nil,
            completion?.required.allSatisfy({ field in fields.contains { $0.field == field } }) ?? true
        else { return nil }
        return constraints[0].columns[0]
    }
}
