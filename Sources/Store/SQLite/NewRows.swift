internal import GRDB
internal import Records

/// Puts new rows behind those of a table, no longer than they have to be, and makes their index entries later: many at once and
/// in the order of the index, so that each page of it is written once for all of them, and not once a batch.
///
/// SQLite knows no way to put a row into a table but not into its indexes. But a table and its index are trees in the same
/// file, and nothing keeps a transaction from declaring the same tree once more, under another name. So it does: the table,
/// as one without those indexes; and each index, as a table `WITHOUT ROWID` of its columns and the id, which is how entries
/// lie (https://www.sqlite.org/fileformat2.html, sections 2.4 and 2.5; SQLite's own RBU extension writes indexes so). The
/// table keeps its indexes under its own name meanwhile, so rows that were there before are changed as ever. Before the
/// commit the entries are made and the other names are gone: nobody else ever sees them, and a kill leaves none.
///
/// Under its other name the table has no columns behind the last one that is fed or has an index. SQLite stores something for
/// every column that it knows of, be it NULL: of 71 columns of which 15 are fed, that is a quarter of the table. A row may have
/// fewer values than its table has columns: the rest are NULL. That is how SQLite itself adds a column without rewriting rows
/// (https://www.sqlite.org/lang_altertable.html).
///
/// A key of such a table cannot be NULL, and so no blank. Entries with a blank are made with the row: for the row's other
/// name, each index is declared as a partial one of those.
///
/// - Important: Nothing may look into the indexes for a row, nor change a column of an index in a row, whose entries are
///   still to be made. Nothing tells that two rows have the same key: who puts them in has to know.
final class NewRows {
    private let plan: WritePlan
    private let feed: BatchFeed
    private let all: [TableSchema.Index]
    /// Those all of whose columns are fed, and what waits for them.
    private let waiting: [(index: TableSchema.Index, entries: IndexEntries)]
    /// What was declared for the open transaction.
    private var names: [String] = []
    private var statements: Statements?

    private struct Statements {
        let insert: RawStatement
        /// One for each of the indexes that wait.
        let entries: [RawStatement]
    }

    private static let table = "sluice_new_rows"
    /// A declaration for as long as a transaction lasts.
    private struct Alias {
        let type: String
        let name: String
        let table: String
        /// Whose tree it is.
        let original: String
        let sql: String
    }

    /// Of a table that has its indexes; `nil` where it is not as we declare it.
    convenience init?(_ plan: WritePlan, feed: BatchFeed, _ db: Database) throws {
        let schema = plan.schema
        let indexNames = try String.fetchSet(
            db, sql: "SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = ? COLLATE NOCASE",
            arguments: [schema.type.table])
        guard try schema.isAsMade(db), Set(schema.indexes.map(\.name)) == indexNames else { return nil }
        try self.init(plan, feed: feed, indexes: schema.indexes, db)
    }

    /// Of a table that has these indexes.
    init(_ plan: WritePlan, feed: BatchFeed, indexes: [TableSchema.Index], _ db: Database) throws {
        self.plan = plan
        self.feed = feed
        all = indexes
        waiting = indexes.enumerated().compactMap { number, index in
            let columns = index.fields.compactMap { field in plan.fields.firstIndex { $0.field == field } }
            guard columns.count == index.fields.count else { return nil }
            return (index, IndexEntries(feedName: "sluice_entries_\(number)", columns: columns))
        }
        let connection = try db.openConnection
        for (_, entries) in waiting { try entries.register(on: connection) }
        // No page of an index is needed again before the next transaction.
        try Connection.appending(db)
    }

    /// Declares the other names, within a transaction.
    func begin(_ db: Database) throws {
        let aliases = try makeAliases(db)
        names = aliases.map(\.name)
        try db.execute(sql: "PRAGMA writable_schema = ON")
        for alias in aliases {
            try db.execute(
                sql: "INSERT INTO sqlite_schema (type, name, tbl_name, rootpage, sql) "
                    + "SELECT ?, ?, ?, rootpage, ? FROM sqlite_schema WHERE name = ?",
                arguments: [alias.type, alias.name, alias.table, alias.sql, alias.original])
        }
        try Self.readDeclarations(db)
        if statements == nil { statements = try prepare(db) }
    }

    private func makeAliases(_ db: Database) throws -> [Alias] {
        let columns = try Row.fetchAll(
            db, sql: "SELECT name, type FROM pragma_table_info(?) ORDER BY cid",
            arguments: [plan.schema.type.table]
        ).map { TableSchema.Column(name: $0[0], type: $0[1]) }
        let types = Dictionary(uniqueKeysWithValues: columns.map { ($0.name, $0.type) })
        // Columns behind the last one that is needed have no values: those rows are as short as they can be. Nor have they
        // types: cells are what their columns keep, and to have each one looked at takes 3 % of a first load.
        let needed = Set(plan.fields.map(\.field.column) + all.flatMap { $0.fields.map(\.column) })
        let last = columns.lastIndex { needed.contains($0.name) } ?? 0
        let declared = columns[...last].map { column in
            TableSchema.quoted(column.name) + (column.name == "id" ? " INTEGER PRIMARY KEY" : "")
        }
        var aliases = [
            Alias(
                type: "table", name: Self.table, table: Self.table, original: plan.schema.type.table,
                sql: "CREATE TABLE \(Self.table) (\(declared.joined(separator: ", ")))")
        ]
        for (number, index) in all.enumerated() {
            let names = index.fields.map { TableSchema.quoted($0.column) }
            let blanks = names.map { "\($0) IS NULL" }.joined(separator: " OR ")
            aliases.append(
                Alias(
                    type: "index", name: "sluice_blanks_\(number)", table: Self.table, original: index.name,
                    sql: "CREATE INDEX sluice_blanks_\(number) ON \(Self.table) (\(index.columns)) "
                        + "WHERE \(blanks)"))
        }
        for (number, index) in waiting.map(\.index).enumerated() {
            let columns = index.fields.enumerated().map { "k\($0) \(types[$1.column] ?? "")" }
            let keys = index.fields.indices.map { "k\($0)" }
            let name = Self.entryTable(number)
            aliases.append(
                Alias(
                    type: "table", name: name, table: name, original: index.name,
                    sql: "CREATE TABLE \(name) (\(columns.joined(separator: ", ")), id INTEGER, "
                        + "PRIMARY KEY (\(keys.joined(separator: ", ")), id)) WITHOUT ROWID"))
        }
        return aliases
    }

    private static func entryTable(_ number: Int) -> String { "sluice_index_\(number)" }

    private func prepare(_ db: Database) throws -> Statements {
        let connection = try db.openConnection
        let columns = plan.fields.map { ", " + TableSchema.quoted($0.field.column) }
        let values = plan.fields.indices.map { ", c\($0)" }
        return Statements(
            insert: try RawStatement(
                "INSERT INTO \(Self.table) (id\(columns.joined())) "
                    + "SELECT c\(plan.fields.count)\(values.joined()) FROM sluice_feed", on: connection),
            entries: try waiting.enumerated().map { number, index in
                let width = index.index.fields.count
                let values = (0...width).map { "c\($0)" }.joined(separator: ", ")
                return try RawStatement(
                    "INSERT INTO \(Self.entryTable(number)) SELECT \(values) FROM \(index.entries.feedName)",
                    on: connection)
            })
    }

    /// Puts in records that the feed has, which are new, under the next ids.
    ///
    /// The feed says `firstID` for the first of them behind its other columns, and nothing for the others.
    func write(_ records: [UInt32], firstID: Int64, _ db: Database) throws {
        guard let statements else { preconditionFailure("no transaction has begun") }
        guard !records.isEmpty else { return }
        try feed.narrow(to: records) { try statements.insert.run() }
        let lastID = firstID + Int64(records.count) - 1
        guard db.lastInsertedRowID == lastID else {
            throw StoreError(
                .databaseCorrupt, "rows of \(plan.schema.type.table) got other ids than the next ones")
        }
        for (_, entries) in waiting {
            for (id, record) in zip(firstID..., records) {
                if !entries.hasRoom { try makeEntries() }
                entries.add(Int(record), row: id, of: feed.state)
            }
        }
        // Under the other name SQLite does not keep it.
        try db.setLastID(lastID, of: plan.schema.type.table)
    }

    /// Has rows that were put in be such as may be changed.
    func prepareForChanges() throws {
        // The key alone decides which row a record meets: a change leaves it as it is.
        if waiting.count > 1 { try makeEntries() }
    }

    /// Makes the entries that wait.
    func makeEntries() throws {
        guard let statements else { return }
        for ((_, entries), statement) in zip(waiting, statements.entries) {
            try entries.give { try statement.run() }
        }
    }

    /// Makes the entries that wait, and takes the other names back.
    func end(_ db: Database) throws {
        try makeEntries()
        try db.execute(sql: "PRAGMA writable_schema = ON")
        for name in names {
            try db.execute(sql: "DELETE FROM sqlite_schema WHERE name = ?", arguments: [name])
        }
        names = []
        try Self.readDeclarations(db)
    }

    /// Has the connection read the declarations anew: where the transaction was rolled back it would not do so itself.
    static func readDeclarations(_ db: Database) throws {
        try db.execute(sql: "PRAGMA writable_schema = RESET")
    }

    /// Forgets what was rolled back.
    func takeBack() {
        for (_, entries) in waiting { entries.clear() }
    }
}
