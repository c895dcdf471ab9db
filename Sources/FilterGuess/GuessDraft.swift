internal import InputFilters
internal import Records

/// A document as it is guessed, with the comments a person can edit it by.
struct GuessDraft {
    let head: FileHead
    let wishes: GuessWishes
    let table: SampleTable
    let guess: TypeGuess
    let country: CountryGuess?
    let others: [TypeGuess]

    private var type: RecordType { guess.type }

    var name: String { wishes.name ?? Self.name(of: head.name) }

    var document: InputFilterDocument {
        InputFilterDocument(
            name: name, recordType: type.name, dialect: table.dialect, encoding: head.encoding.encoding,
            match: guess.keys,
            columns: guess.pairs.map(rule))
    }

    var yaml: String { document.yaml(comments: comments) }

    func filter(yaml: String, check: SampleCheck) -> GuessedFilter {
        GuessedFilter(
            yaml: yaml, name: name, recordType: type.name, dialect: table.dialect,
            encoding: head.encoding.encoding,
            columns: table.columns.map(column),
            types: others.filter(\.isPossible).map {
                GuessedFilter.TypeScore(recordType: $0.type.name, score: rounded($0.score))
            },
            records: check.records, rejected: check.rejected, questions: questions)
    }

    // MARK: Rules

    private func rule(_ pair: TypeGuess.Pair) -> ColumnRule {
        var rule = pair.fit.rule
        rule.source = .column(reference(table.columns[pair.column]))
        if guess.keys == [[rule.field]], !type.allowsNoKey { rule.isRequired = true }
        return rule
    }

    /// The column by its name where that means it alone, else by its place.
    private func reference(_ column: ColumnSample) -> ColumnReference {
        guard let name = column.name, !name.isEmpty, table.columns.count(where: { $0.name == name }) == 1,
            name.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control })
        else { return .position(column.index) }
        return .header([name])
    }

    /// Letters, digits, hyphens and underscores of the file's name, without what follows its first dot.
    static func name(of file: String) -> String {
        let stem = file.drop { $0 == "." }.prefix { $0 != "." }
        var name = ""
        for byte in stem.utf8 {
            let isLetter = (byte | 0x20) &- UInt8(ascii: "a") < 26
            if isLetter || ValueShape.isDigit(byte) || byte == UInt8(ascii: "_") {
                name.unicodeScalars.append(UnicodeScalar(byte))
            } else if !name.isEmpty, name.last != "-" {
                name += "-"
            }
        }
        while name.last == "-" { name.removeLast() }
        return name.isEmpty ? "guessed" : name
    }

    // MARK: Comments

    private var comments: DocumentComments {
        var comments = DocumentComments()
        comments.top = top
        comments.aboveColumns = [
            "One line a field. Columns that feed none are there as comments: take off the '#', and correct the",
            "field, to have one imported.",
        ]
        var at = 0
        for column in table.columns {
            let pairs = guess.pairs.filter { $0.column == column.index }
            if pairs.isEmpty {
                comments.beforeColumn[at, default: []] += unmapped(column)
            }
            for pair in pairs {
                comments.beforeColumn[at, default: []] += mapped(column, pair)
                at += 1
            }
        }
        return comments
    }

    private var top: [String] {
        let file = CommentText.shown(head.name, most: 255)
        let document = "\(name).yaml"
        var lines = [
            "Input filter for \(type.plural), guessed from \(file): \(seen)",
            "It is a guess: read it through, and see what it makes of the file:",
            "",
            "    sluice filters check \(document) \(file)",
            "    sluice import \(type.plural) \(file) --filter \(document)"
                + (secrets.isEmpty ? "" : " --key-file KEYS"),
        ]
        if !secrets.isEmpty {
            lines += [
                "",
                "Kept encrypted: \(secrets.joined(separator: ", ")). An import of them needs the key file;",
                "'sluice keys create KEYS' makes one.",
            ]
        }
        if !questions.isEmpty {
            lines += ["", "Not certain:"] + questions.map { "  - \($0)" }
        }
        return lines
    }

    /// Fields that are fed, and that the database keeps encrypted.
    private var secrets: [String] {
        guess.pairs.map { type.fields[$0.field] }.filter(\.isEncrypted).map(\.name)
    }

    private var seen: String {
        let records = table.records == 1 ? "1 record" : "\(table.records) records"
        let compression = head.compression.map { ", \($0)" } ?? ""
        let header = table.dialect.hasHeader ? "a header" : "no header"
        return
            "\(table.isWhole ? "all" : "the first") \(records), \(table.columns.count) columns, \(header)\(compression)."
    }

    private var questions: [String] {
        var questions = head.encoding.doubt.map { [$0] } ?? []
        if !table.isHeaderSure {
            questions.append(
                table.dialect.hasHeader
                    ? "whether the first line is a header (--no-header says it is not)"
                    : "whether the first line is no header (--header says it is one)")
        }
        let rivals = others.filter {
            $0.isPossible && $0.type.name != type.name && $0.score > guess.score - 1
        }
        if wishes.recordType == nil, !rivals.isEmpty {
            let names = rivals.map(\.type.plural).joined(separator: " or ")
            questions.append("whether these are \(type.plural): they could be \(names) (--type says which)")
        }
        for pair in guess.pairs {
            let column = table.columns[pair.column]
            questions += pair.fit.notes.map { "\(CommentText.shown(column.title)): \($0)" }
        }
        if let key = guess.key, key.count == 1,
            let pair = guess.pairs.first(where: { type.fields[$0.field].name == key[0] }),
            table.columns[pair.column].repeats > 0
        {
            let column = table.columns[pair.column]
            questions.append(
                "\(CommentText.shown(column.title)) is the key, and \(column.repeats) of its values come again: "
                    + "a later record updates the earlier")
        }
        if guess.key == nil {
            questions.append("no column is a key: importing the file twice will double its records")
        }
        return questions
    }

    private func mapped(_ column: ColumnSample, _ pair: TypeGuess.Pair) -> [String] {
        let isSecret = type.fields[pair.field].isEncrypted
        let note = isSecret ? "; kept encrypted: an import needs a key file" : ""
        return ["\(line(column)): \(Self.confidence(pair))\(note)"] + pair.fit.notes
    }

    private static func confidence(_ pair: TypeGuess.Pair) -> String {
        if pair.isStandIn { return "stands in" }
        return pair.score >= 0.9 ? "by its name" : pair.score >= 0.65 ? "likely" : "perhaps"
    }

    private func unmapped(_ column: ColumnSample) -> [String] {
        let near = guess.nearest[column.index]
        var rule = ColumnRule(field: "FIELD", source: .column(reference(column)))
        var reason = "no field seems to be meant"
        if let near {
            let field = type.fields[near.field]
            let isTaken = guess.pairs.contains { $0.field == near.field }
            if !isTaken { rule.field = field.name }
            reason =
                near.reason.map { "not \(field.name): \($0)" }
                ?? (isTaken ? "\(field.name) has a better column" : "perhaps \(field.name)")
        }
        return ["\(line(column)): \(CommentText.shownReason(reason))", rule.yamlEntry]
    }

    private func line(_ column: ColumnSample) -> String {
        let title = CommentText.shown(column.title)
        if column.isBlank { return "\(title), no value" }
        guard wishes.showsExamples else { return title }
        return "\(title), e.g. \(examples(of: column).joined(separator: " | "))"
    }

    private func examples(of column: ColumnSample) -> [String] {
        guess.isSecret(column) ? [SealedForm.mask] : CommentText.examples(of: column)
    }

    private func column(_ column: ColumnSample) -> GuessedColumn {
        let pairs = guess.pairs.filter { $0.column == column.index }
        var notes = pairs.flatMap(\.fit.notes)
        if pairs.isEmpty, let reason = guess.nearest[column.index]?.reason { notes.append(reason) }
        return GuessedColumn(
            column: column.index + 1, name: column.name, fields: pairs.map { type.fields[$0.field].name },
            score: rounded(pairs.map(\.score).max() ?? 0), notes: notes,
            examples: wishes.showsExamples ? examples(of: column) : [])
    }

    private func rounded(_ score: Double) -> Double { (score * 100).rounded() / 100 }
}
