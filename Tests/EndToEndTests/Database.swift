import Foundation
import GRDB

/// The database as anybody may read it with any SQLite tool.
struct Database {
    private let queue: DatabaseQueue

    init(_ folder: Workdir, _ name: String = "a.db") throws {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(20)
        queue = try DatabaseQueue(path: folder.file(name), configuration: configuration)
    }

    func number(_ sql: String) throws -> Int64? {
        try queue.read { try Int64.fetchOne($0, sql: sql) }
    }

    func text(_ sql: String) throws -> String? {
        try queue.read { try String.fetchOne($0, sql: sql) }
    }

    func texts(_ sql: String) throws -> [String] {
        try queue.read { try String.fetchAll($0, sql: sql) }
    }

    /// Rows as texts, a blank as `-`.
    func rows(_ sql: String) throws -> [[String]] {
        try queue.read { db in
            try Row.fetchAll(db, sql: sql).map { row in
                row.databaseValues.map { $0.isNull ? "-" : String.fromDatabaseValue($0) ?? "\($0)" }
            }
        }
    }

    /// A table's rows in the order of a key, ids left out.
    func content(of table: String, by key: String) throws -> [[String]] {
        let columns = try texts("SELECT name FROM pragma_table_info('\(table)') WHERE name <> 'id'")
        let list = columns.map { "\"\($0)\"" }.joined(separator: ", ")
        return try rows("SELECT \(list) FROM \(table) ORDER BY \(key)")
    }

    func hasTable(_ name: String) throws -> Bool {
        try number("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = '\(name)'") == 1
    }

    /// What SQLite finds wrong: nothing, if all is well.
    func damage() throws -> [String] {
        try texts("PRAGMA integrity_check").filter { $0 != "ok" }
            + rows("PRAGMA foreign_key_check").map { "foreign key: \($0)" }
    }
}
