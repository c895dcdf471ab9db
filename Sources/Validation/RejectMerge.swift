internal import Records

/// Makes one list of rejects of what mapping found and what the rules found.
struct RejectMerge {
    let batch: MappedBatch
    /// Column by column, each ascending by record.
    let findings: [Finding]

    /// Ascending by record, each once, its issues in the order of the file's columns.
    func rejects() -> [Reject] {
        guard !findings.isEmpty else { return Self.merged(batch.rejects) }
        let words = ProblemWords(batch)
        // Stable: the findings of one record stay in the order of the fields.
        let own = findings.enumerated()
            .sorted { ($0.element.record, $0.offset) < ($1.element.record, $1.offset) }
            .map(\.element)
        var added: [Reject] = []
        let shapeFaults = Set(
            batch.rejects.map(\.record).filter { batch.records.storage.places[$0].fault != .none })
        var at = 0
        while at < own.count {
            let record = own[at].record
            var issues: [Issue] = []
            while at < own.count, own[at].record == record {
                defer { at += 1 }
                guard !shapeFaults.contains(Int(record)) else { continue }
                let issue = words.issue(own[at])
                // A field is complained of once: a key that is missing is also a required field that is.
                if !issues.contains(where: { $0.field == issue.field }) { issues.append(issue) }
            }
            if !issues.isEmpty { added.append(Reject(record: Int(record), issues: issues)) }
        }
        return Self.merged(batch.rejects + added)
    }

    /// Joins the rejects of a record: what comes first in the list has the say about a field.
    private static func merged(_ rejects: [Reject]) -> [Reject] {
        var merged: [Reject] = []
        merged.reserveCapacity(rejects.count)
        let ascending = rejects.enumerated()
            .sorted { ($0.element.record, $0.offset) < ($1.element.record, $1.offset) }
        for (_, reject) in ascending {
            guard let last = merged.last, last.record == reject.record else {
                merged.append(Reject(record: reject.record, issues: inColumnOrder(reject.issues)))
                continue
            }
            let known = Set(last.issues.compactMap(\.field))
            let new = reject.issues.filter { issue in !(issue.field.map(known.contains) ?? false) }
            merged[merged.count - 1].issues = inColumnOrder(last.issues + new)
        }
        return merged
    }

    /// What concerns the whole record first, then by column; fields that no column feeds last.
    private static func inColumnOrder(_ issues: [Issue]) -> [Issue] {
        guard issues.count > 1 else { return issues }
        func place(_ issue: Issue) -> Int { issue.column ?? (issue.field == nil ? 0 : .max) }
        return issues.enumerated()
            .sorted { (place($0.element), $0.offset) < (place($1.element), $1.offset) }
            .map(\.element)
    }
}
