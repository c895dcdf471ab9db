package import Records

/// The table and index of a link in SQLite's words.
package struct LinkSchema {
    let linked: LinkedTypes

    package init(_ linked: LinkedTypes) {
        self.linked = linked
    }

    var table: String { TableSchema.quoted(linked.link.table) }
    /// The columns of the first and the second side.
    var columns: [String] { linked.sides.map { TableSchema.quoted($0.column) } }

    /// A row is its key, so no row has a number of its own; a record that is linked cannot be deleted.
    var createTable: String {
        let declared = zip(columns, linked.types).map { column, type in
            "\(column) INTEGER NOT NULL REFERENCES \(TableSchema(type).table) (id)"
        }
        return "CREATE TABLE IF NOT EXISTS \(table) (\(declared.joined(separator: ", ")), "
            + "PRIMARY KEY (\(columns.joined(separator: ", ")))) STRICT, WITHOUT ROWID"
    }

    private var index: String {
        TableSchema.quoted("\(linked.link.table)_by_\(linked.link.second.column)")
    }

    /// From the second side to the first.
    var createIndex: String {
        "CREATE INDEX IF NOT EXISTS \(index) ON \(table) (\(columns[1]), \(columns[0]))"
    }

    var dropIndex: String { "DROP INDEX IF EXISTS \(index)" }
}
