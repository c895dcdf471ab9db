import Records

extension ColumnRule {
    private static let keys = [
        "field", "from", "required", "optional", "blank", "tooLong", "date", "phone", "map", "otherwise",
        "constant", "transform", "join", "separator",
    ]

    /// Reads one element of `columns`.
    init(reading node: DocumentNode, _ type: RecordType, hasHeader: Bool) throws(Failure) {
        try node.expectKeys(Self.keys)
        let field = try Self.readField(node.requiredChild("field"), type)
        self.init(
            field: field.name,
            source: try Self.readSource(node, hasHeader: hasHeader),
            isRequired: try node.child("required")?.bool() ?? false,
            isOptional: try node.child("optional")?.bool() ?? false,
            blank: try node.child("blank")?.word(BlankPolicy.self),
            tooLong: try node.child("tooLong")?.word(TooLongPolicy.self),
            transform: try node.child("transform").map(Self.readTransform) ?? TextTransform(),
            valueMap: try node.child("map").map(Self.readMap))
        if let date = node.child("date") { datePattern = try Self.readDate(date, field) }
        if let phone = node.child("phone") { phoneCountry = try Self.readPhone(phone, field) }
        if let otherwise = node.child("otherwise") {
            guard valueMap != nil else { throw otherwise.failure("'otherwise' belongs to a 'map'") }
            valueMap?.otherwise = try otherwise.word(ValueMap.Otherwise.self)
        }
        if isOptional, isRequired, let optional = node.child("optional") {
            throw optional.failure("a column is required or optional, not both")
        }
    }

    private static func readField(_ node: DocumentNode, _ type: RecordType) throws(Failure) -> Field {
        let name = try node.string()
        guard let field = type.field(named: name) else {
            throw node.failure(
                "\(type.name) has no field '\(name)'", code: "unknown_field",
                hint: NearestName.hint(for: name, among: type.fields.map(\.name)))
        }
        return field
    }

    private static func readSource(_ node: DocumentNode, hasHeader: Bool) throws(Failure) -> Source {
        let given = ["from", "constant", "join"].filter { node.child($0) != nil }
        guard given.count < 2 else {
            throw node.failure(
                "give one of 'from', 'join' and 'constant', not \(given.joined(separator: " and "))")
        }
        if given.first != "join", let separator = node.child("separator") {
            throw separator.failure("'separator' belongs to a 'join'")
        }
        if let join = node.child("join") {
            return try readJoin(join, separator: node.child("separator"), hasHeader: hasHeader)
        }
        if let constant = node.child("constant") {
            // The document's writer can write the value as it should be, and it is never blank.
            for key in keys where !["field", "constant", "tooLong"].contains(key) {
                if let other = node.child(key) {
                    throw other.failure("'\(key)' has no use beside 'constant'")
                }
            }
            let text = try constant.string()
            guard !text.isEmpty else { throw constant.failure("a constant is not empty") }
            return .constant(text)
        }
        return .column(try ColumnReference(reading: node.requiredChild("from"), hasHeader: hasHeader))
    }

    private static func readJoin(
        _ node: DocumentNode, separator: DocumentNode?, hasHeader: Bool
    ) throws(Failure) -> Source {
        var parts: [ColumnReference] = []
        for element in try node.elements() {
            let part = try ColumnReference(reading: element, hasHeader: hasHeader)
            // Each column once, so that a join is never longer than its record.
            guard !parts.contains(part) else { throw element.failure("joins the same column twice") }
            parts.append(part)
        }
        guard parts.count > 1 else { throw node.failure("a join needs two columns or more") }
        let text = try separator?.string() ?? " "
        guard text.utf8.count <= 16 else {
            throw (separator ?? node).failure("a separator has at most 16 bytes")
        }
        return .join(parts, separator: text)
    }

    private static func readDate(_ node: DocumentNode, _ field: Field) throws(Failure) -> String {
        guard field.kind == .date || field.kind == .dateTime else {
            throw node.failure(
                "'date' is for dates; '\(field.name)' is of kind \(field.kind.name)", code: "wrong_kind")
        }
        let pattern = try node.string()
        if let fault = DeclaredFormats.fault(inDatePattern: pattern) {
            throw node.failure(fault, code: "bad_date_pattern")
        }
        return pattern
    }

    private static func readPhone(_ node: DocumentNode, _ field: Field) throws(Failure) -> String {
        guard field.kind == .phone else {
            throw node.failure(
                "'phone' is for phones; '\(field.name)' is of kind \(field.kind.name)", code: "wrong_kind")
        }
        try node.expectKeys(["country"])
        let country = try node.requiredChild("country")
        let code = try country.string()
        if let fault = DeclaredFormats.fault(inPhoneCountry: code) {
            throw country.failure(fault, code: "unknown_country")
        }
        return code
    }

    private enum TransformWord: String, CaseIterable {
        case trim, lowercase, uppercase
    }

    private static func readTransform(_ node: DocumentNode) throws(Failure) -> TextTransform {
        var transform = TextTransform()
        for element in try node.elementsOrSelf() {
            let word = try element.word(TransformWord.self)
            let isTwice = word == .trim ? transform.trims : transform.letterCase != nil
            guard !isTwice else {
                throw element.failure(
                    word == .trim ? "trims twice" : "letters are made small or capital once, not both")
            }
            switch word {
            case .trim: transform.trims = true
            case .lowercase: transform.letterCase = .lower
            case .uppercase: transform.letterCase = .upper
            }
        }
        return transform
    }

    private static func readMap(_ node: DocumentNode) throws(Failure) -> ValueMap {
        var entries: [ValueMap.Entry] = []
        for (written, value) in try node.entries() {
            // Values are looked up without the spaces at their ends, so a key with some would never match.
            let key = String(decoding: TextTrim.trimmed(Array(written.utf8)), as: UTF8.self)
            guard !entries.contains(where: { $0.key.utf8.elementsEqual(key.utf8) }) else {
                throw value.failure("'\(key)' is mapped twice")
            }
            entries.append(ValueMap.Entry(key: key, value: try value.string()))
        }
        guard !entries.isEmpty else { throw node.failure("maps no value") }
        return ValueMap(entries)
    }
}

extension ColumnReference {
    /// Reads a position from 1, a header name, or a list of names of which the first that is there is meant.
    init(reading node: DocumentNode, hasHeader: Bool) throws(Failure) {
        if node.isMapping {
            throw node.failure(
                "this version reads delimited files only; start and length are for fixed width",
                code: "not_supported")
        }
        if let number = node.integer {
            guard number >= 1 else { throw node.failure("columns are counted from 1", code: "bad_position") }
            self = .position(number - 1)
            return
        }
        guard hasHeader else {
            throw node.failure(
                "a file without a header (header: false) has no column names", code: "name_without_header",
                hint: "Name the column by its position, from 1.")
        }
        var names: [String] = []
        for element in try node.elementsOrSelf() {
            let name = try element.string()
            guard element.integer == nil else {
                throw element.failure("a list holds names; put quotes around '\(name)' if it is one")
            }
            guard !name.isEmpty else { throw element.failure("a column's name is not empty") }
            guard !names.contains(name) else { throw element.failure("'\(name)' is named twice") }
            names.append(name)
        }
        guard !names.isEmpty else { throw node.failure("names no column") }
        self = .header(names)
    }
}
