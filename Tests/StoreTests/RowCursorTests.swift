import Foundation
import GRDB
import ListFilters
import Records
import TestSupport
import Testing

@testable import Store

@Suite("Rows that are read out")
struct RowCursorTests {
    private let database = TestDatabase()
    private let type: RecordType

    init() throws {
        var fields = [
            Field(name: "number", kind: .identifier, isUnique: true),
            Field(name: "amount", kind: .decimal(places: 2)),
            Field(name: "note", kind: .text),
        ]
        // More than one call of an SQL function takes.
        fields += (1...300).map { Field(name: "extra\($0)", kind: .integer) }
        type = RecordType(
            name: "thing", plural: "things", fields: fields, keys: [["number"]], allowsNoKey: false,
            limit: .records(1000))
        try database.makeWriter().prepareTables([type])
    }

    /// What a query gives, batch by batch of at most so many rows.
    private func rows(
        _ query: RowQuery, _ snapshot: RowSnapshot? = nil, maxRows: Int = 7, bytes: Int = 1 << 16
    ) throws -> [[String]] {
        let cursor = try RowCursor(query, over: snapshot ?? RowSnapshot(paths: database.paths))
        let batch = RowBatch(columnCount: query.columns.count, maxRows: maxRows, byteCapacity: bytes)
        var rows: [[String]] = []
        var hasMore = true
        while hasMore {
            hasMore = try cursor.fill(batch)
            for row in 0..<batch.count {
                rows.append(
                    query.columns.indices.map { column in
                        let cell = batch.cells[row * batch.columnCount + column]
                        switch cell.kind {
                        case .blank: return "-"
                        case .integer: return String(cell.integer)
                        default:
                            let text = UnsafeBufferPointer(
                                start: batch.bytes + cell.offset, count: cell.length)
                            return String(decoding: text, as: UTF8.self)
                        }
                    })
            }
            batch.reset()
        }
        return rows
    }

    private func field(_ name: String) throws -> FieldPath {
        try FieldPath(name, of: type, relations: [])
    }

    private func fill(_ count: Int) throws {
        try database.sql(
            """
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(count))
            INSERT INTO things (number, amount, note, extra1, extra300)
            SELECT 'N' || i, iif(i % 3 = 0, NULL, i * 7 - 50), iif(i % 4 = 0, NULL, 'é"' || i), i, -i FROM n
            """)
    }

    @Test(
        "every row comes once, in the order of the ids, however batches are cut", arguments: [1, 2, 7, 1000])
    func allRows(maxRows: Int) throws {
        try fill(50)
        let query = RowQuery(
            type: type,
            columns: [try field("id"), try field("number"), try field("amount"), try field("note")])
        let wanted = (1...50).map { i in
            ["\(i)", "N\(i)", i % 3 == 0 ? "-" : "\(i * 7 - 50)", i % 4 == 0 ? "-" : "é\"\(i)"]
        }
        #expect(try rows(query, maxRows: maxRows) == wanted)
        #expect(try rows(query, maxRows: maxRows, bytes: 1) == wanted, "the first bytes end a batch")
    }

    @Test("a text without bytes is told from no value")
    func emptyText() throws {
        try fill(4)
        try database.sql("UPDATE things SET note = '' WHERE id = 2")
        let query = RowQuery(type: type, columns: [try field("note")])
        #expect(try rows(query).map { $0[0] } == ["é\"1", "", "é\"3", "-"])
    }

    @Test("more columns than a function of SQL takes arguments are read whole")
    func manyColumns() throws {
        try fill(3)
        let query = RowQuery(type: type, columns: type.fields.map(FieldPath.field))
        let found = try rows(query)
        #expect(found.count == 3)
        for (index, row) in found.enumerated() {
            let i = index + 1
            #expect(row[3] == "\(i)" && row[302] == "-\(i)" && row.count == 303)
            #expect(row[4..<302].allSatisfy { $0 == "-" })
        }
    }

    @Test("rows come in the order asked for, blanks first, those alike by their ids")
    func ordered() throws {
        try fill(12)
        var query = RowQuery(type: type, columns: [try field("id")])
        query.order = [RowQuery.Order(path: try field("amount"))]
        let up = try rows(query).map { $0[0] }
        #expect(up == ["3", "6", "9", "12", "1", "2", "4", "5", "7", "8", "10", "11"])
        query.order = [RowQuery.Order(path: try field("amount"), isDescending: true)]
        #expect(
            try rows(query).map { $0[0] } == ["11", "10", "8", "7", "5", "4", "2", "1", "3", "6", "9", "12"])
    }

    @Test("a list filter, ids and a limit narrow what is read")
    func narrowed() throws {
        try fill(40)
        var query = RowQuery(type: type, columns: [try field("id")])
        query.filter = try ListFilter("amount > 1 and note is not empty", for: type)
        let wanted = (1...40).filter { $0 % 3 != 0 && $0 % 4 != 0 && $0 * 7 - 50 > 100 }.map { ["\($0)"] }
        #expect(try rows(query) == wanted)
        let snapshot = try RowSnapshot(paths: database.paths)
        #expect(try snapshot.count(query) == UInt64(wanted.count))
        query.ids = [40, 38, 37, 1, 999]
        #expect(try rows(query) == [["37"], ["38"]])
        query.filter = nil
        #expect(try rows(query) == [["1"], ["37"], ["38"], ["40"]])
        query.ids = nil
        query.limit = 2
        #expect(try rows(query) == [["1"], ["2"]])
    }

    @Test("what is written after a snapshot was taken is not in it")
    func snapshotStays() throws {
        try fill(20)
        let query = RowQuery(type: type, columns: [try field("number")])
        let snapshot = try RowSnapshot(paths: database.paths)
        try database.sql("UPDATE things SET number = 'X' || id")
        try database.sql("DELETE FROM things WHERE id > 10")
        #expect(try rows(query, snapshot) == (1...20).map { ["N\($0)"] })
        #expect(try snapshot.count(query) == 20)
        #expect(try snapshot.idBounds(of: type) == 1...20)
        #expect(try rows(query) == (1...10).map { ["X\($0)"] })
    }
}
