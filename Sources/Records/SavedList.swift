/// A view of one record type: which records, what of them, in which order, and how they are exported.
package struct ListDefinition: Hashable, Sendable, Codable {
    /// The record type's name.
    package var recordType: String
    /// The list filter as it was written, so relative dates stay relative; `nil` for all records.
    package var listFilter: String?
    /// Field paths, in order; `nil` for those of the export format, or else all fields.
    package var columns: [String]?
    package var sort: [ExportPlan.SortKey]
    /// The export format's name; `nil` for plain CSV.
    package var format: String?
    /// Whether drafts are among the records; `nil` where nobody asked for them.
    package var withDrafts: Bool?

    package init(
        recordType: String, listFilter: String? = nil, columns: [String]? = nil,
        sort: [ExportPlan.SortKey] = [], format: String? = nil
    ) {
        self.recordType = recordType
        self.listFilter = listFilter
        self.columns = columns
        self.sort = sort
        self.format = format
    }
}

/// A version of a list as it was saved.
package struct SavedList: Hashable, Sendable {
    package var name: String
    /// From 1; grows with every change, and goes on where a deleted list is saved anew.
    package var version: Int
    package var definition: ListDefinition
    package var savedAt: Timestamp
    package var savedBy: String

    package init(
        name: String, version: Int, definition: ListDefinition, savedAt: Timestamp, savedBy: String
    ) {
        self.name = name
        self.version = version
        self.definition = definition
        self.savedAt = savedAt
        self.savedBy = savedBy
    }
}
