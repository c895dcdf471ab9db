/// Everything that decides what an export does, fixed when it is submitted and kept for a resume.
package struct ExportPlan: Hashable, Sendable, Codable {
    /// One thing that rows are ordered by.
    package struct SortKey: Hashable, Sendable, Codable {
        /// A field path, as ``FieldPath/name``.
        package var field: String
        package var isDescending: Bool

        package init(field: String, isDescending: Bool = false) {
            self.field = field
            self.isDescending = isDescending
        }
    }

    package var recordType: String
    /// The list filter as it was written; `nil` for all records.
    package var listFilter: String?
    /// The rows' ids that were ticked; `nil` for all.
    package var ids: [Int64]?
    /// Field paths, in the order of the file; `nil` for those of the export format.
    package var columns: [String]?
    /// Rows of the same place, and all where it is empty, are in the order of their ids.
    package var sort: [SortKey]
    /// The export format's document (YAML) as it was at submission; `nil` for plain CSV.
    package var formatYAML: String?
    /// Absolute path of the destination; `-` for standard output.
    package var path: String
    /// Whether the destination may be replaced.
    package var overwrites: Bool
    /// Whether values of encrypted fields are shown; `nil` for no.
    package var showsEncrypted: Bool?
    /// Whether drafts are among the records; `nil` where nobody asked for them.
    package var withDrafts: Bool?

    package init(
        recordType: String, listFilter: String?, ids: [Int64]?, columns: [String]?, sort: [SortKey],
        formatYAML: String?, path: String, overwrites: Bool
    ) {
        self.recordType = recordType
        self.listFilter = listFilter
        self.ids = ids
        self.columns = columns
        self.sort = sort
        self.formatYAML = formatYAML
        self.path = path
        self.overwrites = overwrites
    }
}

extension ExportPlan.SortKey {
    /// Reads `lastName`, or `-lastName` for the greatest first.
    package init(text: String) {
        self.init(
            field: text.hasPrefix("-") ? String(text.dropFirst()) : text, isDescending: text.hasPrefix("-"))
    }

    package var text: String { (isDescending ? "-" : "") + field }
}
