import Testing

@testable import Records

@Suite("Record type documents")
struct RecordTypeDocumentTests {
    /// A document with these lines under `fields`, the first of them on line 6.
    private func document(
        _ fields: String..., name: String = "visit", keys: String = "[visitNumber]",
        limit: String = "{records: 10}", more: String = "withoutKey: reject"
    ) -> String {
        "name: \(name)\nplural: visits\nlimit: \(limit)\nkeys: \(keys)\n\(more)\nfields:\n"
            + (["{name: visitNumber, kind: identifier, unique: true}"] + fields).map { "  - \($0)\n" }
            .joined()
    }

    @Test("a document becomes the type that it says")
    func reading() throws {
        let type = try RecordTypeDocument.parse(
            document(
                "{name: site, kind: text, maxLength: 12, required: true, indexed: true}",
                "{name: day, kind: date}", "{name: price, kind: decimal, places: 3}",
                "{name: sum, kind: decimal}", "{name: mood, kind: choice, choices: [good, bad]}",
                "{name: mail, kind: email}", "{name: secret, kind: identifier, encrypted: true}",
                "{name: phone, kind: phone, repeat: 2}", "{name: note, kind: text, searchable: true}",
                "{name: fax, kind: phone, searchable: false}", keys: "[visitNumber, [site, day]]",
                limit: "{bytes: 1000}", more: "withoutKey: create"), name: "visit.yaml")
        #expect(
            type
                == RecordType(
                    name: "visit", plural: "visits",
                    fields: [
                        Field(name: "visitNumber", kind: .identifier, isUnique: true, isSearchable: true),
                        Field(name: "site", kind: .text, maxLength: 12, isRequired: true, isIndexed: true),
                        Field(name: "day", kind: .date), Field(name: "price", kind: .decimal(places: 3)),
                        Field(name: "sum", kind: .decimal(places: 2)),
                        Field(name: "mood", kind: .choice(["good", "bad"])),
                        Field(name: "mail", kind: .email, maxLength: 254, isSearchable: true),
                        Field(name: "secret", kind: .identifier, isEncrypted: true),
                        Field(name: "phone1", kind: .phone, isSearchable: true),
                        Field(name: "phone2", kind: .phone, isSearchable: true),
                        Field(name: "note", kind: .text, isSearchable: true),
                        Field(name: "fax", kind: .phone),
                    ],
                    keys: [["visitNumber"], ["site", "day"]], allowsNoKey: true, limit: .bytes(1000)))
    }

    /// What is wrong, where it stands (line, column) and a word that the message or hint must have.
    private static let faults: [(field: String, line: Int, column: Int, says: String)] = [
        ("{name: site, kind: txet}", 8, 24, "text"),
        ("{name: site}", 8, 5, "'kind' is missing"),
        ("{kind: text}", 8, 5, "'name' is missing"),
        ("{name: visitNumber, kind: text}", 8, 5, "'visitNumber' is taken"),
        ("{name: VISIT, kind: text}", 8, 12, "not a name"),
        ("{name: visitnumber, kind: text}", 8, 5, "is taken"),
        ("{name: id, kind: text}", 8, 5, "is taken"),
        ("{name: two words, kind: text}", 8, 12, "not a name"),
        ("{name: 1st, kind: text}", 8, 12, "not a name"),
        ("{name: straße, kind: text}", 8, 12, "not a name"),
        ("{name: site, kind: text, requird: true}", 8, 39, "required"),
        ("{name: site, kind: text, required: often}", 8, 40, "true or false"),
        ("{name: site, kind: text, maxLength: 0}", 8, 5, "maxLength"),
        ("{name: site, kind: text, maxLength: \"9\"}", 8, 41, "whole number"),
        ("{name: site, kind: text, choices: [a]}", 8, 5, "'choices'"),
        ("{name: site, kind: text, places: 2}", 8, 5, "'places'"),
        ("{name: site, kind: decimal, places: 10}", 8, 5, "0 to 9"),
        ("{name: site, kind: choice}", 8, 5, "'choices' is missing"),
        ("{name: site, kind: choice, choices: []}", 8, 5, "at least one"),
        ("{name: site, kind: text, repeat: 0}", 8, 5, "1 to 999"),
        ("{name: site, kind: text, repeat: 2, unique: true}", 8, 5, "unique"),
        ("{name: site, kind: text, encrypted: true, unique: true}", 8, 5, "encrypted"),
        ("{name: site, kind: text, encrypted: true, indexed: true}", 8, 5, "encrypted"),
        ("{name: site, kind: date, searchable: true}", 8, 42, "kinds text"),
        ("{name: site, kind: text, encrypted: true, searchable: true}", 8, 59, "not with encrypted"),
        ("[site, text]", 8, 5, "keys and values"),
    ]

    @Test("what is wrong with a field is told with document, line and column", arguments: faults)
    func fieldFaults(fault: (field: String, line: Int, column: Int, says: String)) throws {
        let failure = try #require(throws: Failure.self) {
            try RecordTypeDocument.parse(document(fault.field), name: "visit.yaml")
        }
        #expect(failure.kind == .refused)
        #expect(failure.code == "bad_document")
        #expect(
            failure.message.hasPrefix("visit.yaml, line \(fault.line), column \(fault.column)"),
            "\(failure.message)")
        #expect(failure.description.contains(fault.says), "\(failure)")
    }

    /// The failure of a whole document.
    private func failure(_ yaml: String) -> Failure? {
        do {
            _ = try RecordTypeDocument.parse(yaml, name: "visit.yaml")
            return nil
        } catch {
            return error
        }
    }

    @Test("keys must be fields that can find a record")
    func keys() {
        let site = "{name: site, kind: text}"
        let secret = "{name: secret, kind: text, encrypted: true}"
        let faults = [
            ("[site]", "line 4, column 8", "unique: true"),
            ("[visitNumber, [site, dya]]", "line 4, column 28", "no field 'dya'"),
            ("[visitNumbr]", "line 4, column 8", "visitNumber"),
            ("[[site, secret]]", "line 4, column 15", "encrypted"),
            ("[]", "line 4, column 7", "at least one key"),
            ("visitNumber", "line 4, column 7", "a list"),
        ]
        for (keys, place, says) in faults {
            let failure = failure(document(site, secret, keys: keys))
            #expect(failure?.message.contains(place) == true, "\(keys): \(String(describing: failure))")
            #expect(failure?.description.contains(says) == true, "\(keys): \(String(describing: failure))")
        }
        #expect(failure(document(site, keys: "[[site, visitNumber]]")) == nil)
    }

    @Test("a type without a limit takes as many records as a contact")
    func standardLimit() throws {
        let lines = document().split(separator: "\n").filter { !$0.hasPrefix("limit:") }
        let yaml = lines.joined(separator: "\n")
        let type = try RecordTypeDocument.parse(yaml, name: "visit.yaml")
        #expect(try type.limit == Catalogue.builtIn().type(named: "contact").limit)
    }

    @Test(
        "a limit is a number of records or of bytes, above 0",
        arguments: ["{records: 0}", "{bytes: -1}", "{records: 5, bytes: 5}", "{}", "{records: many}"])
    func limits(limit: String) {
        let failure = failure(document(limit: limit))
        #expect(failure?.message.contains("line 3, column") == true, "\(String(describing: failure))")
    }

    @Test("unknown, missing and repeated keys of the document are told")
    func documentKeys() {
        let unknown = failure(document(more: "withoutkey: create"))
        #expect(unknown?.message.contains("line 5, column 13") == true, "\(String(describing: unknown))")
        #expect(unknown?.hint?.contains("withoutKey") == true)
        #expect(failure(document(more: "withoutKey: maybe"))?.message.contains("reject, create") == true)
        #expect(failure(document(more: "name: twice")) != nil)
        #expect(failure("name: visit\n")?.message.contains("is missing") == true)
        #expect(failure("")?.message.contains("empty") == true)
        #expect(failure("- a\n- b\n")?.message.contains("keys and values") == true)
        #expect(failure("name: [")?.message.contains("not readable as YAML") == true)
        #expect(failure(document(name: "Visit"))?.message.contains("line 1, column 7") == true)
    }
}

@Suite("Nearest names")
struct NearestNameTests {
    @Test("a slip finds the name that was meant")
    func slips() {
        let known = ["firstName", "lastName", "email", "phone1", "group"]
        for (slip, name) in [
            ("fristName", "firstName"), ("first_name", "firstName"), ("LASTNAME", "lastName"),
            ("emial", "email"), ("e-mail", "email"), ("phone2", "phone1"), ("grup", "group"),
        ] {
            #expect(NearestName.find(slip, among: known) == name)
        }
    }

    @Test("what is like no name finds none, and the hint names all")
    func strangers() {
        #expect(NearestName.find("colour", among: ["email", "group"]) == nil)
        #expect(NearestName.find("x", among: []) == nil)
        #expect(NearestName.hint(for: "emial", among: ["email", "group"]) == "Did you mean 'email'?")
        #expect(NearestName.hint(for: "colour", among: ["email", "group"]) == "Known: email, group.")
    }
}
