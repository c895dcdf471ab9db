internal import GRDB
package import Records

extension RowSnapshot {
    /// How the rows of a query would be found, without finding them.
    ///
    /// - Throws: where SQLite does not take the query.
    package func explain(_ query: RowQuery) throws(StoreError) -> RowPlan {
        try read("explain the query") { db in
            // The whole row, so that no index alone has all that is asked.
            let statement = try query.searching(db).rows(of: ["t.*"])
            let steps = try Row.fetchAll(
                db, sql: "EXPLAIN QUERY PLAN " + statement.sql,
                arguments: StatementArguments(statement.arguments)
            ).map { row in PlanStep(row["detail"]) }
            return RowPlan(
                accesses: try steps.compactMap { try $0.access(query.type, db) },
                isSorted: steps.contains(where: \.sorts), scansLinked: steps.contains(where: \.scansLinked))
        }
    }
}

/// A line of EXPLAIN QUERY PLAN.
///
/// Its form is for people, and what is read of it here is held by tests.
private struct PlanStep {
    private let detail: String

    init(_ detail: String) {
        self.detail = detail
    }

    var sorts: Bool { detail.hasPrefix("USE TEMP B-TREE") && detail.hasSuffix("ORDER BY") }

    /// A table of links or of the records at their other end; an automatic index is made of the whole table.
    var scansLinked: Bool {
        ["o", "l"].contains { name in
            detail == "SCAN \(name)" || detail.hasPrefix("SCAN \(name) ")
                || detail.hasPrefix("SEARCH \(name) USING AUTOMATIC")
        }
    }

    /// The way to rows of the queried table; `nil` for other steps.
    func access(_ type: RecordType, _ db: Database) throws -> RowPlan.Access? {
        if detail == "SCAN t" || detail.hasPrefix("SCAN t ") { return .scan }
        guard detail.hasPrefix("SEARCH t USING ") else { return nil }
        if detail.contains("USING INTEGER PRIMARY KEY") { return .ids }
        guard let start = detail.firstRange(of: "INDEX ")?.upperBound,
            let end = detail[start...].firstRange(of: " (")
        else { return nil }
        let asked = Set(
            detail[end.upperBound...].split(separator: " ").map { part in
                String(part.prefix { !"=<>".contains($0) })
            })
        let columns = try String.fetchAll(
            db, sql: "SELECT name FROM pragma_index_info(?)",
            arguments: [String(detail[start..<end.lowerBound])])
        let fields = type.fields.filter { columns.contains($0.column) && asked.contains($0.column) }
        return .index(fields.map(\.name))
    }
}
