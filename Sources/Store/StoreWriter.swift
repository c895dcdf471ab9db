internal import GRDB
internal import GRDBSQLite
internal import Glibc
package import Records

/// The one connection of this process that writes, and the only one that checkpoints.
///
/// Every transaction is taken under the turn lock, so processes write one after the other, also where an old
/// SQLite has the race of several writers resetting the WAL.
///
/// `@unchecked Sendable`: the queue of the connection orders all access to what is mutable here.
package final class StoreWriter: @unchecked Sendable {
    package let paths: StorePaths
    let queue: DatabaseQueue
    private let turn: FileLock
    private let gate: FileLock
    private var walPages = 0

    /// WAL length that starts a checkpoint. 64 MiB is about a second of load: long enough that a page of the
    /// key index written several times goes to the database once, short enough that the WAL stays in memory.
    private static let checkpointBytes = 64 << 20
    /// How long a transaction waits for its turn.
    private static let turnPatience = Duration.seconds(60)

    /// Opens a database, making it where `create` says so.
    ///
    /// - Throws: `database_missing`, `cannot_open_database`, `not_a_sluice_database`.
    package init(paths: StorePaths, create: Bool) throws(StoreError) {
        self.paths = paths
        let exists = access(paths.database, F_OK) == 0
        guard exists || create else { throw StoreReader.missing(paths.database) }
        // Nothing is changed in another program's file, nor beside it.
        if exists, access(paths.turnLock, F_OK) != 0 { try Self.expectOurs(paths, mayBeEmpty: create) }
        let turn = try FileLock(path: paths.turnLock)
        self.turn = turn
        let gate = try FileLock(path: paths.turnGate)
        self.gate = gate
        guard Self.take(turn, through: gate) else { throw Self.noTurn(paths) }
        defer { turn.unlock() }
        // In our turn: a process that was making the database has done so.
        if exists { try Self.expectOurs(paths, mayBeEmpty: create) }
        if mkdir(paths.tasks, 0o755) != 0, errno != EEXIST {
            throw StoreError(
                .cannotOpenDatabase,
                "cannot make the folder \(paths.tasks): \(String(cString: strerror(errno)))")
        }
        queue = try Connection.open(paths.database, role: .writer)
        try StoreError.wrap("set up the database", path: paths.database) {
            try InternalSchema.migrator.migrate(queue)
        }
        followWAL()
    }

    private static func expectOurs(_ paths: StorePaths, mayBeEmpty: Bool) throws(StoreError) {
        let reader = try Connection.open(paths.database, role: .reader)
        try StoreReader.expectOurs(reader, path: paths.database, mayBeEmpty: mayBeEmpty)
    }

    /// Learns the WAL's length from SQLite after each commit.
    private func followWAL() {
        queue.inDatabase { db in
            _ = sqlite3_wal_hook(
                db.sqliteConnection,
                { context, _, _, pages in
                    let writer = Unmanaged<StoreWriter>.fromOpaque(context.unsafelyUnwrapped)
                    writer.takeUnretainedValue().walPages = Int(pages)
                    return SQLITE_OK
                }, Unmanaged.passUnretained(self).toOpaque())
        }
    }

    deinit {
        queue.inDatabase { db in _ = sqlite3_wal_hook(db.sqliteConnection, nil, nil) }
    }

    /// Takes the turn, waiting for it at the gate.
    ///
    /// Whoever gives the turn back has to pass the gate again: so a run that writes one transaction after the
    /// other lets those who wait in between.
    private static func take(_ turn: FileLock, through gate: FileLock) -> Bool {
        guard gate.lock(within: turnPatience) else { return false }
        defer { gate.unlock() }
        return turn.lock(within: turnPatience)
    }

    private static func noTurn(_ paths: StorePaths) -> StoreError {
        StoreError(
            .databaseBusy, "\(paths.database): another process has been writing for too long",
            hint: "See what runs with: sluice tasks list")
    }

    /// Makes the tables of these types where they are missing, and their columns where they have grown.
    package func prepareTables(_ types: [RecordType]) throws(StoreError) {
        try transaction("set up the tables") { db in
            for type in types { try Self.prepareTable(TableSchema(type), db) }
        }
    }

    private static func prepareTable(_ schema: TableSchema, _ db: Database) throws {
        let existing = try columns(of: schema.type.table, db)
        if existing.isEmpty {
            try db.execute(sql: schema.createTable)
        } else {
            for field in schema.storedFields where !existing.contains(field.column) {
                try db.execute(
                    sql: "ALTER TABLE \(schema.table) ADD COLUMN \(TableSchema.quoted(field.column)) "
                        + TableSchema.columnType(field.kind))
            }
        }
        for statement in schema.createIndexes { try db.execute(sql: statement) }
        let isCurrent = try columns(of: schema.type.table + "_view", db)
            .isSuperset(of: schema.storedFields.map(\.column))
        if !isCurrent {
            try db.execute(sql: schema.dropView)
            try db.execute(sql: schema.createView)
        }
    }

    /// Columns of a table or view; none where there is none.
    private static func columns(of table: String, _ db: Database) throws -> Set<String> {
        try String.fetchSet(db, sql: "SELECT name FROM pragma_table_info(?)", arguments: [table])
    }

    // MARK: Transactions

    /// Runs `body` in one transaction of its own, in our turn.
    func transaction<Value>(
        _ operation: String, _ body: (Database) throws -> Value
    ) throws(StoreError) -> Value {
        try begin()
        do {
            let value = try StoreError.wrap(operation, path: paths.database) { try queue.inDatabase(body) }
            try commit()
            return value
        } catch {
            rollback()
            throw error
        }
    }

    /// Takes the turn and begins a transaction that several calls fill.
    func begin() throws(StoreError) {
        guard Self.take(turn, through: gate) else { throw Self.noTurn(paths) }
        do {
            try StoreError.wrap("begin to write", path: paths.database) {
                try queue.inDatabase { db in try db.execute(sql: "BEGIN IMMEDIATE") }
            }
        } catch {
            turn.unlock()
            throw error
        }
    }

    /// Commits, gives the turn on, and checkpoints when it is time.
    func commit() throws(StoreError) {
        try StoreError.wrap("commit", path: paths.database) {
            try queue.inDatabase { db in try db.execute(sql: "COMMIT") }
        }
        defer { turn.unlock() }
        if walPages * Connection.pageBytes >= Self.checkpointBytes {
            try checkpoint(SQLITE_CHECKPOINT_PASSIVE)
        }
    }

    /// Gives up what is open; harmless where nothing is.
    func rollback() {
        // After a failed COMMIT there may be nothing left to roll back: what counts is that none is open.
        queue.inDatabase { db in
            if sqlite3_get_autocommit(db.sqliteConnection) == 0 { try? db.execute(sql: "ROLLBACK") }
        }
        turn.unlock()
    }

    /// Moves the WAL into the database and empties it, as far as readers let us: after a run.
    package func checkpointAll() throws(StoreError) {
        guard Self.take(turn, through: gate) else { return }
        defer { turn.unlock() }
        try checkpoint(SQLITE_CHECKPOINT_PASSIVE)
        // Emptying waits for readers; a poll must not be waited for, and an unemptied WAL does no harm.
        queue.inDatabase { db in
            sqlite3_busy_timeout(db.sqliteConnection, 0)
            sqlite3_wal_checkpoint_v2(db.sqliteConnection, nil, SQLITE_CHECKPOINT_TRUNCATE, nil, nil)
            sqlite3_busy_timeout(db.sqliteConnection, Int32(Connection.busySeconds * 1000))
        }
    }

    private func checkpoint(_ mode: Int32) throws(StoreError) {
        try StoreError.wrap("checkpoint", path: paths.database) {
            try queue.inDatabase { db in
                let result = sqlite3_wal_checkpoint_v2(db.sqliteConnection, nil, mode, nil, nil)
                // Busy: a reader holds old pages; the next checkpoint takes what it leaves.
                guard result == SQLITE_OK || result == SQLITE_BUSY else {
                    throw DatabaseError(
                        resultCode: ResultCode(rawValue: result),
                        message: String(cString: sqlite3_errmsg(db.sqliteConnection)))
                }
            }
        }
        walPages = 0
    }
}
