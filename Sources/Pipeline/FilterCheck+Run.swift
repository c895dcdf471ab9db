internal import InputFilters
package import Records

extension FilterCheck {
    /// Checks a document, without a file.
    ///
    /// - Throws: `Failure`, refused, that says where in the document, and what.
    package init(yaml: String, name: String, catalogue: Catalogue) throws {
        let document = try InputFilterDocument(document: name, yaml: yaml, recordTypes: catalogue.fileTypes)
        let type = try catalogue.fileType(named: document.recordType)
        let fed = Set(document.columns.map(\.field))
        inputFilter = document.name
        recordType = type.name
        match = document.match.isEmpty ? type.keys.filter { fed.isSuperset(of: $0) } : document.match
        fields = document.columns.map { rule in
            Field(
                field: rule.field,
                from: rule.constant.map { "the text '\($0)'" }
                    ?? rule.references.map(\.description).joined(separator: " with "),
                isRequired: rule.isRequired || type.field(named: rule.field)?.isRequired ?? false,
                isOptional: rule.isOptional)
        }
        unfedRequiredFields = type.fields.filter { $0.isRequired && !fed.contains($0.name) }.map(\.name)
    }

    /// Checks a document, and how a file fits it.
    ///
    /// - Throws: ``Stopped``; else a `Failure` of the kind `refused`: the document is wrong, or the file does not fit.
    package static func of(
        _ request: SampleRequest, yaml: String, catalogue: Catalogue, stop: StopSignal
    ) async throws -> FilterCheck {
        var check = try FilterCheck(yaml: yaml, name: request.filterName, catalogue: catalogue)
        check.sample = try await SampleRun.run(request, catalogue: catalogue, stop: stop) { run in
            var tally = SampleTally(run)
            try await run.forEachRecord { tally.take($0) }
            return tally.sample
        }
        return check
    }
}

/// Counts what becomes of the records of a sample; its memory does not grow with them.
private struct SampleTally {
    private(set) var sample: FilterCheck.Sample
    private let indexOf: [String: Int]
    private let unread: [Int]
    /// Those of them that bear the name of an encrypted field.
    private let masked: Set<Int>
    private var records = 0

    private static let mostExamples = 3
    /// Records among which examples are looked for: beyond, the values of a record are not taken apart.
    private static let exampleRecords = 1_000
    /// Characters of an example.
    private static let mostCharacters = 200

    init(_ run: SampleRun) {
        let columns = run.columns
        unread = run.unreadColumns
        let fed = Set(run.stages.fields.map(\.field.name))
        let unfed = run.type.fields.filter { !fed.contains($0.name) }.map(\.name)
        masked = Set(
            unread.filter { index in
                columns[index].name.flatMap(run.type.field(matchingHeader:))?.isEncrypted ?? false
            })
        sample = FilterCheck.Sample(
            file: run.file,
            fields: run.fields.map { FilterCheck.FieldFinding(source: $0) },
            unreadColumns: unread.map { index in
                FilterCheck.UnreadColumn(
                    column: columns[index],
                    nearestField: columns[index].name.flatMap { NearestName.find($0, among: unfed) })
            },
            warnings: run.warnings)
        indexOf = Dictionary(
            uniqueKeysWithValues: run.stages.fields.enumerated().map { ($1.field.name, $0) })
    }

    mutating func take(_ record: SampleRecord) {
        switch record.fate {
        case .accepted: sample.accepted += 1
        case .rejected: sample.rejected += 1
        case .skipped: sample.skipped += 1
        }
        records += 1
        for issue in record.issues { take(issue, of: record) }
        guard record.hasSoundShape else { return }
        for index in sample.fields.indices {
            if record.isBlank(index) {
                sample.fields[index].blanks += 1
            } else {
                sample.fields[index].values += 1
            }
        }
        if records <= Self.exampleRecords { takeExamples(record) }
    }

    private mutating func take(_ issue: Issue, of record: SampleRecord) {
        if let field = issue.field, let index = indexOf[field] {
            Self.count(issue, of: record, in: &sample.fields[index].problems)
        } else {
            Self.count(issue, of: record, in: &sample.problems)
        }
    }

    private static func count(
        _ issue: Issue, of record: SampleRecord, in problems: inout [FilterCheck.ProblemFinding]
    ) {
        if let index = problems.firstIndex(where: { $0.code == issue.code }) {
            problems[index].count += 1
        } else {
            problems.append(
                FilterCheck.ProblemFinding(
                    code: issue.code, count: 1, firstLine: record.position.line, message: issue.message))
        }
    }

    private mutating func takeExamples(_ record: SampleRecord) {
        let texts = record.source
        for index in sample.fields.indices where sample.fields[index].examples.count < Self.mostExamples {
            guard let stored = record.stored(index) else { continue }
            let example = FilterCheck.Example(
                source: Self.short(record.source(of: index, in: texts) ?? ""), stored: Self.short(stored))
            if !sample.fields[index].examples.contains(example) {
                sample.fields[index].examples.append(example)
            }
        }
        for (place, column) in unread.enumerated() where sample.unreadColumns[place].example == nil {
            guard column < texts.count, !texts[column].isEmpty else { continue }
            sample.unreadColumns[place].example =
                masked.contains(column)
                ? SealedForm.mask : Self.short(String(decoding: texts[column], as: UTF8.self))
        }
    }

    private static func short(_ text: String) -> String {
        text.count > mostCharacters ? text.prefix(mostCharacters) + "…" : text
    }
}
