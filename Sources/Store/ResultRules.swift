internal import Records

/// How the outcomes of a batch's records are told one by one.
package struct ResultRules: Sendable {
    /// Ways to find an existing row, in order, as indices into the fields.
    private let match: [[Int]]
    /// Rows with a greater id do not last: `nil` where all do.
    private let lastLastingID: Int64?

    /// `lastLastingID` is the highest id before a dry run; `nil` where rows stay.
    package init(match: [[Int]], lastLastingID: Int64?) {
        self.match = match
        self.lastLastingID = lastLastingID
    }

    /// Calls `body` with the result of each record that was read, blank lines included, in the order of the file.
    func forEachResult(of batch: CheckedBatch, feed: BatchFeed, _ body: (RecordResult) -> Void) {
        let records = batch.records
        var outcomes = [RecordOutcome](repeating: .rejected, count: records.count)
        for record in batch.order {
            switch feed.outcome(of: record) {
            case .created: outcomes[Int(record)] = .created
            case .updated: outcomes[Int(record)] = .updated
            case .unchanged: outcomes[Int(record)] = .unchanged
            case .duplicate: outcomes[Int(record)] = .duplicate
            case .skipped: outcomes[Int(record)] = .skipped
            case .deleted: outcomes[Int(record)] = .deleted
            case .rejectedAsDuplicate, .rejectedAsTaken, .rejectedAsMissing, .rejectedAsCycle,
                .rejectedAsIncomplete:
                break
            }
        }
        for record in batch.leftOut { outcomes[Int(record)] = .skipped }
        var blanks = 0
        for record in 0..<records.count {
            let line = records.position(of: record).line
            let blanksBefore = records.blanksBefore.isEmpty ? 0 : Int(records.blanksBefore[record])
            forEachBlankLine(blanksBefore - blanks, before: line, body)
            blanks = blanksBefore
            let outcome = outcomes[record]
            body(
                RecordResult(
                    line: line, key: key(of: record, in: batch),
                    id: outcome == .rejected ? nil : lasting(feed.rowID(of: record)), outcome: outcome))
        }
        forEachBlankLine(records.blankLines - blanks, before: records.end.line, body)
    }

    /// Blank lines are lines of their own right before the record that follows them.
    private func forEachBlankLine(_ count: Int, before line: UInt64, _ body: (RecordResult) -> Void) {
        guard count > 0 else { return }
        for blank in 0..<UInt64(count) {
            body(RecordResult(line: line - UInt64(count) + blank, key: "", id: nil, outcome: .skipped))
        }
    }

    private func lasting(_ id: Int64?) -> Int64? {
        guard let id, id <= lastLastingID ?? .max else { return nil }
        return id
    }

    /// The values of the first key that the record has all of.
    private func key(of record: Int, in batch: CheckedBatch) -> String {
        let storage = batch.records.storage
        let whole = match.first { key in
            key.allSatisfy { !storage.plane(batch.fields[$0].plane)[record].isBlank }
        }
        guard let whole else { return "" }
        return whole.compactMap { field in
            let plan = batch.fields[field]
            return storage.shownText(of: storage.plane(plan.plane)[record], plan.field.kind)
        }.joined(separator: " ")
    }
}
