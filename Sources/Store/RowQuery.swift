package import ListFilters
package import Records

/// Which rows of a record type are asked for, what of them, and in which order.
package struct RowQuery: Sendable {
    /// One thing that rows are ordered by; blanks come first, and last where the greatest come first.
    package struct Order: Hashable, Sendable {
        package var path: FieldPath
        package var isDescending: Bool

        package init(path: FieldPath, isDescending: Bool = false) {
            self.path = path
            self.isDescending = isDescending
        }
    }

    package var type: RecordType
    package var columns: [FieldPath]
    /// Of plain values: what was relative has been resolved.
    package var filter: ListFilter?
    /// Only rows of these ids.
    package var ids: [Int64]?
    /// Only rows whose ids lie in it.
    package var idRange: ClosedRange<Int64>?
    /// Rows of the same place, and all where it is empty, are in the order of their ids.
    package var order: [Order]
    /// Most rows.
    package var limit: Int?
    /// Whether drafts are among the rows; they are in any case where rows are asked for by their ids, or the filter
    /// asks which are drafts.
    package var withDrafts = false
    /// How rows are searched in the state that is read; each of them is looked at where nothing is said.
    var search: SearchAccess?
    /// Whether sealed values of encrypted fields are given, to be opened by who has the key; else masks stand for them.
    package var givesSealed = false

    package init(
        type: RecordType, columns: [FieldPath], filter: ListFilter? = nil, ids: [Int64]? = nil,
        order: [Order] = [], limit: Int? = nil
    ) {
        self.type = type
        self.columns = columns
        self.filter = filter
        self.ids = ids
        self.order = order
        self.limit = limit
    }
}
