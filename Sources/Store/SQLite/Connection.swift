internal import CSQLite
internal import GRDB
internal import GRDBSQLite
internal import Records

/// How our connections to the SQLite file are opened.
enum Connection {
    /// Bytes of a page.
    ///
    /// With random keys an import writes the leaves of the key index again and again: 16 KiB took a tenth less
    /// CPU than 8 KiB on 1,000,000 contacts and a sixth less on 5,000,000; 32 KiB was no better.
    static let pageBytes = 16_384
    /// Pages kept in memory by the writer.
    ///
    /// The key index of 5,000,000 contacts is about 110 MB; a part of it is enough when batches arrive in key
    /// order, and a run is to stay under 128 MB in all.
    static let writerCacheKiB = 32_768
    static let readerCacheKiB = 2048
    /// How long a statement waits for a lock of another program, with SQLite's own back-off.
    static let busySeconds = 30.0

    /// `check` looks at the database before anything of it is set or changed.
    static func open(
        _ path: String, role: Role, check: (@Sendable (Database) throws -> Void)? = nil
    ) throws(StoreError) -> DatabaseQueue {
        var configuration = Configuration()
        configuration.label = "sluice.\(role)"
        configuration.busyMode = .timeout(busySeconds)
        // A transaction of theirs spans several batches, and so several calls.
        configuration.allowsUnsafeTransactions = role != .reader
        configuration.prepareDatabase { db in
            let result = sluice_no_checkpoint_on_close(UnsafeMutableRawPointer(db.sqliteConnection))
            guard result == SQLITE_OK else { throw DatabaseError(resultCode: ResultCode(rawValue: result)) }
            try check?(db)
            try prepare(db, role: role)
        }
        return try StoreError.wrap("open the database", path: path) {
            try DatabaseQueue(path: path, configuration: configuration)
        }
    }

    enum Role {
        case writer, reader
        /// Reads whole tables.
        case exporter
        /// Looks into the key's index of a table, all over it.
        case finder
        /// Moves the WAL into the database beside the writer, and does nothing else.
        case checkpointer
    }

    /// Runs `body`, which makes an index, with what that is done fastest with.
    ///
    /// SQLite sorts in as much memory as the connection has for its pages. Sorted in parts that fit a processor's own
    /// memory, 1,000,000 keys take 0.45 s of CPU, with that of an import 0.74; a thread beside it sorts while the next are
    /// read.
    static func sorting(_ db: Database, _ body: () throws -> Void) throws {
        try db.execute(sql: "PRAGMA cache_size = -\(sorterCacheKiB); PRAGMA threads = 1")
        defer {
            // A connection that cannot take it has failed, and is not written with again.
            try? db.execute(sql: "PRAGMA threads = 0")
            try? merging(db)
        }
        try body()
    }

    private static let sorterCacheKiB = 2048

    /// Gives back most of the memory for pages, for as long as rows are only put behind others.
    static func appending(_ db: Database) throws {
        try db.execute(sql: "PRAGMA cache_size = -\(appendingCacheKiB)")
    }

    private static let appendingCacheKiB = 8192

    /// Takes the memory for pages that a writer has otherwise.
    static func merging(_ db: Database) throws {
        try db.execute(sql: "PRAGMA cache_size = -\(writerCacheKiB)")
    }

    private static func prepare(_ db: Database, role: Role) throws {
        try SearchFunctions.register(db)
        switch role {
        case .writer:
            try db.execute(sql: "PRAGMA page_size = \(pageBytes)")
            try db.execute(sql: "PRAGMA journal_mode = WAL")
            // A killed process loses nothing in either; see `Synchronous` for a power cut.
            try db.execute(sql: "PRAGMA synchronous = \(SettingTable.read(db).synchronous.rawValue)")
            try db.execute(sql: "PRAGMA cache_size = -\(writerCacheKiB)")
            // Checkpoints run on our schedule: see `CheckpointSchedule`.
            try db.execute(sql: "PRAGMA wal_autocheckpoint = 0")
            // Old contents need not be overwritten with zeros on this path; Debian turns that on.
            try db.execute(sql: "PRAGMA secure_delete = OFF")
        case .checkpointer:
            // SQLite opens the WAL with the first statement that reads.
            _ = try db.tableExists("sluice_tasks")
        case .reader, .exporter, .finder:
            try db.execute(sql: "PRAGMA query_only = ON")
            try db.execute(sql: "PRAGMA cache_size = -\(readerCacheKiB)")
        }
    }
}
