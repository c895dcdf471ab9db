import GRDB
import Records
import TestSupport
import Testing

@testable import Store

@Suite("New rows whose index entries are made at the end of a transaction")
struct NewRowsTests {
    /// A key, two fields with an index, and others behind them that no import feeds, one of them with an index.
    private static let type = RecordType(
        name: "visit", plural: "visits",
        fields: [
            Field(name: "number", kind: .identifier, isRequired: true, isUnique: true),
            Field(name: "city", kind: .text, isIndexed: true),
            Field(name: "size", kind: .integer, isIndexed: true), Field(name: "note", kind: .text),
            Field(name: "team", kind: .text, isIndexed: true),
        ] + (0..<20).map { Field(name: "more\($0)", kind: .text) },
        keys: [["number"]], allowsNoKey: true, limit: .records(100_000))
    private static let table = TableSchema(type).table

    private let database = TestDatabase()
    private let writer: StoreWriter
    private let fields = type.fields[..<4].enumerated().map { plane, field in
        FieldPlan(field: field, plane: plane, sourceColumn: plane)
    }
    private let finder: RowFinder
    private let importer: ImportWriter
    private let lines = Lines()

    /// The records of the file so far.
    private final class Lines {
        var records: [SampleRecord] = []

        func batch(_ rows: [[Value?]], _ fields: [FieldPlan]) -> CheckedBatch {
            records += rows.map { SampleRecord(values: $0) }
            return SampleFile(records, fields: fields).batch(records.count - rows.count..<records.count)
        }
    }

    /// A table that has the rows 1, 2 and 3.
    init() throws { try self.init(own: nil) }

    private init(own declaration: String?) throws {
        let database = database
        writer = try database.makeWriter()
        try writer.prepareTables([Self.type])
        if let declaration { try database.sql(declaration) }
        let number = try writer.insert(makeTask(Self.type), plan: .import(makePlan(Self.type)))
        func importer(_ writer: StoreWriter, _ fields: [FieldPlan], records: UInt64) throws -> ImportWriter {
            try ImportWriter(
                writer: writer, type: Self.type, fields: fields, match: [[0]], mode: .upsert,
                duplicates: .last, taskNumber: number, lastForeignID: nil, records: records)
        }
        let first = try importer(writer, fields, records: 0)
        _ = try first.write(
            Lines().batch(["1", "2", "3"].map { [.text($0), .text("old"), nil, nil] }, fields))
        try first.commit(makeTask(Self.type), at: ResumePoint(step: 0))
        self.importer = try importer(writer, fields, records: 50_000)
        finder = try #require(try self.importer.makeFinder())
    }

    @discardableResult
    private func write(_ rows: [Value?]..., isLookedUp: Bool = true) throws -> BatchReceipt {
        try write(rows, isLookedUp: isLookedUp)
    }

    private func write(_ rows: [[Value?]], isLookedUp: Bool = true) throws -> BatchReceipt {
        var batch = lines.batch(rows, fields)
        if isLookedUp { try finder.find(&batch) }
        return try importer.write(batch).receipt
    }

    private func commit() throws { try importer.commit(makeTask(Self.type), at: ResumePoint(step: 1)) }

    /// Rows that the open transaction finds by an index.
    private func entries(_ column: String, _ test: String) throws -> Int {
        let from = "\(Self.table) INDEXED BY visits_by_\(column)"
        return try writer.queue.inDatabase { db in
            try #require(try Int.fetchOne(db, sql: "SELECT count(*) FROM \(from) WHERE \(column) \(test)"))
        }
    }

    private var rows: [[String]] {
        get throws {
            try database.sql("SELECT id, number, city, size, note FROM \(Self.table) ORDER BY id").map {
                row in
                (0..<5).map { String.fromDatabaseValue(row[$0]) ?? "\(row[$0] as DatabaseValue)" }
            }
        }
    }

    private func declarations() throws -> [String] {
        try database.sql("SELECT type, name, tbl_name, rootpage, sql FROM sqlite_schema ORDER BY 2").map(
            \.description)
    }

    private func expectSound() throws {
        #expect(try database.sql("PRAGMA integrity_check").map { $0[0] as String } == ["ok"])
    }

    @Test("entries wait for the commit, but for those of blanks")
    func waiting() throws {
        let before = try declarations()
        #expect(importer.putsEntriesOff)
        let receipt = try write(
            [.text("5"), .text("x"), .integer(7), .text("n")], [.text("2"), .text("new"), .integer(1), nil],
            [.text("4"), nil, .integer(6), nil], [nil, .text("y"), nil, nil])
        #expect(receipt.created == 3 && receipt.updated == 1)
        #expect(try entries("number", ">= '4'") == 0 && entries("number", "= '2'") == 1)
        #expect(try entries("number", "IS NULL") == 1 && entries("city", "IS NULL") == 1)
        #expect(try entries("size", "= 7") == 0 && entries("size", "= 1") == 1)
        #expect(try entries("team", "IS NULL") == 6)
        try commit()
        #expect(try entries("number", ">= '4'") == 2 && entries("size", ">= 6") == 2)
        #expect(try declarations() == before)
        try expectSound()
        #expect(
            try rows == [
                ["1", "1", "old", "NULL", "NULL"], ["2", "2", "new", "1", "NULL"],
                ["3", "3", "old", "NULL", "NULL"], ["4", "5", "x", "7", "n"],
                ["5", "4", "NULL", "6", "NULL"],
                ["6", "NULL", "y", "NULL", "NULL"],
            ])
        #expect(try write([.text("9"), nil, nil, nil]).created == 1)
        try commit()
        #expect(try rows.last?.prefix(2) == ["7", "9"])
        try expectSound()
    }

    @Test("a record that repeats one whose entries wait changes its row, in its transaction and later")
    func repeated() throws {
        try write([.text("7"), .text("a"), .integer(1), nil], [.text("7"), .text("b"), .integer(2), nil])
        #expect(try write([.text("7"), .text("c"), nil, .text("n")]).duplicate == 1)
        try commit()
        try expectSound()
        // Looked for before the commit, as the lane that reads does.
        var batch = lines.batch([[.text("8"), .text("d"), nil, nil]], fields)
        try finder.find(&batch)
        try write([.text("8"), .text("e"), nil, nil])
        try commit()
        #expect(try importer.write(batch).receipt.duplicate == 1)
        try commit()
        try expectSound()
        #expect(try rows[3...].map { Array($0[1...3]) } == [["7", "c", "2"], ["8", "d", "NULL"]])
    }

    @Test("more entries than are kept in memory are made before the commit")
    func full() throws {
        let filler = String(repeating: "k", count: 900)
        for part in 0..<5 {
            _ = try write((0..<2500).map { [.text("\(filler)\(part * 2500 + $0)"), nil, nil, nil] })
        }
        let made = try entries("number", "> '4'")
        #expect(made > 0 && made < 12_500)
        try commit()
        try expectSound()
        #expect(try entries("number", "> '4'") == 12_500)
    }

    @Test("what is rolled back leaves rows, indexes and declarations as they were")
    func rollback() throws {
        let (before, rowsBefore) = (try declarations(), try rows)
        try write([.text("5"), .text("x"), .integer(7), nil])
        importer.rollback()
        #expect(try declarations() == before && rows == rowsBefore)
        // The same connection knows no other names any more.
        #expect(throws: (any Error).self) {
            try writer.queue.inDatabase { db in try db.execute(sql: "SELECT * FROM sluice_new_rows") }
        }
        try expectSound()
    }

    @Test("a batch that nobody looked up, and one after somebody else's commit, are merged by their keys")
    func merged() throws {
        try write([.text("5"), .text("x"), .integer(7), nil])
        #expect(try write([.text("5"), .text("y"), nil, nil], isLookedUp: false).duplicate == 1)
        #expect(try entries("number", "= '5'") == 1)
        #expect(!importer.putsEntriesOff)
        try commit()
        try expectSound()
        let other = try NewRowsTests(own: nil)
        try other.write([.text("5"), .text("x"), nil, nil])
        try other.commit()
        try StoreWriter(paths: other.database.paths, create: false).transaction("meddle") { db in
            try db.execute(sql: "INSERT INTO \(Self.table) (number) VALUES ('6')")
        }
        let receipt = try other.write([.text("6"), .text("x"), nil, nil], [.text("7"), nil, nil, nil])
        #expect(receipt.created == 1 && receipt.updated == 1)
        #expect(try other.entries("number", "= '7'") == 1)
        try other.commit()
        try other.expectSound()
    }

    @Test(
        "where people gave the table indexes, triggers or columns of their own, nothing waits",
        arguments: [
            "CREATE INDEX theirs ON visits (note, id)",
            "CREATE TRIGGER theirs AFTER DELETE ON visits BEGIN SELECT 1; END",
            "ALTER TABLE visits ADD COLUMN theirs TEXT", "DROP INDEX visits_by_city",
        ])
    func ownDeclarations(declaration: String) throws {
        let scene = try NewRowsTests(own: declaration)
        #expect(!scene.importer.putsEntriesOff)
        try scene.write([.text("5"), .text("x"), nil, nil])
        #expect(try scene.entries("number", "= '5'") == 1)
        try scene.commit()
        try scene.expectSound()
    }

    @Test("rows take no room for columns behind those that are fed or have an index")
    func narrow() throws {
        func payload() throws -> Int {
            try #require(
                database.sql("SELECT sum(payload) FROM dbstat WHERE name = ?", arguments: [Self.type.table])
                    .first?[0])
        }
        let before = try payload()
        try write([.text("4"), .text("old"), nil, nil])
        try commit()
        let narrow = try payload() - before
        try write([.text("5"), .text("old"), nil, nil], isLookedUp: false)
        try commit()
        // A byte for each of the columns, of which one has an index.
        #expect(try payload() - before - narrow == narrow + 20)
    }
}
