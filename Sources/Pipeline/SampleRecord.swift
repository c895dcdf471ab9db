internal import CSV
internal import InputFilters
internal import Records

/// What an import would do with one record, as far as the file alone tells.
package enum SampleFate: String, Hashable, Sendable, Codable {
    /// It would be written; what the database has already may make it an update or a duplicate.
    case accepted
    case rejected
    /// It is outside the input filter's `where`.
    case skipped
}

/// One record of a checked batch, while the batch is held.
struct SampleRecord {
    let batch: CheckedBatch
    /// In the batch.
    let index: Int
    let fate: SampleFate
    let issues: [Issue]
    let stages: ImportStages

    var position: Position { batch.records.sourcePosition(of: index) }
    /// Whether its fields could be told apart.
    var hasSoundShape: Bool { batch.records.storage.places[index].fault == .none }

    /// The values of all its fields as they lie in the file.
    var source: [[UInt8]] {
        RecordValues.values(of: batch.records.bytes(of: index), dialect: stages.dialect)
    }

    /// What the columns of a field hold among the values of ``source``; `nil` where that is nothing.
    func source(of field: Int, in texts: [[UInt8]]) -> String? {
        let parts = stages.fieldMap.sources[field].texts(in: texts).filter { !$0.isEmpty }
        guard !parts.isEmpty else { return nil }
        return stages.fields[field].field.isEncrypted ? SealedForm.mask : parts.joined(separator: " ")
    }

    /// Whether there is no value in a field, or none that could be stored.
    func isBlank(_ field: Int) -> Bool { cell(field).isBlank }

    /// The value of a field as the type's view would show it, with masks for encrypted ones; `nil` for a blank, and where there is a problem.
    func stored(_ field: Int) -> String? {
        let plan = stages.fields[field]
        guard hasSoundShape, !issues.contains(where: { $0.field == plan.field.name }) else { return nil }
        let text = batch.records.storage.shownText(of: cell(field), plan.field.kind)
        return plan.field.isEncrypted ? text.map { _ in SealedForm.mask } : text
    }

    private func cell(_ field: Int) -> Cell {
        hasSoundShape ? batch.records.storage.plane(stages.fields[field].plane)[index] : .blank
    }
}

extension CheckedBatch {
    /// Calls `body` with each record in the order of the file, until it wants no more.
    ///
    /// - Returns: whether it wants more.
    func forEachRecord(of stages: ImportStages, _ body: (SampleRecord) -> Bool) -> Bool {
        let issues = Dictionary(uniqueKeysWithValues: rejects.map { ($0.record, $0.issues) })
        let skipped = Set(leftOut)
        for index in 0..<records.count {
            let found = issues[index]
            let fate: SampleFate =
                found != nil ? .rejected : skipped.contains(UInt32(index)) ? .skipped : .accepted
            let record = SampleRecord(
                batch: self, index: index, fate: fate, issues: found ?? [], stages: stages)
            guard body(record) else { return false }
        }
        return true
    }
}
