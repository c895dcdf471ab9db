internal import GRDB
internal import GRDBSQLite
package import Records

/// One state of the database, held as long as this lives, on a connection of its own.
///
/// Whatever is written meanwhile is not seen; the writer never waits for it.
package final class RowSnapshot: Sendable {
    private let path: String
    fileprivate let queue: DatabaseQueue

    /// - Throws: `cannot_open_database`.
    package init(paths: StorePaths) throws(StoreError) {
        path = paths.database
        queue = try Connection.open(paths.database, role: .exporter)
        try StoreError.wrap("begin to read", path: path) {
            try queue.inDatabase { db in
                try db.execute(sql: "BEGIN")
                // The state is that of the first read.
                _ = try Row.fetchOne(db, sql: "SELECT 1 FROM sqlite_schema")
            }
        }
    }

    deinit {
        // The connection goes, and the transaction with it; GRDB wants it ended.
        queue.inDatabase { db in try? db.execute(sql: "ROLLBACK") }
    }

    /// Rows that a query has.
    package func count(_ query: RowQuery) throws(StoreError) -> UInt64 {
        return try read("count the records") { db in
            let counting = try query.searching(db).counting
            return UInt64(
                try Int64.fetchOne(
                    db, sql: counting.sql, arguments: StatementArguments(counting.arguments)) ?? 0)
        }
    }

    /// The least and the greatest row id of a type's table; `nil` where it has no rows.
    package func idBounds(of type: RecordType) throws(StoreError) -> ClosedRange<Int64>? {
        try read("read the least and the greatest id") { db in
            guard try db.tableExists(type.table) else { return nil }
            let table = TableSchema(type).table
            guard let least = try Int64.fetchOne(db, sql: "SELECT min(id) FROM \(table)"),
                let greatest = try Int64.fetchOne(db, sql: "SELECT max(id) FROM \(table)")
            else { return nil }
            return least...greatest
        }
    }

    /// Whether these types' tables are there with all their columns, and the tables of these links.
    package func isReady(for types: [RecordType], links: [LinkedTypes]) throws(StoreError) -> Bool {
        try read("look at the tables") { db in
            guard try links.allSatisfy({ try db.tableExists($0.link.table) }) else { return false }
            return try types.allSatisfy { type in
                let columns = try StoreWriter.columns(of: type.table, db)
                return columns.isSuperset(of: TableSchema(type).columns.map(\.name))
            }
        }
    }

    func read<Value>(
        _ operation: String, _ body: (Database) throws -> Value
    ) throws(StoreError) -> Value {
        try StoreError.wrap(operation, path: path) { try queue.inDatabase(body) }
    }
}

extension StoreWriter {
    /// Writes a task's state and opens snapshots, all of the one state that was before it.
    ///
    /// `count` is told the first of them, and says how many there are to be.
    package func update(
        _ task: UserTask, snapshots count: (RowSnapshot) throws(StoreError) -> Int
    ) throws(StoreError) -> [RowSnapshot] {
        // Within a transaction of ours: nobody commits between one snapshot and the next.
        try transaction("write the user task") { db in
            try TaskTable.update(task, resumePoint: nil, db)
            let first = try RowSnapshot(paths: paths)
            var snapshots = [first]
            for _ in 1..<max(1, try count(first)) { snapshots.append(try RowSnapshot(paths: paths)) }
            return snapshots
        }
    }
}

/// The rows of one query over a snapshot, batch by batch.
///
/// `@unchecked Sendable`: one lane at a time uses it, and the connection's queue orders what SQLite calls back.
package final class RowCursor: @unchecked Sendable {
    private let snapshot: RowSnapshot
    private let target: RowTarget
    private var statement: OpaquePointer?
    private let columnCount: Int

    /// - Throws: where SQLite does not take the query.
    package init(_ query: RowQuery, over snapshot: RowSnapshot) throws(StoreError) {
        self.snapshot = snapshot
        columnCount = query.columns.count
        let target = RowTarget(RowBatch(columnCount: max(1, columnCount), maxRows: 1, byteCapacity: 1))
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

    /// Fills an empty batch with the next rows.
    ///
    /// - Returns: `false` where there are no more rows behind it.
    /// - Throws: where reading fails.
    package func fill(_ batch: RowBatch) throws(StoreError) -> Bool {
        precondition(batch.columnCount == columnCount && batch.count == 0)
        return try snapshot.read("read the records") { _ in
            target.batch = batch
            while batch.count < batch.maxRows, batch.byteCount < batch.targetBytes {
                switch sqlite3_step(statement) {
                case SQLITE_ROW: continue
                case SQLITE_DONE: return false
                default:
                    let connection = sqlite3_db_handle(statement)
                    throw DatabaseError(
                        resultCode: ResultCode(rawValue: sqlite3_extended_errcode(connection)),
                        message: String(cString: sqlite3_errmsg(connection)))
                }
            }
            return true
        }
    }
}
