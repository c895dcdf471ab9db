internal import GRDB
internal import Records

/// What records are called: by the first key that they have whole, else by their ids.
struct RowNames {
    let type: RecordType

    /// Rows that are asked for at once.
    private static let rowsPerQuery = 1000

    /// The names of rows that are there.
    func names(of ids: [Int64], _ db: Database) throws -> [Int64: String] {
        var names: [Int64: String] = [:]
        let fields = Set(type.keys.joined()).compactMap(type.field(named:))
        let columns = ["id"] + fields.map { TableSchema.quoted($0.column) }
        for start in stride(from: 0, to: ids.count, by: Self.rowsPerQuery) {
            let part = Array(ids[start..<min(start + Self.rowsPerQuery, ids.count)])
            let rows = try Row.fetchCursor(
                db,
                sql: "SELECT \(columns.joined(separator: ", ")) FROM \(TableSchema(type).table) "
                    + "WHERE id IN (SELECT value FROM json_each(?))",
                arguments: [part.json])
            while let row = try rows.next() { names[row["id"]] = type.keyText(of: row) }
        }
        return names
    }
}
