package import Records

/// A record type's table, indexes and view in SQLite's words.
package struct TableSchema {
    let type: RecordType

    package init(_ type: RecordType) {
        self.type = type
    }

    /// A name in SQL: quoted, since `group` and a custom field's name may be keywords.
    static func quoted(_ name: String) -> String {
        "\"\(name.replacing("\"", with: "\"\""))\""
    }

    var table: String { Self.quoted(type.table) }

    /// The fields that have a column: all but the encrypted ones, which this version cannot keep yet.
    var storedFields: [Field] { type.fields.filter { !$0.isEncrypted } }

    /// Column sets of which no two rows may have the same values: the keys, then other unique fields.
    var uniqueConstraints: [[Field]] {
        let keys = type.keys.map { key in key.compactMap(type.field(named:)) }
        let others = type.fields.filter { field in field.isUnique && !keys.contains([field]) }
        return keys + others.map { [$0] }
    }

    static func columnType(_ kind: FieldKind) -> String {
        kind.isStoredAsInteger ? "INTEGER" : "TEXT"
    }

    /// `AUTOINCREMENT`: without it a deleted highest id would be used again, and ids are kept by others.
    var createTable: String {
        let columns = storedFields.map { "\(Self.quoted($0.column)) \(Self.columnType($0.kind))" }
        return "CREATE TABLE IF NOT EXISTS \(table) (id INTEGER PRIMARY KEY AUTOINCREMENT, "
            + columns.joined(separator: ", ") + ") STRICT"
    }

    var createIndexes: [String] {
        let unique = uniqueConstraints.map { index(over: $0, unique: true) }
        let other = type.fields.filter { $0.isIndexed && !$0.isUnique }.map {
            index(over: [$0], unique: false)
        }
        return unique + other
    }

    private func index(over fields: [Field], unique: Bool) -> String {
        let columns = fields.map(\.column)
        let name = Self.quoted("\(type.table)_by_\(columns.joined(separator: "_"))")
        return "CREATE \(unique ? "UNIQUE " : "")INDEX IF NOT EXISTS \(name) ON \(table) "
            + "(\(columns.map(Self.quoted).joined(separator: ", ")))"
    }

    var dropView: String { "DROP VIEW IF EXISTS \(Self.quoted(type.table + "_view"))" }

    /// The table as people read it: decimals with their point, moments as text.
    var createView: String {
        let columns = storedFields.map { field -> String in
            let column = Self.quoted(field.column)
            switch field.kind {
            case .decimal(let places) where places > 0:
                let scale = (0..<places).reduce(1) { scale, _ in scale * 10 }
                return "CASE WHEN \(column) IS NOT NULL THEN printf('%s%d.%0\(places)d', "
                    + "iif(\(column) < 0, '-', ''), abs(\(column)) / \(scale), abs(\(column)) % \(scale)) END "
                    + "AS \(column)"
            case .dateTime:
                return "strftime('%Y-%m-%dT%H:%M:%fZ', \(column) / 1000.0, 'unixepoch') AS \(column)"
            default:
                return column
            }
        }
        return "CREATE VIEW \(Self.quoted(type.table + "_view")) AS SELECT id, "
            + columns.joined(separator: ", ") + " FROM \(table)"
    }
}
