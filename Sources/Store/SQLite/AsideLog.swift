internal import GRDB
internal import Glibc

/// What a run that is one transaction logs, kept out of that transaction: it must outlive a rollback.
///
/// An SQLite file of its own with the log's tables, copied into the database when the run ends. Nothing of it
/// is needed after a crash, so it has neither journal nor syncs.
final class AsideLog {
    private let path: String
    let queue: DatabaseQueue

    /// Begins an empty one; what an earlier run left behind is taken away.
    ///
    /// - Throws: where the file cannot be made.
    init(path: String) throws(StoreError) {
        self.path = path
        unlink(path)
        queue = try StoreError.wrap("keep rejects aside", path: path) {
            var configuration = Configuration()
            configuration.label = "sluice.aside"
            configuration.foreignKeysEnabled = false
            configuration.prepareDatabase { db in
                try db.execute(sql: "PRAGMA journal_mode = OFF")
                try db.execute(sql: "PRAGMA synchronous = OFF")
            }
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            try queue.inDatabase { db in
                try db.execute(
                    sql: """
                        CREATE TABLE sluice_rejects (task, record, line, byte_offset, issues, bytes, key, sealed);
                        CREATE TABLE sluice_duplicates (task, record, line);
                        CREATE TABLE sluice_results (task, record, outcomes);
                        """)
            }
            return queue
        }
    }

    deinit {
        unlink(path)
    }

    /// Copies tables into a database, row by row.
    func copy(_ tables: [String], into db: Database) throws {
        try queue.inDatabase { aside in
            for table in tables {
                let columns = try aside.columns(in: table).map(\.name)
                let insert = try db.makeStatement(
                    sql: "INSERT INTO \(table) (\(columns.joined(separator: ", "))) VALUES "
                        + "(\(columns.map { _ in "?" }.joined(separator: ", ")))")
                let rows = try Row.fetchCursor(aside, sql: "SELECT * FROM \(table) ORDER BY rowid")
                while let row = try rows.next() {
                    try insert.execute(arguments: StatementArguments(row.databaseValues))
                }
            }
        }
    }
}
