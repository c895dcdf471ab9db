internal import ListFilters
internal import Records

/// The stage after validation where an input filter has a `where`: records outside it are left out.
///
/// It judges values as they will be stored. Where it cannot know them, the record stays a reject: one whose
/// shape is at fault, and one with a problem in a field that `where` asks about. Any other record outside is
/// left out whatever else is wrong with it, for nobody asked for it; a blank that should not be is known to be
/// blank, so it is no reason to stay either.
struct RecordSelection: Sendable {
    private let predicate: RowPredicate
    private let askedFields: Set<String>

    /// - Precondition: each field of the filter is among the plans.
    init(_ listFilter: ListFilter, fields: [FieldPlan]) {
        predicate = RowPredicate(listFilter, fields: fields)
        askedFields = Set(listFilter.fields.map(\.name))
    }

    /// The batch with its records outside the list filter moved from order and rejects to `leftOut`.
    ///
    /// The order stays as it is but for them.
    func select(_ batch: CheckedBatch) -> CheckedBatch {
        let outside = predicate.recordsOutside(of: batch.records.storage, count: batch.records.count)
        guard !outside.isEmpty else { return batch }
        var isLeftOut = [Bool](repeating: false, count: batch.records.count)
        for record in outside { isLeftOut[Int(record)] = true }
        for reject in batch.rejects where isUnjudged(reject, in: batch) { isLeftOut[reject.record] = false }
        return CheckedBatch(
            records: batch.records, fields: batch.fields,
            rejects: batch.rejects.filter { !isLeftOut[$0.record] },
            order: batch.order.filter { !isLeftOut[Int($0)] },
            leftOut: outside.filter { isLeftOut[Int($0)] }, shortened: batch.shortened)
    }

    /// Whether what the list filter asks about is not known of a reject.
    private func isUnjudged(_ reject: Reject, in batch: CheckedBatch) -> Bool {
        if batch.records.storage.places[reject.record].fault != .none { return true }
        return reject.issues.contains { issue in
            guard let field = issue.field, askedFields.contains(field) else { return false }
            return !Self.isOfBlank(issue)
        }
    }

    /// Whether an issue is that nothing is there where something has to be.
    private static func isOfBlank(_ issue: Issue) -> Bool {
        issue.code == "required_missing" || issue.code == "key_missing"
    }
}
