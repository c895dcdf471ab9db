/// Reads a record type from its YAML document: the form of the built-in types and of an administrator's own.
///
///     name: visit            # singular, camel case
///     plural: visits         # the table and the word on the command line
///     limit: {records: 5000000}   # or {bytes: …}, after decompression; this many records without it
///     keys: [visitNumber, [site, day]]
///     withoutKey: reject     # or create
///     protectedBy: [ticket]  # a visit that is linked to a ticket is not deleted
///     appendOnly: false      # or true: records are added, and never changed or deleted
///     drafts: unfinished     # the boolean field that makes a record a draft
///     retention: {days: keptDays, since: lastCall}   # purged so many days later; without since, than it was made
///     fields:
///       - {name: visitNumber, kind: identifier, unique: true, required: true}
///       - {name: phone, kind: phone, repeat: 3}    # phone1, phone2, phone3
///       - {name: badge, kind: identifier, unique: true, generated: B}   # made where a new visit has none
///       - {name: unfinished, kind: boolean}
///       - {name: before, kind: identifier, parent: visitNumber}   # the key of another visit
package enum RecordTypeDocument {
    private static let keys = [
        "name", "plural", "limit", "keys", "withoutKey", "protectedBy", "appendOnly", "drafts", "retention",
        "fields",
    ]
    private static let fieldKeys = [
        "name", "kind", "maxLength", "required", "unique", "indexed", "encrypted", "searchable", "choices",
        "places", "repeat", "parent", "generated",
    ]

    /// Most fields that one declaration makes.
    static let maxRepeat = 999
    /// Most characters of a name.
    private static let maxNameLength = 60

    private enum WithoutKey: String, CaseIterable {
        case reject, create
    }

    /// - Throws: a failure that names the document, line, column and key.
    package static func parse(_ yaml: String, name document: String) throws(Failure) -> RecordType {
        let root = try DocumentNode(document: document, yaml: yaml)
        try root.expectKeys(keys)
        var fields: [Field] = []
        var names: Set<String> = ["id"]
        for node in try root.requiredChild("fields").elements() {
            for field in try parseFields(node) {
                guard names.insert(Field.comparableName(field.name)).inserted else {
                    throw node.failure("the name '\(field.name)' is taken")
                }
                fields.append(field)
            }
            try checkParent(node, fields)
        }
        var type = RecordType(
            name: try identifier(root.requiredChild("name")),
            plural: try identifier(root.requiredChild("plural")),
            fields: fields,
            keys: try parseKeys(root.requiredChild("keys"), among: fields),
            allowsNoKey: try root.child("withoutKey")?.word(WithoutKey.self) == .create,
            limit: try root.child("limit").map(parseLimit) ?? .records(5_000_000))
        try parseRules(root, into: &type)
        if let node = root.child("retention") { type.retention = try parseRetention(node, fields) }
        return type
    }

    /// What else a type says of its records as a whole.
    private static func parseRules(_ root: DocumentNode, into type: inout RecordType) throws(Failure) {
        for node in try root.child("protectedBy")?.elements() ?? [] {
            type.protectedBy.append(try identifier(node))
        }
        type.isAppendOnly = try root.child("appendOnly")?.bool() ?? false
        guard let node = root.child("drafts") else { return }
        let name = try node.string()
        guard let field = type.field(named: name), field.kind == .boolean, !field.isEncrypted else {
            throw node.failure("'\(name)' is no boolean field of the type")
        }
        type.draftField = name
    }

    /// Reads one declaration, an element of `fields`.
    ///
    /// - Throws: a failure that calls it `document`.
    package static func parseField(_ yaml: String, name document: String) throws(Failure) -> [Field] {
        try parseFields(DocumentNode(document: document, yaml: yaml))
    }

    /// One declaration, which `repeat` makes several fields of.
    private static func parseFields(_ node: DocumentNode) throws(Failure) -> [Field] {
        try node.expectKeys(fieldKeys)
        let kind = try parseKind(node)
        var base = Field(
            name: try identifier(node.requiredChild("name")),
            kind: kind,
            maxLength: try node.child("maxLength")?.int() ?? kind.standardLength,
            isRequired: try node.child("required")?.bool() ?? false,
            isUnique: try node.child("unique")?.bool() ?? false,
            isIndexed: try node.child("indexed")?.bool() ?? false,
            isEncrypted: try node.child("encrypted")?.bool() ?? false,
            parentKey: try node.child("parent")?.string())
        try parseGenerated(node, &base)
        guard base.maxLength > 0 else { throw node.failure("maxLength must be at least 1") }
        guard !(base.isEncrypted && (base.isUnique || base.isIndexed)) else {
            throw node.failure("an encrypted field, as '\(base.name)' is, can be neither unique nor indexed")
        }
        guard !base.isEncrypted || base.parentKey == nil else {
            throw node.failure("an encrypted field, as '\(base.name)' is, cannot tell a parent")
        }
        base.isSearchable = try isSearchable(base, node)
        guard let count = try node.child("repeat")?.int() else { return [base] }
        guard (1...maxRepeat).contains(count), !base.isUnique else {
            throw node.failure("repeat takes 1 to \(maxRepeat), and not on a unique field")
        }
        guard base.name.utf8.count + String(count).utf8.count <= maxNameLength else {
            throw node.failure("the numbered names would have more than \(maxNameLength) characters")
        }
        return (1...count).map { number in
            var field = base
            field.name += String(number)
            return field
        }
    }

    /// Values are made of letters and digits alone, and of a unique field that holds identifiers.
    private static func parseGenerated(_ node: DocumentNode, _ field: inout Field) throws(Failure) {
        guard let child = node.child("generated") else { return }
        let prefix = try child.string()
        let isSound =
            (1...8).contains(prefix.utf8.count)
            && prefix.unicodeScalars.allSatisfy { $0.isASCII && $0.properties.isAlphabetic }
        guard isSound else {
            throw child.failure("generated takes 1 to 8 letters, which its values begin with")
        }
        guard field.kind == .identifier, field.isUnique, field.parentKey == nil,
            field.maxLength >= prefix.utf8.count + GeneratedValue.mostDigits + 1
        else {
            throw child.failure(
                "generated goes with kind: identifier and unique: true, and a maxLength that leaves room")
        }
        field.generatedPrefix = prefix
    }

    private static func isSearchable(_ field: Field, _ node: DocumentNode) throws(Failure) -> Bool {
        guard let child = node.child("searchable") else { return field.isSearchableByStandard }
        let isSearchable = try child.bool()
        guard !isSearchable || (field.kind.isSearchable && !field.isEncrypted) else {
            throw child.failure(
                "searchable goes with the kinds text, identifier, email and phone, and not with encrypted")
        }
        return isSearchable
    }

    /// A parent is told by a unique field of the type, declared before, that is stored alike.
    private static func checkParent(_ node: DocumentNode, _ fields: [Field]) throws(Failure) {
        guard let parent = node.child("parent"), let own = fields.last, let name = own.parentKey else {
            return
        }
        guard let key = fields.first(where: { $0.name == name }), key.isUnique, key.kind == own.kind,
            node.child("repeat") == nil, !own.isUnique
        else {
            throw parent.failure(
                "'\(name)' cannot tell a parent: name a unique field of the same kind that is declared before"
            )
        }
        guard fields.count(where: { $0.parentKey != nil }) == 1 else {
            throw parent.failure("a record has one parent, and another field tells it")
        }
    }

    private static func parseKind(_ node: DocumentNode) throws(Failure) -> FieldKind {
        let kind = try node.requiredChild("kind")
        let word = try kind.string()
        for option in ["choices": "choice", "places": "decimal"] where word != option.value {
            guard node.child(option.key) == nil else {
                throw node.failure("'\(option.key)' goes with kind: \(option.value)")
            }
        }
        switch word {
        case "text": return .text
        case "identifier": return .identifier
        case "integer": return .integer
        case "decimal":
            let places = try node.child("places")?.int() ?? 2
            guard (0...9).contains(places) else { throw node.failure("places takes 0 to 9") }
            return .decimal(places: places)
        case "date": return .date
        case "dateTime": return .dateTime
        case "boolean": return .boolean
        case "email": return .email
        case "phone": return .phone
        case "choice":
            var choices: [String] = []
            for choice in try node.requiredChild("choices").elements() {
                choices.append(try choice.string())
            }
            guard !choices.isEmpty else { throw node.failure("choices needs at least one word") }
            guard !choices.contains("") else { throw node.failure("a choice cannot be empty") }
            guard Set(choices.map { $0.lowercased() }).count == choices.count else {
                throw node.failure("choices names a word twice; words are compared without regard to case")
            }
            return .choice(choices)
        default:
            let known = [
                "text", "identifier", "integer", "decimal", "date", "dateTime", "boolean", "email", "phone",
                "choice",
            ]
            throw kind.failure("unknown kind '\(word)'", hint: NearestName.hint(for: word, among: known))
        }
    }

    private static func parseKeys(_ node: DocumentNode, among fields: [Field]) throws(Failure) -> [[String]] {
        var keys: [[String]] = []
        for key in try node.elements() {
            var names: [String] = []
            for part in try key.elementsOrSelf() {
                let name = try part.string()
                guard let field = fields.first(where: { $0.name == name }) else {
                    throw part.failure(
                        "no field '\(name)'", hint: NearestName.hint(for: name, among: fields.map(\.name)))
                }
                guard !field.isEncrypted else {
                    throw part.failure("'\(field.name)' is kept encrypted, and so cannot be a key")
                }
                names.append(name)
            }
            if let only = names.first, names.count == 1,
                fields.first(where: { $0.name == only })?.isUnique != true
            {
                throw key.failure("a key of one field must be unique: give '\(only)' unique: true")
            }
            keys.append(names)
        }
        guard !keys.isEmpty else { throw node.failure("at least one key is needed") }
        return keys
    }

    private static func parseLimit(_ node: DocumentNode) throws(Failure) -> RecordType.Limit {
        try node.expectKeys(["records", "bytes"])
        if let bytes = try node.child("bytes")?.int(), bytes > 0, node.child("records") == nil {
            return .bytes(UInt64(bytes))
        }
        if let records = try node.child("records")?.int(), records > 0, node.child("bytes") == nil {
            return .records(UInt64(records))
        }
        throw node.failure("expected either records or bytes, a number above 0")
    }

    /// A name that can stand as a column: letters and digits, a lower-case letter first.
    static func identifier(_ node: DocumentNode) throws(Failure) -> String {
        let name = try node.string()
        let isSound =
            name.utf8.first.map { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) } == true
            && name.utf8.count <= maxNameLength
            && name.utf8.allSatisfy { byte in
                // A letter's byte with bit 5 set is the small letter's.
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            }
        guard isSound else {
            throw node.failure(
                "'\(name)' is not a name: at most \(maxNameLength) letters and digits, a lower-case letter first"
            )
        }
        return name
    }
}
