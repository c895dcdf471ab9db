import GRDB
import Glibc
import Records
import TestSupport
import Testing

@testable import Store

@Suite("Indexes that are made of sorted entries")
struct IndexBuildTests {
    private static func type(_ kind: FieldKind) -> RecordType {
        RecordType(
            name: "part", plural: "parts",
            fields: [Field(name: "code", kind: kind, isIndexed: true), Field(name: "note", kind: .text)],
            keys: [["code"]], allowsNoKey: true, limit: .records(1_000_000))
    }

    private let database = TestDatabase()

    /// Puts the values into a table that has no index, a batch at a time, and has the index made.
    ///
    /// - Returns: whether it was.
    private func build(
        _ values: [Value?], _ kind: FieldKind, runs file: Int32? = nil, batch size: Int = 5000
    ) throws -> Bool {
        let type = Self.type(kind)
        let schema = TableSchema(type)
        let fields = [FieldPlan(field: type.fields[0], plane: 0, sourceColumn: 0)]
        let plan = WritePlan(type: type, fields: fields, match: [[0]], mode: .upsert, duplicates: .last)
        let queue = try Connection.open(database.paths.database, role: .writer)
        return try queue.inDatabase { db in
            try db.execute(sql: schema.createTable)
            let index = schema.indexes[0]
            let build = try #require(
                file.map { IndexBuild(index, plan: plan, runs: EntryRuns(file: $0)) }
                    ?? IndexBuild(index, plan: plan, folder: "/tmp"))
            let feed = BatchFeed(planes: [0])
            let insert = try db.makeStatement(sql: "INSERT INTO parts (code) VALUES (?)")
            var first = 0
            while first < values.count {
                let part = values[first..<min(first + size, values.count)]
                let batch = SampleFile(part.map { SampleRecord(values: [$0]) }, fields: fields)
                    .batch(0..<part.count)
                var order = batch.order
                var sorter = KeyOrder()
                sorter.sort(&order, byPlane: 0, of: batch.records.storage)
                feed.give(batch, order: order) {
                    build.add(order, ids: part.indices.map { Int64($0 + 1) }, of: feed.state)
                }
                for value in part {
                    switch value {
                    case .text(let text): try insert.execute(arguments: [text])
                    case .integer(let integer): try insert.execute(arguments: [integer])
                    case nil: try insert.execute(arguments: [nil])
                    }
                }
                first += part.count
            }
            var isMade = false
            try db.inTransaction {
                isMade = try build.make(db)
                return .commit
            }
            return isMade
        }
    }

    private func expectIndex() throws {
        #expect(
            try database.sql("SELECT sql FROM sqlite_schema WHERE tbl_name = 'parts' AND type = 'index'").map
            {
                $0[0] as String
            } == [TableSchema(Self.type(.text)).indexes[0].declaration])
        #expect(try database.sql("PRAGMA integrity_check").map { $0[0] as String } == ["ok"])
        #expect(try database.sql("SELECT 1 FROM sqlite_schema WHERE name LIKE 'sluice%'").isEmpty)
    }

    @Test("any texts in any order: common beginnings, none, longer than what is read at once, empty")
    func texts() throws {
        var random = SeededGenerator.printingSeed()
        var values = Set<String>()
        while values.count < 50_000 {
            let prefix = random.chance(95) ? "part-0000-" : random.chance(50) ? "part" : "zz\u{E9}"
            values.insert(prefix + String(UInt64.random(in: 0...99_999_999, using: &random), radix: 36))
        }
        values.insert("")
        values.insert(String(repeating: "x", count: 200_000))
        values.insert(String(repeating: "part-0000-", count: 7000))
        let list = values.sorted().shuffled(using: &random).map { Value.text($0) }
        #expect(try build(list, .text))
        try expectIndex()
        let found = try database.sql("SELECT code FROM parts INDEXED BY parts_by_code ORDER BY code").map {
            $0[0] as String
        }
        #expect(found == values.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
    }

    @Test("numbers too, those below zero first")
    func numbers() throws {
        var random = SeededGenerator.printingSeed()
        let values = Set(
            (0..<30_000).map { _ in Int64.random(in: -9_999_999...9_999_999, using: &random) })
        #expect(try build(values.shuffled(using: &random).map { Value.integer($0) }, .integer))
        try expectIndex()
        #expect(
            try database.sql("SELECT code FROM parts INDEXED BY parts_by_code ORDER BY code").map { $0[0] }
                == values.sorted())
    }

    @Test("a table without rows gets an empty one")
    func empty() throws {
        #expect(try build([], .text))
        try expectIndex()
    }

    @Test("where a value is blank, or the entries can be kept nowhere, SQLite has to make it")
    func notMade() throws {
        #expect(try !build([.text("a"), nil, .text("b")], .text))
        #expect(
            try database.sql("SELECT 1 FROM sqlite_schema WHERE name <> 'parts' AND name LIKE '%parts%'")
                .isEmpty)
        #expect(EntryRuns(folder: "/nowhere") == nil)
        let full = IndexBuildTests()
        #expect(try !full.build([.text("a")], .text, runs: open("/dev/full", O_RDWR)))
        // Nothing comes back of what is written.
        let gone = IndexBuildTests()
        #expect(try !gone.build([.text("a")], .text, runs: open("/dev/null", O_RDWR)))
        #expect(try gone.database.sql("SELECT name FROM sqlite_schema WHERE name LIKE 'sluice%'").isEmpty)
    }
}
