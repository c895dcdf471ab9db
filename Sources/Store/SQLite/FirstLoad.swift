internal import GRDB
internal import Records

/// Writes a large file into a table that has no rows: without an index to keep up, and with no value for columns that are
/// not fed.
///
/// Which keys the file has had is known here, so no index is needed to find them: a record with a new key gets the next
/// id, one with a key that was there gets the id of its row, and meets it by that. Indexes are built behind the rows.
/// Where somebody else has changed the table between two transactions, the rest of the file is merged as into any table.
///
/// A process that is killed leaves the table without its indexes; whoever writes next makes them
/// (``StoreWriter/prepareTables(_:links:)``), and until then whatever looks for a key takes longer.
final class FirstLoad {
    /// Fewer records are merged as well as they are loaded.
    static let leastRecords: UInt64 = 10_000

    private let plan: WritePlan
    private let schema: TableSchema
    private let feed: BatchFeed
    private var keyed: KeyedIDs
    /// The feed's column of the key.
    private let keyColumn: Int
    /// Once the first transaction has begun.
    private var table: Table?
    /// By record of the batch, the id of the row whose key it repeats; SQLite gives the others the next ones.
    private var ids: [Cell] = []
    /// What the table was when we left it.
    private var left: Mark?

    /// The table as it was made anew.
    private struct Table {
        let narrowed: NarrowedTable
        let insert: RawStatement
        let keyTest: KeyTest
        /// The row of the record with the number 0 has the next id.
        let base: Int64
    }

    /// What changes where somebody else writes to the table, makes its indexes, or changes a row.
    private struct Mark: Equatable {
        var lastID: Int64
        var lastJournalNumber: Int64
        var indexes: Int

        init(_ table: String, _ db: Database) throws {
            func sequence(_ name: String) throws -> Int64 {
                try Int64.fetchOne(
                    db, sql: "SELECT seq FROM sqlite_sequence WHERE name = ?", arguments: [name]) ?? 0
            }
            lastID = try sequence(table)
            lastJournalNumber = try sequence("sluice_journal")
            indexes =
                try Int.fetchOne(
                    db, sql: "SELECT count(*) FROM sqlite_schema WHERE type = 'index' AND tbl_name = ?",
                    arguments: [table]) ?? 0
        }
    }

    /// `nil` where the plan is not one for it; `records`: how many the file has.
    init?(_ plan: WritePlan, feed: BatchFeed, records: UInt64) {
        guard records >= Self.leastRecords, records <= FirstKeys.mostKeys, let key = plan.soleKey
        else { return nil }
        self.plan = plan
        self.feed = feed
        keyColumn = key
        schema = plan.schema.putting(first: plan.fields.map(\.field))
        keyed = KeyedIDs(capacity: Int(records))
    }

    /// Whether the table has no rows, and nothing that would be gone once it is made anew: people may have given it
    /// columns, indexes and triggers of their own.
    static func isReplaceable(_ schema: TableSchema, _ db: Database) throws -> Bool {
        try Int.fetchOne(db, sql: "SELECT 1 FROM \(schema.table) LIMIT 1") == nil && schema.isAsMade(db)
    }

    /// Begins a transaction: `false` where the table is not, or no longer, ours alone.
    func begin(_ db: Database) throws -> Bool {
        if let left {
            guard try Mark(schema.type.table, db) == left else { return false }
        } else {
            guard try makeTable(db) else { return false }
        }
        try table?.narrowed.begin(db)
        return true
    }

    /// Makes the table anew with the columns first that are fed, and without indexes; `false` where it has rows.
    private func makeTable(_ db: Database) throws -> Bool {
        guard try Self.isReplaceable(schema, db) else { return false }
        let base = try StoreWriter.lastRowID(of: schema.type, db)
        try db.execute(sql: "DROP TABLE \(schema.table)")
        try db.execute(sql: schema.createTable)
        // Ids are never used again; the table's own count of them went with it.
        try db.execute(
            sql: "INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)",
            arguments: [schema.type.table, base])
        try Connection.appending(db)
        let connection = try db.openConnection
        table = Table(
            narrowed: try NarrowedTable(schema, columnCount: plan.fields.count, db),
            insert: try RawStatement(plan.upsertByID, on: connection),
            keyTest: try KeyTest(plan, keyColumn, on: connection), base: base)
        return true
    }

    /// Whether the file has brought no more records yet than it was said to have.
    func hasRoom(for batch: CheckedBatch) -> Bool { keyed.hasRoom(for: batch.order.count) }

    /// Writes the records that the feed gives.
    func write(_ batch: CheckedBatch, _ db: Database) throws {
        guard let table else { preconditionFailure("no transaction has begun") }
        let storage = batch.records.storage
        ids.removeAll(keepingCapacity: true)
        ids.append(contentsOf: repeatElement(.blank, count: batch.records.count))
        try keyed.sort(
            batch.order, by: storage.plane(plan.fields[keyColumn].plane), storage, base: table.base,
            into: &ids
        ) { cell, id in try table.keyTest.isKey(cell, ofRow: id, storage) }
        try ids.withUnsafeBufferPointer { ids in
            if let base = ids.baseAddress { feed.setOwnPlane(0, base) }
            try table.insert.run()
        }
        let last = try StoreWriter.lastRowID(of: schema.type, db)
        guard last == table.base + Int64(keyed.next) else {
            throw StoreError(
                .databaseCorrupt, "rows of \(schema.type.table) got other ids than the next ones")
        }
    }

    /// Declares the table as everybody knows it.
    func end(_ db: Database) throws {
        try table?.narrowed.end(db)
    }

    /// Takes note of what the table is before a commit.
    func beforeCommit(_ db: Database) throws {
        try end(db)
        left = try Mark(schema.type.table, db)
    }
}

/// Asks whether a row has a key.
struct KeyTest {
    private let statement: RawStatement

    /// `key`: the feed's column of it.
    init(_ plan: WritePlan, _ key: Int, on connection: OpaquePointer) throws {
        statement = try RawStatement(plan.keyTest(key), on: connection)
    }

    func isKey(_ cell: Cell, ofRow id: Int64, _ storage: BatchStorage) throws -> Bool {
        statement.bind(id, at: 1)
        statement.bind(cell, of: storage, at: 2)
        return try statement.hasRow()
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
