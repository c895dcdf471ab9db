/// What somebody asks a bulk change or a bulk delete to do, before it is a task.
package struct ChangeRequest: Sendable {
    package var recordType: String
    /// As it was written; `nil` for all records.
    package var listFilter: String?
    /// Ids of the rows that were ticked.
    package var ids: [Int64]?
    /// Whether drafts are meant, too.
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
    package var requestedBy: String

    package init(recordType: String, assignments: [String], requestedBy: String) {
        self.recordType = recordType
        self.assignments = assignments
        self.requestedBy = requestedBy
    }

    /// Only the records that meet a further list filter.
    package mutating func narrow(to other: String) {
        listFilter = listFilter.map { "(\($0)) and (\(other))" } ?? other
    }
}
