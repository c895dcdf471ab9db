internal import GRDB
package import Records

/// One state of the database, held as long as this lives, on a connection of its own.
///
/// Whatever is written meanwhile is not seen; the writer never waits for it.
package final class RowSnapshot: Sendable {
    private let path: String
    let queue: DatabaseQueue

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
