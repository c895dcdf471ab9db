import Records

/// Finds the columns that a document names among those of a file.
///
/// A name means the column with exactly that header; where there is none, the one column whose header is
/// the same without regard to case, spaces, underscores and hyphens. Two such columns are refused.
struct ColumnMatch {
    let document: InputFilterDocument
    let columns: FileColumns
    /// Those of a fixed-width file, which stand for its columns.
    var slices: [Slice] = []

    /// A rule with the columns that feed it; none for a constant.
    struct Found {
        var rule: ColumnRule
        var columns: [Int]
    }

    /// The rules whose columns are there, in the order of the document; optional ones may be left out.
    func resolve() throws(Failure) -> [Found] {
        var found: [Found] = []
        var missing: [(ColumnRule, ColumnReference)] = []
        for rule in document.columns {
            var indices: [Int] = []
            for reference in rule.references {
                if let index = try index(of: reference, for: rule) {
                    indices.append(index)
                } else if !rule.isOptional {
                    missing.append((rule, reference))
                }
            }
            guard Set(indices).count == indices.count else {
                throw failure(code: "column_twice", "the join of \(rule.field) names one column twice")
            }
            if !indices.isEmpty || rule.references.isEmpty {
                found.append(Found(rule: rule, columns: indices))
            }
        }
        if !missing.isEmpty { throw failure(missing: missing) }
        guard found.contains(where: { !$0.columns.isEmpty }) else {
            throw failure(code: "no_known_column", "none of the columns it maps is there", hint: columns.list)
        }
        if document.unknownColumns == .refuse { try refuseUnknown() }
        return found
    }

    private func index(of reference: ColumnReference, for rule: ColumnRule) throws(Failure) -> Int? {
        switch reference {
        case .position(let index):
            return index < columns.count ? index : nil
        case .slice(let slice):
            return slices.firstIndex(of: slice)
        case .header(let names):
            for name in names {
                let there = indices(named: name)
                guard there.count < 2 else {
                    let places = there.map(columns.describe).joined(separator: " and ")
                    throw failure(
                        code: "duplicate_header",
                        "'\(name)' (for \(rule.field)) could be \(places)",
                        hint:
                            "Rename one in the file, or give the column's position: from: \(there[0] + 1)."
                    )
                }
                if let index = there.first { return index }
            }
            return nil
        }
    }

    /// The columns a name may mean.
    private func indices(named name: String) -> [Int] {
        guard let headers = columns.names else { return [] }
        let exact = headers.indices.filter { headers[$0] == name }
        let wanted = Field.comparableName(name)
        guard exact.isEmpty, !wanted.isEmpty else { return exact }
        return headers.indices.filter { Field.comparableName(headers[$0]) == wanted }
    }

    private func failure(missing: [(rule: ColumnRule, reference: ColumnReference)]) -> Failure {
        if let failure = wrongDelimiter { return failure }
        let list = missing.map { "\($0.reference.description) (for \($0.rule.field))" }.joined(
            separator: ", ")
        if missing.contains(where: { if case .header = $0.reference { false } else { true } }) {
            return failure(
                code: "position_past_end", "the file has \(columns.count) columns, and not \(list)",
                hint: "Correct the position, or say optional: true where a file may lack the column.")
        }
        let hints = missing.compactMap { item -> String? in
            guard case .header(let names) = item.reference, let headers = columns.names else { return nil }
            let near = names.lazy.compactMap { NearestName.find($0, among: headers) }.first
            return near.map { "For \(item.rule.field), did you mean '\($0)'?" }
        }
        let advice = "Add the file's name to 'from', or say optional: true where a file may lack the column."
        return failure(
            code: "column_missing", "the file has no column \(list)",
            hint: (hints + [columns.list, advice]).joined(separator: " "))
    }

    /// A failure for a file that fell into one column; `nil` where it did not.
    var wrongDelimiter: Failure? {
        guard columns.count == 1, let cell = columns.firstCell else { return nil }
        guard let guess = DelimiterGuess.guess(line: cell, excluding: document.dialect.delimiter) else {
            return nil
        }
        return failure(
            code: "wrong_delimiter",
            "the file has one column; its first line seems to be separated by \(guess.word)",
            hint:
                "Set delimiter: \(guess.word.replacing("'", with: "\"")) in the input filter's file settings."
        )
    }

    private func refuseUnknown() throws(Failure) {
        var known: Set<Int> = []
        for reference in document.columns.flatMap(\.references) {
            switch reference {
            case .position(let index): known.insert(index)
            case .header(let names): names.forEach { known.formUnion(indices(named: $0)) }
            case .slice: break
            }
        }
        let unknown = (0..<columns.count).filter { !known.contains($0) }
        guard unknown.isEmpty else {
            let list = unknown.map(columns.describe).joined(separator: ", ")
            throw failure(
                code: "unknown_columns", "the file has columns that it does not map: \(list)",
                hint: "Map them, or set unknownColumns: ignore.")
        }
    }

    /// A refusal that names the input filter.
    func failure(code: String, _ message: String, hint: String? = nil) -> Failure {
        Failure(
            .refused, code: code,
            message: "input filter '\(document.name)' does not fit the file: \(message)",
            hint: hint)
    }
}
