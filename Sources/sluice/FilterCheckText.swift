internal import SluiceEngine

/// What checking an input filter came to, as people read it.
struct FilterCheckText {
    private(set) var lines: [String] = []
    private let width: Int

    init(_ check: FilterCheck, width: Int) {
        self.width = width
        add("Filter", "\(check.inputFilter), for \(check.recordType) records")
        let keys = check.match.map { $0.joined(separator: " with ") }
        add(
            "Match",
            keys.isEmpty ? "none: every record would be a new one" : keys.joined(separator: ", else "))
        if let sample = check.sample {
            add(sample)
        } else {
            for (index, field) in check.fields.enumerated() {
                let notes =
                    (field.isRequired ? ["required"] : []) + (field.isOptional ? ["optional column"] : [])
                add(
                    index == 0 ? "Fields" : "",
                    "\(field.field) ← \(field.from)"
                        + (notes.isEmpty ? "" : " (\(notes.joined(separator: ", ")))"))
            }
        }
        if !check.unfedRequiredFields.isEmpty {
            add(
                "Missing",
                "\(check.unfedRequiredFields.joined(separator: ", ")): every new \(check.recordType) must have it, "
                    + "and nothing feeds it; only --mode update can do without")
        }
    }

    private mutating func add(_ sample: FilterCheck.Sample) {
        let counts =
            [
                ("would be accepted", sample.accepted), ("rejected", sample.rejected),
                ("skipped", sample.skipped),
            ]
            .filter { $0.1 > 0 || $0.0 == "rejected" }.map { "\($0.0) \(Words.count($0.1))" }
        let looked = sample.accepted + sample.rejected + sample.skipped
        add(
            "File",
            sample.file.name + (sample.file.compression == "none" ? "" : ", \(sample.file.compression)"))
        let isAll = sample.file.isWhole && looked + sample.file.blankLines >= sample.file.records
        add(
            "Records",
            "looked at \(isAll ? "all " : "the first ")\(Words.count(looked)) · "
                + counts.joined(separator: " · "))
        for problem in sample.problems { add("", Self.text(problem)) }
        for warning in sample.warnings { add("Warning", "\(warning.code): \(warning.message ?? "")") }
        for field in sample.fields { add(field) }
        for (index, unread) in sample.unreadColumns.enumerated() {
            let example = unread.example.map { ", such as \(VisibleText.quoted($0))" } ?? ", blank"
            let hint = unread.nearestField.map { "; is it \($0)?" } ?? ""
            if index == 0 { lines.append("") }
            add(index == 0 ? "Not read" : "", "column \(FieldSourceText.of(unread.column))\(example)\(hint)")
        }
    }

    private mutating func add(_ field: FilterCheck.FieldFinding) {
        lines.append("")
        lines += "\(field.source.field) ← \(FieldSourceText.of(field.source))".cut(to: width)
        add("", "values \(Words.count(field.values)) · blank \(Words.count(field.blanks))")
        for example in field.examples {
            let stored = VisibleText.of(example.stored)
            add(
                "",
                example.source == example.stored
                    ? stored : "\(VisibleText.quoted(example.source)) → \(stored)")
        }
        for problem in field.problems { add("", Self.text(problem)) }
    }

    private static func text(_ problem: FilterCheck.ProblemFinding) -> String {
        "✗ \(problem.code) × \(Words.count(problem.count)), first on line \(problem.firstLine): "
            + VisibleText.of(problem.message)
    }

    private mutating func add(_ label: String, _ text: String) {
        let indent = 12
        for (number, part) in text.cut(to: max(20, width - indent)).enumerated() {
            lines.append((number == 0 ? label : "").padded(to: indent) + part)
        }
    }
}
