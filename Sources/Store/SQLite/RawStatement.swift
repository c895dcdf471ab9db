internal import GRDB
internal import GRDBSQLite

/// One prepared statement without arguments, run again and again on the hot path.
final class RawStatement {
    private let statement: OpaquePointer

    init(_ sql: String, on connection: OpaquePointer) throws(StoreError) {
        var prepared: OpaquePointer?
        let result = sqlite3_prepare_v3(
            connection, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil)
        guard result == SQLITE_OK, let prepared else {
            throw StoreError(
                .statementFailed, "prepare the bulk write: \(String(cString: sqlite3_errmsg(connection)))")
        }
        statement = prepared
    }

    deinit {
        sqlite3_finalize(statement)
    }

    /// Runs the statement to its end, whatever rows it gives.
    func run() throws {
        defer { sqlite3_reset(statement) }
        while true {
            let result = sqlite3_step(statement)
            if result == SQLITE_DONE { return }
            guard result == SQLITE_ROW else {
                let connection = sqlite3_db_handle(statement)
                throw DatabaseError(
                    resultCode: ResultCode(rawValue: sqlite3_extended_errcode(connection)),
                    message: String(cString: sqlite3_errmsg(connection)))
            }
        }
    }
}
