/// What somebody asks a bulk change or a bulk delete to do, before it is a task.
package struct ChangeRequest: Sendable {
    package var recordType: String
    /// As it was written; `nil` for all records.
    package var listFilter: String?
    /// Ids of the rows that were ticked.
    package var ids: [Int64]?
    /// Whether drafts are among the records, as in an export.
    package var withDrafts = false
    /// `field=value` …; empty where the records are deleted.
    package var assignments: [String]
    /// Whether nothing is written, and all counts tell what would have been.
    package var isDryRun = false
    /// Rows of one transaction.
    package var commitRecords: UInt64?
    /// Where the records that were left alone go when the run ends.
    package var rejectsPath: String?
    /// Whether `rejectsPath` may replace a file.
    package var overwritesRejects = false
    /// Most records that are meant: those that were told to whoever said yes; `nil` for any number.
    package var mostRecords: UInt64?
    package var requestedBy: String

    package init(recordType: String, assignments: [String], requestedBy: String) {
        self.recordType = recordType
        self.assignments = assignments
        self.requestedBy = requestedBy
    }
}
