import Records

extension ColumnRule {
    private static let keys = [
        "field", "from", "required", "optional", "blank", "tooLong", "date", "phone", "map", "otherwise",
        "constant", "transform", "join", "separator", "split",
    ]

    /// Reads one element of `columns`.
    init(reading node: DocumentNode, _ type: RecordType, _ dialect: Dialect) throws(Failure) {
        try node.expectKeys(Self.keys)
        let field = try Self.readField(node.requiredChild("field"), type)
        self.init(
            field: field.name,
            source: try Self.readSource(node, dialect),
            isRequired: try node.child("required")?.bool() ?? false,
            isOptional: try node.child("optional")?.bool() ?? false,
            blank: try node.child("blank")?.word(BlankPolicy.self),
            tooLong: try node.child("tooLong")?.word(TooLongPolicy.self),
            transform: try node.child("transform").map(Self.readTransform) ?? TextTransform(),
            split: try node.child("split").map(Split.init(reading:)),
            valueMap: try node.child("map").map(Self.readMap))
        if field.isEncrypted, let constant = node.child("constant") {
            throw constant.failure(
                "'\(field.name)' is kept encrypted, and its value would lie in the filter in the clear",
                code: "encrypted_constant", hint: "Feed it from a column of the file.")
        }
        if let date = node.child("date") { datePattern = try Self.readDate(date, field) }
        if let phone = node.child("phone") { phoneCountry = try Self.readPhone(phone, field) }
        if let otherwise = node.child("otherwise") {
            guard valueMap != nil else { throw otherwise.failure("'otherwise' belongs to a 'map'") }
            valueMap?.otherwise = try otherwise.word(ValueMap.Otherwise.self)
        }
        if split != nil, case .join = source, let split = node.child("split") {
            throw split.failure("'split' is for a single column, not for a 'join'")
        }
        if dialect.fixedWidth != nil, let optional = node.child("optional") {
            throw optional.failure(
                "'optional' has no use in a fixed-width file: what lies behind a line's end is blank")
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

    private static func readSource(_ node: DocumentNode, _ dialect: Dialect) throws(Failure) -> Source {
        let given = ["from", "constant", "join"].filter { node.child($0) != nil }
        guard given.count < 2 else {
            throw node.failure(
                "give one of 'from', 'join' and 'constant', not \(given.joined(separator: " and "))")
        }
        if given.first != "join", let separator = node.child("separator") {
            throw separator.failure("'separator' belongs to a 'join'")
        }
        if let join = node.child("join") {
            return try readJoin(join, separator: node.child("separator"), dialect)
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
        return .column(try ColumnReference(reading: node.requiredChild("from"), dialect))
    }

    private static func readJoin(
        _ node: DocumentNode, separator: DocumentNode?, _ dialect: Dialect
    ) throws(Failure) -> Source {
        var parts: [ColumnReference] = []
        for element in try node.elements() {
            let part = try ColumnReference(reading: element, dialect)
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
            throw node.failure(fault.message, code: fault.code, hint: fault.hint)
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
    /// Reads a position from 1, a header name, or a list of names of which the first that is there is meant; of
    /// a fixed-width file start and length.
    init(reading node: DocumentNode, _ dialect: Dialect) throws(Failure) {
        if let fixedWidth = dialect.fixedWidth {
            self = .slice(try Slice(reading: node, fixedWidth))
            return
        }
        guard !node.isMapping else {
            throw node.failure(
                "start and length are for fixed-width files, and this one is delimited", code: "wrong_format",
                hint: "Give a column's name or position, or set format: fixedWidth.")
        }
        if let number = node.integer {
            guard number >= 1 else { throw node.failure("columns are counted from 1", code: "bad_position") }
            self = .position(number - 1)
            return
        }
        guard dialect.hasHeader else {
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

extension Slice {
    /// Reads `{start: 1, length: 10}`.
    init(reading node: DocumentNode, _ fixedWidth: FixedWidth) throws(Failure) {
        guard node.isMapping else {
            throw node.failure(
                "a fixed-width file has no columns to name or count", code: "wrong_format",
                hint: "Write for example {start: 1, length: 10}, or set format: delimited.")
        }
        try node.expectKeys(["start", "length"])
        let start = try Self.readCount(node.requiredChild("start"), "characters are counted from 1")
        let length = try Self.readCount(node.requiredChild("length"), "a field has one character or more")
        self.init(start: start - 1, length: length)
        if let recordLength = fixedWidth.recordLength, end > recordLength {
            throw node.failure(
                "ends with character \(end), and recordLength is \(recordLength)", code: "bad_position")
        }
    }

    private static func readCount(_ node: DocumentNode, _ rule: String) throws(Failure) -> Int {
        let count = try node.int()
        guard count >= 1 else { throw node.failure(rule, code: "bad_position") }
        guard count <= mostCharacters else {
            throw node.failure("a line has at most \(mostCharacters) characters", code: "bad_position")
        }
        return count
    }
}

extension Split {
    private static let words: [(String, Part)] = [
        ("first", .first), ("last", .last), ("afterFirst", .afterFirst), ("beforeLast", .beforeLast),
    ]

    /// Reads `{separator: " ", part: first}`.
    init(reading node: DocumentNode) throws(Failure) {
        try node.expectKeys(["separator", "part"])
        let separator = try node.requiredChild("separator")
        let text = try separator.string()
        guard 1...16 ~= text.utf8.count else { throw separator.failure("a separator has 1 to 16 bytes") }
        self.init(separator: text, part: try Self.readPart(node.requiredChild("part")))
    }

    private static func readPart(_ node: DocumentNode) throws(Failure) -> Part {
        if let number = node.integer {
            guard number >= 1 else { throw node.failure("parts are counted from 1", code: "bad_position") }
            return .number(number - 1)
        }
        let word = try node.string()
        guard let part = words.first(where: { $0.0 == word })?.1 else {
            let known = words.map(\.0).joined(separator: ", ")
            throw node.failure("'\(word)' is not a number from 1, nor one of: \(known)")
        }
        return part
    }

    /// The part as a document has it.
    var partText: String {
        if case .number(let number) = part { return String(number + 1) }
        return Self.words.first { $0.1 == part }?.0 ?? ""
    }
}
