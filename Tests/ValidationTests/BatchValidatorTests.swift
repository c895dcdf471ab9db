import Records
import TestSupport
import Testing

@testable import Validation

@Suite("A whole batch")
struct BatchValidatorTests {
    private let fields = [
        plan(.identifier, name: "contactNumber", plane: 0, required: true),
        plan(.text, name: "lastName", plane: 1, maxLength: 5),
        plan(.email, name: "email", plane: 3),
        plan(.date, name: "dateOfBirth", plane: 2, required: true, date: "MM/dd/yyyy"),
    ]

    @Test("rejects ascend, their issues stand in column order, and the order leaves them out")
    func merged() throws {
        let batch = HandBatch(
            fields,
            texts: [
                ["1", "Ok", "a@b.c", "01/31/1990"],
                ["2", "Toolong", "a@", "31/01/1990"],
                ["3", "Ok", "a@b.c", "01/31/1990"],
                ["4", "Ok", "nonsense", "01/31/1990"],
                [nil, nil, nil, nil],
                ["6", nil, nil, "12/01/2000"],
            ])
        // The file's order of columns is that of the planes here: dateOfBirth before email.
        batch.records.storage.places[2].fault = .fieldCount
        batch.records.storage.plane(0)[2] = .source(offset: 0xFFFF_FFFF, length: 9000, notPlain: true)
        let mapping = [
            Reject(record: 2, issues: [Issue(code: "field_count", message: "3 fields, 4 expected")]),
            Reject(
                record: 3,
                issues: [Issue(code: "value_unmapped", field: "email", column: 4, message: "not in the map")]),
            Reject(
                record: 5,
                issues: [
                    Issue(code: "value_unmapped", field: "lastName", column: 2, message: "not in the map")
                ]),
        ]
        let checked = try batch.check(rejects: mapping)
        #expect(checked.rejects.map(\.record) == [1, 2, 3, 4, 5])
        #expect(
            checked.rejects.map { $0.issues.map(\.code) } == [
                ["text_too_long", "date_malformed", "email_malformed"], ["field_count"], ["value_unmapped"],
                ["required_missing", "required_missing"], ["value_unmapped"],
            ])
        #expect(checked.rejects[0].issues.map(\.column) == [2, 3, 4])
        #expect(checked.rejects[0].issues.map(\.field) == ["lastName", "dateOfBirth", "email"])
        #expect(checked.order == [0])
        #expect(batch.stored(0, plane: 2) == .text("1990-01-31"))
    }

    @Test("mapping's faults and ours of one record become one reject")
    func oneReject() throws {
        let batch = HandBatch(fields, texts: [["1", "Toolong", "a@b.c", "13/01/1990"]])
        let issue = Issue(code: "value_unmapped", field: "lastName", column: 2, message: "not in the map")
        let checked = try batch.check(rejects: [Reject(record: 0, issues: [issue])])
        #expect(checked.rejects.count == 1)
        #expect(checked.rejects[0].issues.map(\.code) == ["value_unmapped", "date_malformed"])
        #expect(checked.order.isEmpty)
    }

    @Test("a required field has a value, and spaces are none where they mean nothing")
    func required() throws {
        for kind in [FieldKind.integer, .date, .boolean, .email, .phone, .choice(["a"])] {
            let values: [[UInt8]?] = [nil, [], Array(" \t ".utf8)]
            #expect(try fates(of: values, plan(kind)) == [.blank, .blank, .blank], "\(kind.name)")
            let missing = Fate.rejected("required_missing")
            #expect(try fates(of: values, plan(kind, required: true)) == [missing, missing, missing])
        }
        let text = plan(.text, required: true)
        #expect(
            try fates(of: [nil, [], [0x20]], text) == [
                .rejected("required_missing"), .rejected("required_missing"), .text(" "),
            ])
    }

    @Test("a record needs one whole key of those that are tried")
    func keys() throws {
        let fields = [
            plan(.identifier, name: "originalId", plane: 0), plan(.identifier, name: "site", plane: 1),
            plan(.identifier, name: "number", plane: 2),
        ]
        let rows: [[String?]] = [
            ["o", nil, nil], [nil, "s", "n"], [nil, "s", nil], [nil, nil, "n"], [nil, nil, nil],
            ["", "s", "n"],
        ]
        let checked = try HandBatch(fields, texts: rows).check(keys: [[0], [1, 2]], allowsNoKey: false)
        #expect(checked.order == [0, 1, 5])
        #expect(
            checked.rejects.map { $0.issues.map(\.code) } == [
                ["key_missing"], ["key_missing"], ["key_missing"],
            ])
        #expect(checked.rejects.allSatisfy { $0.issues[0].field == "originalId" })
        let lenient = try HandBatch(fields, texts: rows).check(keys: [[0], [1, 2]])
        #expect(lenient.order == [0, 1, 2, 3, 4, 5])
    }

    @Test("of a key that is not whole the field is told that lacks, of several keys that of the nearest")
    func nearestKey() throws {
        let fields = [
            plan(.identifier, name: "site", plane: 0), plan(.identifier, name: "code", plane: 1),
            plan(.identifier, name: "number", plane: 2),
        ]
        let rows: [[String?]] = [["s", nil, nil], [nil, "c", nil], [nil, nil, "n"], [nil, nil, nil]]
        let checked = try HandBatch(fields, texts: rows).check(keys: [[0, 2], [1, 2]], allowsNoKey: false)
        #expect(checked.rejects.map(\.issues[0].field) == ["number", "number", "site", "site"])
    }

    @Test("a key that is required as well is complained of once")
    func requiredKey() throws {
        let batch = HandBatch([plan(.identifier, required: true)], texts: [[nil], ["a"]])
        let checked = try batch.check(keys: [[0]], allowsNoKey: false)
        #expect(checked.rejects.map { $0.issues.map(\.code) } == [["required_missing"]])
        #expect(checked.order == [1])
    }

    @Test("values of encrypted fields are never told")
    func encrypted() throws {
        let kinds: [FieldKind] = [
            .text, .identifier, .integer, .decimal(places: 2), .date, .dateTime, .boolean, .email, .phone,
            .choice(["a"]),
        ]
        let secret = "4111SECRET\u{1}"
        for kind in kinds {
            let open = try message(of: Array(secret.utf8), plan(kind, maxLength: 3))
            #expect(open?.contains("SECRET") == true, "\(kind.name)")
            let closed = try #require(
                try message(of: Array(secret.utf8), plan(kind, maxLength: 3, encrypted: true)))
            #expect(!closed.contains("SECRET") && !closed.contains("4111"), "\(kind.name)")
        }
    }

    @Test("any bytes are stored or rejected, and what is stored is taken again as it is")
    func randomBytes() throws {
        var generator = SeededGenerator.printingSeed()
        let plans = [
            plan(.text, maxLength: 6, tooLong: .truncate), plan(.identifier), plan(.integer),
            plan(.decimal(places: 3)), plan(.date), plan(.date, date: "M/d/yyyy"), plan(.dateTime),
            plan(.dateTime, date: "MMM d, yyyy h:mm a XXX"), plan(.boolean), plan(.email),
            plan(.phone, country: "GB"), plan(.phone, country: "US"), plan(.choice(["yes", "né", "n"])),
        ]
        let alphabet = Array("0123456789+-/.:@ \tTZaexyn,()\"é".utf8)
        for plan in plans {
            let values = (0..<3000).map { _ -> [UInt8] in
                let count = Int.random(in: 0...24, using: &generator)
                let wild = Bool.random(using: &generator)
                return (0..<count).map { _ in
                    wild
                        ? UInt8.random(in: 0...255, using: &generator)
                        : alphabet.randomElement(using: &generator) ?? 0
                }
            }
            let once = try fates(of: values, plan)
            #expect(once.count == values.count)
            guard !plan.field.kind.isStoredAsInteger, plan.datePattern == nil else { continue }
            let texts = once.compactMap { if case .text(let text) = $0 { text } else { nil } }
            #expect(try fates(of: texts.map { Array($0.utf8) }, plan) == texts.map(Fate.text))
        }
    }

    @Test("values that lie in the arena are read while their column adds to it")
    func arenaValues() throws {
        let phone = plan(.phone, country: "US")
        let batch = HandBatch([phone], texts: Array(repeating: [nil], count: 2000))
        let storage = batch.records.storage
        for record in 0..<2000 {
            let digits = String(1000 + record)
            storage.plane(0)[record] = storage.keep("(212) 555-\(digits)".utf8, notPlain: false)
        }
        let checked = try batch.check()
        #expect(checked.order.count == 2000)
        for record in 0..<2000 { #expect(batch.stored(record) == .text("+1212555\(1000 + record)")) }
    }
}
