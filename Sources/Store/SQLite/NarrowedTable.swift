internal import GRDB
internal import Records

/// A table that is known to one transaction of one connection by its first columns alone.
///
/// SQLite stores something for every column that it knows of, be it NULL: of 71 columns of which 15 are fed, that is a
/// quarter of the table. A row may have fewer values than its table has columns: the rest are NULL. That is how SQLite
/// itself adds a column without rewriting rows (https://www.sqlite.org/lang_altertable.html). So within a transaction the
/// table is declared without the columns behind those that are fed, and at its end as it was: no other connection ever
/// sees the shorter one, and a kill leaves none.
///
/// - Important: A row that has more values loses them where it is changed meanwhile.
struct NarrowedTable {
    private let table: String
    private let narrow: String
    private let whole: String

    /// `columnCount`: how many of the table's columns are known, `id` not counted; `schema` has them in their order.
    init(_ schema: TableSchema, columnCount: Int, _ db: Database) throws {
        table = schema.type.table
        narrow = schema.createTable(of: Array(schema.columns[..<columnCount]))
        guard
            let whole = try String.fetchOne(
                db, sql: "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?",
                arguments: [table])
        else { throw StoreError(.databaseCorrupt, "the table \(table) is not declared") }
        self.whole = whole
    }

    /// To be called within a transaction: statements that are run from now on know the first columns only.
    func begin(_ db: Database) throws { try declare(narrow, db) }

    /// Declares the table whole again, before the transaction is committed.
    func end(_ db: Database) throws { try declare(whole, db) }

    /// Has the connection read the declarations anew: where the transaction was rolled back it would not do so itself.
    static func forget(_ db: Database) throws {
        try db.execute(sql: "PRAGMA writable_schema = RESET")
    }

    private func declare(_ sql: String, _ db: Database) throws {
        try db.execute(sql: "PRAGMA writable_schema = ON")
        try db.execute(
            sql: "UPDATE sqlite_schema SET sql = ? WHERE type = 'table' AND name = ?",
            arguments: [sql, table])
        try Self.forget(db)
    }
}
