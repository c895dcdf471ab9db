import GRDB
import ListFilters
import Records
import TestSupport
import Testing

@testable import Store

@Suite("Rows that an index leads to")
struct RowAccessTests {
    private static let rows = 400
    private static let states = ["AZ", "CA", "NV", "TX", "WA"]
    private let database = TestDatabase()
    private let type = RecordType(
        name: "thing", plural: "things",
        fields: [
            Field(name: "number", kind: .identifier, isUnique: true),
            Field(name: "state", kind: .text, isIndexed: true), Field(name: "note", kind: .text),
        ],
        keys: [["number"]], allowsNoKey: false, limit: .records(1000))
    /// The state of the row of each id, from 1; blank here and there.
    private let stateOfRow: [String?]

    init() throws {
        var random = SeededGenerator.printingSeed()
        stateOfRow = (0..<Self.rows).map { _ in Self.states.randomElement(using: &random) }
            .map { random.chance(10) ? nil : $0 }
        try database.makeWriter().prepareTables([type])
        for (index, state) in stateOfRow.enumerated() {
            try database.sql(
                "INSERT INTO things (number, state, note) VALUES (?, ?, ?)",
                arguments: ["N\(index + 1)", state, index % 2 == 0 ? "even" : nil])
        }
    }

    private func query(_ filter: String?) throws -> RowQuery {
        RowQuery(
            type: type, columns: [.id, try FieldPath("note", of: type, relations: [])],
            filter: try filter.map { try ListFilter($0, for: type) })
    }

    /// The ids that a cursor gives, in batches of a few rows.
    private func ids(_ cursor: Store.RowCursor) throws -> [Int] {
        let batch = RowBatch(columnCount: 2, maxRows: 7, byteCapacity: 1 << 10)
        var ids: [Int] = []
        var hasMore = true
        while hasMore {
            hasMore = try cursor.fill(batch)
            ids += (0..<batch.count).map { Int(batch.ids[$0]) }
            batch.reset()
        }
        return ids
    }

    private func ids(where isWanted: (String?) -> Bool) -> [Int] {
        (1...Self.rows).filter { isWanted(stateOfRow[$0 - 1]) }
    }

    @Test("rows come in the order of their ids, in whatever order an index has them")
    func order() throws {
        let snapshot = try RowSnapshot(paths: database.paths)
        func found(_ filter: String) throws -> [Int] {
            try ids(RowCursor(query(filter), over: snapshot))
        }
        #expect(try found("state in ('WA', 'CA', 'AZ')") == ids { ["WA", "CA", "AZ"].contains($0) })
        #expect(try found("state = 'TX' or state = 'CA'") == ids { ["TX", "CA"].contains($0) })
        #expect(try found("state >= 'CA' and state < 'WA'") == ids { ["CA", "NV", "TX"].contains($0) })
        #expect(try found("state starts with 'C'") == ids { $0 == "CA" })
        #expect(try found("state is empty") == ids { $0 == nil })
        #expect(try found("state = 'NV'") == ids { $0 == "NV" })
        var few = try query("state in ('WA', 'CA', 'AZ')")
        few.limit = 20
        #expect(
            try ids(RowCursor(few, over: snapshot))
                == Array(ids { ["WA", "CA", "AZ"].contains($0) }.prefix(20)))
    }

    @Test(
        "rows can be read in parts where the table, or the index of their value, has them in the order of ids"
    )
    func inParts() throws {
        let snapshot = try RowSnapshot(paths: database.paths)
        for filter in [
            nil, "note = 'even'", "state = 'CA'", "state in ('CA', 'NV')", "state = 'CA' and note is empty",
            "state > 'CA'", "state = 'CA' or note = 'even'",
        ] {
            #expect(try snapshot.canReadInParts(query(filter)), "\(filter ?? "all")")
        }
        #expect(try !snapshot.canReadInParts(query("number = 'N5'")), "of one row there are no parts")
        var other = try query("state = 'CA'")
        other.ids = [1, 2]
        #expect(try !snapshot.canReadInParts(other))
        other = try query("state = 'CA'")
        other.order = [RowQuery.Order(path: .id, isDescending: true)]
        #expect(try !snapshot.canReadInParts(other))
        other = try query(nil)
        other.limit = 5
        #expect(try !snapshot.canReadInParts(other))
    }

    @Test("parts of a query are together the whole, wherever they are cut")
    func partsAreTheWhole() throws {
        var random = SeededGenerator.printingSeed()
        try database.sql("DELETE FROM things WHERE id BETWEEN 100 AND 160 OR id % 7 = 0")
        let snapshot = try RowSnapshot(paths: database.paths)
        for filter in [
            nil, "note = 'even'", "state = 'CA'", "state in ('WA', 'CA')", "state > 'CA'",
            "state = 'CA' or note = 'even'",
        ] {
            var part = try query(filter)
            let whole = try ids(RowCursor(part, over: snapshot))
            part.idRange = 0...0
            let cursor = try RowCursor(part, over: snapshot)
            var first: Int64 = 1
            var found: [Int] = []
            while first <= Int64(Self.rows) {
                let last = first + Int64.random(in: 0...90, using: &random)
                try cursor.restart(first...last)
                found += try ids(cursor)
                first = last + 1
            }
            #expect(found == whole && !whole.isEmpty)
        }
    }

    @Test("snapshots that are opened together are of the state before the task's, and stay so")
    func snapshotsOfOneState() throws {
        let writer = try database.makeWriter()
        var task = makeTask(type)
        _ = try writer.insert(task, plan: .import(makePlan(type)))
        task.version += 1
        var seen: UInt64 = 0
        let snapshots = try writer.update(task) { first throws(StoreError) in
            seen = try first.count(RowQuery(type: type, columns: [.id]))
            return 3
        }
        #expect(snapshots.count == 3 && seen == UInt64(Self.rows))
        #expect(try writer.storedTask(task.id)?.task.version == task.version)
        try database.sql("DELETE FROM things WHERE id > 10")
        for snapshot in snapshots {
            #expect(try snapshot.count(RowQuery(type: type, columns: [.id])) == UInt64(Self.rows))
            #expect(try snapshot.idBounds(of: type) == 1...Int64(Self.rows))
        }
    }
}
