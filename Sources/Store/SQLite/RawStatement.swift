internal import GRDB
internal import GRDBSQLite

/// One prepared statement, run again and again on the hot path.
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

    /// Says what a parameter, from 1, stands for.
    func bind(_ value: Int64, at parameter: Int32) {
        sqlite3_bind_int64(statement, parameter, value)
    }

    /// Says what a parameter, from 1, stands for: a text that must stay where it is until the statement has run.
    func bind(_ text: UnsafeBufferPointer<UInt8>, at parameter: Int32) {
        UnsafeRawBufferPointer(text).withMemoryRebound(to: CChar.self) { text in
            // A nil destructor is SQLITE_STATIC.
            _ = sqlite3_bind_text(statement, parameter, text.baseAddress, Int32(text.count), nil)
        }
    }

    /// Runs the statement up to its first row; whether there is one.
    func hasRow() throws -> Bool {
        defer { sqlite3_reset(statement) }
        let result = sqlite3_step(statement)
        guard result == SQLITE_ROW || result == SQLITE_DONE else { throw failure() }
        return result == SQLITE_ROW
    }

    /// Runs the statement to its end, whatever rows it gives.
    func run() throws {
        defer { sqlite3_reset(statement) }
        while true {
            let result = sqlite3_step(statement)
            if result == SQLITE_DONE { return }
            guard result == SQLITE_ROW else { throw failure() }
        }
    }

    /// Runs the statement to its end, and gives the first two columns of each row, both of them numbers.
    func run(_ body: (Int64, Int64) -> Void) throws {
        defer { sqlite3_reset(statement) }
        while true {
            let result = sqlite3_step(statement)
            if result == SQLITE_DONE { return }
            guard result == SQLITE_ROW else { throw failure() }
            body(sqlite3_column_int64(statement, 0), sqlite3_column_int64(statement, 1))
        }
    }

    private func failure() -> DatabaseError {
        let connection = sqlite3_db_handle(statement)
        return DatabaseError(
            resultCode: ResultCode(rawValue: sqlite3_extended_errcode(connection)),
            message: String(cString: sqlite3_errmsg(connection)))
    }
}
