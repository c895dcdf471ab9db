internal import Dispatch
internal import GRDB
internal import Records

/// Makes an index of a table that lacks it from entries that are sorted already.
///
/// `CREATE INDEX` reads the table and sorts; here both has been done. The entries go one behind the other into a table `WITHOUT ROWID`
/// of the column and the id, which is how an index lies in the file (see ``NewRows``), and then that table is declared to be
/// the index, all within one transaction.
final class IndexBuild {
    private let index: TableSchema.Index
    /// The feed's column of the values.
    private let column: Int
    /// `nil` once the entries are not all there, or not as the rows have them.
    private var runs: EntryRuns?
    /// Not quoted.
    private let tableName: String

    /// `nil` where the index is none of one column that is fed, or its entries can be kept nowhere.
    convenience init?(_ index: TableSchema.Index, plan: WritePlan, folder: String) {
        guard let runs = EntryRuns(folder: folder) else { return nil }
        self.init(index, plan: plan, runs: runs)
    }

    init?(_ index: TableSchema.Index, plan: WritePlan, runs: EntryRuns) {
        guard index.fields.count == 1,
            let column = plan.fields.firstIndex(where: { $0.field == index.fields[0] })
        else { return nil }
        self.index = index
        self.column = column
        self.runs = runs
        tableName = plan.schema.type.table
    }

    /// Takes the entries of a batch's records, in its order; `ids`: by record, that of its row, 0 for one that is not new.
    func add(_ records: [UInt32], ids: [Int64], of feed: UnsafeMutablePointer<FeedState>) {
        guard let runs else { return }
        let texts = CellTexts(source: feed.pointee.source, arena: feed.pointee.arena)
        // A table WITHOUT ROWID takes no NULL.
        if !runs.add(records, feed.pointee.planes[column], texts, ids: ids) { giveUp() }
    }

    /// Leaves the index to SQLite.
    func giveUp() { runs = nil }

    private static let table = "sluice_index_build"
    private static let entriesAtOnce = 1 << 13

    /// Makes the index, within a transaction, of a table whose rows are those of the entries: `false` where it is still to
    /// be made.
    func make(_ db: Database) throws -> Bool {
        guard let merge = runs?.merge() else { return false }
        defer { giveUp() }
        let type = TableSchema.columnType(index.fields[0].kind)
        try db.execute(
            sql: "CREATE TABLE \(Self.table) (k \(type), id INTEGER, PRIMARY KEY (k, id)) WITHOUT ROWID")
        try insert(merge, db)
        guard !merge.hasFailed else {
            try db.execute(sql: "DROP TABLE \(Self.table)")
            return false
        }
        try db.execute(sql: "PRAGMA writable_schema = ON")
        try db.execute(
            sql: "UPDATE sqlite_schema SET type = 'index', name = ?, tbl_name = ?, sql = ? WHERE name = ?",
            arguments: [index.name, tableName, index.declaration, Self.table])
        try NewRows.readDeclarations(db)
        return true
    }

    /// Puts the entries in: some of them while the next ones are read.
    private func insert(_ merge: EntryMerge, _ db: Database) throws {
        let connection = try db.openConnection
        let parts = try (0..<2).map { number in
            let entries = IndexEntries(
                feedName: "sluice_entries_build_\(number)", columns: [0], most: Self.entriesAtOnce)
            try entries.register(on: connection)
            let statement = try RawStatement(
                "INSERT INTO \(Self.table) SELECT c0, c1 FROM \(entries.feedName)", on: connection)
            return (entries: entries, statement: statement)
        }
        let lane = DispatchQueue(label: "sluice.merge")
        merge.fill(parts[0].entries)
        var number = 0
        while parts[number].entries.count > 0 {
            let next = parts[1 - number].entries
            lane.async { merge.fill(next) }
            defer { lane.sync {} }
            let part = parts[number]
            try part.entries.give(areSorted: true) { try part.statement.run() }
            number = 1 - number
        }
    }
}
