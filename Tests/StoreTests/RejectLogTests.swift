import Foundation
import GRDB
import Records
import Testing

@testable import Store

@Suite("The reject log")
struct RejectLogTests {
    private static func reject(
        _ record: UInt64, _ issues: [Records.Issue], _ bytes: String, sealed: SealedBytes? = nil
    ) -> LoggedReject {
        LoggedReject(
            position: Position(byteOffset: record * 7, lineIndex: record * 2, recordIndex: record),
            issues: issues, bytes: KeptBytes(source: bytes.utf8), sealed: sealed)
    }

    private static let odd = "\"A\\B\" = 'Müller', 😀\u{2028}\t\r\n\u{1}\u{7F}; /"

    static let rejects = [
        reject(
            0, [Records.Issue(code: "email_malformed", field: "email", column: 5, message: "no @")], "a,b\n"),
        reject(1, [Records.Issue(code: "field_count", message: odd)], odd),
        reject(
            2,
            [
                Records.Issue(code: "email_malformed", field: odd, column: 5, message: ""),
                Records.Issue(code: "required_missing", field: "lastName", message: odd),
            ], "\n", sealed: SealedBytes(keyID: "k1", bytes: KeptBytes(stored: [0, 1, 255]))),
        reject(
            3, [Records.Issue(code: "", field: "", column: 0, message: "")], "",
            sealed: SealedBytes(keyID: "", bytes: KeptBytes(stored: []))),
    ]

    @Test("gives back what it was given, one reason or several, whatever characters are in it")
    func roundTrip() throws {
        let database = TestDatabase()
        let writer = try database.makeWriter()
        let type = SampleTypes.contact
        let number = try writer.insert(makeTask(type), plan: .import(makePlan(type)))
        try writer.transaction("log") { db in
            let log = RejectLog(taskNumber: number)
            for reject in Self.rejects {
                var written = WrittenBatch()
                written.rejects = [reject]
                try log.add(written, db)
            }
        }
        var found: [LoggedReject] = []
        try StoreReader(paths: database.paths).forEachReject(taskNumber: number) { found.append($0) }
        #expect(found == Self.rejects)
        // Whoever reads the table with other tools finds the reasons as the task's JSON has them.
        for (row, reject) in zip(
            try database.sql("SELECT issues FROM sluice_rejects ORDER BY record"), Self.rejects)
        {
            let issues = try JSONDecoder().decode([Records.Issue].self, from: Data((row[0] as String).utf8))
            #expect(issues == reject.issues)
        }
    }
}
