internal import GRDB
internal import ListFilters
internal import Records

/// A SELECT and what its parameters stand for.
struct SQLQuery {
    var sql: String
    var arguments: [DatabaseValue] = []
}

extension RowQuery {
    /// The name of the queried table's row.
    private static let row = "t"

    /// A query that gives each row to the functions of ``RowFunctions``, and stops behind one where they are true.
    ///
    /// Rows are handed over behind the sort: what is in the sorter is what the table holds. `sortsIDs` says that
    /// rows are found in another order than that of their ids: then the ids alone are sorted first.
    func handingRows(sortsIDs: Bool) -> SQLQuery {
        let handing = handing(sortsIDs: sortsIDs)
        // A limit keeps SQLite from taking the sub-query apart, and so from calling twice for a row.
        return SQLQuery(
            sql: "SELECT 1 FROM (\(handing.sql)\(order.isEmpty && !sortsIDs ? limitOfAnySize : " LIMIT -1")) "
                + "WHERE rests", arguments: handing.arguments)
    }

    private func handing(sortsIDs: Bool) -> SQLQuery {
        let expressions = columns.map(expression)
        guard !order.isEmpty else {
            let call = Self.call(id: "t.id", expressions)
            guard sortsIDs else {
                let source = condition
                return SQLQuery(
                    sql: "SELECT \(call) AS rests FROM \(source.sql) ORDER BY t.id",
                    arguments: source.arguments)
            }
            let ids = rows(of: ["t.id AS id"])
            return SQLQuery(
                sql: "SELECT \(call) AS rests FROM (\(ids.sql)) i "
                    + "CROSS JOIN \(TableSchema(type).table) t ON t.id = i.id", arguments: ids.arguments)
        }
        let names = expressions.indices.map { "c\($0)" }
        let inner = rows(of: ["t.id AS id"] + zip(expressions, names).map { "\($0) AS \($1)" })
        return SQLQuery(
            sql: "SELECT \(Self.call(id: "id", names)) AS rests FROM (\(inner.sql))",
            arguments: inner.arguments)
    }

    /// The rows' values, found as ``handingRows(sortsIDs:)`` finds them.
    var plain: SQLQuery { rows(of: ["t.id"] + columns.map(expression)) }

    /// The number of rows.
    var counting: SQLQuery {
        let source = condition
        return SQLQuery(sql: "SELECT count(*) FROM \(source.sql)", arguments: source.arguments)
    }

    /// Rows as they are, in their order.
    func rows(of expressions: [String]) -> SQLQuery {
        let source = condition
        let keys = order.map { expression($0.path) + ($0.isDescending ? " DESC" : "") } + ["t.id"]
        return SQLQuery(
            sql: "SELECT \(expressions.joined(separator: ", ")) FROM \(source.sql) "
                + "ORDER BY \(keys.joined(separator: ", "))\(limitOfAnySize)", arguments: source.arguments)
    }

    /// Where all rows are meant, too: a limit of any size keeps SQLite from taking a sub-query apart.
    private var limitOfAnySize: String { " LIMIT \(limit ?? -1)" }

    /// Table and conditions.
    private var condition: SQLQuery {
        var query = tests
        query.sql = "\(TableSchema(type).table) t" + (query.sql.isEmpty ? "" : " WHERE \(query.sql)")
        return query
    }

    /// What a row `t` must meet; an empty text where each is meant.
    var tests: SQLQuery {
        var query = SQLQuery(sql: "")
        var conditions: [String] = []
        // First, so that its parameters are: see `RowCursor.restart`.
        if let idRange {
            conditions.append("t.id BETWEEN ? AND ?")
            query.arguments += [idRange.lowerBound.databaseValue, idRange.upperBound.databaseValue]
        }
        if let ids {
            conditions.append("t.id IN (SELECT value FROM json_each(?))")
            query.arguments.append(ids.json.databaseValue)
        }
        if let filter = filter?.sql(row: Self.row, search: search ?? SearchAccess(type: type)) {
            conditions.append(filter.sql)
            query.arguments += filter.arguments.map { value in
                switch value {
                case .integer(let integer): integer.databaseValue
                case .text(let text): text.databaseValue
                case .relative: preconditionFailure("values are plain when they are asked for")
                }
            }
        }
        if let drafts = type.drafts, !withDrafts, ids == nil, filter?.asks(drafts) != true {
            conditions.append("\(Self.row).\(TableSchema.quoted(drafts.column)) IS NOT 1")
        }
        query.sql = conditions.joined(separator: " AND ")
        return query
    }

    /// What one column of the list is in SQL: a value, or a blob as ``PackedList`` has it.
    private func expression(_ path: FieldPath) -> String {
        switch path {
        case .id: return "\(Self.row).id"
        case .field(let field):
            let value = "\(Self.row).\(TableSchema.quoted(field.column))"
            return field.isEncrypted && !givesSealed ? TableSchema.masked(value) : value
        case .linked(let relation, let field):
            let column = "o.\(TableSchema.quoted(field.column))"
            let value = field.isEncrypted ? TableSchema.masked(column) : column
            return "(SELECT sluice_list(v) FROM (SELECT \(value) AS v FROM \(relation.joined(to: Self.row)) "
                + "ORDER BY o.id))"
        }
    }

    /// Calls with as many columns as SQLite takes in one.
    private static func call(id: String, _ expressions: [String]) -> String {
        let size = RowFunctions.columnsPerCall
        return stride(from: 0, to: expressions.count, by: size).map { first in
            let part = expressions[first..<min(first + size, expressions.count)]
            return first == 0
                ? "sluice_row(\(([id] + part).joined(separator: ", ")))"
                : "sluice_more(\((["\(first)"] + part).joined(separator: ", ")))"
        }.joined(separator: " + ")
    }
}

extension Relation {
    /// The records `o` at the other end of a row's links, as a table with its condition.
    func joined(to row: String) -> String {
        let table = TableSchema(type).table
        switch way {
        case .link(let link, let ownIsFirst):
            let (own, other) = ownIsFirst ? (link.first, link.second) : (link.second, link.first)
            return "\(TableSchema.quoted(link.table)) l JOIN \(table) o "
                + "ON o.id = l.\(TableSchema.quoted(other.column)) "
                + "WHERE l.\(TableSchema.quoted(own.column)) = \(row).id"
        case .reference(let own, let key):
            return "\(table) o WHERE o.\(TableSchema.quoted(key.column)) = "
                + "\(row).\(TableSchema.quoted(own.column))"
        }
    }
}
