import ListFiltersTestSupport
import Records
import TestSupport
import Testing

@testable import ListFilters

@Suite("List filters over batches")
struct RowPredicateTests {
    private typealias Row = [String: FilterValue]

    /// The plans of all fields, with planes that are not in their order.
    private static let plans = Visits.fields.enumerated().map { index, field in
        FieldPlan(field: field, plane: Visits.fields.count - 1 - index, sourceColumn: index)
    }

    /// A batch of rows: every other text lies in the arena.
    private static func batch(_ rows: [Row]) -> BatchStorage {
        let storage = BatchStorage(
            maxRecords: max(1, rows.count), planeCount: plans.count, sourceCapacity: 1, arenaCapacity: 1)
        var texts = 0
        for (record, row) in rows.enumerated() {
            for plan in plans {
                let cell: Cell
                switch row[plan.field.name] {
                case nil: cell = .blank
                case .integer(let value): cell = .integer(value)
                case .relative: preconditionFailure("stored values are plain")
                case .text(let text):
                    texts += 1
                    let notPlain = text.utf8.contains { $0 == 0 || $0 > 127 }
                    if texts % 2 == 0 {
                        cell = storage.keep(text.utf8, notPlain: notPlain)
                    } else {
                        storage.reserveSource(storage.sourceCount + text.utf8.count)
                        cell = .source(
                            offset: storage.sourceCount, length: text.utf8.count, notPlain: notPlain)
                        for byte in text.utf8 {
                            storage.source[storage.sourceCount] = byte
                            storage.sourceCount += 1
                        }
                    }
                }
                storage.plane(plan.plane)[record] = cell
            }
        }
        return storage
    }

    private static func outside(_ filter: ListFilter, _ rows: [Row]) -> [Int] {
        RowPredicate(filter, fields: plans).recordsOutside(of: batch(rows), count: rows.count).map { Int($0) }
    }

    @Test(
        "batches are judged as each row would be alone, whatever the filter, blanks and all characters included"
    )
    func agreesWithTheModel() {
        var made = RandomFilters(random: SeededGenerator.printingSeed())
        for count in [0, 1, 63, 64, 65, 200] {
            let rows: [Row] = (0..<count).map { _ in
                var row: Row = [:]
                for field in Visits.fields { row[field.name] = made.stored(field.kind) }
                return row
            }
            let storage = Self.batch(rows)
            for _ in 0..<200 {
                let filter = ListFilter(made.condition())
                let outside = RowPredicate(filter, fields: Self.plans).recordsOutside(
                    of: storage, count: count)
                let expected = rows.indices.filter { !PlainRow.holds(filter.condition, rows[$0]) }.map {
                    UInt32($0)
                }
                #expect(outside == expected, "\(filter.text)")
            }
        }
    }

    @Test("a filter and its opposite part every batch in two")
    func opposites() {
        var made = RandomFilters(random: SeededGenerator.printingSeed())
        let rows: [Row] = (0..<100).map { _ in
            var row: Row = [:]
            for field in Visits.fields { row[field.name] = made.stored(field.kind) }
            return row
        }
        for _ in 0..<200 {
            let condition = made.condition()
            let outside = Self.outside(ListFilter(condition), rows)
            let within = Self.outside(ListFilter(condition.negated), rows)
            #expect((outside + within).sorted() == Array(rows.indices))
        }
    }

    @Test(
        "a blank equals nothing and lies nowhere, so that only the opposites hold for it",
        arguments: [
            ("state = 'CA'", [true, false, false]), ("state != 'CA'", [false, true, true]),
            ("state in ('CA', 'NV')", [true, true, false]), ("state not in ('CA')", [false, true, true]),
            ("state < 'D'", [true, false, false]), ("state >= 'CA'", [true, true, false]),
            ("not state < 'D'", [false, true, true]), ("state between 'A' and 'Z'", [true, true, false]),
            ("state not between 'A' and 'D'", [false, true, true]),
            ("state contains 'A'", [true, false, false]),
            ("state not contains 'A'", [false, true, true]), ("state starts with 'N'", [false, true, false]),
            ("state ends with 'V'", [false, true, false]), ("state is empty", [false, false, true]),
            ("state is not empty", [true, true, false]), ("state = 'ca'", [false, false, false]),
            ("not (state = 'CA' or state is empty)", [false, true, false]),
            ("age > 17", [true, true, false]), ("age != 18", [false, true, true]),
            ("not age > 18", [true, false, true]),
        ])
    func blanks(text: String, expected: [Bool]) throws {
        let rows: [Row] = [
            ["state": .text("CA"), "age": .integer(18)], ["state": .text("NV"), "age": .integer(40)], [:],
        ]
        let outside = try Self.outside(Visits.filter(text), rows)
        #expect(rows.indices.map { !outside.contains($0) } == expected)
    }

    @Test("texts stand in the order of their characters' numbers, and two spellings of one character differ")
    func textOrder() throws {
        let rows: [Row] = ["Z", "a", "é", "e\u{301}", "\u{FFFD}", "😀"].map { ["state": .text($0)] }
        #expect(try Self.outside(Visits.filter("state > 'Z' and state < '\u{FFFD}'"), rows) == [0, 4, 5])
        #expect(try Self.outside(Visits.filter("state = 'é'"), rows) == [0, 1, 3, 4, 5])
        #expect(try Self.outside(Visits.filter("state > '\u{FFFD}'"), rows) == [0, 1, 2, 3, 4])
    }

    @Test("decimals, days and moments are compared by value")
    func values() throws {
        let rows: [Row] = [
            ["balance": .integer(9_950), "dueDate": .text("2026-02-28"), "changedAt": .integer(0)],
            ["balance": .integer(10_000), "dueDate": .text("2026-12-31"), "changedAt": .integer(1)],
            ["balance": .integer(-100), "dueDate": .text("0999-01-01"), "changedAt": .integer(-1)],
        ]
        #expect(try Self.outside(Visits.filter("balance >= 99.5"), rows) == [2])
        #expect(try Self.outside(Visits.filter("balance in (-1, 100)"), rows) == [0])
        #expect(try Self.outside(Visits.filter("dueDate < 2026-12-31"), rows) == [1])
        #expect(try Self.outside(Visits.filter("changedAt <= 1970-01-01T01:00:00+01:00"), rows) == [1])
    }
}
