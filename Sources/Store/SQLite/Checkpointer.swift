internal import Dispatch
internal import GRDB
internal import GRDBSQLite

/// Moves the WAL into the database on a lane of its own, while a transaction is being written.
///
/// Of a first load of 1,000,000 contacts copying and waiting for the disk take 0.35 s of 1.3, in which nothing would be
/// written. It begins when a transaction has begun and ends before it ends: so the WAL is not begun anew meanwhile, which
/// SQLite before 3.51.3 must not have happen.
///
/// `@unchecked Sendable`: one lane starts and finishes; the other is waited for between the two.
final class Checkpointer: @unchecked Sendable {
    private let path: String
    private let lane = DispatchQueue(label: "sluice.checkpoint")
    private let work = DispatchGroup()
    private var isStarted = false
    private var queue: DatabaseQueue?
    private var pages = 0

    init(path: String) {
        self.path = path
    }

    /// Begins to move what is committed; for whoever has begun a transaction.
    func start() {
        isStarted = true
        lane.async(group: work) { [self] in
            // What it cannot do is left to the next one: an unemptied WAL does no harm.
            pages = 0
            guard let queue = try? queue ?? Connection.open(path, role: .checkpointer) else { return }
            self.queue = queue
            pages = queue.inDatabase { Self.checkpoint($0, SQLITE_CHECKPOINT_PASSIVE) }
        }
    }

    /// Waits for its end.
    ///
    /// - Returns: pages of the WAL, from its first, that are in the database; `nil` where it has not been started.
    func finish() -> Int? {
        guard isStarted else { return nil }
        isStarted = false
        work.wait()
        return pages
    }

    /// Moves what it can from the WAL into the database; what a reader still needs, the next one takes.
    ///
    /// - Returns: pages of the WAL, from its first, that are in the database.
    static func checkpoint(_ db: Database, _ mode: Int32) -> Int {
        var pages: Int32 = 0
        let result = sqlite3_wal_checkpoint_v2(db.sqliteConnection, nil, mode, nil, &pages)
        return result == SQLITE_OK ? max(Int(pages), 0) : 0
    }
}
