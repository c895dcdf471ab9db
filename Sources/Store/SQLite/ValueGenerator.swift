internal import GRDB
internal import GRDBSQLite
internal import Records

/// Makes the values of one field for the records of a bulk write, while its statement runs.
///
/// A record's value has the number of the row that it would become: each record that is written takes one, whether it
/// becomes a row or meets one. So a run that was killed makes the same values as one that was not.
final class ValueGenerator {
    private let prefix: String
    private let lookup: RawStatement
    /// The number before that of the first record that the feed gives now.
    var base: Int64 = 0

    init(_ field: Field, of schema: TableSchema, on connection: OpaquePointer) throws {
        prefix = field.generatedPrefix ?? ""
        lookup = try RawStatement(
            "SELECT 1 FROM \(schema.table) WHERE \(TableSchema.quoted(field.column)) = ?1", on: connection)
    }

    /// A value that no row has; `nil` where SQLite cannot look.
    func value(at position: Int) -> String? {
        var attempt = 0
        while true {
            let text = GeneratedValue.text(
                prefix: prefix, number: base + Int64(position) + 1, attempt: attempt)
            switch isTaken(text) {
            case SQLITE_DONE: return text
            case SQLITE_ROW: attempt += 1
            default: return nil
            }
        }
    }

    private func isTaken(_ text: String) -> Int32 {
        defer { lookup.reset() }
        lookup.bindCopy(of: text, at: 1)
        return sqlite3_step(lookup.handle)
    }
}
