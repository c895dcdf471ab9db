internal import GRDB
package import Records

/// Finds the rows of records by their keys, on a connection of its own: on the lane that reads, while the other writes.
///
/// It sees what was committed. A record that it finds no row for may have one nevertheless, made by the transaction that
/// is open. One that it found keeps its row as long as nobody but the import writes, which ``KeyedMerge`` makes sure of.
///
/// `@unchecked Sendable`: one lane uses it.
package final class RowFinder: @unchecked Sendable {
    private let queue: DatabaseQueue
    private let path: String
    private let feed: BatchFeed
    private let lookup: RawStatement
    private let looksAlways: Bool
    private var looked = 0
    private var found = 0

    /// Looks without which nothing is said of their use.
    private static let trial = 50_000

    /// `looksAlways`: whether it has to be known also of records without a row that they have none.
    init(_ plan: WritePlan, key: Int, paths: StorePaths, looksAlways: Bool) throws {
        self.looksAlways = looksAlways
        path = paths.database
        queue = try Connection.open(paths.database, role: .finder)
        feed = BatchFeed(planes: [plan.fields[key].plane])
        lookup = try queue.inDatabase { [feed] db in
            let connection = try db.openConnection
            try FeedModule.register(on: connection, state: feed.state)
            return try RawStatement(plan.rowLookup(key), on: connection)
        }
    }

    /// Most of the records that were looked for have no rows: they are met sooner without.
    private var isOfNoUse: Bool { !looksAlways && looked >= Self.trial && found < looked / 2 }

    /// Says of each record to write the row that has its key, where one is found.
    ///
    /// Fastest where the batch is in the order of its keys.
    package func find(_ batch: inout CheckedBatch) throws(StoreError) {
        guard !isOfNoUse else { return }
        var rows = [Cell](repeating: .blank, count: batch.records.count)
        let order = batch.order
        var count = 0
        try StoreError.wrap("look for rows", path: path) {
            try queue.inDatabase { _ in
                try feed.give(batch, order: order) {
                    try lookup.run { record, id in
                        rows[Int(record)] = .integer(id)
                        count += 1
                    }
                }
            }
        }
        looked += order.count
        found += count
        batch.rows = rows
    }
}
