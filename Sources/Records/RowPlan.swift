/// How the rows of a query are found: what the database means to do, told in our words.
package struct RowPlan: Hashable, Sendable {
    /// A way to rows of the table.
    package enum Access: Hashable, Sendable {
        /// Every row is looked at.
        case scan
        /// Rows are taken by their ids.
        case ids
        /// Rows are found by an index, by these fields of it: names as the record type declares them.
        case index([String])
    }

    /// One, or several where parts of the filter are found each by its own.
    package var accesses: [Access]
    /// Whether rows are sorted after they were found; else they come in their order.
    package var isSorted: Bool
    /// Whether every linked record is looked at for each row, for want of an index.
    package var scansLinked: Bool

    package init(accesses: [Access], isSorted: Bool, scansLinked: Bool) {
        self.accesses = accesses
        self.isSorted = isSorted
        self.scansLinked = scansLinked
    }

    /// The fields of each index that finds rows.
    package var indexes: [[String]] {
        accesses.compactMap { access in
            if case .index(let fields) = access { fields } else { nil }
        }
    }

    /// Whether every row of the table is looked at.
    package var isScan: Bool { accesses.contains(.scan) }
}
