internal import GRDB
internal import Glibc

/// A connection that only reads: it never waits for the writer and never checkpoints.
package final class StoreReader: Sendable {
    package let paths: StorePaths
    let queue: DatabaseQueue

    /// - Throws: `database_missing`, `cannot_open_database`, `not_a_sluice_database`.
    package convenience init(paths: StorePaths) throws(StoreError) {
        try self.init(paths: paths, mayBeEmpty: false)
    }

    private init(paths: StorePaths, mayBeEmpty: Bool) throws(StoreError) {
        self.paths = paths
        guard access(paths.database, F_OK) == 0 else { throw Self.missing(paths.database) }
        queue = try Connection.open(paths.database, role: .reader) { db in
            try Self.expectOurs(db, path: paths.database, mayBeEmpty: mayBeEmpty)
        }
    }

    /// A reader of a database that need not be there; `nil` where it is not, or is an empty file.
    ///
    /// Another process may be making the database now, so none of our tables need be in it yet.
    ///
    /// - Throws: `cannot_open_database`, `not_a_sluice_database`.
    package static func ifThere(_ paths: StorePaths) throws(StoreError) -> StoreReader? {
        var status = stat()
        guard stat(paths.database, &status) == 0, status.st_size > 0 else { return nil }
        return try StoreReader(paths: paths, mayBeEmpty: true)
    }

    /// Runs `body` over one consistent state of the database.
    func read<Value>(_ operation: String, _ body: (Database) throws -> Value) throws(StoreError) -> Value {
        try StoreError.wrap(operation, path: paths.database) { try queue.read(body) }
    }

    static func missing(_ path: String) -> StoreError {
        StoreError(
            .databaseMissing, "there is no database at \(path)",
            hint: "Name it with --database PATH or SLUICE_DATABASE; 'sluice import' makes a new one there.")
    }

    /// Refuses an SQLite file that some other program made.
    ///
    /// The list of migrations is nobody's: another process that makes the database now has made it first.
    static func expectOurs(_ db: Database, path: String, mayBeEmpty: Bool) throws(StoreError) {
        let tables = try StoreError.wrap("read the database", path: path) {
            try (
                all: Int.fetchOne(
                    db, sql: "SELECT count(*) FROM sqlite_schema WHERE tbl_name <> 'grdb_migrations'") ?? 0,
                ours: Int.fetchOne(
                    db, sql: "SELECT count(*) FROM sqlite_schema WHERE name = 'sluice_tasks'") ?? 0
            )
        }
        if tables.ours == 1 || (mayBeEmpty && tables.all == 0) { return }
        throw StoreError(
            .notOurDatabase, "\(path) is an SQLite database, but none of Sluice's",
            hint: "Name another file with --database.")
    }
}
