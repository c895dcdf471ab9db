internal import ListFilters
package import Records

extension InputFilterDocument {
    private static let keys = [
        "name", "recordType", "file", "match", "blank", "tooLong", "unknownColumns", "columns", "where",
    ]

    private enum FormulaWord: String, CaseIterable {
        case plain, guarded
    }

    /// Reads and checks a document.
    ///
    /// - Parameters:
    ///   - document: its name in messages, usually the file's.
    ///   - yaml: its text.
    ///   - recordTypes: the catalogue: `recordType` names one of them.
    /// - Throws: `Failure`, refused, with document, line, column and path of keys.
    package init(document: String, yaml: String, recordTypes: [RecordType]) throws(Failure) {
        let root = try DocumentNode(document: document, yaml: yaml)
        try root.expectKeys(Self.keys)
        let type = try root.requiredChild("recordType").recordType(among: recordTypes)
        let file = root.child("file")
        let dialect = try file.map(Dialect.init(reading:)) ?? Dialect()
        self.init(
            name: try root.requiredChild("name").documentName(),
            recordType: type.name,
            dialect: dialect,
            encoding: try file?.child("encoding").map(Self.readEncoding) ?? .utf8,
            namePattern: try file?.child("namePattern").map(Self.readPattern),
            blank: try root.child("blank")?.word(BlankPolicy.self) ?? .keep,
            tooLong: try root.child("tooLong")?.word(TooLongPolicy.self) ?? .reject,
            unknownColumns: try root.child("unknownColumns")?.word(UnknownColumns.self) ?? .ignore,
            columns: try Self.readColumns(root.requiredChild("columns"), type, dialect))
        if let word = try file?.child("formulas")?.word(FormulaWord.self) {
            hasGuardedFormulas = word == .guarded
        }
        if dialect.fixedWidth != nil, let unknown = root.child("unknownColumns") {
            throw unknown.failure("'unknownColumns' has no use for a fixed-width file, which has no columns")
        }
        let mapped = columns.map(\.field)
        if let node = root.child("match") {
            match = try Self.readMatch(node, type, mapped: mapped)
        } else if !type.allowsNoKey, !type.keys.contains(where: { $0.allSatisfy(mapped.contains) }) {
            throw try root.requiredChild("columns").failure(
                "no column feeds a key of \(type.name), so records could not be told apart",
                code: "key_not_mapped", hint: "Keys of \(type.name): \(type.keyList).")
        }
        listFilter = try root.child("where").map { node throws(Failure) in
            try Self.readListFilter(node, type, mapped: mapped)
        }
    }

    private static func readEncoding(_ node: DocumentNode) throws(Failure) -> TextEncoding {
        let name = try node.string()
        do {
            return try TextEncoding(named: name)
        } catch {
            throw node.failure(error.message, code: error.code, hint: error.hint)
        }
    }

    private static func readPattern(_ node: DocumentNode) throws(Failure) -> FileNamePattern {
        guard let pattern = FileNamePattern(try node.string()) else {
            throw node.failure(
                "a pattern between '|' is empty", code: "bad_name_pattern",
                hint: "Write for example \"contacts_*.csv|CONTACTS*.csv\".")
        }
        return pattern
    }

    private static func readColumns(
        _ node: DocumentNode, _ type: RecordType, _ dialect: Dialect
    ) throws(Failure) -> [ColumnRule] {
        var rules: [ColumnRule] = []
        for element in try node.elements() {
            let rule = try ColumnRule(reading: element, type, dialect)
            guard !rules.contains(where: { $0.field == rule.field }) else {
                throw element.failure(
                    "maps two columns to one field, '\(rule.field)'", code: "field_twice",
                    hint:
                        "Keep one of the two. 'from' takes several names for one column, 'join' puts columns "
                        + "together.")
            }
            rules.append(rule)
        }
        guard !rules.isEmpty else { throw node.failure("maps no column") }
        return rules
    }

    /// A list filter, which can judge a record only by what the file says of it.
    private static func readListFilter(
        _ node: DocumentNode, _ type: RecordType, mapped: [String]
    ) throws(Failure) -> ListFilter {
        let text = try node.string()
        let filter: ListFilter
        do {
            filter = try ListFilter(text, for: type)
        } catch {
            throw node.failure(error.placedMessage, code: error.code, hint: error.hint)
        }
        guard !filter.searches else {
            throw node.failure(
                "'search' looks into stored records, and 'where' judges those of a file",
                code: "where_searches",
                hint: "Test fields instead: lastName starts with 'Smith'.")
        }
        let unfed = filter.fields.map(\.name).filter { !mapped.contains($0) }
        guard unfed.isEmpty else {
            let names = unfed.map { "'\($0)'" }.joined(separator: ", ")
            throw node.failure(
                "asks about \(names), which no column feeds", code: "where_not_mapped",
                hint: "Add to 'columns' what feeds it, or leave it out of 'where'.")
        }
        return filter
    }

    /// `contactNumber`, `[a, b]` (one key of two fields) or `[[a], [b, c]]` (keys tried in order).
    private static func readMatch(
        _ node: DocumentNode, _ type: RecordType, mapped: [String]
    ) throws(Failure) -> [[String]] {
        let elements = try node.elementsOrSelf()
        let alternatives = elements.contains(where: \.isList) ? elements : [node]
        guard !elements.isEmpty else { throw node.failure("names no field", code: "bad_match") }
        var keys: [[String]] = []
        for alternative in alternatives {
            var fields: [String] = []
            for element in try alternative.elementsOrSelf() {
                let name = try element.string()
                guard type.field(named: name) != nil else {
                    throw element.failure(
                        "\(type.name) has no field '\(name)'", code: "unknown_field",
                        hint: NearestName.hint(for: name, among: type.fields.map(\.name)))
                }
                guard mapped.contains(name) else {
                    throw element.failure(
                        "matches by '\(name)', which no column feeds", code: "match_not_mapped")
                }
                fields.append(name)
            }
            guard let key = type.keys.first(where: { Set($0) == Set(fields) && $0.count == fields.count })
            else {
                throw alternative.failure(
                    "\(fields.joined(separator: " with ")) is no key of \(type.name)", code: "bad_match",
                    hint: "Keys of \(type.name): \(type.keyList).")
            }
            guard !keys.contains(key) else {
                throw alternative.failure("names the same key twice", code: "bad_match")
            }
            keys.append(key)
        }
        return keys
    }
}

extension RecordType {
    /// The keys, for messages: `originalId; accountNumber`.
    var keyList: String {
        keys.map { $0.joined(separator: " with ") }.joined(separator: "; ")
    }
}
