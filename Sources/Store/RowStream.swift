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
    private var statement: RawStatement?

    /// - Throws: where SQLite does not take the query.
    package init(
        _ query: RowQuery, over snapshot: RowSnapshot, into taker: any RowTaker
    ) throws(StoreError) {
        self.snapshot = snapshot
        let target = RowTarget(query.columns, taker)
        self.target = target
        statement = try snapshot.read("prepare the query") { db in
            let connection = try db.openConnection
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
        snapshot.queue.inDatabase { _ in statement = nil }
    }

    private static func prepare(_ query: SQLQuery, on connection: OpaquePointer) throws -> RawStatement {
        let statement = try RawStatement(query.sql, on: connection)
        for (index, value) in query.arguments.enumerated() {
            let place = Int32(index + 1)
            switch value.storage {
            case .int64(let integer): statement.bind(integer, at: place)
            case .string(let text): statement.bindCopy(of: text, at: place)
            default: preconditionFailure("parameters are whole numbers and texts")
            }
        }
        return statement
    }

    /// Begins anew with the rows of another range of ids; the query has one.
    package func restart(_ ids: ClosedRange<Int64>) throws(StoreError) {
        try snapshot.read("begin the query anew") { _ in
            statement?.reset()
            statement?.bind(ids.lowerBound, at: 1)
            statement?.bind(ids.upperBound, at: 2)
        }
    }

    /// Hands rows over until the taker wants the query to rest, or there are no more.
    ///
    /// - Returns: `false` where there are no more rows behind it.
    /// - Throws: where reading fails.
    package func advance() throws(StoreError) -> Bool {
        try snapshot.read("read the records") { _ in try statement?.step() ?? false }
    }
}
