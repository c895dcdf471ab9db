internal import GRDB
internal import GRDBSQLite
internal import Glibc
package import Records

/// The one connection of this process that writes.
///
/// Every transaction and checkpoint is taken under the turn lock, so processes write one after the other, also where an
/// old SQLite has the race of several writers resetting the WAL. A checkpoint is this connection's own, or is over before
/// the transaction ends that it began with: see ``Checkpointer``.
///
/// `@unchecked Sendable`: the queue of the connection orders all access to what is mutable here.
package final class StoreWriter: @unchecked Sendable {
    package let paths: StorePaths
    let queue: DatabaseQueue
    private let turn: FileLock
    private let gate: FileLock
    private let checkpointer: Checkpointer
    private var schedule: CheckpointSchedule

    /// WAL length at which people are told: some reader keeps checkpoints from emptying it.
    private static let longWALBytes = 2 << 30
    /// How long a transaction waits for its turn.
    private let patience: Duration

    /// Opens a database, making it where `create` says so.
    ///
    /// `patience` is how long each transaction waits for the one of another process: a run that is one
    /// transaction may take minutes. `givesUp` ends the first wait before.
    ///
    /// - Throws: `database_missing`, `cannot_open_database`, `not_a_sluice_database`.
    package convenience init(
        paths: StorePaths, create: Bool, patience: Duration = .seconds(60),
        givesUp: () -> Bool = { false }
    ) throws(StoreError) {
        try self.init(
            paths: paths, create: create, patience: patience, schedule: .standard, givesUp: givesUp)
    }

    init(
        paths: StorePaths, create: Bool, patience: Duration, schedule: CheckpointSchedule,
        givesUp: () -> Bool = { false }
    ) throws(StoreError) {
        self.paths = paths
        self.patience = patience
        self.schedule = schedule
        checkpointer = Checkpointer(path: paths.database)
        let exists = access(paths.database, F_OK) == 0
        guard exists || create else { throw StoreReader.missing(paths.database) }
        // Nothing is changed in another program's file, nor beside it.
        if exists, access(paths.turnLock, F_OK) != 0 {
            _ = try Connection.open(paths.database, role: .reader) { db in
                try StoreReader.expectOurs(db, path: paths.database, mayBeEmpty: create)
            }
        }
        let turn = try FileLock(path: paths.turnLock)
        self.turn = turn
        let gate = try FileLock(path: paths.turnGate)
        self.gate = gate
        guard Self.take(turn, through: gate, within: patience, unless: givesUp) else {
            throw Self.noTurn(paths)
        }
        defer { turn.unlock() }
        // In our turn: a process that was making the database has done so.
        if !exists { try Self.makeFolder(paths.tasks) }
        let queue = try Connection.open(paths.database, role: .writer) { db in
            if exists { try StoreReader.expectOurs(db, path: paths.database, mayBeEmpty: create) }
        }
        self.queue = queue
        if exists { try Self.makeFolder(paths.tasks) }
        try StoreError.wrap("set up the database", path: paths.database) {
            try InternalSchema.migrator.migrate(queue)
        }
        followWAL()
    }

    private static func makeFolder(_ path: String) throws(StoreError) {
        guard mkdir(path, 0o755) == 0 || errno == EEXIST else {
            throw StoreError(
                .cannotOpenDatabase, "cannot make the folder \(path): \(String(cString: strerror(errno)))")
        }
    }

    /// Learns the WAL's length from SQLite after each commit.
    private func followWAL() {
        queue.inDatabase { db in
            _ = sqlite3_wal_hook(
                db.sqliteConnection,
                { context, _, _, pages in
                    let writer = Unmanaged<StoreWriter>.fromOpaque(context.unsafelyUnwrapped)
                    writer.takeUnretainedValue().schedule.walPages = Int(pages)
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
    private static func take(
        _ turn: FileLock, through gate: FileLock, within patience: Duration,
        unless givesUp: () -> Bool = { false }
    ) -> Bool {
        guard gate.lock(within: patience, unless: givesUp) else { return false }
        defer { gate.unlock() }
        return turn.lock(within: patience, unless: givesUp)
    }

    private static func noTurn(_ paths: StorePaths) -> StoreError {
        StoreError(
            .databaseBusy, "\(paths.database): another process has been writing for too long",
            hint: "See what runs with: sluice tasks list")
    }

    /// Makes the tables of these types and links where they are missing, and the types' columns where they have grown.
    ///
    /// A link needs the tables of its sides: they are to be among `types`.
    package func prepareTables(_ types: [RecordType], links: [LinkedTypes] = []) throws(StoreError) {
        try transaction("set up the tables") { db in
            for type in types { try Self.prepareTable(TableSchema(type), db) }
            for link in links { try Self.prepareLink(LinkSchema(link), db) }
        }
    }

    static func prepareLink(_ schema: LinkSchema, _ db: Database) throws {
        try db.execute(sql: schema.createTable)
        try db.execute(sql: schema.createIndex)
    }

    static func prepareTable(_ schema: TableSchema, _ db: Database) throws {
        let existing = try columns(of: schema.type.table, db)
        if existing.isEmpty {
            try db.execute(sql: schema.createTable)
        } else {
            for column in schema.columns where !existing.contains(column.name) {
                try db.execute(
                    sql: "ALTER TABLE \(schema.table) ADD COLUMN \(TableSchema.quoted(column.name)) "
                        + column.type)
            }
        }
        for statement in schema.createIndexes { try db.execute(sql: statement) }
        let isCurrent = try columns(of: schema.type.table + "_view", db)
            .isSuperset(of: schema.type.fields.map(\.column))
        if !isCurrent {
            try db.execute(sql: schema.dropView)
            try db.execute(sql: schema.createView)
        }
    }

    /// Columns of a table or view; none where there is none.
    static func columns(of table: String, _ db: Database) throws -> Set<String> {
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
        guard Self.take(turn, through: gate, within: patience) else { throw Self.noTurn(paths) }
        do {
            try StoreError.wrap("begin to write", path: paths.database) {
                try queue.inDatabase { db in try db.execute(sql: "BEGIN IMMEDIATE") }
            }
        } catch {
            turn.unlock()
            throw error
        }
        if schedule.begin() { checkpointer.start() }
    }

    /// Commits and gives the turn on.
    ///
    /// When it is time, what is committed goes from the WAL into the database: beside the next transaction, or at once where
    /// the WAL is long. The transaction stands whatever becomes of that: a disk that is full is met by the next write, which
    /// fails with nothing half done.
    func commit() throws(StoreError) {
        endCheckpoint()
        try StoreError.wrap("commit", path: paths.database) {
            try queue.inDatabase { db in try db.execute(sql: "COMMIT") }
        }
        defer { turn.unlock() }
        if schedule.commit() { checkpoint(SQLITE_CHECKPOINT_PASSIVE) }
    }

    /// Waits for the checkpoint beside the open transaction, which must not outlast it.
    private func endCheckpoint() {
        if let pages = checkpointer.finish() { schedule.checkpoint(pages) }
    }

    /// Gives up what is open; harmless where nothing is.
    func rollback() {
        endCheckpoint()
        // After a failed COMMIT there may be nothing left to roll back: what counts is that none is open.
        queue.inDatabase { db in
            if sqlite3_get_autocommit(db.sqliteConnection) == 0 { try? db.execute(sql: "ROLLBACK") }
        }
        turn.unlock()
    }

    /// Moves the WAL into the database and empties it, as far as readers let us: after a run.
    ///
    /// Nothing depends on it: an unemptied WAL does no harm, and the next writer empties it.
    package func checkpointAll() {
        guard Self.take(turn, through: gate, within: patience) else { return }
        defer { turn.unlock() }
        checkpoint(SQLITE_CHECKPOINT_PASSIVE)
        // Emptying waits for readers; a poll must not be waited for.
        queue.inDatabase { db in _ = sqlite3_busy_timeout(db.sqliteConnection, 0) }
        checkpoint(SQLITE_CHECKPOINT_TRUNCATE)
        queue.inDatabase { db in
            _ = sqlite3_busy_timeout(db.sqliteConnection, Int32(Connection.busySeconds * 1000))
        }
    }

    /// Writes the whole database anew, so that nothing is left in it of what was taken out, and empties the WAL.
    ///
    /// What SQLite deletes stays in unused parts of its pages. A database of 197 MB took 2.5 s, and its length once more
    /// in a temporary file and once in the WAL.
    ///
    /// - Returns: whether the WAL is empty: a reader of an old state keeps it from being so.
    func compact() throws(StoreError) -> Bool {
        guard Self.take(turn, through: gate, within: patience) else { throw Self.noTurn(paths) }
        defer { turn.unlock() }
        try StoreError.wrap("write the database anew", path: paths.database) {
            try queue.inDatabase { db in try db.execute(sql: "VACUUM") }
        }
        return queue.inDatabase { db in
            _ = sqlite3_busy_timeout(db.sqliteConnection, Self.readerMilliseconds)
            defer { _ = sqlite3_busy_timeout(db.sqliteConnection, Int32(Connection.busySeconds * 1000)) }
            return sqlite3_wal_checkpoint_v2(
                db.sqliteConnection, nil, SQLITE_CHECKPOINT_TRUNCATE, nil, nil) == SQLITE_OK
        }
    }

    /// How long a WAL that must be emptied waits for readers; they themselves wait for nothing.
    private static let readerMilliseconds: Int32 = 10_000

    /// The hook tells the WAL's length anew at the next commit: from its start, where all of it was taken.
    private func checkpoint(_ mode: Int32) {
        schedule.checkpoint(queue.inDatabase { Checkpointer.checkpoint($0, mode) })
    }

    /// Gives back the pages kept in memory: the next write reads those that it needs anew.
    package func releaseMemory() {
        queue.inDatabase { db in _ = sqlite3_db_release_memory(db.sqliteConnection) }
    }

    /// Whether the WAL grew so long that a reader must have held on to an old state for long.
    package var hasLongWAL: Bool { schedule.longestBytes >= Self.longWALBytes }
}
