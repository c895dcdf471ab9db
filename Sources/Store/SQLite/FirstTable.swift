internal import GRDB
internal import Records

/// A table without rows into which a large file is loaded: made anew with the columns first that are fed, so that rows need no
/// room for the others, and without indexes, which are built behind the rows.
///
/// A process that is killed leaves the table without its indexes; whoever writes next makes them
/// (``StoreWriter/prepareTables(_:links:)``), and until then whatever looks for a key takes longer.
final class FirstTable {
    let schema: TableSchema
    /// What the table was when we left it; `nil` until the first transaction has begun.
    private var left: Mark?
    /// The index of the key, whose entries come sorted with each batch; the lane that reads has the time for it.
    private let build: IndexBuild?
    /// SQLite's count of others' commits before the first transaction.
    private let dataVersion: Int64

    /// What changes where somebody else writes to the table, makes its indexes, or changes a row.
    private struct Mark: Equatable {
        var lastID: Int64
        var lastJournalNumber: Int64
        var indexes: Int

        init(_ table: String, _ db: Database) throws {
            lastID = try db.lastID(of: table)
            lastJournalNumber = try db.lastID(of: "sluice_journal")
            indexes =
                try Int.fetchOne(
                    db, sql: "SELECT count(*) FROM sqlite_schema WHERE type = 'index' AND tbl_name = ?",
                    arguments: [table]) ?? 0
        }
    }

    /// `nil` where the table has rows, or something that would be gone once it is made anew.
    init?(_ plan: WritePlan, _ db: Database) throws {
        let schema = plan.schema.putting(first: plan.fields.map(\.field))
        dataVersion = try db.dataVersion
        guard try Self.isReplaceable(schema, db) else { return nil }
        self.schema = schema
        let folder = try Self.folder(of: db)
        build = schema.indexes.first { $0.isUnique }.flatMap { IndexBuild($0, plan: plan, folder: folder) }
    }

    private static func folder(of db: Database) throws -> String {
        let file = try String.fetchOne(db, sql: "SELECT file FROM pragma_database_list WHERE name = 'main'")
        guard let file, let end = file.lastIndex(of: "/") else { return "." }
        return String(file[...end])
    }

    private static func isReplaceable(_ schema: TableSchema, _ db: Database) throws -> Bool {
        try Int.fetchOne(db, sql: "SELECT 1 FROM \(schema.table) LIMIT 1") == nil && schema.isAsMade(db)
    }

    /// Begins a transaction, the first one by making the table anew; `false` where it is not, or no longer, ours alone.
    func begin(_ db: Database) throws -> Bool {
        if let left { return try Mark(schema.type.table, db) == left }
        // Asked again: it was not ours to decide before the transaction.
        guard try Self.isReplaceable(schema, db) else { return false }
        let last = try StoreWriter.lastRowID(of: schema.type, db)
        try db.execute(sql: "DROP TABLE \(schema.table)")
        try db.execute(sql: schema.createTable)
        // Ids are never used again; the table's own count of them went with it.
        try db.setLastID(last, of: schema.type.table)
        return true
    }

    /// Takes note of a batch's new rows, in its order; `ids`: by record, that of its row, 0 for one that is not new.
    func add(_ records: [UInt32], ids: [Int64], of feed: UnsafeMutablePointer<FeedState>) {
        build?.add(records, ids: ids, of: feed)
    }

    func rolledBack() { build?.giveUp() }

    /// Makes the indexes, within a transaction of its own.
    func makeIndexes(_ db: Database) throws {
        if try db.dataVersion == dataVersion, try left == Mark(schema.type.table, db) {
            _ = try build?.make(db)
        }
        try Connection.sorting(db) {
            for statement in schema.createIndexes { try db.execute(sql: statement) }
        }
    }

    /// Takes note of what the table is, as the last thing before a commit.
    func note(_ db: Database) throws {
        left = try Mark(schema.type.table, db)
    }
}
