import Foundation
import GRDB
import TestSupport
import Testing

@testable import Store

@Suite("Checkpoints")
struct CheckpointTests {
    private static let worthBytes = 1 << 18

    private func makeWriter(_ database: TestDatabase) throws -> StoreWriter {
        let writer = try StoreWriter(
            paths: database.paths, create: true, patience: .seconds(10),
            schedule: CheckpointSchedule(worthBytes: Self.worthBytes))
        try writer.transaction("make a table") { try $0.execute(sql: "CREATE TABLE t (bytes BLOB)") }
        writer.checkpointAll()
        return writer
    }

    private func fill(_ bytes: Int, _ db: Database) throws {
        for _ in 0..<bytes / 8192 { try db.execute(sql: "INSERT INTO t VALUES (randomblob(8000))") }
    }

    private func rows(_ database: TestDatabase) throws -> Int {
        try #require(try database.sql("SELECT count(*) FROM t").first)[0]
    }

    /// The database's own file, without the WAL.
    private func withoutWAL(_ database: TestDatabase) throws -> TestDatabase {
        let copy = TestDatabase()
        try FileManager.default.copyItem(atPath: database.paths.database, toPath: copy.paths.database)
        return copy
    }

    private func seen(by queue: DatabaseQueue, _ statement: String) throws -> Int {
        try queue.inDatabase { db in
            try db.execute(sql: statement)
            return try Int.fetchOne(db, sql: "SELECT count(*) FROM t") ?? 0
        }
    }

    @Test("What one transaction committed is in the database before the next is")
    func beside() throws {
        let database = TestDatabase()
        let writer = try makeWriter(database)
        try writer.transaction("fill") { try fill(Self.worthBytes * 3 / 2, $0) }
        let first = try rows(database)
        #expect(try rows(withoutWAL(database)) == 0)
        try writer.transaction("fill") { try fill(8192, $0) }
        #expect(try rows(withoutWAL(database)) == first)
        #expect(try rows(database) == first + 1)
    }

    @Test("Transactions that are taken back have checkpoints beside them, too")
    func rolledBack() throws {
        struct Back: Error {}
        let database = TestDatabase()
        let writer = try makeWriter(database)
        try writer.transaction("fill") { try fill(Self.worthBytes * 3 / 2, $0) }
        let first = try rows(database)
        #expect(throws: StoreError.self) {
            try writer.transaction("fill") { db in
                try fill(8192, db)
                throw Back()
            }
        }
        #expect(try rows(withoutWAL(database)) == first)
        #expect(try rows(database) == first)
    }

    @Test("The WAL stays as long as its limit and a transaction, whatever transactions and readers come")
    func random() throws {
        var random = SeededGenerator.printingSeed()
        let database = TestDatabase()
        let writer = try makeWriter(database)
        let most = Self.worthBytes * 2
        var unsafe = Configuration()
        unsafe.allowsUnsafeTransactions = true
        var readers: [(queue: DatabaseQueue, rows: Int)] = []
        var expected = 0
        for _ in 0..<60 {
            if random.chance(20) {
                let queue = try DatabaseQueue(
                    path: database.paths.database, configuration: unsafe)
                readers.append((queue, try seen(by: queue, "BEGIN")))
            } else if random.chance(40), let reader = readers.popLast() {
                #expect(try seen(by: reader.queue, "") == reader.rows)
            }
            let bytes = Int.random(in: 0...most, using: &random)
            try writer.transaction("fill") { try fill(bytes, $0) }
            expected += bytes / 8192
            #expect(try rows(database) == expected)
        }
        readers.removeAll()
        #expect(try database.sql("PRAGMA integrity_check").map { $0[0] as String } == ["ok"])
        var longest = 0
        for _ in 0..<12 {
            let bytes = Int.random(in: 0...most, using: &random)
            try writer.transaction("fill") { try fill(bytes, $0) }
        }
        writer.checkpointAll()
        for _ in 0..<30 {
            let bytes = Int.random(in: 0...most, using: &random)
            try writer.transaction("fill") { try fill(bytes, $0) }
            let wal = database.paths.database + "-wal"
            let length = try FileManager.default.attributesOfItem(atPath: wal)[.size] as? Int
            longest = max(longest, try #require(length))
        }
        // A row of 8,000 bytes has half a page; and there are the table's inner pages.
        #expect(longest <= 3 * Self.worthBytes + most * 5 / 4)
    }
}
