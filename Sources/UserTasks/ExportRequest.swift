package import Records

/// What somebody asks an export to do, before it is a task.
package struct ExportRequest: Sendable {
    package var recordType: String
    /// As it was written; `nil` for all records.
    package var listFilter: String?
    /// Ids of the rows that were ticked.
    package var ids: [Int64]?
    /// Field paths, in the order of the file; `nil` for all fields.
    package var columns: [String]?
    /// `nil` for plain CSV.
    package var format: DocumentChoice?
    package var sort: [ExportPlan.SortKey] = []
    /// `-` for standard output.
    package var path: String
    /// Whether drafts are among the records.
    package var withDrafts = false
    /// Whether the destination may be replaced.
    package var overwrites = false
    /// Whether values of encrypted fields are shown.
    package var showsEncrypted = false
    package var requestedBy: String

    package init(recordType: String, path: String, requestedBy: String) {
        self.recordType = recordType
        self.path = path
        self.requestedBy = requestedBy
    }

    /// Only the records that meet a further list filter.
    package mutating func narrow(to other: String) {
        listFilter = listFilter.map { "(\($0)) and (\(other))" } ?? other
    }
}
