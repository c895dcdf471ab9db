internal import GRDB
internal import GRDBSQLite
package import Records

/// The rows of one query over a snapshot, handed to a taker as SQLite has them in hand.
///
/// `@unchecked Sendable`: one lane at a time uses it, and the connection's queue orders what SQLite calls back.
package final class RowStream: @unchecked Sendable {
    /// Most columns that are handed over in one piece.
    package static let columnsAtOnce = RowFunctions.columnsPerCall

    private let snapshot: RowSnapshot
    private let target: RowTarget
    private var statement: OpaquePointer?

    /// - Throws: where SQLite does not take the query.
    package init(
        _ query: RowQuery, over snapshot: RowSnapshot, into taker: any RowTaker
    ) throws(StoreError) {
        self.snapshot = snapshot
        let target = RowTarget(query.columns, taker)
        self.target = target
        statement = try snapshot.read("prepare the query") { db in
            guard let connection = db.sqliteConnection else {
                throw StoreError(.cannotOpenDatabase, "the connection is closed")
            }
            let result = RowFunctions.register(on: connection, target: target)
            guard result == SQLITE_OK else {
                throw DatabaseError(resultCode: ResultCode(rawValue: result))
            }
            let query = try query.searching(db)
            let sortsIDs = try query.order.isEmpty && RowAccess(query, db).sortsIDs
            return try Self.prepare(query.handingRows(sortsIDs: sortsIDs), on: connection)
        }
    }

    deinit {
        snapshot.queue.inDatabase { _ in _ = sqlite3_finalize(statement) }
    }

    private static func prepare(_ query: SQLQuery, on connection: OpaquePointer) throws -> OpaquePointer? {
        var statement: OpaquePointer?
        guard sqlite3_prepare_v3(connection, query.sql, -1, 0, &statement, nil) == SQLITE_OK else {
            throw DatabaseError(
                resultCode: ResultCode(rawValue: sqlite3_extended_errcode(connection)),
                message: String(cString: sqlite3_errmsg(connection)))
        }
        for (index, value) in query.arguments.enumerated() {
            let place = Int32(index + 1)
            switch value.storage {
            case .int64(let integer): sqlite3_bind_int64(statement, place, integer)
            case .string(let text):
                // The destructor -1 has SQLite copy the text.
                sqlite3_bind_text(
                    statement, place, text, Int32(text.utf8.count),
                    unsafeBitCast(-1, to: sqlite3_destructor_type.self))
            default: preconditionFailure("parameters are whole numbers and texts")
            }
        }
        return statement
    }

    /// Begins anew with the rows of another range of ids; the query has one.
    package func restart(_ ids: ClosedRange<Int64>) throws(StoreError) {
        try snapshot.read("begin the query anew") { _ in
            sqlite3_reset(statement)
            for (place, id) in [ids.lowerBound, ids.upperBound].enumerated() {
                let result = sqlite3_bind_int64(statement, Int32(place + 1), id)
                guard result == SQLITE_OK else {
                    throw DatabaseError(resultCode: ResultCode(rawValue: result))
                }
            }
        }
    }

    /// Hands rows over until the taker wants the query to rest, or there are no more.
    ///
    /// - Returns: `false` where there are no more rows behind it.
    /// - Throws: where reading fails.
    package func advance() throws(StoreError) -> Bool {
        try snapshot.read("read the records") { _ in
            switch sqlite3_step(statement) {
            case SQLITE_ROW: return true
            case SQLITE_DONE: return false
            default:
                let connection = sqlite3_db_handle(statement)
                throw DatabaseError(
                    resultCode: ResultCode(rawValue: sqlite3_extended_errcode(connection)),
                    message: String(cString: sqlite3_errmsg(connection)))
            }
        }
    }
}
