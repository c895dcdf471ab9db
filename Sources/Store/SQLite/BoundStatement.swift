internal import GRDB
internal import GRDBSQLite

/// A prepared statement whose parameters are taken from where their bytes lie, run again and again.
final class BoundStatement {
    private let statement: OpaquePointer
    private let connection: OpaquePointer

    init(_ sql: String, _ db: Database) throws {
        connection = try db.openConnection
        var prepared: OpaquePointer?
        let result = sqlite3_prepare_v3(
            connection, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil)
        guard result == SQLITE_OK, let prepared else {
            throw DatabaseError(
                resultCode: ResultCode(rawValue: sqlite3_extended_errcode(connection)),
                message: String(cString: sqlite3_errmsg(connection)), sql: sql)
        }
        statement = prepared
    }

    deinit {
        sqlite3_finalize(statement)
    }

    /// Sets the parameter `place`, from 1.
    func bind(_ place: Int, _ integer: Int64) {
        sqlite3_bind_int64(statement, Int32(place), integer)
    }

    /// Sets the parameter `place`, from 1, to a value of a page, whose bytes begin at `page` and stay there for the run.
    func bind(_ place: Int, _ content: OpenPage.Content, in page: UnsafeRawBufferPointer) {
        // A nil destructor is SQLITE_STATIC: nothing is copied.
        switch content {
        case .null: sqlite3_bind_null(statement, Int32(place))
        case .integer(let integer): sqlite3_bind_int64(statement, Int32(place), integer)
        case .text(let range):
            let text = UnsafeRawBufferPointer(rebasing: page[range])
            sqlite3_bind_text(
                statement, Int32(place), text.baseAddress?.assumingMemoryBound(to: CChar.self),
                Int32(text.count), nil)
        case .blob(let range):
            let blob = UnsafeRawBufferPointer(rebasing: page[range])
            sqlite3_bind_blob(statement, Int32(place), blob.baseAddress, Int32(blob.count), nil)
        }
    }

    /// Runs the statement to its end and gives the number of rows that it changed.
    func run() throws -> Int {
        defer { sqlite3_reset(statement) }
        let result = sqlite3_step(statement)
        guard result == SQLITE_DONE || result == SQLITE_ROW else {
            throw DatabaseError(
                resultCode: ResultCode(rawValue: sqlite3_extended_errcode(connection)),
                message: String(cString: sqlite3_errmsg(connection)))
        }
        return Int(sqlite3_changes(connection))
    }
}
