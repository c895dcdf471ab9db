import GRDB
import Records
import Testing

@testable import Store

@Suite("Records made while an import runs")
struct OtherWriterTests {
    /// An import of three contacts, each a transaction; before the second somebody makes it, before the third nobody does.
    private func outcomes(
        _ mode: ImportMode, _ duplicates: DuplicatePolicy
    ) throws -> (receipts: [BatchReceipt], names: [String]) {
        let type = SampleTypes.contact
        let database = TestDatabase()
        let writer = try database.makeWriter()
        try writer.prepareTables([type])
        let fields = [type.fields[0], type.fields[1]].enumerated().map { plane, field in
            FieldPlan(field: field, plane: plane, sourceColumn: plane)
        }
        let task = makeTask(type)
        let number = try writer.insert(task, plan: .import(makePlan(type)))
        let importer = try ImportWriter(
            writer: writer, type: type, fields: fields, match: [[0]], mode: mode, duplicates: duplicates,
            taskNumber: number, lastForeignID: nil)
        let file = SampleFile(
            ["1", "2", "2", "1"].enumerated().map { place, key in
                SampleRecord(values: [.text(key), .text("file \(place)")])
            }, fields: fields)
        var receipts: [BatchReceipt] = []
        for place in 0..<4 {
            if place == 1 {
                let edit = RecordEdit([
                    RecordEdit.Value(type.fields[0], .text("2")),
                    RecordEdit.Value(type.fields[1], .text("hand")),
                ])
                _ = try writer.create(edit, of: type, task: makeTask(type))
            }
            receipts.append(try importer.write(file.batch(place..<place + 1)).receipt)
            try importer.commit(
                task,
                at: ResumePoint(
                    position: file.positions[place + 1], lastForeignRowID: importer.lastForeignID))
        }
        let rows = try database.sql("SELECT first_name FROM contacts ORDER BY contact_number")
        return (receipts, rows.map { $0[0] })
    }

    private func receipt(_ change: (inout BatchReceipt) -> Void) -> BatchReceipt {
        var receipt = BatchReceipt()
        change(&receipt)
        return receipt
    }

    @Test("are like those that were there before: the file meets them for the first time")
    func metFirst() throws {
        let (receipts, names) = try outcomes(.upsert, .first)
        #expect(
            receipts == [
                receipt { $0.created = 1 }, receipt { $0.updated = 1 }, receipt { $0.duplicate = 1 },
                receipt { $0.duplicate = 1 },
            ])
        #expect(names == ["file 0", "file 1"])
    }

    @Test("are no duplicates in the file")
    func noDuplicates() throws {
        let (receipts, names) = try outcomes(.upsert, .reject)
        #expect(receipts.map(\.rejected) == [0, 0, 1, 1] && receipts[1].updated == 1)
        #expect(names == ["file 0", "file 1"])
    }

    @Test("and are taken away again get no note, and nothing is written of it")
    func noteOnNothing() throws {
        let database = TestDatabase()
        let writer = try database.makeWriter()
        let catalogue = try Catalogue.builtIn()
        let (contact, note) = (try catalogue.type(named: "contact"), try catalogue.type(named: "note"))
        try writer.prepareTables([contact, note])
        let number = try #require(contact.field(named: "contactNumber"))
        let name = try RecordName("C-1", of: contact)
        let text = try RecordEdit(
            [
                ("recordType", .text("contact")), ("record", .text("C-1")), ("text", .text("x")),
                ("createdAt", .integer(0)),
            ].map { (field: String, value: RecordName.Value) in
                RecordEdit.Value(try #require(note.field(named: field)), value)
            })
        let edit = RecordEdit([RecordEdit.Value(number, .text("C-1"))])
        _ = try writer.create(edit, of: contact, task: makeTask(contact))
        _ = try writer.create(text, of: note, on: name, task: makeTask(note))
        _ = try writer.delete(
            name, links: LinkedRows(of: contact, in: catalogue), task: makeTask(contact))
        #expect(try database.sql("SELECT 1 FROM notes").count == 1)
        try database.sql("DELETE FROM notes")
        let failure = #expect(throws: Failure.self) {
            try writer.create(text, of: note, on: name, task: makeTask(note))
        }
        #expect(failure?.code == "unknown_record")
        #expect(try database.sql("SELECT 1 FROM notes").isEmpty)
        #expect(try database.sql("SELECT 1 FROM sluice_tasks").count == 3)
    }

    @Test("stay as they are where records are only created")
    func created() throws {
        let (receipts, names) = try outcomes(.create, .last)
        #expect(receipts[1].skipped == 1 && receipts[2].duplicate == 1)
        #expect(names == ["file 3", "hand"])
    }
}
