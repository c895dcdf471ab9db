internal import GRDB
internal import Records

/// How SQLite goes through the rows of a query that asks for no order but that of the ids.
///
/// It is read from EXPLAIN QUERY PLAN, whose form is for people; tests hold what is read of it here.
struct RowAccess {
    /// Whether the rows are found in another order than that of their ids.
    let sortsIDs: Bool
    /// The way to the table's rows.
    private let way: String

    init(_ query: RowQuery, _ db: Database) throws {
        let statement = query.plain
        let steps = try Row.fetchAll(
            db, sql: "EXPLAIN QUERY PLAN " + statement.sql,
            arguments: StatementArguments(statement.arguments)
        ).map { row -> String in row["detail"] }
        sortsIDs = steps.contains("USE TEMP B-TREE FOR ORDER BY")
        way = steps.first { !$0.hasPrefix("CO-ROUTINE") } ?? ""
    }

    /// Whether this is the way of `whole` to the rows of a range of ids: through the same index, or down the table.
    func isPart(of whole: RowAccess) -> Bool {
        if whole.way == "SCAN t" { return way == "SEARCH t USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)" }
        return whole.way.hasPrefix("SEARCH t USING ") && whole.way.hasSuffix("=?)")
            && way == whole.way.dropLast() + " AND rowid>? AND rowid<?)"
    }
}

extension RowSnapshot {
    /// Whether the rows of a query are found in the order of their ids, and those of a range of ids alone as well.
    ///
    /// Such rows can be read part by part, and several parts at once.
    package func canReadInParts(_ query: RowQuery) throws(StoreError) -> Bool {
        guard query.order.isEmpty, query.ids == nil, query.limit == nil else { return false }
        return try read("explain the query") { db in
            var part = try query.searching(db)
            let whole = try RowAccess(part, db)
            part.idRange = 1...2
            return try RowAccess(part, db).isPart(of: whole)
        }
    }
}
