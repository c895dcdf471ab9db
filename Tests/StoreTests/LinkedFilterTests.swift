import GRDB
import ListFilters
import ListFiltersTestSupport
import Records
import TestSupport
import Testing

@testable import Store

/// Visits that are linked with places, and that name the visit they follow.
@Suite("List filters over linked records, in SQL")
struct LinkedFilterTests {
    private typealias Row = [String: FilterValue]

    private let database = TestDatabase()
    private let visit = Visits.withoutUniqueness
    /// A type whose fields are those of visits, so that the same made-up tests fit.
    private let place: RecordType = {
        var type = Visits.withoutUniqueness
        (type.name, type.plural) = ("place", "places")
        return type
    }()

    private var link: LinkType {
        LinkType(
            name: "placeVisit", plural: "placeVisits", first: LinkType.Side(type: "place"),
            second: LinkType.Side(type: "visit"))
    }
    private var places: Relation {
        Relation(name: "place", type: place, way: .link(link, ownIsFirst: false))
    }
    private func earlier() throws -> Relation {
        Relation(
            name: "earlier", type: visit,
            way: .reference(
                own: try #require(visit.field(named: "lastName")),
                key: try #require(visit.field(named: "visitNumber"))))
    }

    private func value(_ value: FilterValue?) -> DatabaseValue {
        switch value {
        case nil: .null
        case .integer(let integer): integer.databaseValue
        case .text(let text): text.databaseValue
        case .relative: preconditionFailure("stored values are plain")
        }
    }

    private func fill(_ rows: [Row], _ type: RecordType, _ db: Database) throws {
        let names = Visits.fields.map { TableSchema.quoted($0.column) }.joined(separator: ", ")
        let places = Visits.fields.map { _ in "?" }.joined(separator: ", ")
        let insert = try db.makeStatement(
            sql: "INSERT INTO \(TableSchema(type).table) (\(names)) VALUES (\(places))")
        for row in rows {
            try insert.execute(arguments: StatementArguments(Visits.fields.map { value(row[$0.name]) }))
        }
    }

    private func ids(_ filter: ListFilter) throws -> [Int64] {
        let query = RowQuery(type: visit, columns: [.id], filter: filter)
        let cursor = try RowCursor(query, over: RowSnapshot(paths: database.paths))
        let batch = RowBatch(columnCount: 1, maxRows: 1000, byteCapacity: 1 << 16)
        _ = try cursor.fill(batch)
        return (0..<batch.count).map { batch.ids[$0] }
    }

    /// What a filter means, said as plainly as it can be: `linked` are the records at the end of each way.
    private func holds(_ condition: Condition, _ row: Row, _ linked: [String: [Row]]) -> Bool {
        switch condition {
        case .all(let parts): return parts.allSatisfy { holds($0, row, linked) }
        case .any(let parts): return parts.contains { holds($0, row, linked) }
        case .not(let part): return !holds(part, row, linked)
        case .linked(let relation, let isNegated):
            return linked[relation.name, default: []].isEmpty == isNegated
        case .test(let test):
            guard let relation = test.relation else { return PlainRow.holds(condition, row) }
            let some = linked[relation.name, default: []].contains { other in
                PlainRow.holds(test.question, other[test.field.name])
            }
            return some != test.isNegated
        case .search: preconditionFailure("these filters do not search")
        }
    }

    /// Gives some of a condition's tests to linked records.
    private func relating<Random: RandomNumberGenerator>(
        _ condition: Condition, _ ways: [Relation], _ random: inout Random
    ) -> Condition {
        switch condition {
        case .all(let parts): return .all(of: parts.map { relating($0, ways, &random) })
        case .any(let parts): return .any(of: parts.map { relating($0, ways, &random) })
        case .not(let part): return relating(part, ways, &random).negated
        case .test(var test):
            switch Int.random(in: 0..<5, using: &random) {
            case 0: return .linked(ways[0], isNegated: test.isNegated)
            case 1: return .linked(ways[1], isNegated: test.isNegated)
            case 2: test.relation = ways[0]
            case 3: test.relation = ways[1]
            default: break
            }
            return .test(test)
        case .linked, .search: return condition
        }
    }

    @Test("SQL finds the records some of whose linked ones meet a test, and its opposite all the others")
    func agreesWithThePlainLook() throws {
        var random = SeededGenerator.printingSeed()
        var made = RandomFilters(random: SeededGenerator(seed: random.next()))
        func rows(_ count: Int) -> [Row] {
            (0..<count).map { _ in
                var row: Row = [:]
                for field in Visits.fields { row[field.name] = made.stored(field.kind) }
                return row
            }
        }
        let visitRows = rows(60)
        let placeRows = rows(12)
        let writer = try database.makeWriter()
        let linked = LinkedTypes(link: link, first: place, second: visit)
        try writer.prepareTables([visit, place], links: [linked])
        // Some have no place, some many; several visits share one.
        let pairs = visitRows.indices.map { _ in
            placeRows.indices.filter { _ in Int.random(in: 0..<8, using: &random) == 0 }
        }
        try writer.queue.inDatabase { db in
            try fill(visitRows, visit, db)
            try fill(placeRows, place, db)
            for (visit, places) in pairs.enumerated() {
                for place in places {
                    try db.execute(
                        sql: "INSERT INTO place_visits (place_id, visit_id) VALUES (?, ?)",
                        arguments: [place + 1, visit + 1])
                }
            }
        }
        let ways = [places, try earlier()]
        let ends = visitRows.indices.map { index -> [String: [Row]] in
            let name = visitRows[index]["lastName"]
            let earlier = visitRows.filter { row in
                guard case .text(let wanted) = name, case .text(let number) = row["visitNumber"] else {
                    return false
                }
                return wanted.utf8.elementsEqual(number.utf8)
            }
            return ["place": pairs[index].map { placeRows[$0] }, "earlier": earlier]
        }
        for _ in 0..<1000 {
            let condition = relating(made.condition(), ways, &random)
            let filter = ListFilter(condition)
            let expected = visitRows.indices.filter { holds(condition, visitRows[$0], ends[$0]) }
            #expect(try ids(filter) == expected.map { Int64($0 + 1) }, "\(filter.text)")
            let opposite = ListFilter(condition.negated)
            #expect(try ids(opposite).count == visitRows.count - expected.count, "\(opposite.text)")
            // What is printed is read back, relations included.
            let again = try ListFilter(filter.text, for: visit, relations: ways)
            #expect(bytes(of: again) == bytes(of: filter), "\(filter.text)")
        }
    }

    @Test("the ways that a filter asks are named once each, in the order they are first asked")
    func relationsOfAFilter() throws {
        let ways = [places, try earlier()]
        let filter = try ListFilter(
            "age = 1 and (not earlier is empty or place.age > 1) and earlier.state = 'a'", for: visit,
            relations: ways)
        #expect(filter.relations.map(\.name) == ["earlier", "place"])
        #expect(try ListFilter("age = 1", for: visit, relations: ways).relations.isEmpty)
    }

    @Test("a filter over linked records does not hold its values in SQL either")
    func valuesAreParameters() throws {
        let ways = [places, try earlier()]
        func sql(_ text: String) throws -> SQLCondition {
            try ListFilter(text, for: visit, relations: ways)
                .sql(row: "t", search: SearchAccess(type: visit))
        }
        let pairs = [
            ("place.state = 'CA'", "place.state = 'x'' OR 1=1 --'"),
            ("place.state not in ('a', 'b')", "place.state not in ('c', '?')"),
            (
                "not (earlier.age > 5 and place.state contains 'a')",
                "not (earlier.age > 6 and place.state contains '%')"
            ),
        ]
        for (one, other) in pairs {
            let (one, other) = (try sql(one), try sql(other))
            #expect(one.sql == other.sql && one.arguments != other.arguments)
            #expect(one.sql.filter { $0 == "?" }.count == one.arguments.count)
        }
    }
}
