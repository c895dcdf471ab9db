internal import GRDB
internal import ListFilters
internal import Records

/// How rows of a type are searched in one state of the database.
///
/// What it gives is exact whatever the index lacks: rows that came or changed since are asked themselves, and all rows
/// are where there is no index.
struct SearchAccess: Hashable {
    let type: RecordType
    private var index: Index?

    private struct Index: Hashable {
        var number: Int64
        var highestID: Int64
        /// Rows that changed since they were in the index.
        var pending: [Int64]
        var hasStale: Bool
    }

    /// Most changed rows that are asked one by one; with more, every row is.
    private static let mostPending = 200_000

    /// Asks every row.
    init(type: RecordType) {
        self.type = type
    }

    /// Learns what the index has in the state that `db` reads.
    init(type: RecordType, _ db: Database) throws {
        self.type = type
        guard let row = try Self.row(type, db), row["signature"] == SearchSchema.signature(type) else {
            return
        }
        let number: Int64 = row["number"]
        guard let pending = try SearchChanges.pending(number, most: Self.mostPending, db) else { return }
        let hasStale =
            try Int.fetchOne(
                db, sql: "SELECT 1 FROM sluice_search_stale WHERE index_number = ? LIMIT 1",
                arguments: [number])
            != nil
        let highestID: Int64 = row["highest_id"]
        index = Index(number: number, highestID: highestID, pending: pending, hasStale: hasStale)
    }

    static func row(_ type: RecordType, _ db: Database) throws -> Row? {
        // Databases that were made earlier get the table when they are next written to.
        guard try db.tableExists("sluice_search_indexes") else { return nil }
        return try Row.fetchOne(
            db, sql: "SELECT * FROM sluice_search_indexes WHERE table_name = ?", arguments: [type.table])
    }

    /// A quick search of the row that goes by the name `row`: 1 or 0.
    func condition(_ test: SearchTest, row: String) -> SQLCondition {
        var condition = SQLCondition(sql: test.isNegated ? "NOT " : "")
        guard let index else {
            condition.add(matches(test, row: row))
            return condition
        }
        condition.sql += "\(row).id IN ("
        condition.add(inIndex(index, test))
        // One list of ids, not tests one after the other: SQLite goes to the rows by it.
        condition.sql += " UNION ALL "
        condition.add(
            asked(test, where: SQLCondition(sql: "s.id > ?", arguments: [.integer(index.highestID)])))
        if !index.pending.isEmpty {
            condition.sql += " UNION ALL "
            condition.add(asked(test, where: pending(index, "s.id IN")))
        }
        if index.hasStale {
            condition.sql += " UNION ALL "
            condition.add(asked(test, where: stale(index, test)))
        }
        condition.sql += ")"
        return condition
    }

    /// Rows that are in the index as they are now.
    private func inIndex(_ index: Index, _ test: SearchTest) -> SQLCondition {
        let table = SearchSchema.index(index.number)
        var condition = SQLCondition(
            sql: "SELECT f.rowid FROM \(table) f WHERE f.words MATCH ?", arguments: [.text(test.search.query)]
        )
        if index.hasStale {
            condition.sql +=
                " AND f.rowid NOT IN (SELECT id FROM sluice_search_stale WHERE index_number = \(index.number))"
        }
        if !index.pending.isEmpty { condition.add(pending(index, " AND f.rowid NOT IN")) }
        return condition
    }

    /// Stale rows that the index has for the search: as they are now, or as they were.
    private func stale(_ index: Index, _ test: SearchTest) -> SQLCondition {
        var condition = SQLCondition(
            sql: "s.id IN (SELECT f.rowid FROM \(SearchSchema.index(index.number)) f WHERE f.words MATCH ? "
                + "INTERSECT SELECT id FROM sluice_search_stale WHERE index_number = \(index.number))",
            arguments: [.text(test.search.query)])
        if !index.pending.isEmpty { condition.add(pending(index, " AND s.id NOT IN")) }
        return condition
    }

    private func pending(_ index: Index, _ isIn: String) -> SQLCondition {
        SQLCondition(
            sql: "\(isIn) (SELECT value FROM json_each(?))",
            arguments: [.text(index.pending.json)])
    }

    /// Rows that are asked themselves.
    private func asked(_ test: SearchTest, where choice: SQLCondition) -> SQLCondition {
        var condition = SQLCondition(sql: "SELECT s.id FROM \(TableSchema(type).table) s WHERE ")
        condition.add(choice)
        condition.sql += " AND "
        condition.add(matches(test, row: "s"))
        return condition
    }

    private func matches(_ test: SearchTest, row: String) -> SQLCondition {
        SQLCondition(
            sql: "sluice_search_matches(?, \(SearchSchema.arguments(type, row: row)))",
            arguments: [.text(test.search.text)])
    }
}

extension SQLCondition {
    fileprivate mutating func add(_ other: SQLCondition) {
        sql += other.sql
        arguments += other.arguments
    }
}

extension RowQuery {
    /// The same with what is known of the type's search index in the state that `db` reads.
    func searching(_ db: Database) throws -> RowQuery {
        guard filter?.searches == true else { return self }
        var query = self
        query.search = try SearchAccess(type: type, db)
        return query
    }
}
