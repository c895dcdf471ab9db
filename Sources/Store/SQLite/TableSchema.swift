internal import GRDB
package import Records

/// A record type's table, indexes and view in SQLite's words.
package struct TableSchema {
    let type: RecordType
    /// The fields in the order of their columns.
    private let order: [Field]

    package init(_ type: RecordType) {
        self.init(type, order: type.fields)
    }

    private init(_ type: RecordType, order: [Field]) {
        self.type = type
        self.order = order
    }

    /// The same with the columns of these fields before the others.
    func putting(first fields: [Field]) -> TableSchema {
        TableSchema(type, order: fields + type.fields.filter { !fields.contains($0) })
    }

    /// A name in SQL: quoted, since `group` and a custom field's name may be keywords.
    static func quoted(_ name: String) -> String {
        "\"\(name.replacing("\"", with: "\"\""))\""
    }

    var table: String { Self.quoted(type.table) }

    /// A column of the table, by name and type.
    struct Column: Hashable {
        var name: String
        var type: String
    }

    /// The columns behind `id`: one a field; of an encrypted field the sealed value, and its hash.
    var columns: [Column] {
        order.flatMap { field in
            field.isEncrypted
                ? [Column(name: field.column, type: "BLOB"), Column(name: field.hashColumn, type: "TEXT")]
                : [Column(name: field.column, type: Self.columnType(field.kind))]
        }
    }

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
    var createTable: String { createTable(of: columns) }

    /// The same with these columns alone.
    func createTable(of columns: [Column]) -> String {
        let columns = columns.map { "\(Self.quoted($0.name)) \($0.type)" }
        return "CREATE TABLE IF NOT EXISTS \(table) (id INTEGER PRIMARY KEY AUTOINCREMENT, "
            + columns.joined(separator: ", ") + ") STRICT"
    }

    /// An index of the table, over columns of its fields.
    struct Index {
        let name: String
        let table: String
        let fields: [Field]
        let isUnique: Bool

        /// The columns as they stand in parentheses, quoted.
        var columns: String { fields.map { TableSchema.quoted($0.column) }.joined(separator: ", ") }

        var create: String { create(" IF NOT EXISTS") }
        /// As SQLite keeps it: without the words that say what to do where it is there already.
        var declaration: String { create("") }

        private func create(_ condition: String) -> String {
            "CREATE \(isUnique ? "UNIQUE " : "")INDEX\(condition) \(TableSchema.quoted(name)) "
                + "ON \(table) (\(columns))"
        }
    }

    var indexes: [Index] {
        let unique = uniqueConstraints.map { index(over: $0, unique: true) }
        let other = type.fields.filter { $0.isIndexed && !$0.isUnique }.map {
            index(over: [$0], unique: false)
        }
        return unique + other
    }

    private func index(over fields: [Field], unique: Bool) -> Index {
        let name = "\(type.table)_by_\(fields.map(\.column).joined(separator: "_"))"
        return Index(name: name, table: table, fields: fields, isUnique: unique)
    }

    var createIndexes: [String] { indexes.map(\.create) }

    /// Whether the table is as we declare it, but for indexes that may be missing.
    ///
    /// People may give it columns, indexes and triggers of their own.
    func isAsMade(_ db: Database) throws -> Bool {
        let own = try String.fetchAll(
            db,
            sql:
                "SELECT sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND tbl_name = ? COLLATE NOCASE",
            arguments: [type.table])
        return try Set(own).isSubset(of: indexes.map(\.declaration))
            && StoreWriter.columns(of: type.table, db) == Set(["id"] + columns.map(\.name))
    }

    var dropView: String { "DROP VIEW IF EXISTS \(Self.quoted(type.table + "_view"))" }

    /// What stands for the value of an encrypted field in SQL where it is not shown; `column` as it is quoted.
    static func masked(_ column: String) -> String {
        "CASE WHEN \(column) IS NOT NULL THEN '\(SealedForm.mask)' END"
    }

    /// The table as people read it: decimals with their point, moments as text, masks for encrypted values.
    var createView: String {
        let columns = type.fields.map { field -> String in
            let column = Self.quoted(field.column)
            guard !field.isEncrypted else { return "\(Self.masked(column)) AS \(column)" }
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
