import Testing

@testable import Records

@Suite("Types and fields of an administrator's own")
struct DeclarationTests {
    private let builtIn: Catalogue
    private let signature = Signature(at: Timestamp(milliseconds: 1), by: "ada")

    init() throws {
        builtIn = try Catalogue.builtIn()
    }

    /// A document of visits with these lines under `fields`.
    private static func visits(
        _ fields: [String] = [], name: String = "visit", plural: String = "visits",
        keys: String = "[visitNumber]", limit: String = "{records: 10}", withoutKey: String = "reject",
        first: String = "{name: visitNumber, kind: identifier, unique: true}"
    ) -> String {
        "name: \(name)\nplural: \(plural)\nlimit: \(limit)\nkeys: \(keys)\nwithoutKey: \(withoutKey)\nfields:\n"
            + ([first] + fields).map { "  - \($0)\n" }.joined()
    }

    private static let standard = [
        "{name: site, kind: text, maxLength: 20, required: true}", "{name: day, kind: date}",
        "{name: mood, kind: choice, choices: [good, bad]}", "{name: price, kind: decimal, places: 2}",
        "{name: ticket, kind: identifier, indexed: true}", "{name: badge, kind: identifier, unique: true}",
    ]

    /// What a database declares after these changes, each of which must be taken.
    private func declared(_ documents: String...) throws -> Declarations {
        var declarations = Declarations()
        for document in documents { try add(document, to: &declarations) }
        return declarations
    }

    @discardableResult
    private func add(_ yaml: String, to declarations: inout Declarations) throws -> DeclarationChange {
        let change = try DeclarationChange.adding(
            yaml, name: "visit.yaml", to: declarations, builtIn: builtIn, signature)
        apply(change, to: &declarations)
        return change
    }

    @discardableResult
    private func addField(
        _ declaration: String, to type: String, _ declarations: inout Declarations
    ) throws -> DeclarationChange {
        let change = try DeclarationChange.addingField(
            declaration, toType: type, of: declarations, builtIn: builtIn, signature)
        apply(change, to: &declarations)
        return change
    }

    /// As the store does.
    private func apply(_ change: DeclarationChange, to declarations: inout Declarations) {
        guard !change.changes.isEmpty else { return }
        if let document = change.document {
            declarations.documents.removeAll { $0.name == document.name }
            declarations.documents.append(document)
        }
        declarations.fields.removeAll { field in
            field.type == change.type.name && change.takenOver.contains(field.name)
        }
        for field in change.fields {
            if let index = declarations.fields.firstIndex(where: {
                $0.type == field.type && $0.name == field.name
            }) {
                declarations.fields[index] = field
            } else {
                declarations.fields.append(field)
            }
        }
    }

    private func failure(_ work: () throws -> some Any) -> Failure? {
        do {
            _ = try work()
            return nil
        } catch {
            return error as? Failure
        }
    }

    // MARK: Searched fields

    @Test("quick search looks into a hundred fields; a type that had more from of old grows by others")
    func searchedFields() throws {
        func words(_ count: Int) -> [String] {
            (0..<count).map { "{name: word\($0), kind: text, searchable: true}" }
        }
        var declarations = Declarations()
        let refusal = failure { try add(Self.visits(words(100)), to: &declarations) }
        #expect(refusal?.code == "too_many_searched_fields")
        try add(Self.visits(words(99)), to: &declarations)
        let more = "{name: more, kind: text, searchable: true}"
        #expect(
            failure { try addField(more, to: "visit", &declarations) }?.code == "too_many_searched_fields")

        // As a version without the limit took it.
        var old = Declarations()
        old.documents = [
            Declarations.Document(
                name: "visit", version: 1, yaml: Self.visits(words(130)), savedAt: signature.at,
                savedBy: signature.by)
        ]
        let type = try builtIn.adding(old).type(named: "visit")
        #expect(type.searchedFields.map(\.name) == ["visitNumber"] + (0..<99).map { "word\($0)" })
        #expect(failure { try addField(more, to: "visit", &old) }?.code == "too_many_searched_fields")
        try addField("{name: note, kind: text}", to: "visit", &old)
        let searchable = "{name: note, kind: text, searchable: true}"
        #expect(failure { try addField(searchable, to: "visit", &old) }?.code == "too_many_searched_fields")
        try add(Self.visits(words(130) + ["{name: note, kind: text}", "{name: day, kind: date}"]), to: &old)
        try add(
            Self.visits(
                words(129).dropLast() + [
                    "{name: word128, kind: text, searchable: false}",
                    "{name: word129, kind: text, searchable: true}",
                    "{name: note, kind: text}", "{name: day, kind: date}",
                ]), to: &old)
    }

    // MARK: Growth

    /// One changed line of the standard document and what must come of it: the words of a change, or, after
    /// `!`, of a refusal.
    private static let fieldCases: [(line: Int, becomes: String, says: String)] = [
        (0, "{name: site, kind: text, maxLength: 21, required: true}", "site takes 21 characters, not 20"),
        (0, "{name: site, kind: text, maxLength: 20}", "site is no longer required"),
        (
            0, "{name: site, kind: text, maxLength: 19, required: true}",
            "!field 'site' is shorter: 19 instead of 20"
        ),
        (
            0, "{name: site, kind: identifier, maxLength: 20, required: true}",
            "!field 'site' is of kind identifier instead of text"
        ),
        (
            0, "{name: site, kind: text, maxLength: 20, required: true, unique: true}",
            "!field 'site' is unique, and rows may have the same value"
        ),
        (0, "{name: site, kind: text, maxLength: 20, required: true, indexed: true}", "site is indexed"),
        (0, "{name: site, kind: text, maxLength: 20, required: true, searchable: true}", "site is searched"),
        (0, "{name: place, kind: text}", "!field 'site' is missing"),
        (
            1, "{name: day, kind: date, required: true}",
            "!field 'day' is required, and rows may have no value"
        ),
        (1, "{name: day, kind: dateTime}", "!field 'day' is of kind dateTime instead of date"),
        (2, "{name: mood, kind: choice, choices: [good, bad, so-so]}", "mood may be so-so"),
        (2, "{name: mood, kind: choice, choices: [so-so, bad, good]}", "mood may be so-so"),
        (2, "{name: mood, kind: choice, choices: [good]}", "!field 'mood' may no longer be bad"),
        (2, "{name: mood, kind: text}", "!field 'mood' is of kind text instead of choice"),
        (3, "{name: price, kind: decimal, places: 3}", "!field 'price' has 3 places instead of 2"),
        (3, "{name: price, kind: integer}", "!field 'price' is of kind integer instead of decimal"),
        (4, "{name: ticket, kind: identifier}", "!field 'ticket' is no longer indexed"),
        (5, "{name: badge, kind: identifier}", "!field 'badge' is no longer unique"),
        (
            5, "{name: badge, kind: identifier, unique: true}\n  - {name: note, kind: text}",
            "new field note, text"
        ),
    ]

    @Test("a field may grow, and may not lose or reinterpret what is stored", arguments: fieldCases)
    func fieldGrowth(given: (line: Int, becomes: String, says: String)) throws {
        var lines = Self.standard
        lines[given.line] = given.becomes
        try expect(Self.visits(lines), given.says)
    }

    /// The same of what is not a field's.
    private static let documentCases: [(document: String, says: String)] = [
        (visits(standard, limit: "{records: 5}"), "another limit"),
        (visits(standard, limit: "{bytes: 5}"), "another limit"),
        (visits(standard, withoutKey: "create"), "records without a key are created"),
        (visits(standard, plural: "calls"), "!changes from visits to calls"),
        (visits(standard, keys: "[[site, day]]"), "!the keys are not the present ones"),
        (visits(standard, keys: "[[site, day], visitNumber]"), "!the keys are not the present ones"),
        (
            visits(standard, keys: "[visitNumber, [site, day]]"),
            "!rows may have the same values of 'site with day'"
        ),
        (
            visits(standard + ["{name: hour, kind: integer}"], keys: "[visitNumber, [day, hour]]"),
            "new key day with hour"
        ),
    ]

    @Test("keys, plural and limit may change where nothing is lost", arguments: documentCases)
    func documentGrowth(given: (document: String, says: String)) throws {
        try expect(given.document, given.says)
    }

    private func expect(_ document: String, _ says: String) throws {
        var declarations = try declared(Self.visits(Self.standard))
        let before = declarations
        guard says.hasPrefix("!") else {
            let change = try add(document, to: &declarations)
            #expect(change.changes.contains { $0.contains(says) }, "\(change.changes)")
            #expect(change.document?.version == 2)
            #expect(declarations.documents.map(\.yaml) == [document])
            return
        }
        let failure = failure { try add(document, to: &declarations) }
        #expect(failure?.code == "type_would_shrink")
        #expect(failure?.message.contains(says.dropFirst()) == true, "\(String(describing: failure))")
        #expect(declarations == before)
    }

    @Test("all that would be lost is told at once, and a document that says the same changes nothing")
    func several() throws {
        var declarations = try declared(Self.visits(Self.standard))
        let failure = failure { try add(Self.visits(["{name: day, kind: text}"]), to: &declarations) }
        for word in ["'site' is missing", "'day' is of kind", "'mood' is missing"] {
            #expect(failure?.message.contains(word) == true)
        }
        let same = "# a comment\n" + Self.visits(Self.standard.reversed())
        #expect(try add(same, to: &declarations).changes.isEmpty)
        #expect(declarations.documents.map(\.version) == [1])
    }

    @Test("records without a key that are taken once are always taken")
    func withoutKey() throws {
        var declarations = try declared(Self.visits(withoutKey: "create"))
        #expect(failure { try add(Self.visits(), to: &declarations) }?.code == "type_would_shrink")
    }

    // MARK: Names

    /// A name, a plural, and the code with which they are refused; `nil` where they are taken.
    private static let nameCases: [(name: String, plural: String, code: String?)] = [
        ("visit", "visits", nil), ("sheep", "sheep", nil), ("contact", "people", "built_in_type"),
        ("person", "contacts", "name_taken"), ("contacts", "people", "name_taken"),
        ("agentteam", "teams", "name_taken"), ("person", "followups", "name_taken"),
        ("sluiceTask", "sluiceTasks", "name_reserved"), ("stat", "sqliteStats", "name_reserved"),
        ("grdbThing", "grdbMigrations", "name_reserved"), ("overView", "overView", "name_reserved"),
        ("person", "contactsView", "name_reserved"), ("pair", "accountContacts", "name_reserved"),
        ("pair", "accountTickets", "name_reserved"), ("link", "linkings", "name_reserved"),
        ("linking", "links", "name_reserved"), ("note", "noteBooks", "built_in_type"),
        ("remark", "notes", "name_reserved"), ("stand", "standByLists", "name_reserved"),
        ("visit", "Visits", "bad_document"), ("order", "groups", nil), ("table", "tables", nil),
    ]

    @Test("names that would collide are refused", arguments: nameCases)
    func names(given: (name: String, plural: String, code: String?)) throws {
        let document = Self.visits(name: given.name, plural: given.plural)
        #expect(failure { try declared(document) }?.code == given.code)
    }

    @Test("two types of one database do not share a name or plural")
    func ownNames() throws {
        var declarations = try declared(Self.visits())
        for (name, plural) in [("visits", "calls"), ("call", "visit"), ("VISIT".lowercased() + "S", "calls")]
        {
            #expect(
                failure { try add(Self.visits(name: name, plural: plural), to: &declarations) }?.code
                    == "name_taken")
        }
        try add(Self.visits(name: "call", plural: "calls"), to: &declarations)
        #expect(try builtIn.adding(declarations).type(named: "Calls").name == "call")
    }

    @Test("fields that a table cannot have are refused")
    func fields() throws {
        func code(_ fields: String..., keys: String = "[visitNumber]") -> String? {
            failure { try declared(Self.visits(fields, keys: keys)) }?.code
        }
        let secret = "{name: secret, kind: text, encrypted: true}"
        #expect(code(secret) == nil)
        // An encrypted field has a second column, for the hash of its value.
        #expect(code(secret, "{name: secretHash, kind: text}") == "name_taken")
        #expect(code("{name: secretHash, kind: text}", secret) == "name_taken")
        for more in ["unique: true", "indexed: true", "searchable: true", "parent: visitNumber"] {
            #expect(code("{name: secret, kind: identifier, encrypted: true, \(more)}") == "bad_document")
        }
        #expect(code(secret, keys: "[secret]") == "bad_document")
        #expect(code("{name: rowid, kind: text}") == "name_reserved")
        #expect(code("{name: oid, kind: text}") == "name_reserved")
        #expect(code("{name: id, kind: text}") == "bad_document")
        #expect(code("{name: f, kind: text, repeat: 999}") == nil)
        #expect(code("{name: f, kind: text, repeat: 999}", "{name: g, kind: text}") == "too_many_fields")
        #expect(
            code(
                "{name: a, kind: text}", "{name: b, kind: text}", "{name: aB, kind: text, unique: true}",
                keys: "[visitNumber, [a, b]]") == "name_taken")
        // Notes are a type that ships, and a word that no other may have.
        let types = builtIn.types.map(\.name).filter { $0 != "note" }
        for type in types {
            #expect(throws: Never.self) {
                try TypeRules.checkNames(of: builtIn.type(named: type), among: builtIn.types, links: [])
            }
        }
    }

    // MARK: Added fields

    @Test("a field is added to a type that ships and to one that does not, and the catalogue has it")
    func addingFields() throws {
        var declarations = try declared(Self.visits(Self.standard))
        try addField("{name: tier, kind: choice, choices: [gold]}", to: "contacts", &declarations)
        try addField("{name: tier, kind: text, unique: true}", to: "visit", &declarations)
        let catalogue = try builtIn.adding(declarations)
        #expect(
            try catalogue.type(named: "contact").fields.last == Field(name: "tier", kind: .choice(["gold"])))
        #expect(
            try catalogue.type(named: "visit").fields.last
                == Field(name: "tier", kind: .text, isUnique: true, isSearchable: true)
        )
        #expect(try catalogue.isOwn(catalogue.type(named: "contact")))
        #expect(try catalogue.isBuiltIn(catalogue.type(named: "contact")))
        #expect(try !catalogue.isOwn(catalogue.type(named: "account")))
        #expect(try !catalogue.isBuiltIn(catalogue.type(named: "visit")))
        #expect(catalogue.shippedType(named: "contact")?.field(named: "tier") == nil)
    }

    @Test("several fields are added by one declaration, and each may grow by itself")
    func repeated() throws {
        var declarations = Declarations()
        let change = try addField("{name: pet, kind: text, repeat: 3}", to: "contact", &declarations)
        #expect(change.fields.map(\.name) == ["pet1", "pet2", "pet3"])
        let grown = try addField("{name: pet2, kind: text, maxLength: 999}", to: "contact", &declarations)
        #expect(grown.changes == ["pet2 takes 999 characters, not 255"])
        let fields = try builtIn.adding(declarations).type(named: "contact").fields
        #expect(fields.suffix(3).map(\.name) == ["pet1", "pet2", "pet3"])
        #expect(fields.suffix(3).map(\.maxLength) == [255, 999, 255])
    }

    @Test("a field that ships may take longer texts, and stays required and unique")
    func growingBuiltIn() throws {
        var declarations = Declarations()
        let change = try addField(
            "{name: firstName, kind: text, maxLength: 80}", to: "customer", &declarations)
        #expect(change.changes == ["firstName takes 80 characters, not 30"])
        let field = try builtIn.adding(declarations).type(named: "customer").field(named: "firstName")
        #expect(
            field
                == Field(name: "firstName", kind: .text, maxLength: 80, isRequired: true, isSearchable: true))
        let code = failure { try addField("{name: email, kind: text}", to: "customer", &declarations) }?.code
        #expect(code == "type_would_shrink")
    }

    @Test("adding the same field again changes nothing; another of its name is refused")
    func again() throws {
        var declarations = Declarations()
        let size = "{name: size, kind: integer}"
        #expect(try addField(size, to: "product", &declarations).changes == ["new field size, integer"])
        #expect(try addField(size, to: "products", &declarations).changes.isEmpty)
        #expect(declarations.fields.count == 1)
        for (declaration, code) in [
            ("{name: size, kind: text}", "type_would_shrink"), ("{name: SIZE, kind: text}", "bad_document"),
            ("{name: sizE, kind: text}", "name_taken"), ("{name: iD, kind: text}", "name_taken"),
            ("{name: oid, kind: text}", "name_reserved"),
            ("{name: f, kind: text, repeat: 999}", "too_many_fields"),
        ] {
            #expect(failure { try addField(declaration, to: "product", &declarations) }?.code == code)
        }
        #expect(
            failure { try addField(size, to: "prodcut", &declarations) }?.hint?.contains("products") == true)
        #expect(declarations.fields.count == 1)
    }

    @Test("an added field stays when its type's document is given again, with it or without")
    func documentAfterField() throws {
        var declarations = try declared(Self.visits())
        try addField("{name: note, kind: text}", to: "visit", &declarations)
        #expect(try add(Self.visits(), to: &declarations).changes.isEmpty)
        #expect(try add(Self.visits(["{name: note, kind: text}"]), to: &declarations).changes.isEmpty)
        try add(Self.visits(["{name: day, kind: date}"]), to: &declarations)
        var type = try builtIn.adding(declarations).type(named: "visit")
        #expect(type.fields.map(\.name) == ["visitNumber", "day", "note"])
        // From here on the document has it.
        let change = try add(
            Self.visits(["{name: day, kind: date}", "{name: note, kind: text, maxLength: 500}"]),
            to: &declarations)
        #expect(change.changes == ["note takes 500 characters, not 255"])
        #expect(change.takenOver == ["note"] && declarations.fields.isEmpty)
        type = try builtIn.adding(declarations).type(named: "visit")
        #expect(type.field(named: "note")?.maxLength == 500)
        #expect(type.fields.count == 3)
    }

    @Test("required fields that are new to a type that was there are told")
    func requiredFields() throws {
        var declarations = try declared(Self.visits())
        #expect(
            try addField("{name: a, kind: text, required: true}", to: "visit", &declarations)
                .newRequiredFields == ["a"])
        #expect(
            try add(Self.visits(["{name: b, kind: text, required: true}"]), to: &declarations)
                .newRequiredFields == ["b"])
    }

    @Test("what a database declares wins over what a later version ships")
    func declaredWins() throws {
        let document = Declarations.Document(
            name: "lead", version: 1, yaml: Self.visits(name: "lead", plural: "leads"),
            savedAt: signature.at, savedBy: "ada")
        let field = Declarations.AddedField(
            type: "contact", name: "title", declaration: "{name: title, kind: text, maxLength: 9}",
            savedAt: signature.at, savedBy: "ada")
        let catalogue = try builtIn.adding(Declarations(documents: [document], fields: [field]))
        #expect(try catalogue.type(named: "leads").fields.map(\.name) == ["visitNumber"])
        #expect(catalogue.types.filter { $0.name == "lead" }.count == 1)
        #expect(try catalogue.type(named: "contact").field(named: "title")?.maxLength == 9)
        #expect(catalogue.shippedType(named: "lead") == nil)
    }
}
