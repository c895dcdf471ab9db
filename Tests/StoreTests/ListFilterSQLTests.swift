import GRDB
import ListFilters
import ListFiltersTestSupport
import Records
import TestSupport
import Testing

@testable import Store

@Suite("List filters in SQL")
struct ListFilterSQLTests {
    private let database = TestDatabase()

    private typealias Row = [String: FilterValue]

    private func value(_ value: FilterValue?) -> DatabaseValue {
        switch value {
        case nil: .null
        case .integer(let integer): integer.databaseValue
        case .text(let text): text.databaseValue
        case .relative: preconditionFailure("stored values are plain")
        }
    }

    private func fill(_ rows: [Row], _ type: RecordType) throws {
        let writer = try database.makeWriter()
        try writer.prepareTables([type])
        let fields = type.fields.filter { !$0.isEncrypted }
        let names = fields.map { TableSchema.quoted($0.column) }.joined(separator: ", ")
        let places = fields.map { _ in "?" }.joined(separator: ", ")
        try writer.queue.inDatabase { db in
            let insert = try db.makeStatement(
                sql: "INSERT INTO \(TableSchema(type).table) (\(names)) VALUES (\(places))")
            for row in rows {
                try insert.execute(arguments: StatementArguments(fields.map { value(row[$0.name]) }))
            }
        }
    }

    private func ids(_ filter: ListFilter, of type: RecordType) throws -> [Int64] {
        let query = RowQuery(type: type, columns: [.id], filter: filter)
        let cursor = try RowCursor(query, over: RowSnapshot(paths: database.paths))
        let batch = RowBatch(columnCount: 1, maxRows: 1000, byteCapacity: 1 << 16)
        _ = try cursor.fill(batch)
        return (0..<batch.count).map { batch.ids[$0] }
    }

    @Test(
        "SQL finds the rows that each row's own look finds, whatever the filter, blanks and all characters included"
    )
    func agreesWithTheModel() throws {
        var made = RandomFilters(random: SeededGenerator.printingSeed())
        let type = Visits.withoutUniqueness
        let rows: [Row] = (0..<150).map { _ in
            var row: Row = [:]
            for field in Visits.fields { row[field.name] = made.stored(field.kind) }
            return row
        }
        try fill(rows, type)
        made.isRelative = true
        let moment = Timestamp(milliseconds: 1_780_000_000_000)
        for _ in 0..<1500 {
            let filter = ListFilter(made.condition()).resolved(at: moment)
            let expected = rows.indices.filter { PlainRow.holds(filter.condition, rows[$0]) }.map {
                Int64($0 + 1)
            }
            #expect(try ids(filter, of: type) == expected, "\(filter.text)")
        }
    }

    @Test("a filter's SQL does not hold its values")
    func valuesAreParameters() throws {
        let pairs = [
            ("state = 'CA'", "state = '''; DROP TABLE visits; --'"), ("age > 5", "age > 77"),
            ("state starts with 'Mc'", "state starts with 'Xy'"),
            ("state in ('a', 'b')", "state in ('c', 'd')"),
            ("dueDate between 2026-01-01 and 2026-02-01", "dueDate between 2020-01-01 and 2030-02-01"),
            ("not (state contains 'a' or age = 1)", "not (state contains '%' or age = 2)"),
        ]
        let search = SearchAccess(type: Visits.type)
        for (one, other) in pairs {
            let (one, other) = (
                try Visits.filter(one).sql(row: "t", search: search),
                try Visits.filter(other).sql(row: "t", search: search)
            )
            #expect(one.sql == other.sql && one.arguments != other.arguments)
            #expect(one.sql.filter { $0 == "?" }.count == one.arguments.count)
        }
    }

    @Test("filters as long and as deep as they may be are asked")
    func longAndDeep() throws {
        let type = Visits.withoutUniqueness
        try fill([["age": .integer(7), "state": .text("b\"\u{1}")], ["age": .integer(8)], [:]], type)
        let chain = (0..<4_000).map { "age = \($0 == 3_000 ? 7 : 100 + $0)" }.joined(separator: " or ")
        #expect(try ids(try Visits.filter(chain), of: type) == [1])
        let all = Array(repeating: "age != 7", count: 4_500).joined(separator: " and ")
        #expect(try ids(try Visits.filter(all), of: type) == [2, 3])
        let list = "age in (" + (7..<8_000).map(String.init).joined(separator: ",") + ")"
        #expect(try ids(try Visits.filter(list), of: type) == [1, 2])
        let texts = "state in (" + (0..<3_000).map { "'\($0)'" }.joined(separator: ",") + ", 'b\"\u{1}')"
        #expect(try ids(try Visits.filter(texts), of: type) == [1])
        // Both ways to lie in one another, with much beside each level.
        for isFirst in [true, false] {
            for word in ["not ", ""] {
                var text = "age = 7"
                for level in 0..<ListFilter.maxDepth {
                    let beside = (0..<20).map { "age = \(100 + $0)" }.joined(separator: " and ")
                    let rest =
                        level % 2 == 0 ? "age = 1 or \(beside)" : "(age = 7 or state is empty) and age != 100"
                    let operation = level % 2 == 0 ? "or" : "and"
                    let inner = "\(word)(\(text))"
                    text = isFirst ? "\(inner) \(operation) \(rest)" : "\(rest) \(operation) \(inner)"
                }
                let filter = try Visits.filter(text)
                let rows: [Row] = [["age": .integer(7), "state": .text("b")], ["age": .integer(8)], [:]]
                let expected = rows.indices.filter { PlainRow.holds(filter.condition, rows[$0]) }
                #expect(try ids(filter, of: type) == expected.map { Int64($0 + 1) })
            }
        }
    }

    @Test("beginnings are found by an index on the field")
    func indexed() throws {
        var type = Visits.withoutUniqueness
        for index in type.fields.indices where type.fields[index].name == "state" {
            type.fields[index].isIndexed = true
        }
        try database.makeWriter().prepareTables([type])
        for text in [
            "state starts with 'Mc'", "state = 'CA'", "state in ('CA', 'NV')", "state < 'B' and age > 3",
        ] {
            let query = RowQuery(type: type, columns: [.id], filter: try ListFilter(text, for: type))
            let sql = query.counting
            let plan = try database.sql(
                "EXPLAIN QUERY PLAN " + sql.sql, arguments: StatementArguments(sql.arguments))
            #expect(
                plan.contains {
                    ($0["detail"] as String).contains("USING INDEX visits_by_state")
                        || ($0["detail"] as String).contains("USING COVERING INDEX visits_by_state")
                }, "\(text): \(plan)")
        }
    }
}
