import GRDB
import Records
import TestSupport
import Testing

@testable import Store

@Suite("Rows that are found before a batch is written")
struct RowFinderTests {
    private static let type = SampleTypes.contact
    private let database = TestDatabase()
    private let writer: StoreWriter
    private let fields: [FieldPlan]

    init() throws {
        writer = try database.makeWriter()
        try writer.prepareTables([Self.type])
        fields = [Self.type.fields[0], Self.type.fields[1]].enumerated().map { plane, field in
            FieldPlan(field: field, plane: plane, sourceColumn: plane)
        }
        let importer = try importer(records: 0)
        _ = try importer.write(batch(["1", "2", "3"].map { ($0, "old") }))
        try importer.commit(makeTask(Self.type), at: ResumePoint(step: 0))
    }

    private func importer(records: UInt64) throws -> ImportWriter {
        let number = try writer.insert(makeTask(Self.type), plan: .import(makePlan(Self.type)))
        return try ImportWriter(
            writer: writer, type: Self.type, fields: fields, match: [[0]], mode: .upsert, duplicates: .last,
            taskNumber: number, lastForeignID: nil, records: records)
    }

    private func batch(_ rows: [(key: String, text: String)]) -> CheckedBatch {
        let records = rows.map { SampleRecord(values: [.text($0.key), .text($0.text)]) }
        return SampleFile(records, fields: fields).batch(0..<rows.count)
    }

    private var rows: [[String]] {
        get throws {
            let columns = fields.map { TableSchema.quoted($0.field.column) }.joined(separator: ", ")
            return try database.sql("SELECT \(columns) FROM \(TableSchema(Self.type).table) ORDER BY 1")
                .map { [$0[0], $0[1]] }
        }
    }

    @Test("each record gets the id of its row, and one that has none gets none")
    func found() throws {
        let finder = try #require(try importer(records: KeyedMerge.leastRecords).makeFinder())
        var batch = batch([("3", "new"), ("9", "new"), ("1", "new")])
        try finder.find(&batch)
        #expect(batch.rows == [.integer(3), .blank, .integer(1)])
    }

    @Test("of a small file, and where others than the key decide, nobody looks")
    func notLooked() throws {
        #expect(try importer(records: KeyedMerge.leastRecords - 1).makeFinder() == nil)
    }

    @Test(
        "what somebody else did behind the look is met as it is: a row that is gone, a key that another row has"
    )
    func othersMeanwhile() throws {
        let importer = try importer(records: KeyedMerge.leastRecords)
        var batch = batch([("1", "new"), ("2", "new"), ("3", "new")])
        try #require(try importer.makeFinder()).find(&batch)
        let (table, key) = (TableSchema(Self.type).table, TableSchema.quoted(fields[0].field.column))
        try StoreWriter(paths: database.paths, create: false).transaction("meddle") { db in
            try db.execute(sql: "DELETE FROM \(table) WHERE id = 1")
            try db.execute(sql: "UPDATE \(table) SET \(key) = '7' WHERE id = 2")
        }
        let receipt = try importer.write(batch).receipt
        try importer.commit(makeTask(Self.type), at: ResumePoint(step: 0))
        #expect(receipt.created == 2 && receipt.updated == 1)
        #expect(try rows == [["1", "new"], ["2", "new"], ["3", "new"], ["7", "old"]])
    }
}
