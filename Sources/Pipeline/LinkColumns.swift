internal import ByteStreams
internal import CSV
internal import InputFilters
internal import Records

/// Which columns of a file of pairs are which, where no input filter says so.
enum LinkColumns {
    /// Looks at the first line.
    ///
    /// It is a header only where both cells name a key field, one of each side; else the link's first side comes
    /// first, or the one that `firstSide` names. Values are not looked at: ids of both sides may look alike.
    ///
    /// - Throws: refused: `link_columns`, `wrong_delimiter`, `link_needs_filter`, `unknown_side`; what reading throws.
    static func document(
        for linked: LinkedTypes, of text: SourceText, dialect: Dialect, firstSide: String?
    ) async throws -> InputFilterDocument {
        var dialect = dialect
        dialect.hasHeader = false
        let opening = try await opening(of: text, dialect: dialect)
        // A reject file has its source's header behind the names of its own columns.
        let cells = opening.header ?? (opening.firstRecord ?? []).map { String(decoding: $0, as: UTF8.self) }
        guard cells.count == 2 else { throw refusal(cells, of: text, linked, dialect) }
        return try document(
            for: linked, cells: cells, hasHeader: opening.header != nil, dialect: dialect,
            firstSide: firstSide)
    }

    /// Takes the first line's cells for a header, or for the first pair.
    ///
    /// `hasHeader` says that they stand in a header in any case.
    ///
    /// - Throws: `link_needs_filter`, `unknown_side`.
    static func document(
        for linked: LinkedTypes, cells: [String], hasHeader: Bool, dialect: Dialect, firstSide: String?
    ) throws(Failure) -> InputFilterDocument {
        var dialect = dialect
        var columns: [(side: Int, field: Field)]
        if let header = LinkHeader(cells, of: linked) {
            dialect.hasHeader = true
            columns = header.columns
        } else {
            dialect.hasHeader = hasHeader
            columns = try usualColumns(of: linked, firstSide: firstSide)
        }
        return InputFilterDocument(
            name: InputFilterDocument.automaticName, recordType: linked.link.name, dialect: dialect,
            columns: columns.enumerated().map { index, column in
                ColumnRule(
                    field: LinkedTypes.fieldName(column.field.name, of: linked.sides[column.side]),
                    source: .column(.position(index)))
            })
    }

    private static func usualColumns(
        of linked: LinkedTypes, firstSide: String?
    ) throws(Failure) -> [(side: Int, field: Field)] {
        let first = try firstSide.map(linked.side) ?? 0
        var columns: [(Int, Field)] = []
        for side in [first, 1 - first] {
            guard let field = linked.usualKey(ofSide: side) else {
                throw Failure(
                    .refused, code: "link_needs_filter",
                    message:
                        "a \(linked.sides[side].role) is told by several fields together, so two columns do "
                        + "not name a pair of \(linked.link.plural)",
                    hint: "Map the columns in an input filter for \(linked.link.name).")
            }
            columns.append((side, field))
        }
        return columns
    }

    /// What the first lines tell.
    private static func opening(of text: SourceText, dialect: Dialect) async throws -> ScanSummary {
        do {
            var scan = try RecordScan(dialect: dialect)
            let stream = try text.stream(keepsSource: false)
            while let chunk = try await stream.next() {
                try scan.consume(chunk)
                if let summary = scan.openingSummary { return summary }
            }
            return try scan.finish()
        } catch let error as CSVError {
            throw try await text.located(error)
        }
    }

    private static func refusal(
        _ cells: [String], of text: SourceText, _ linked: LinkedTypes, _ dialect: Dialect
    ) -> Failure {
        let name = text.file.name
        if cells.count == 1, let guess = DelimiterGuess.guess(line: cells[0], excluding: dialect.delimiter) {
            return Failure(
                .refused, code: "wrong_delimiter",
                message: "\(name) has one column; its first line seems to be separated by \(guess.word)",
                hint: "Say so: --delimiter \(guess.word)")
        }
        let count = cells.count == 1 ? "1 column" : "\(cells.count) columns"
        return Failure(
            .refused, code: "link_columns",
            message: "\(name) has \(count), and a file of \(linked.link.plural) has two: one for the "
                + "\(linked.link.first.role) and one for the \(linked.link.second.role)",
            hint: "Take the others out, or map the columns in an input filter for \(linked.link.name).")
    }
}
