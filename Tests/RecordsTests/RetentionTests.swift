import Testing

@testable import Records

@Suite("Retention")
struct RetentionTests {
    @Test("a record is kept on the day from which its days count and on so many days after it")
    func days() {
        #expect(!Retention.isOver(days: 0, since: 100, on: 100))
        #expect(Retention.isOver(days: 0, since: 100, on: 101))
        #expect(!Retention.isOver(days: 30, since: 100, on: 130))
        #expect(Retention.isOver(days: 30, since: 100, on: 131))
    }

    @Test("without days, without a day to count from, and with days below none it is kept for ever")
    func forEver() {
        #expect(!Retention.isOver(days: nil, since: 0, on: .max))
        #expect(!Retention.isOver(days: 1, since: nil, on: .max))
        #expect(!Retention.isOver(days: -1, since: 0, on: .max))
        #expect(!Retention.isOver(days: .max, since: 1, on: .max))
    }

    @Test("days are those of the calendar in UTC")
    func calendar() {
        #expect(Retention.day(ofDate: "1970-01-01") == 0)
        #expect(Retention.day(ofDate: "1969-12-31") == -1)
        #expect(Retention.day(ofDate: "2024-02-29") == 19_782)
        #expect(Retention.day(ofDate: "2023-02-29") == nil)
        #expect(Retention.day(ofDate: "soon") == nil)
        #expect(Timestamp(milliseconds: -1).day == -1)
        #expect(Timestamp(day: 19_782).dayText == "2024-02-29")
    }

    private func type(_ retention: String) throws -> RecordType {
        try RecordTypeDocument.parse(
            """
            name: call
            plural: calls
            keys: [number]
            retention: \(retention)
            fields:
              - {name: number, kind: identifier, unique: true}
              - {name: kept, kind: integer}
              - {name: last, kind: dateTime}
              - {name: title, kind: text}
            """, name: "call.yaml")
    }

    @Test("a type declares the field of its days, and the one from which they count")
    func declared() throws {
        #expect(try type("{days: kept}").retention == Retention(days: "kept"))
        #expect(try type("{days: kept, since: last}").retention == Retention(days: "kept", since: "last"))
        let contact = try Catalogue.builtIn().type(named: "contact")
        #expect(contact.retentionDays?.name == "retentionDays" && contact.retentionStart == nil)
        #expect(try Catalogue.builtIn().types.filter { $0.retention != nil }.map(\.name) == ["contact"])
    }

    @Test(
        "fields that are not there or of another kind are refused",
        arguments: [
            "{days: title}", "{days: none}", "{days: kept, since: title}", "{since: last}",
            "{days: kept, at: 1}",
        ])
    func refused(retention: String) {
        #expect(throws: Failure.self) { try type(retention) }
    }

    @Test("a type in use may be given a retention, or lose it")
    func growth() throws {
        var plain = try type("{days: kept}")
        plain.retention = nil
        #expect(
            try TypeGrowth(from: plain, to: type("{days: kept, since: last}")).changes
                == ["records are purged after kept from last on"])
        #expect(
            try TypeGrowth(from: type("{days: kept}"), to: plain).changes == ["records are kept for ever"])
    }
}
