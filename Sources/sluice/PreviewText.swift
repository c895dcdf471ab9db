internal import SluiceEngine

/// A preview as people read it: a table where all fields fit beside each other, else a block a record.
struct PreviewText {
    let lines: [String]

    /// `width` is what a line may take, in columns of the terminal.
    init(_ preview: FilePreview, width: Int) {
        let heading =
            "\(preview.file.name): \(preview.recordType) records, input filter \(preview.inputFilter)"
        let records =
            Self.table(preview, width: width)
            ?? preview.records.flatMap { [""] + Self.block($0, preview.fields, width: width) }
        lines = [heading] + records + [""] + Self.summary(preview, width: width)
    }

    // MARK: Side by side

    /// Above this many characters a value makes its record a block.
    private static let mostCellWidth = 32

    /// `nil` where it would be wider than the terminal, or where a value or a problem would have to be cut.
    private static func table(_ preview: FilePreview, width: Int) -> [String]? {
        guard !preview.records.isEmpty else { return [] }
        var rows = [["Line"] + preview.fields.map(\.field)]
        for record in preview.records {
            // What was changed on the way is shown beside what it was, which takes a block.
            guard record.fate == .accepted, preview.fields.allSatisfy({ !record.isChanged($0.field) }) else {
                return nil
            }
            rows.append(
                [String(record.line)] + preview.fields.map { VisibleText.of(record.stored($0.field) ?? "") })
        }
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        guard widths.allSatisfy({ $0 <= mostCellWidth }),
            widths.reduce(0, +) + 2 * (widths.count - 1) <= width
        else { return nil }
        return [""]
            + rows.map { row in
                zip(row, widths).map { $0.padded(to: $1) }.joined(separator: "  ").trimmedAtEnd
            }
    }

    // MARK: One below the other

    private static func block(
        _ record: FilePreview.Record, _ fields: [SampleField], width: Int
    ) -> [String] {
        let fate =
            switch record.fate {
            case .accepted: ""
            case .rejected: ": would be rejected"
            case .skipped: ": would be skipped, as it is outside 'where'"
            }
        var lines = ["Record \(record.record), line \(record.line)\(fate)"]
        let whole = record.problems.filter { problem in !fields.contains { $0.field == problem.field } }
        lines += whole.flatMap { Self.problem($0, width: width) }
        // Of a record that could not be taken apart there are no values to show.
        if record.fate == .rejected, whole.contains(where: { $0.field == nil }) { return lines }
        let nameWidth = fields.map(\.field.count).max() ?? 0
        let sources = fields.map { FieldSourceText.of($0) }
        let values = fields.map { Self.value(of: $0.field, record) }
        let valueWidth = min(values.map(\.count).max() ?? 0, max(20, width / 2 - nameWidth))
        for (index, field) in fields.enumerated() {
            let problems = record.problems.filter { $0.field == field.field }
            let start = "  \(field.field.padded(to: nameWidth))  "
            let source = "  ← \(sources[index])"
            let value = values[index]
            let oneLine = start + value.padded(to: valueWidth) + source
            if oneLine.count <= width {
                lines.append(oneLine)
            } else {
                let indent = String(repeating: " ", count: nameWidth + 4)
                let room = max(20, width - indent.count)
                for (number, part) in value.cut(to: room).enumerated() {
                    lines.append((number == 0 ? start : indent) + part)
                }
                lines += "← \(sources[index])".cut(to: room).map { indent + $0 }
            }
            lines += problems.flatMap { Self.problem($0, width: width) }
        }
        return lines
    }

    private static func value(of field: String, _ record: FilePreview.Record) -> String {
        let raw = record.source[field].flatMap(\.self)
        if record.problems.contains(where: { $0.field == field }) {
            return raw.map(VisibleText.quoted) ?? "(blank)"
        }
        guard let stored = record.stored(field) else {
            return raw.map { "\(VisibleText.quoted($0)) → (blank)" } ?? "(blank)"
        }
        guard record.isChanged(field), let raw else { return VisibleText.of(stored) }
        return "\(VisibleText.quoted(raw)) → \(VisibleText.of(stored))"
    }

    private static func problem(_ issue: Issue, width: Int) -> [String] {
        let text = "\(issue.code): \(VisibleText.of(issue.message))"
        return text.cut(to: max(20, width - 6)).enumerated().map { ($0 == 0 ? "    ✗ " : "      ") + $1 }
    }

    // MARK: At the end

    private static func summary(_ preview: FilePreview, width: Int) -> [String] {
        var entries: [(String, String)] = []
        func count(_ fate: SampleFate) -> UInt64 { UInt64(preview.records.count { $0.fate == fate }) }
        var shown = ["shown \(Words.count(UInt64(preview.records.count)))"]
        for (fate, word) in [(SampleFate.rejected, "would be rejected"), (.skipped, "would be skipped")]
        where count(fate) > 0 {
            shown.append("\(word) \(Words.count(count(fate)))")
        }
        let all =
            preview.file.isWhole
            ? "of \(Words.count(preview.file.records)) in the file"
            : "the rest of the file was not looked at"
        entries.append(("Records", "\(shown.joined(separator: " · ")) · \(all)"))
        let unused = preview.unreadColumns.map(FieldSourceText.of)
        if !unused.isEmpty {
            entries.append(
                ("Not read", "column\(unused.count == 1 ? "" : "s") \(unused.joined(separator: ", "))"))
        }
        entries += preview.warnings.map { ("Warning", "\($0.code): \($0.message ?? "")") }
        return entries.flatMap { label, text in
            VisibleText.of(text).cut(to: max(20, width - 12)).enumerated().map { number, part in
                (number == 0 ? label : "").padded(to: 12) + part
            }
        }
    }
}

extension FilePreview.Record {
    /// The value as it would be stored; `nil` for a blank.
    fileprivate func stored(_ field: String) -> String? { values[field].flatMap(\.self) }

    fileprivate func isChanged(_ field: String) -> Bool {
        guard let raw = source[field].flatMap(\.self) else { return false }
        return raw != stored(field)
    }
}

/// Where a field's values come from, in words.
enum FieldSourceText {
    static func of(_ field: SampleField) -> String {
        if let constant = field.constant { return "the text \(VisibleText.quoted(constant))" }
        let slices = field.characters.map { "characters \($0.lowerBound) to \($0.upperBound)" }
        return (slices + field.columns.map { "column " + of($0) }).joined(separator: " with ")
    }

    /// A column by its position and, where it has one, its name.
    static func of(_ column: SampleColumn) -> String {
        "\(column.position)" + (column.name.map { " '\(VisibleText.of($0))'" } ?? "")
    }
}
