internal import GRDB
internal import Records

/// Makes the values of one field that new records without one get.
struct GeneratedValues {
    let type: RecordType
    let field: Field
    let prefix: String

    /// The first value of a number that no row has.
    func free(_ number: Int64, _ db: Database) throws -> String {
        let statement = try db.cachedStatement(
            sql: "SELECT 1 FROM \(TableSchema(type).table) WHERE \(TableSchema.quoted(field.column)) = ?")
        var attempt = 0
        while true {
            let value = GeneratedValue.text(prefix: prefix, number: number, attempt: attempt)
            guard try Int.fetchOne(statement, arguments: [value]) != nil else { return value }
            attempt += 1
        }
    }
}
