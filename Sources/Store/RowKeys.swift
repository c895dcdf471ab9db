internal import GRDB
internal import Records

/// What the records of a type are called: the values of their keys, as they are shown.
struct RowKeys {
    private let type: RecordType
    /// Of each key, its fields.
    private let keys: [[Field]]

    /// Rows that are asked for at once.
    private static let rowsPerQuery = 1000

    init(of type: RecordType) {
        self.type = type
        keys = type.keys.map { $0.compactMap(type.field(named:)) }.filter { !$0.isEmpty }
    }

    /// The columns of all keys.
    var columns: Set<String> { Set(keys.joined().map(\.column)) }

    /// What a record is called that has no whole key.
    static func name(ofID id: Int64) -> String { "id=\(id)" }

    /// The same in SQL.
    static func nameOfID(_ expression: String) -> String { "'id=' || \(expression)" }

    // MARK: Of one row

    /// The keys that a row has whole, in their order; the values of one of several fields are joined by spaces.
    private func texts(_ value: (Field) -> DatabaseValue?) -> [String] {
        keys.compactMap { key in
            let texts = key.compactMap { field in value(field).flatMap(field.shownText) }
            return texts.count == key.count ? texts.joined(separator: " ") : nil
        }
    }

    func texts(of row: Row) -> [String] { texts { row[$0.column] as DatabaseValue? } }

    /// The same of what the journal kept of a row.
    func texts(of row: JournalRow) -> [String] { texts { row.values[$0.column] } }

    /// What people call a row: by the first key that it has whole, else by its id.
    func name(of row: Row) -> String { texts(of: row).first ?? Self.name(ofID: row["id"]) }

    // MARK: Of many rows

    /// The keys of rows by their ids; those of rows that are not there are not among them.
    func texts(of ids: [Int64], _ db: Database) throws -> [Int64: [String]] {
        var texts: [Int64: [String]] = [:]
        let columns = (["id"] + columns.sorted().map(TableSchema.quoted)).joined(separator: ", ")
        for start in stride(from: 0, to: ids.count, by: Self.rowsPerQuery) {
            let part = Array(ids[start..<min(start + Self.rowsPerQuery, ids.count)])
            let rows = try Row.fetchCursor(
                db,
                sql: "SELECT \(columns) FROM \(TableSchema(type).table) "
                    + "WHERE id IN (SELECT value FROM json_each(?))", arguments: [part.json])
            while let row = try rows.next() { texts[row["id"]] = self.texts(of: row) }
        }
        return texts
    }

    /// What people call rows: by the first key that each has whole, else by its id.
    func names(of ids: [Int64], _ db: Database) throws -> Names {
        Names(keys: try texts(of: ids, db).compactMapValues(\.first))
    }

    struct Names {
        fileprivate let keys: [Int64: String]

        subscript(id: Int64) -> String { keys[id] ?? RowKeys.name(ofID: id) }
    }

    // MARK: In SQL

    /// What the keys of a row of the table `alias` are, each NULL where the row does not have it whole.
    func expressions(of alias: String) -> [String] {
        keys.map { key in
            key.map { "\(alias).\(TableSchema.quoted($0.column))" }.joined(separator: " || ' ' || ")
        }
    }
}

extension Field {
    /// A value of the field as exports write it, an encrypted one as a mask; `nil` for a blank.
    func shownText(of value: DatabaseValue) -> String? {
        switch value.storage {
        case .null: nil
        case _ where isEncrypted: SealedForm.mask
        case .int64(let integer):
            switch kind {
            case .decimal(let places): DecimalText.of(integer, places: places)
            case .dateTime: Timestamp(milliseconds: integer).text
            case .boolean: integer == 0 ? "false" : "true"
            default: String(integer)
            }
        case .string(let text): text
        case .blob, .double: SealedForm.mask
        }
    }
}
