internal import GRDB
internal import ListFilters
package import Records

/// Which rows of a type a task is about, taken step by step in the order of their ids.
struct RowSelection {
    let type: RecordType
    /// Of plain values: what was relative has been resolved.
    let filter: ListFilter?
    /// Ascending, each once; `nil` for all rows.
    let ids: [Int64]?
    private let withDrafts: Bool

    init(type: RecordType, filter: ListFilter?, ids: [Int64]?, withDrafts: Bool = false) {
        self.type = type
        // Rows that are named by their ids are meant, drafts or not.
        self.withDrafts = withDrafts || ids != nil
        self.filter = filter
        self.ids = ids.map { Set($0).sorted() }
    }

    /// The rows of one step.
    struct Part {
        /// Behind this row, and up to `last`.
        var point: Int64
        var last: Int64
        /// Where they are few: which they are, whether or not they meet the filter.
        var ids: [Int64]?
        /// Whether there are none behind.
        var isLast: Bool
    }

    /// Up to here rows are named one by one instead of all between the first and the last being looked at.
    private static let fewRows = 2000

    /// Rows behind `point` that meet the filter now.
    func count(after point: Int64?, _ db: Database) throws -> UInt64 {
        let counting = try select("count(*)", behind: point, "", db)
        let count = try Int64.fetchOne(
            db, sql: counting.sql, arguments: StatementArguments(counting.arguments))
        return UInt64(count ?? 0)
    }

    private func query(ids: [Int64]?) -> RowQuery {
        var query = RowQuery(type: type, columns: [.id], filter: filter, ids: ids)
        query.withDrafts = withDrafts
        return query
    }

    /// Asks rows behind `point` that meet the filter now.
    private func select(
        _ what: String, behind point: Int64?, _ rest: String, _ db: Database
    ) throws -> SQLQuery {
        var tests = try query(ids: ids).searching(db).tests
        if let point {
            tests.sql = "t.id > ?" + (tests.sql.isEmpty ? "" : " AND \(tests.sql)")
            tests.arguments.insert(point.databaseValue, at: 0)
        }
        let condition = tests.sql.isEmpty ? "" : " WHERE \(tests.sql)"
        return SQLQuery(
            sql: "SELECT \(what) FROM \(TableSchema(type).table) t\(condition)\(rest)",
            arguments: tests.arguments)
    }

    /// The next rows behind `point`, of which at most `most` meet the filter.
    func part(after point: Int64?, most: Int, _ db: Database) throws -> Part {
        let start = point ?? 0
        if let ids {
            let first = ids.partitioningIndex { $0 > start }
            let part = Array(ids[first...].prefix(most))
            return Part(
                point: start, last: part.last ?? start, ids: part, isLast: first + part.count == ids.count)
        }
        if let last = try ids(behind: start, "LIMIT 1 OFFSET \(most - 1)", db).first {
            return Part(point: start, last: last, isLast: false)
        }
        let few = try ids(behind: start, "LIMIT \(Self.fewRows + 1)", db)
        if few.count <= Self.fewRows {
            return Part(point: start, last: few.last ?? start, ids: few, isLast: true)
        }
        let greatest = try Int64.fetchOne(db, sql: "SELECT max(id) FROM \(TableSchema(type).table)")
        return Part(point: start, last: greatest ?? start, isLast: true)
    }

    private func ids(behind point: Int64, _ limit: String, _ db: Database) throws -> [Int64] {
        let ids = try select("t.id", behind: point, " ORDER BY t.id \(limit)", db)
        return try Int64.fetchAll(db, sql: ids.sql, arguments: StatementArguments(ids.arguments))
    }

    /// A warning of ids that were asked for and are no row's.
    func missing(_ db: Database) throws -> [UserTask.Tally] {
        guard let ids else { return [] }
        let present = RowQuery(type: type, columns: [.id], ids: ids).counting
        let count = try Int.fetchOne(db, sql: present.sql, arguments: StatementArguments(present.arguments))
        let missing = ids.count - (count ?? 0)
        return missing > 0 ? [.missing(ids: UInt64(missing), of: type)] : []
    }

    /// The ids of the rows of a part that meet the filter.
    func ids(in part: Part, _ db: Database) throws -> [Int64] {
        let (reach, tests) = (Self.reach(part), try tests(db))
        return try Int64.fetchAll(
            db,
            sql: "SELECT t.id FROM \(TableSchema(type).table) t WHERE \(reach.sql) AND (\(tests.sql)) "
                + "ORDER BY t.id", arguments: StatementArguments(reach.arguments + tests.arguments))
    }

    /// The rows of a part as a condition on the row `t` that SQLite finds them by.
    static func reach(_ part: Part) -> SQLQuery {
        guard let ids = part.ids else {
            return SQLQuery(
                sql: "t.id > ? AND t.id <= ?",
                arguments: [part.point.databaseValue, part.last.databaseValue])
        }
        return SQLQuery(
            sql: "t.id IN (SELECT value FROM json_each(?))", arguments: [ids.json.databaseValue])
    }

    /// What a row `t` must meet besides, looked at row by row.
    func tests(_ db: Database) throws -> SQLQuery {
        var tests = try query(ids: nil).searching(db).tests
        if tests.sql.isEmpty { tests.sql = "1" }
        return tests
    }
}

extension UserTask.Tally {
    /// A warning of ids that are no record's.
    package static func missing(ids: UInt64, of type: RecordType) -> UserTask.Tally {
        UserTask.Tally(
            code: "record_missing", field: "id", count: ids, firstLine: 0,
            message: "ids that are no \(type.name)'s")
    }
}

extension Array<Int64> {
    /// The first place from which on all meet a condition that none before does.
    fileprivate func partitioningIndex(_ isBehind: (Int64) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if isBehind(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
