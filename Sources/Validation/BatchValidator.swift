package import Records

/// Checks the records of a batch by the catalogue's rules and turns their values into what is stored.
///
/// It works down one column after the other, cells replaced in place; words are made only for rejects.
///
/// | kind | taken | stored |
/// | --- | --- | --- |
/// | text | any valid UTF-8 without NUL | as it is |
/// | identifier | as text, without control characters | as it is |
/// | integer | sign, at most 18 digits | integer |
/// | decimal | sign, digits, a point and digits; never rounded | integer, scaled |
/// | date | `yyyy-MM-dd` or the plan's pattern | `yyyy-MM-dd` |
/// | dateTime | ISO 8601 or the plan's pattern; UTC where no zone is given | milliseconds since 1970 |
/// | boolean | true/false, yes/no, y/n, t/f, on/off, 1/0 in any case | 1 or 0 |
/// | email | see `EmailRule` | as it is |
/// | phone | see `PhoneRule` | E.164 |
/// | choice | a declared word in any case | as declared |
///
/// Spaces and tabs around a value are left out, except of texts and identifiers. Codes are
/// `required_missing`, `key_missing`, `invalid_utf8`, `nul_byte`, `choice_unknown`, and the kind in snake case
/// with `_malformed` or `_too_long`: `email_too_long`, `date_time_malformed`.
package struct BatchValidator: Sendable {
    private let fields: [FieldPlan]
    private let rules: [ColumnRule]
    private let keys: KeyRule?
    /// The plane whose value makes a record a draft.
    private let draftPlane: Int?

    /// Makes ready what can be before the first record.
    ///
    /// - Parameters:
    ///   - fields: the plans of the batches to come, each with a plane of its own.
    ///   - keyAlternatives: keys in the order they are tried, each as indices into `fields`.
    ///   - allowsNoKey: whether a record is taken that has none of them whole.
    ///   - draft: the field, as an index into `fields`, that makes a record a draft: one may lack required fields.
    /// - Throws: `bad_date_pattern` or `unknown_country` where a plan names one.
    package init(
        fields: [FieldPlan], keyAlternatives: [[Int]] = [], allowsNoKey: Bool = true, draft: Int? = nil
    ) throws(Failure) {
        precondition(Set(fields.map(\.plane)).count == fields.count, "two fields share a plane")
        precondition(
            keyAlternatives.allSatisfy { !$0.isEmpty && $0.allSatisfy(fields.indices.contains) },
            "a key names no field of the plan")
        precondition(allowsNoKey || !keyAlternatives.isEmpty, "a key is demanded, but there is none")
        self.fields = fields
        draftPlane = draft.map { fields[$0].plane }
        var rules: [ColumnRule] = []
        for plan in fields { rules.append(try ColumnRule(plan)) }
        self.rules = rules
        keys = allowsNoKey ? nil : KeyRule(alternatives: keyAlternatives, fields: fields)
    }

    /// Checks every record of a batch.
    ///
    /// Rejects are mapping's and its own as one, ascending by record; where mapping has said something of a
    /// field, nothing is added to it. Records whose shape is at fault are not looked into.
    ///
    /// - Precondition: the batch was mapped by the plans that the validator was made with.
    package func check(_ batch: MappedBatch) -> CheckedBatch {
        precondition(batch.fields == fields, "a batch of another plan")
        let records = batch.records
        blankFaulty(batch)
        var findings: [Finding] = []
        var shortened: [ShortenedColumn] = []
        for (index, rule) in rules.enumerated() {
            var column = Column(fields[index], number: index, of: records, findings: findings)
            findings = []
            rule.check(&column)
            if fields[index].field.isEncrypted { column.findMasks() }
            findings = column.findings
            if !column.shortened.isEmpty {
                shortened.append(ShortenedColumn(field: index, records: column.shortened))
            }
        }
        if let draftPlane { Self.forgiveDrafts(draftPlane, records, &findings) }
        keys?.check(records, &findings)
        let rejects = RejectMerge(batch: batch, findings: findings).rejects()
        return CheckedBatch(
            records: records, fields: fields, rejects: rejects,
            order: Self.accepted(count: records.count, without: rejects),
            shortened: shortened)
    }

    /// Takes out what says that a draft lacks a value.
    private static func forgiveDrafts(_ plane: Int, _ records: RecordBatch, _ findings: inout [Finding]) {
        let drafts = records.storage.plane(plane)
        findings.removeAll { $0.problem == .requiredMissing && drafts[Int($0.record)] == .integer(1) }
    }

    /// Blanks the cells of records whose shape is at fault: they mean nothing, and name no bytes.
    private func blankFaulty(_ batch: MappedBatch) {
        let storage = batch.records.storage
        for reject in batch.rejects where storage.places[reject.record].fault != .none {
            for plan in fields { storage.plane(plan.plane)[reject.record] = .blank }
        }
    }

    /// The records that are in no reject, in the order of the file.
    private static func accepted(count: Int, without rejects: [Reject]) -> [UInt32] {
        guard !rejects.isEmpty else { return Array(0..<UInt32(count)) }
        var order: [UInt32] = []
        order.reserveCapacity(count - rejects.count)
        var next = 0
        for reject in rejects {
            order.append(contentsOf: UInt32(next)..<UInt32(reject.record))
            next = reject.record + 1
        }
        order.append(contentsOf: UInt32(next)..<UInt32(count))
        return order
    }
}

/// A record must have every field of at least one key.
struct KeyRule: Sendable {
    private let alternatives: [[Int]]
    private let planes: [[Int]]

    init(alternatives: [[Int]], fields: [FieldPlan]) {
        self.alternatives = alternatives
        planes = alternatives.map { $0.map { fields[$0].plane } }
    }

    func check(_ records: RecordBatch, _ findings: inout [Finding]) {
        let storage = records.storage
        let columns = planes.map { $0.map(storage.plane) }
        for record in 0..<records.count {
            let isWhole = columns.contains { key in !key.contains { $0[record].isBlank } }
            if !isWhole {
                let blanks = columns.map { key in key.indices.filter { key[$0][record].isBlank } }
                findings.append(
                    Finding(record: UInt32(record), field: missingField(blanks), problem: .keyMissing))
            }
        }
    }

    /// The field that makes a key whole with the least; `blanks` are the places in each key that have no value.
    private func missingField(_ blanks: [[Int]]) -> UInt32 {
        let fewest = blanks.indices.min { blanks[$0].count < blanks[$1].count } ?? 0
        return UInt32(alternatives[fewest][blanks[fewest].first ?? 0])
    }
}
