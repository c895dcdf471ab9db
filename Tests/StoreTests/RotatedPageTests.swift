import Foundation
import GRDB
import Records
import Testing

@testable import Store

/// Keys that seal nothing: each value lies behind the id of its key.
private struct PlainRing: KeyRing {
    var id: String
    var marks: [KeyMark] { [KeyMark(id: id, check: [])] }

    func sealer(ofType type: String, field: String) -> any FieldSealer { Sealer(id: id) }
    func seal(_ bytes: [UInt8], for place: String) throws(Failure) -> [UInt8] { bytes }
    func open(_ sealed: [UInt8], for place: String) throws(Failure) -> [UInt8] { sealed }
    func newPieceSealer() -> any PieceSealer { preconditionFailure("no file is sealed here") }
    func pieceSealer(header: [UInt8]) throws(Failure) -> any PieceSealer {
        preconditionFailure("no file is sealed here")
    }

    struct Sealer: FieldSealer {
        var id: String

        private func sealed(_ value: some Sequence<UInt8>) -> [UInt8] {
            let key = UInt32(id, radix: 16) ?? 0
            return [1] + (0..<4).map { UInt8(truncatingIfNeeded: key >> (24 - 8 * $0)) } + value
        }

        func hash(of value: UnsafeRawBufferPointer) -> [UInt8] { Array("\(id).\(value.count)".utf8) }
        func isHash(_ hash: UnsafeRawBufferPointer, of value: UnsafeRawBufferPointer) -> Bool { false }
        func seal(_ value: UnsafeRawBufferPointer, row: Int64) throws(Failure) -> [UInt8] { sealed(value) }
        func open(_ sealed: UnsafeRawBufferPointer, row: Int64) throws(Failure) -> [UInt8] {
            Array(sealed.dropFirst(5))
        }
    }
}

@Suite("Pages of the journal that are sealed anew")
struct RotatedPageTests {
    @Test("keep their length, whatever the order of their columns, and say the same")
    func length() throws {
        let database = TestDatabase()
        let writer = try database.makeWriter()
        let contact = try Catalogue.builtIn().type(named: "contact")
        try writer.prepareTables([contact])
        // The columns of every row stand first in the page and last in the alphabet; many others are in few rows.
        let often = ["ssn", "ssn_hash", "title", "state"]
        let seldom = contact.fields.filter { !$0.isEncrypted && !often.contains($0.column) }.map(\.column)
        let buffer = JournalBuffer(table: "contacts", kind: .updated, columns: often + seldom)
        let old = PlainRing(id: "00000001").sealer(ofType: "contact", field: "ssn")
        for id in 1...800 as ClosedRange<Int64> {
            buffer.begin(id)
            let value = Array("value \(id)".utf8)
            let (sealed, hash) = try value.withUnsafeBytes { (try old.seal($0, row: id), old.hash(of: $0)) }
            buffer.add(column: 0, Data(sealed).databaseValue)
            buffer.add(column: 1, String(decoding: hash, as: UTF8.self).databaseValue)
            buffer.add(column: 2, String(repeating: "t", count: 300).databaseValue)
            buffer.add(column: 3, "CA".databaseValue)
            if Int(id) <= seldom.count { buffer.add(column: 3 + Int(id), .null) }
        }
        let task = try writer.insert(makeTask(contact), plan: .done)
        try writer.transaction("test") { db in
            try JournalWriter(task: task, keepsValues: true).write(buffer, db)
        }
        func pages() throws -> [[UInt8]] {
            try database.sql("SELECT page FROM sluice_journal ORDER BY number").map { [UInt8]($0[0] as Data) }
        }
        let before = try pages()
        #expect(before.contains { $0.count >= JournalPage.targetBytes })
        let job = RowJob.rotating(to: PlainRing(id: "00000002"), types: [contact])
        _ = try writer.begin(job, after: nil)
        var point: Int64?
        var isLast = false
        while !isLast {
            let step = try writer.perform(job, after: point, taskNumber: task) { _ in makeTask(contact) }
            (point, isLast) = (step.point, step.isLast)
        }
        let after = try pages()
        #expect(after.map(\.count) == before.map(\.count) && after != before)
        for (page, old) in zip(after, before) {
            let (new, old) = (try OpenPage(page, kind: .updated), try OpenPage(old, kind: .updated))
            #expect(new.columns == old.columns)
            for (row, former) in zip(new.rows, old.rows) {
                var (values, others) = (try new.values(of: row), try old.values(of: former))
                let sealed = try #require(Data.fromDatabaseValue(values.values["ssn"] ?? .null))
                #expect(SealedForm.keyID(ofSealed: sealed) == "00000002")
                #expect(Array(sealed.dropFirst(5)) == Array("value \(row.id)".utf8))
                for column in ["ssn", "ssn_hash"] {
                    values.values[column] = nil
                    others.values[column] = nil
                }
                #expect(values == others)
            }
        }
    }
}
