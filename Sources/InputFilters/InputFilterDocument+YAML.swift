internal import ListFilters
import Records

extension InputFilterDocument {
    /// The document as YAML; reading it back gives an equal document.
    ///
    /// Settings that are as they would be anyway are written too where they tell a reader how the file is
    /// read, and left out of the columns.
    package func yaml() -> String {
        var lines = [
            "name: \(name)", "recordType: \(recordType)", "file: {\(fileEntries.joined(separator: ", "))}",
        ]
        if !match.isEmpty { lines.append("match: \(matchText)") }
        lines += [
            "blank: \(blank.rawValue)", "tooLong: \(tooLong.rawValue)",
        ]
        if dialect.fixedWidth == nil { lines.append("unknownColumns: \(unknownColumns.rawValue)") }
        lines.append("columns:")
        lines += columns.map { "  - {\($0.yamlEntries.joined(separator: ", "))}" }
        if let listFilter { lines.append("where: \(YAMLText.quoted(listFilter.text))") }
        return lines.joined(separator: "\n") + "\n"
    }

    private var fileEntries: [String] {
        var entries = dialect.fixedWidth.map(fixedWidthEntries) ?? delimitedEntries
        entries += ["encoding: \(encoding.name)", "skipLines: \(dialect.skippedLines)"]
        if dialect.allowsTextAfterQuote { entries.append("lenientQuotes: true") }
        if hasGuardedFormulas { entries.append("formulas: guarded") }
        if let namePattern { entries.append("namePattern: \(YAMLText.quoted(namePattern.text))") }
        return entries
    }

    private var delimitedEntries: [String] {
        let delimiter =
            dialect.delimiter == UInt8(ascii: "\t") ? "tab" : YAMLText.quotedByte(dialect.delimiter)
        return [
            "header: \(dialect.hasHeader)", "delimiter: \(delimiter)",
            "quote: \(dialect.quote.map(YAMLText.quotedByte) ?? "none")",
            "escape: \(dialect.escape.rawValue)",
        ]
    }

    private func fixedWidthEntries(_ fixedWidth: FixedWidth) -> [String] {
        ["format: fixedWidth", "header: \(dialect.hasHeader)"]
            + (fixedWidth.recordLength.map { ["recordLength: \($0)"] } ?? [])
    }

    private var matchText: String {
        let keys = match.map { "[\($0.joined(separator: ", "))]" }
        return keys.count == 1 ? keys[0] : "[\(keys.joined(separator: ", "))]"
    }
}

extension ColumnRule {
    fileprivate var yamlEntries: [String] {
        var entries = ["field: \(field)"]
        switch source {
        case .column(let reference): entries.append("from: \(reference.yaml)")
        case .constant(let text): entries.append("constant: \(YAMLText.plain(text))")
        case .join(let parts, let separator):
            entries.append("join: [\(parts.map(\.yaml).joined(separator: ", "))]")
            entries.append("separator: \(YAMLText.quoted(separator))")
        }
        if isRequired { entries.append("required: true") }
        if isOptional { entries.append("optional: true") }
        if let blank { entries.append("blank: \(blank.rawValue)") }
        if let tooLong { entries.append("tooLong: \(tooLong.rawValue)") }
        if let datePattern { entries.append("date: \(YAMLText.quoted(datePattern))") }
        // Quoted, so that Norway stays NO for any reader of YAML.
        if let phoneCountry { entries.append("phone: {country: \(YAMLText.quoted(phoneCountry))}") }
        if !transform.isIdentity { entries.append("transform: \(transform.yaml)") }
        if let split {
            entries.append(
                "split: {separator: \(YAMLText.quoted(split.separator)), part: \(split.partText)}")
        }
        if let valueMap {
            let pairs = valueMap.entries.map { "\(YAMLText.quoted($0.key)): \(YAMLText.quoted($0.value))" }
            entries.append("map: {\(pairs.joined(separator: ", "))}")
            if valueMap.otherwise != .keep { entries.append("otherwise: \(valueMap.otherwise.rawValue)") }
        }
        return entries
    }
}

extension ColumnReference {
    fileprivate var yaml: String {
        switch self {
        case .position(let index): String(index + 1)
        case .slice(let slice): "{start: \(slice.start + 1), length: \(slice.length)}"
        case .header(let names):
            names.count == 1
                ? YAMLText.plain(names[0]) : "[\(names.map(YAMLText.plain).joined(separator: ", "))]"
        }
    }
}

extension TextTransform {
    fileprivate var yaml: String {
        let words =
            (trims ? ["trim"] : []) + (letterCase.map { [$0 == .lower ? "lowercase" : "uppercase"] } ?? [])
        return "[\(words.joined(separator: ", "))]"
    }
}
