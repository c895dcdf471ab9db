/// Everything that decides what a bulk change or a bulk delete does, fixed when it is submitted and kept for a resume.
package struct ChangePlan: Hashable, Sendable, Codable {
    package var recordType: String
    /// The list filter as it was written; `nil` for all records.
    package var listFilter: String?
    /// The rows' ids that were ticked; `nil` for all.
    package var ids: [Int64]?
    /// `field=value`, `field+=value` …, as they were written; empty where the records are deleted.
    package var assignments: [String]

    package init(recordType: String, listFilter: String?, ids: [Int64]?, assignments: [String]) {
        self.recordType = recordType
        self.listFilter = listFilter
        self.ids = ids
        self.assignments = assignments
    }
}
