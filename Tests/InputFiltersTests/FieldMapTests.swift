import Records
import Testing

@testable import InputFilters

@Suite("Fitting an input filter to a file")
struct FieldMapTests {
    private func fit(
        _ document: InputFilterDocument, _ names: [String], type: RecordType = Types.contact
    ) throws(Failure) -> FieldMap {
        try FieldMap(document: document, type: type, columns: FileColumns(names: names))
    }

    @Test("only mapped columns are projected, and fields come in the order of the file")
    func projection() throws {
        let document = try contactDocument(
            "{field: city, from: Town}", "{field: group, constant: nightly}",
            "{field: email, from: Mail, blank: clear, tooLong: truncate, required: true}",
            "{field: dateOfBirth, from: 2, date: dd.MM.yyyy}",
            "{field: phone1, from: Phone, phone: {country: US}}")
        let map = try fit(document, ["Mail", "Born", "Unused", "Id", "Phone", "Town"])
        #expect(map.projection == Projection(columns: [0, 1, 3, 4, 5], expectedFields: 6))
        #expect(
            map.fields.map(\.field.name) == [
                "email", "dateOfBirth", "contactNumber", "phone1", "city", "group",
            ])
        #expect(map.fields.map(\.sourceColumn) == [0, 1, 3, 4, 5, nil])
        #expect(map.fields.map(\.plane) == [0, 1, 2, 3, 4, 5])
        #expect(map.planeCount == 6)
        #expect(map.fields.map(\.blank) == [.clear, .keep, .keep, .keep, .keep, .keep])
        #expect(map.fields.map(\.tooLong) == [.truncate, .reject, .reject, .reject, .reject, .reject])
        #expect(map.fields.map(\.isRequired) == [true, false, true, false, false, false])
        #expect(map.fields[1].datePattern == "dd.MM.yyyy")
        #expect(map.fields[3].phoneCountry == "US")
        #expect(map.matchAlternatives == [[2]])
    }

    @Test("a header matches without case, spaces, underscores, hyphens and normal form; an exact one first")
    func headerMatching() throws {
        let document = try contactDocument(
            "{field: city, from: [Ville, Cité]}", "{field: state, from: \"-\"}")
        let names = ["I D", "CITE\u{301}", "_", "-"]
        let map = try fit(document, names)
        #expect(map.projection.columns == [0, 1, 3])
        let exact = try fit(try contactDocument(), ["ID", "Id", "id"])
        #expect(exact.projection.columns == [1])
    }

    @Test("the first alias that is there is meant")
    func aliases() throws {
        let document = try contactDocument("{field: city, from: [Ville, Town, City]}")
        #expect(try fit(document, ["City", "Id", "Town"]).projection.columns == [1, 2])
    }

    @Test("an optional column that where asks about must be there all the same")
    func whereColumns() throws {
        let document = try contactDocument(
            "{field: city, from: City, optional: true}", settings: "where: city is empty")
        #expect(try fit(document, ["Id", "City"]).fields.count == 2)
        let refusal = try #require(failure { try fit(document, ["Id", "Town"]) })
        #expect(refusal.code == "where_column_missing")
        #expect(refusal.message.contains("'where' asks about city, and the file has no column for it"))
    }

    @Test("two columns that a name could mean are refused")
    func duplicateHeaders() throws {
        let document = try contactDocument("{field: city, from: City}")
        let twice = try #require(failure { try fit(document, ["Id", "City", "City"]) })
        #expect(twice.code == "duplicate_header")
        #expect(twice.message.contains("'City' (for city) could be column 2 ('City') and column 3 ('City')"))
        #expect(failure { try fit(document, ["Id", "CITY", "city"]) }?.code == "duplicate_header")
        // Columns that nothing maps may be called what they like.
        #expect(try fit(document, ["Id", "City", "X", "X"]).projection.columns == [0, 1])
    }

    @Test("missing columns are all named, with what is there and what may be meant")
    func missingColumns() throws {
        let document = try contactDocument("{field: city, from: [City, Town]}", "{field: email, from: Email}")
        let refusal = try #require(failure { try fit(document, ["Id", "Cty", "Phone"]) })
        #expect(refusal.kind == .refused && refusal.code == "column_missing")
        #expect(refusal.message.contains("'City' or 'Town' (for city), 'Email' (for email)"))
        let hint = try #require(refusal.hint)
        #expect(hint.contains("For city, did you mean 'Cty'?"))
        #expect(hint.contains("'Id', 'Cty', 'Phone'"))
    }

    @Test("a file that fell into one column is told as a wrong delimiter")
    func wrongDelimiter() throws {
        let document = try contactDocument("{field: city, from: City}")
        let refusal = try #require(failure { try fit(document, ["Id;City;Note, or not"]) })
        #expect(refusal.code == "wrong_delimiter")
        #expect(refusal.message.contains("separated by ';'"))
        #expect(refusal.hint?.contains("delimiter: \";\"") == true)
        #expect(failure { try fit(document, ["Id\tCity"]) }?.hint?.contains("delimiter: tab") == true)
        #expect(failure { try fit(document, ["Id"]) }?.code == "column_missing")
        // One column is all that is asked for.
        #expect(try fit(try contactDocument(), ["Id"]).projection.columns == [0])
    }

    @Test("the delimiter is guessed from what lies outside quotes")
    func guesses() {
        func guess(_ line: String) -> String? {
            DelimiterGuess.guess(line: line, excluding: UInt8(ascii: ","))?.word
        }
        #expect(guess("a|b|c;d") == "'|'")
        #expect(guess("\"a|b|c\";d") == "';'")
        #expect(guess("a,b,c") == nil)
        #expect(guess("a;b\tc") == "';'")
    }

    @Test("positions work without a header, and none lies past the last column")
    func positions() throws {
        let document = try read(
            """
            name: test
            recordType: contact
            file: {header: false}
            columns: [{field: contactNumber, from: 3}, {field: city, from: 1}]
            """)
        let map = try FieldMap(
            document: document, type: Types.contact, columns: FileColumns(firstRecord: ["a", "b", "c"]))
        #expect(map.projection == Projection(columns: [0, 2], expectedFields: 3))
        let refusal = try #require(
            failure {
                try FieldMap(
                    document: document, type: Types.contact, columns: FileColumns(firstRecord: ["a", "b"]))
            })
        #expect(refusal.code == "position_past_end")
        #expect(refusal.message.contains("has 2 columns, and not column 3 (for contactNumber)"))
        let one = FileColumns(firstRecord: ["a|b|c"])
        #expect(
            failure { try FieldMap(document: document, type: Types.contact, columns: one) }?.code
                == "wrong_delimiter")
    }

    @Test("an optional column that is not there never touches its field")
    func optionalColumns() throws {
        let document = try contactDocument(
            "{field: city, from: City, optional: true}", "{field: email, from: 9, optional: true}",
            "{field: title, join: [A, B], optional: true}", "{field: group, join: [C, D], optional: true}")
        let map = try fit(document, ["Id", "D"])
        #expect(map.fields.map(\.field.name) == ["contactNumber", "group"])
        #expect(map.projection.columns == [0, 1])
    }

    @Test("unknown columns are refused where the document says so; every alias is known")
    func unknownColumns() throws {
        let document = try contactDocument(
            "{field: city, from: [City, Town]}", settings: "unknownColumns: refuse")
        #expect(try fit(document, ["Id", "City", "Town"]).projection.columns == [0, 1])
        let refusal = try #require(failure { try fit(document, ["Id", "City", "Fax", "Hat"]) })
        #expect(refusal.code == "unknown_columns")
        #expect(refusal.message.contains("column 3 ('Fax'), column 4 ('Hat')"))
    }

    @Test("a record is matched by the keys that are mapped, in the document's order")
    func matching() throws {
        func alternatives(_ match: String, _ columns: String, _ names: [String]) throws -> [[Int]] {
            let yaml = "name: a\nrecordType: customer\n\(match)\ncolumns: [\(columns)]"
            return try fit(try read(yaml), names, type: Types.customer).matchAlternatives
        }
        let number = "{field: customerNumber, from: N, optional: true}"
        let email = "{field: email, from: E}"
        #expect(try alternatives("", "\(email), \(number)", ["E", "N"]) == [[1], [0]])
        #expect(try alternatives("", "\(email), \(number)", ["E", "X"]) == [[0]])
        #expect(try alternatives("match: email", "\(email), \(number)", ["E", "N"]) == [[0]])
        #expect(
            failure { try alternatives("match: customerNumber", "\(email), \(number)", ["E"]) }?.code
                == "key_not_mapped")
        let account = try read("name: a\nrecordType: account\ncolumns: [{field: city, from: City}]")
        let map = try fit(account, ["City"], type: Types.account)
        #expect(map.matchAlternatives.isEmpty)
        #expect(map.unfedRequiredFields == ["name"])
    }

    @Test("a document for other records, or none of whose columns is there, is refused")
    func refusals() throws {
        let document = try contactDocument()
        #expect(failure { try fit(document, ["Id"], type: Types.account) }?.code == "wrong_record_type")
        let account = try read(
            "name: a\nrecordType: account\ncolumns: [{field: city, from: City, optional: true}, {field: name, constant: A}]"
        )
        #expect(failure { try fit(account, ["Town"], type: Types.account) }?.code == "no_known_column")
        let joined = try contactDocument("{field: city, join: [[City, Town], [Town, City]]}")
        #expect(try fit(joined, ["Id", "City", "Town"]).projection.columns == [0, 1, 2])
        #expect(failure { try fit(joined, ["Id", "City"]) }?.code == "column_twice")
    }
}

@Suite("Files without an input filter")
struct AutomaticFilterTests {
    private func guess(_ names: [String], type: RecordType = Types.contact) throws -> InputFilterDocument {
        try .automatic(for: type, columns: FileColumns(names: names))
    }

    @Test("columns named like fields are mapped, others ignored")
    func mapping() throws {
        let names = ["First Name", "CONTACT_NUMBER", "shoe size", "e-mail", "Phone 2"]
        let document = try guess(names)
        #expect(document.columns.map(\.field) == ["firstName", "contactNumber", "email", "phone2"])
        let map = try FieldMap(document: document, type: Types.contact, columns: FileColumns(names: names))
        #expect(map.projection == Projection(columns: [0, 1, 3, 4], expectedFields: 5))
        #expect(map.matchAlternatives == [[1]])
        #expect(map.fields.allSatisfy { $0.blank == .keep && $0.tooLong == .reject })
    }

    @Test("a header that does not fit is refused with the likely cause")
    func refusals() throws {
        let unknown = try #require(failure { try guess(["Frist Name", "Shoe"]) })
        #expect(unknown.code == "no_known_column")
        #expect(unknown.hint?.contains("'Frist Name' for firstName") == true)
        #expect(failure { try guess(["Shoe"]) }?.hint?.hasPrefix("Known: contactNumber, firstName") == true)
        let noKey = try #require(failure { try guess(["Contact Numbr", "First Name"]) })
        #expect(noKey.code == "key_not_mapped")
        #expect(noKey.hint?.contains("'Contact Numbr' for contactNumber") == true)
        #expect(failure { try guess(["contactNumber;firstName"]) }?.code == "wrong_delimiter")
        #expect(failure { try guess(["contactNumber", "Contact Number"]) }?.code == "duplicate_header")
        let headless = FileColumns(firstRecord: ["1", "Ada"])
        #expect(
            failure { try InputFilterDocument.automatic(for: Types.contact, columns: headless) }?.code
                == "header_required")
    }

    @Test("an account needs no key, and a customer either of its keys")
    func keys() throws {
        #expect(try guess(["Name"], type: Types.account).columns.map(\.field) == ["name"])
        #expect(try guess(["Email"], type: Types.customer).columns.map(\.field) == ["email"])
        #expect(failure { try guess(["Company"], type: Types.customer) }?.code == "key_not_mapped")
    }
}
