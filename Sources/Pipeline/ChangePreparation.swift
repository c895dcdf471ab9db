internal import ListFilters
package import Records
package import Store

/// A bulk change or delete whose request has been understood: which rows, and what becomes of them.
package struct ChangePreparation: Sendable {
    package let type: RecordType
    /// The record types whose tables it reads or writes.
    package let types: [RecordType]
    /// The links whose tables it reads.
    package let links: [LinkedTypes]
    /// The list filter in its one form; `nil` for all records.
    package let listFilter: String?
    /// Empty where the records are deleted.
    private let changes: [FieldChange]
    private let filter: ListFilter?
    private let linkedRows: LinkedRows
    private let plan: ChangePlan

    /// Fits a plan to what the database knows; nothing is read.
    ///
    /// `moment` is what relative days count from.
    ///
    /// - Throws: `Failure`, refused, where they do not fit.
    package init(_ plan: ChangePlan, catalogue: Catalogue, at moment: Timestamp) throws {
        var rows = ExportPlan(
            recordType: plan.recordType, listFilter: plan.listFilter, ids: plan.ids, columns: nil,
            sort: [], formatYAML: nil, path: "-", overwrites: false)
        rows.withDrafts = plan.withDrafts
        let list = try ExportPreparation(rows, catalogue: catalogue, at: moment)
        try list.type.expectMutable()
        type = list.type
        types = list.types
        links = list.links
        listFilter = list.listFilter
        filter = list.query.filter
        changes = try AssignmentReading(type: list.type, moment: moment).changes(plan.assignments)
        linkedRows = LinkedRows(of: list.type, in: catalogue)
        self.plan = plan
    }

    /// Makes sure that it may be done to so many records at once.
    ///
    /// - Throws: `unique_field`.
    package func check(count: UInt64) throws(StoreError) {
        try RowJob.check(changes, of: type, count: count)
    }

    /// The work itself, on the database as it is then.
    package func job(taskNumber: Int64) -> RowJob {
        let rowsPerStep = Int(clamping: plan.commitRecords)
        return plan.assignments.isEmpty
            ? .delete(
                type, links: linkedRows, filter: filter, ids: plan.ids, withDrafts: plan.withDrafts ?? false,
                rowsPerStep: rowsPerStep, taskNumber: taskNumber)
            : .change(
                changes, of: type, filter: filter, ids: plan.ids, withDrafts: plan.withDrafts ?? false,
                rowsPerStep: rowsPerStep, taskNumber: taskNumber)
    }
}
