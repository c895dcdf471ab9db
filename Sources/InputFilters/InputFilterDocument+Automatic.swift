package import Records

extension InputFilterDocument {
    /// What the input filter of a run that names none is called.
    package static let automaticName = "default"

    /// The input filter of a run that names none: columns whose names are field names, all else ignored.
    ///
    /// Names are compared without case, spaces, underscores and hyphens.
    ///
    /// - Throws: `Failure`, refused, where no column is known, or none can be a key the type asks for.
    package static func automatic(
        for type: RecordType, columns: FileColumns, dialect: Dialect = Dialect()
    ) throws(Failure) -> InputFilterDocument {
        var document = InputFilterDocument(
            name: automaticName, recordType: type.name, dialect: dialect, columns: [])
        let match = ColumnMatch(document: document, columns: columns)
        guard let names = columns.names else {
            throw match.failure(
                code: "header_required", "a file without a header has no column names to go by",
                hint: "Write an input filter with header: false that maps columns by their positions.")
        }
        var columnOf: [String: Int] = [:]
        for (index, name) in names.enumerated() {
            guard let field = type.field(matchingHeader: name) else { continue }
            if let other = columnOf[field.name] {
                throw match.failure(
                    code: "duplicate_header",
                    "\(field.name) could be \(columns.describe(other)) and \(columns.describe(index))",
                    hint: "Rename one in the file, or write an input filter that says which.")
            }
            columnOf[field.name] = index
            document.columns.append(ColumnRule(field: field.name, source: .column(.position(index))))
        }
        guard !document.columns.isEmpty else {
            throw match.wrongDelimiter
                ?? match.failure(
                    code: "no_known_column", "no column has the name of a field of \(type.name)",
                    hint: hint(names: names, fields: type.fields.map(\.name)))
        }
        let hasKey = type.keys.contains { $0.allSatisfy { columnOf[$0] != nil } }
        guard hasKey || type.allowsNoKey else {
            throw match.failure(
                code: "key_not_mapped", "no column is a key of \(type.name), which are: \(type.keyList)",
                hint: hint(
                    names: names.filter { type.field(matchingHeader: $0) == nil },
                    fields: type.keys.flatMap { $0 }))
        }
        return document
    }

    /// Which names may have been meant for which fields, or else what the fields are.
    private static func hint(names: [String], fields: [String]) -> String {
        let near = names.compactMap { name in
            NearestName.find(name, among: fields).map { "'\(name)' for \($0)" }
        }
        let advice = "Rename the column, or write an input filter that maps it."
        guard near.isEmpty else { return "Did you mean \(near.prefix(5).joined(separator: ", "))? \(advice)" }
        return "Known: \(fields.joined(separator: ", ")). \(advice)"
    }
}
