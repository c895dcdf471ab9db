internal import GRDB
internal import GRDBSQLite
internal import Records

/// One prepared statement, run again and again on the hot path.
///
/// What a parameter stands for must stay where it is until the statement has run, unless it is copied.
final class RawStatement {
    /// For what is asked of SQLite beyond this.
    let handle: OpaquePointer

    /// - Throws: `DatabaseError` where SQLite does not take it.
    init(_ sql: String, on connection: OpaquePointer) throws {
        var prepared: OpaquePointer?
        let result = sqlite3_prepare_v3(
            connection, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil)
        guard result == SQLITE_OK, let prepared else { throw Self.failure(of: connection, sql) }
        handle = prepared
    }

    deinit {
        sqlite3_finalize(handle)
    }

    private static func failure(of connection: OpaquePointer?, _ sql: String? = nil) -> DatabaseError {
        DatabaseError(
            resultCode: ResultCode(rawValue: sqlite3_extended_errcode(connection)),
            message: String(cString: sqlite3_errmsg(connection)), sql: sql)
    }

    // MARK: Parameters, from 1

    func bind(_ value: Int64, at parameter: Int32) {
        sqlite3_bind_int64(handle, parameter, value)
    }

    func bind(_ value: Int64?, at parameter: Int32) {
        if let value { bind(value, at: parameter) } else { sqlite3_bind_null(handle, parameter) }
    }

    func bindCopy(of text: String?, at parameter: Int32) {
        guard var text else {
            sqlite3_bind_null(handle, parameter)
            return
        }
        text.withUTF8 { bytes in
            _ = bytes.withMemoryRebound(to: CChar.self) { bytes in
                // Without an address it would be NULL.
                bytes.isEmpty
                    ? sqlite3_bind_text(handle, parameter, "", 0, Self.copied)
                    : sqlite3_bind_text(handle, parameter, bytes.baseAddress, Int32(bytes.count), Self.copied)
            }
        }
    }

    func bindCopy(of blob: [UInt8]?, at parameter: Int32) {
        guard let blob else {
            sqlite3_bind_null(handle, parameter)
            return
        }
        _ = blob.withUnsafeBytes { bytes in
            bytes.isEmpty
                ? sqlite3_bind_zeroblob(handle, parameter, 0)
                : sqlite3_bind_blob(handle, parameter, bytes.baseAddress, Int32(bytes.count), Self.copied)
        }
    }

    /// SQLite's mark for values that it is to copy.
    static let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    func bind(_ text: UnsafeBufferPointer<UInt8>, at parameter: Int32) {
        bindText(UnsafeRawBufferPointer(text), at: parameter)
    }

    /// A value of a batch: a text or a number.
    func bind(_ cell: Cell, of storage: BatchStorage, at parameter: Int32) {
        if cell.isText { bind(storage.text(cell), at: parameter) } else { bind(cell.integer, at: parameter) }
    }

    /// A value of a page of the journal, whose bytes begin at `page`.
    func bind(_ content: OpenPage.Content, in page: UnsafeRawBufferPointer, at parameter: Int32) {
        switch content {
        case .null: sqlite3_bind_null(handle, parameter)
        case .integer(let integer): bind(integer, at: parameter)
        case .text(let range): bindText(UnsafeRawBufferPointer(rebasing: page[range]), at: parameter)
        case .blob(let range):
            let blob = UnsafeRawBufferPointer(rebasing: page[range])
            // A nil destructor is SQLITE_STATIC.
            sqlite3_bind_blob(handle, parameter, blob.baseAddress, Int32(blob.count), nil)
        }
    }

    private func bindText(_ text: UnsafeRawBufferPointer, at parameter: Int32) {
        // A nil destructor is SQLITE_STATIC.
        sqlite3_bind_text(
            handle, parameter, text.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(text.count), nil)
    }

    // MARK: Running

    /// Goes on to the next row; `false` where there is none.
    func step() throws -> Bool {
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default: throw Self.failure(of: sqlite3_db_handle(handle))
        }
    }

    /// Has the next step begin anew.
    func reset() {
        sqlite3_reset(handle)
    }

    /// Runs the statement to its end, whatever rows it gives.
    func run() throws {
        defer { reset() }
        while try step() {}
    }

    /// Runs the statement to its end and gives the number of rows that it changed.
    func runChanging() throws -> Int {
        try run()
        return Int(sqlite3_changes(sqlite3_db_handle(handle)))
    }

    /// Runs the statement to its end, and gives the first two columns of each row, both of them numbers.
    func run(_ body: (Int64, Int64) -> Void) throws {
        defer { reset() }
        while try step() { body(sqlite3_column_int64(handle, 0), sqlite3_column_int64(handle, 1)) }
    }

    /// Runs the statement up to its first row; whether there is one.
    func hasRow() throws -> Bool {
        defer { reset() }
        return try step()
    }
}
