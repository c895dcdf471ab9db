extension RecordType {
    /// The type as a document; reading it back gives an equal type.
    ///
    /// Fields that `repeat` would make are written as one declaration.
    package var yaml: String {
        let keyTexts = keys.map { $0.count == 1 ? $0[0] : "[\($0.joined(separator: ", "))]" }
        let limitText =
            switch limit {
            case .bytes(let count): "{bytes: \(count)}"
            case .records(let count): "{records: \(count)}"
            }
        var rules: [String] = []
        if !protectedBy.isEmpty {
            rules.append("protectedBy: [\(protectedBy.map(YAMLText.plain).joined(separator: ", "))]")
        }
        if isAppendOnly { rules.append("appendOnly: true") }
        if let draftField { rules.append("drafts: \(YAMLText.plain(draftField))") }
        let lines = [
            "name: \(YAMLText.plain(name))", "plural: \(YAMLText.plain(plural))", "limit: \(limitText)",
            "keys: [\(keyTexts.joined(separator: ", "))]",
            "withoutKey: \(allowsNoKey ? "create" : "reject")",
        ]
        if let retention { rules.append("retention: \(retention.declaration)") }
        return (lines + rules + ["fields:"] + fieldLines).map { $0 + "\n" }.joined()
    }

    private var fieldLines: [String] {
        var lines: [String] = []
        var rest = fields[...]
        while let first = rest.first {
            let (base, count) = Self.repetition(at: rest)
            lines.append("  - " + (count > 1 ? base.declaration(repeated: count) : first.declaration))
            rest = rest.dropFirst(count)
        }
        return lines
    }

    /// How many fields, from the first on, are `phone1`, `phone2` … alike, and what is repeated.
    private static func repetition(at fields: ArraySlice<Field>) -> (base: Field, count: Int) {
        guard var base = fields.first, base.name.hasSuffix("1"), !base.isUnique else {
            return (fields[fields.startIndex], 1)
        }
        base.name.removeLast()
        var count = 0
        for field in fields {
            var next = base
            next.name += String(count + 1)
            guard field == next, count < RecordTypeDocument.maxRepeat else { break }
            count += 1
        }
        return (base, count)
    }
}

extension Field {
    /// The field as an element of a document's `fields`.
    package var declaration: String { declaration(repeated: nil) }

    fileprivate func declaration(repeated count: Int?) -> String {
        var entries = ["name: \(YAMLText.plain(name))", "kind: \(kind.name)"]
        switch kind {
        case .choice(let words):
            entries.append("choices: [\(words.map(YAMLText.plain).joined(separator: ", "))]")
        case .decimal(let places): entries.append("places: \(places)")
        default: break
        }
        if maxLength != kind.standardLength { entries.append("maxLength: \(maxLength)") }
        for (key, isSet) in [
            ("required", isRequired), ("unique", isUnique), ("indexed", isIndexed),
            ("encrypted", isEncrypted),
        ] where isSet {
            entries.append("\(key): true")
        }
        if isSearchable != isSearchableByStandard { entries.append("searchable: \(isSearchable)") }
        if let generatedPrefix { entries.append("generated: \(YAMLText.plain(generatedPrefix))") }
        if let parentKey { entries.append("parent: \(YAMLText.plain(parentKey))") }
        if let count { entries.append("repeat: \(count)") }
        return "{\(entries.joined(separator: ", "))}"
    }
}
