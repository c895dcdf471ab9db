/// Everything that decides what a bulk change or a bulk delete does, fixed when it is submitted and kept for a resume.
package struct ChangePlan: Hashable, Sendable, Codable {
    package var recordType: String
    /// The list filter as it was written; `nil` for all records.
    ///
    /// Relative days count from the task's submission.
    package var listFilter: String?
    /// The rows' ids that were ticked; `nil` for all.
    package var ids: [Int64]?
    /// Whether drafts are meant, too, where the filter does not ask about them and no ids are given.
    package var withDrafts: Bool?
    /// `field=value`, `field+=value` …, as they were written; empty where the records are deleted.
    package var assignments: [String]
    /// Rows of one transaction.
    package var commitRecords: UInt64 = 65_536
    /// Absolute path where the records that were left alone go when the run ends.
    package var rejectsPath: String?
    /// Whether `rejectsPath` may replace a file.
    package var overwritesRejects = false
    /// Most records that are meant: those that were told to whoever said yes; `nil` for any number.
    package var mostRecords: UInt64?

    package init(recordType: String, listFilter: String?, ids: [Int64]?, assignments: [String]) {
        self.recordType = recordType
        self.listFilter = listFilter
        self.ids = ids
        self.assignments = assignments
    }
}
