internal import GRDB
package import Records

extension RecordName.Value {
    /// The value as the table holds it.
    var databaseValue: DatabaseValue {
        switch self {
        case .integer(let integer): integer.databaseValue
        case .text(let text): text.databaseValue
        }
    }
}

extension RecordName {
    /// The id of the record that is named; `nil` where none is.
    func rowID(_ db: Database) throws -> Int64? {
        for way in ways {
            let found = try Int64.fetchOne(
                db,
                sql: "SELECT id FROM \(TableSchema(type).table) "
                    + "WHERE \(TableSchema.quoted(way.field.column)) = ?",
                arguments: [way.value.databaseValue])
            if let found { return found }
        }
        return nil
    }

    /// The row of the record that is named; `nil` where none is.
    func row(_ db: Database) throws -> Row? {
        guard let id = try rowID(db) else { return nil }
        return try Row.fetchOne(
            db, sql: "SELECT * FROM \(TableSchema(type).table) WHERE id = ?", arguments: [id])
    }

    /// What is told where no record is named.
    package var unknown: Failure {
        Failure(
            .refused, code: "unknown_record",
            message:
                "there is no \(type.name) with \(ways.map(\.field.name).joined(separator: " or ")) '\(text)'",
            hint: "Give a value of one of its keys, FIELD=VALUE, or id=N.")
    }
}
