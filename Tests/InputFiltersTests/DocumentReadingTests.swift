import ListFilters
import Records
import Testing

@testable import InputFilters

@Suite("Input-filter documents")
struct DocumentReadingTests {
    @Test("a document says all that the architecture lists")
    func fullDocument() throws {
        let document = try read(
            """
            name: nightly
            recordType: contact
            file: {header: true, delimiter: tab, quote: none, escape: doubled, encoding: Latin-9, skipLines: 2,
                   namePattern: "contacts_*.csv|CONTACTS*.csv"}
            match: [contactNumber]
            blank: clear
            tooLong: truncate
            unknownColumns: refuse
            columns:
              - {field: contactNumber, from: ["Contact ID", "Account"], required: true}
              - {field: firstName, from: 2, blank: keep, tooLong: reject}
              - {field: dateOfBirth, from: DOB, date: "MM/dd/yyyy", optional: true}
              - {field: phone1, from: Phone, phone: {country: US}}
              - {field: smsConsent, from: SMS, map: {Y: yes, N: "no", "": unknown}, otherwise: reject}
              - {field: email, from: Email, transform: [trim, lowercase]}
              - {field: group, constant: yes}
              - {field: city, join: [City, [State, Region]], separator: ", "}
            """)
        #expect(
            document.dialect
                == Dialect(delimiter: UInt8(ascii: "\t"), quote: nil, hasHeader: true, skippedLines: 2))
        #expect(document.encoding.name == "iso-8859-15")
        #expect(document.namePattern?.text == "contacts_*.csv|CONTACTS*.csv")
        #expect(document.match == [["contactNumber"]])
        #expect(document.blank == .clear && document.tooLong == .truncate)
        #expect(document.unknownColumns == .refuse)
        #expect(
            document.columns == [
                ColumnRule(
                    field: "contactNumber", source: .column(.header(["Contact ID", "Account"])),
                    isRequired: true),
                ColumnRule(field: "firstName", source: .column(.position(1)), blank: .keep, tooLong: .reject),
                ColumnRule(
                    field: "dateOfBirth", source: .column(.header(["DOB"])), isOptional: true,
                    datePattern: "MM/dd/yyyy"),
                ColumnRule(field: "phone1", source: .column(.header(["Phone"])), phoneCountry: "US"),
                ColumnRule(
                    field: "smsConsent", source: .column(.header(["SMS"])),
                    valueMap: ValueMap(
                        [
                            .init(key: "Y", value: "yes"), .init(key: "N", value: "no"),
                            .init(key: "", value: "unknown"),
                        ], otherwise: .reject)),
                ColumnRule(
                    field: "email", source: .column(.header(["Email"])),
                    transform: TextTransform(trims: true, letterCase: .lower)),
                ColumnRule(field: "group", source: .constant("yes")),
                ColumnRule(
                    field: "city",
                    source: .join([.header(["City"]), .header(["State", "Region"])], separator: ", ")),
            ])
    }

    @Test("what is not said is as the command line's defaults are")
    func defaults() throws {
        let document = try contactDocument()
        #expect(document.dialect == Dialect())
        #expect(document.match.isEmpty && document.blank == .keep && document.tooLong == .reject)
        #expect(document.unknownColumns == .ignore && document.namePattern == nil)
    }

    @Test(
        "a delimiter may be any ASCII character but a line end and NUL, written as YAML has it",
        arguments: [
            ("tab", 9), ("\"\\t\"", 9), ("\"|\"", 124), ("^", 94), ("\"\\x01\"", 1), ("\"\\u001F\"", 31),
            ("a", 97),
        ])
    func delimiters(text: String, byte: UInt8) throws {
        #expect(
            try contactDocument(settings: "file: {delimiter: \(text)}").dialect == Dialect(delimiter: byte))
    }

    @Test("quotes may be lenient, and bytes escaped by a backslash")
    func lenientAndBackslash() throws {
        let document = try contactDocument(
            settings: "file: {lenientQuotes: true, escape: backslash, quote: none}")
        #expect(
            document.dialect == Dialect(quote: nil, escape: .backslash, allowsTextAfterQuote: true))
    }

    @Test("match may be one field, a key of several fields, or keys tried in order")
    func matchForms() throws {
        func match(_ text: String) throws -> [[String]] {
            try read(
                """
                name: test
                recordType: customer
                match: \(text)
                columns: [{field: customerNumber, from: A}, {field: email, from: B}, {field: company, from: C},
                          {field: branch, from: D}]
                """
            ).match
        }
        #expect(try match("email") == [["email"]])
        #expect(try match("[branch, company]") == [["company", "branch"]])
        #expect(try match("[[email], [company, branch]]") == [["email"], ["company", "branch"]])
        #expect(failure { try match("[email, company]") }?.code == "bad_match")
        #expect(failure { try match("[[email], [email]]") }?.code == "bad_match")
        #expect(failure { try match("[]") }?.code == "bad_match")
    }

    /// A setting beside `name`, `recordType` and `columns`, the code of its refusal, and a word of the message.
    static let badSettings: [(String, String, String)] = [
        ("colums: []", "bad_document", "unknown key 'colums'"),
        ("file: {format: xlsx}", "bad_document", "delimited, fixedWidth"),
        ("file: {encoding: windwos-1252}", "unknown_encoding", "no encoding 'windwos-1252'"),
        ("file: {encoding: utf-7}", "encoding_unsupported", "'utf-7'"),
        ("file: {escape: tripled}", "bad_document", "'tripled' is not one of: doubled, backslash"),
        ("file: {escape: backslash, delimiter: \"\\\\\"}", "bad_delimiter", "cannot be the delimiter"),
        ("file: {escape: backslash, quote: n}", "bad_quote", "cannot be the quote"),
        ("file: {formulas: guard}", "bad_document", "'guard' is not one of: plain, guarded"),
        ("file: {lenientQuotes: maybe}", "bad_document", "true or false"),
        ("file: {delimiter: \"\\0\"}", "bad_delimiter", "one ASCII character"),
        ("file: {quotes: none}", "bad_document", "unknown key 'quotes'"),
        ("file: {delimiter: \"||\"}", "bad_delimiter", "this is '||'"),
        ("file: {delimiter: \"\"}", "bad_delimiter", "one ASCII character"),
        ("file: {delimiter: \"é\"}", "bad_delimiter", "this is 'é'"),
        ("file: {delimiter: \"\\n\"}", "bad_delimiter", "this is '\\n'"),
        ("file: {quote: \"\\r\"}", "bad_quote", "this is '\\r'"),
        ("file: {quote: \"''\"}", "bad_quote", "one ASCII character"),
        ("file: {delimiter: \";\", quote: \";\"}", "bad_quote", "the same character"),
        ("file: {delimiter: \"\\\"\"}", "bad_quote", "the same character"),
        ("file: {skipLines: -1}", "bad_document", "0 or more"),
        ("file: {skipLines: two}", "bad_document", "whole number"),
        ("file: {header: maybe}", "bad_document", "true or false"),
        ("file: {namePattern: \"a*||b\"}", "bad_name_pattern", "empty"),
        ("match: [lastName]", "match_not_mapped", "'lastName'"),
        ("match: [firstName]", "bad_match", "no key of contact"),
        ("match: [contactNumbr]", "unknown_field", "no field 'contactNumbr'"),
        ("blank: erase", "bad_document", "keep, clear"),
        ("tooLong: shorten", "bad_document", "reject, truncate"),
        ("unknownColumns: keep", "bad_document", "ignore, refuse"),
        ("where: \"\"", "bad_list_filter", "the list filter is empty"),
        ("where: [a]", "bad_document", "expected a text"),
        ("where: \"firstName = 'A' and\"", "bad_list_filter", "(where): at character 20: expected a field"),
        ("where: firstName contains 5", "bad_list_filter", "(where): at character 20: expected a text"),
        ("where: frstName = 'A'", "unknown_field", "(where): at character 1: contact has no field"),
        ("where: city = 'A' or email is empty", "where_not_mapped", "'city', 'email', which no column feeds"),
    ]

    @Test("a wrong setting is refused with its line and its path of keys", arguments: badSettings)
    func wrongSettings(setting: String, code: String, words: String) throws {
        let found = failure { try contactDocument("{field: firstName, from: B}", settings: setting) }
        let refusal = try #require(found)
        #expect(refusal.kind == .refused)
        #expect(refusal.code == code)
        #expect(refusal.message.contains(words), "\(refusal.message)")
        #expect(refusal.message.hasPrefix("test.yaml, line 3, column "), "\(refusal.message)")
    }

    static let badColumns: [(String, String, String)] = [
        ("{field: frstName, from: A}", "unknown_field", "contact has no field 'frstName'"),
        ("{field: contactNumber, from: A}", "field_twice", "maps two columns to one field, 'contactNumber'"),
        ("{field: city}", "bad_document", "'from' is missing"),
        ("{from: A}", "bad_document", "'field' is missing"),
        ("{field: city, from: 0}", "bad_position", "counted from 1"),
        ("{field: city, from: -3}", "bad_position", "counted from 1"),
        ("{field: city, from: []}", "bad_document", "names no column"),
        ("{field: city, from: \"\"}", "bad_document", "not empty"),
        ("{field: city, from: [A, 2]}", "bad_document", "a list holds names"),
        ("{field: city, from: [A, A]}", "bad_document", "named twice"),
        ("{field: city, from: {start: 1, length: 10}}", "wrong_format", "this one is delimited"),
        ("{field: city, from: A, dates: x}", "bad_document", "unknown key 'dates'"),
        ("{field: city, from: A, date: yyyy}", "wrong_kind", "'city' is of kind text"),
        ("{field: dateOfBirth, from: A, date: \"\"}", "bad_date_pattern", "pattern"),
        ("{field: city, from: A, phone: {country: US}}", "wrong_kind", "'city' is of kind text"),
        ("{field: phone1, from: A, phone: {country: usa}}", "unknown_country", "'usa'"),
        ("{field: phone1, from: A, phone: US}", "bad_document", "expected keys and values"),
        ("{field: city, from: A, constant: B}", "bad_document", "not from and constant"),
        ("{field: city, constant: B, transform: trim}", "bad_document", "'transform' has no use"),
        ("{field: city, constant: B, required: true}", "bad_document", "'required' has no use"),
        ("{field: city, constant: \"\"}", "bad_document", "a constant is not empty"),
        ("{field: city, from: A, separator: x}", "bad_document", "'separator' belongs to a 'join'"),
        ("{field: city, join: [A]}", "bad_document", "two columns or more"),
        ("{field: city, join: [A, A]}", "bad_document", "the same column twice"),
        ("{field: city, join: [A, B], separator: \"-----------------\"}", "bad_document", "at most 16 bytes"),
        ("{field: city, from: A, transform: title}", "bad_document", "trim, lowercase, uppercase"),
        ("{field: city, from: A, transform: [lowercase, uppercase]}", "bad_document", "not both"),
        ("{field: city, from: A, transform: [trim, trim]}", "bad_document", "trims twice"),
        ("{field: city, from: A, map: yes}", "bad_document", "expected keys and values"),
        ("{field: city, from: A, map: {}}", "bad_document", "maps no value"),
        ("{field: city, from: A, map: {Y: a, \" Y \": b}}", "bad_document", "'Y' is mapped twice"),
        ("{field: city, from: A, otherwise: reject}", "bad_document", "belongs to a 'map'"),
        ("{field: city, from: A, map: {Y: a}, otherwise: clear}", "bad_document", "keep, reject"),
        ("{field: city, from: A, required: true, optional: true}", "bad_document", "not both"),
    ]

    @Test("a wrong column is refused with its line and its path of keys", arguments: badColumns)
    func wrongColumns(column: String, code: String, words: String) throws {
        let refusal = try #require(failure { try contactDocument(column) })
        #expect(refusal.code == code)
        #expect(refusal.message.contains(words), "\(refusal.message)")
        #expect(refusal.message.hasPrefix("test.yaml, line 6, column "), "\(refusal.message)")
        #expect(refusal.message.contains("(columns[2]"), "\(refusal.message)")
    }

    @Test("an unknown field and an unknown key name the nearest one")
    func nearestNames() {
        #expect(
            failure { try contactDocument("{field: frstName, from: A}") }?.hint == "Did you mean 'firstName'?"
        )
        #expect(failure { try contactDocument(settings: "blnk: keep") }?.hint == "Did you mean 'blank'?")
        #expect(failure { try contactDocument(settings: "match: emai") }?.hint == "Did you mean 'email'?")
    }

    @Test("where is a list filter of the record type, over columns and constants")
    func whereIsRead() throws {
        let document = try contactDocument(
            "{field: city, from: B, optional: true}", "{field: group, constant: nightly}",
            settings: "where: City = \"A\" or GROUP is not empty")
        #expect(document.listFilter?.text == "city = 'A' or group is not empty")
        #expect(try contactDocument().listFilter == nil)
    }

    @Test("a file without a header has no column names")
    func namesNeedAHeader() throws {
        let refusal = failure { try contactDocument(settings: "file: {header: false}") }
        #expect(refusal?.code == "name_without_header")
        let positions =
            "name: a\nrecordType: contact\nfile: {header: false}\ncolumns: [{field: contactNumber, from: 1}]"
        #expect(try read(positions).columns.map(\.source) == [.column(.position(0))])
    }

    @Test("a quoted number is a header's name, a bare one a position")
    func numbers() throws {
        let document = try contactDocument("{field: city, from: \"2\"}", "{field: state, from: 2}")
        #expect(document.columns[1].source == .column(.header(["2"])))
        #expect(document.columns[2].source == .column(.position(1)))
    }

    @Test("a document without a key is refused where the record type asks for one")
    func keyIsNeeded() throws {
        let noKey = "name: a\nrecordType: contact\ncolumns: [{field: city, from: City}]"
        #expect(failure { try read(noKey) }?.code == "key_not_mapped")
        let account = "name: a\nrecordType: account\ncolumns: [{field: name, from: Name}]"
        #expect(try read(account).columns.count == 1)
    }

    @Test("name and record type are checked")
    func nameAndType() {
        func code(_ name: String, _ type: String) -> String? {
            failure {
                try read("name: \(name)\nrecordType: \(type)\ncolumns: [{field: contactNumber, from: 1}]")
            }?
            .code
        }
        #expect(code("a", "contact") == nil)
        #expect(code("a/b", "contact") == "bad_name")
        #expect(code("a.yaml", "contact") == "bad_name")
        #expect(code("\"\"", "contact") == "bad_name")
        #expect(code("a", "contacts") == "unknown_record_type")
        #expect(failure { try read("") }?.code == "bad_document")
        #expect(failure { try read("- a") }?.code == "bad_document")
        #expect(failure { try read("name: [") }?.code == "bad_document")
        #expect(failure { try read("name: a\nrecordType: contact\ncolumns: []") }?.code == "bad_document")
    }

    @Test("name patterns know * and ? and |")
    func namePatterns() throws {
        let pattern = try #require(FileNamePattern("contacts_*.csv|CONTACTS?.csv|*"))
        #expect(pattern.matches("anything"))
        let narrow = try #require(FileNamePattern("contacts_*_*.csv|CONTACTS?.csv"))
        #expect(narrow.matches("contacts_2026_10.csv"))
        #expect(narrow.matches("contacts__.csv"))
        #expect(narrow.matches("CONTACTSé.csv"))
        #expect(!narrow.matches("contacts_2026.csv"))
        #expect(!narrow.matches("CONTACTS.csv"))
        #expect(!narrow.matches("CONTACTS12.csv"))
        #expect(!narrow.matches("contacts_2026_10.csv.gz"))
        let many = try #require(FileNamePattern("*a*a*a*a*a*a*a*a*b"))
        #expect(!many.matches(String(repeating: "a", count: 500)))
        #expect(FileNamePattern("") == nil)
    }
}
