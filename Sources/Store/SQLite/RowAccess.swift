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

    /// Whether this is the way of `whole`, through the same index, to the rows of a range of ids.
    func isPart(of whole: RowAccess) -> Bool {
        whole.way.hasPrefix("SEARCH t USING ") && whole.way.hasSuffix("=?)")
            && way == whole.way.dropLast() + " AND rowid>? AND rowid<?)"
    }
}

extension RowSnapshot {
    /// Whether the rows of a query are found through an index that leads as well to those of a range of ids alone.
    ///
    /// Such rows can be read part by part, and several parts at once.
    package func canReadInParts(_ query: RowQuery) throws(StoreError) -> Bool {
        guard query.order.isEmpty, query.ids == nil, query.limit == nil, query.filter != nil else {
            return false
        }
        return try read("explain the query") { db in
            var part = try query.searching(db)
            let whole = try RowAccess(part, db)
            part.idRange = 1...2
            return try RowAccess(part, db).isPart(of: whole)
        }
    }
}
