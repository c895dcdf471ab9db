internal import ExportFormats
internal import ListFilters
package import Records
package import Store

/// The first records of a list as its export would write them, and how many there are.
package struct ListPage: Hashable, Sendable {
    /// What stands above each column.
    package let header: [String]
    /// Records the list has now.
    package let count: UInt64
    /// A blank is `nil`.
    package let rows: [[String?]]
    /// What whoever asked should know of how they were found.
    package let warnings: [UserTask.Tally]

    /// Reads at most `limit` records, over one state of the database.
    ///
    /// - Throws: `StoreError`, where the tables cannot be read.
    package init(
        _ preparation: ExportPreparation, over snapshot: RowSnapshot, limit: Int,
        warnings: [UserTask.Tally] = []
    ) throws {
        self.warnings = warnings
        header = preparation.layout.columns.map(\.header)
        count = try snapshot.count(preparation.query)
        guard limit > 0 else {
            rows = []
            return
        }
        var query = preparation.query
        query.limit = limit
        var formatter = ValueFormatter(preparation.layout)
        let batch = RowBatch(columnCount: query.columns.count, maxRows: 128, byteCapacity: 64 << 10)
        let cursor = try RowCursor(query, over: snapshot)
        var rows: [[String?]] = []
        var hasMore = true
        while hasMore {
            hasMore = try cursor.fill(batch)
            try preparation.reveal?.open(batch)
            try formatter.format(batch)
            for row in 0..<batch.count { rows.append(Self.texts(of: row, in: batch)) }
            batch.reset()
        }
        self.rows = rows
    }

    private static func texts(of row: Int, in batch: RowBatch) -> [String?] {
        (0..<batch.columnCount).map { column in
            let cell = batch.cells[row * batch.columnCount + column]
            guard !cell.isBlank else { return nil }
            let bytes = UnsafeBufferPointer(start: batch.bytes + cell.offset, count: cell.length)
            return String(decoding: bytes, as: UTF8.self)
        }
    }
}

extension Catalogue {
    /// A list filter in its one form, once it is clear that it fits its record type.
    ///
    /// - Throws: `unknown_type`; what is wrong with the filter, with the place in its own text.
    package func checkedListFilter(_ text: String, of type: String) throws -> String {
        let type = try self.type(named: type)
        return try ListFilter(text, for: type, relations: relations(of: type)).text
    }
}

extension ListDefinition {
    /// The same with every name as it is declared, once it is clear that all of it fits.
    ///
    /// `plan` is what an export of it does.
    ///
    /// - Throws: `unknown_type`, `unknown_field`, `bad_list_filter`, `bad_columns`, `bad_sort`, `wrong_record_type`.
    package func checked(_ plan: ExportPlan, _ catalogue: Catalogue) throws -> ListDefinition {
        let preparation = try ExportPreparation(plan, catalogue: catalogue, at: .now())
        var checked = self
        checked.recordType = preparation.type.name
        if columns != nil { checked.columns = preparation.layout.columns.map(\.path.name) }
        checked.sort = preparation.query.order.map { order in
            ExportPlan.SortKey(field: order.path.name, isDescending: order.isDescending)
        }
        return checked
    }
}
