import GRDB
import Records
import TestSupport
import Testing

@testable import Store

@Suite("Large files into empty tables")
struct FirstLoadTests {
    private static let type = SampleTypes.contact

    /// A file of two fields of contacts that is being loaded.
    private struct Scene {
        let database = TestDatabase()
        let writer: StoreWriter
        let importer: ImportWriter
        let fields: [FieldPlan]
        let task = makeTask(FirstLoadTests.type)
        private let lines = Lines()

        /// The records of the file so far.
        private final class Lines {
            var records: [SampleRecord] = []
        }

        init(
            mode: ImportMode = .upsert, duplicates: DuplicatePolicy = .last, own declaration: String? = nil
        ) throws {
            writer = try database.makeWriter()
            try writer.prepareTables([FirstLoadTests.type])
            if let declaration {
                try writer.transaction("declare") { db in try db.execute(sql: declaration) }
            }
            // Not the first two, so that the order of columns has to change.
            let all = FirstLoadTests.type.fields
            let key = try #require(all.first { [$0.name] == FirstLoadTests.type.keys[0] })
            let last = try #require(all.last { $0.kind == .text && !$0.isEncrypted && $0.name != key.name })
            fields = [last, key].enumerated().map { plane, field in
                FieldPlan(field: field, plane: plane, sourceColumn: plane)
            }
            let number = try writer.insert(task, plan: .import(makePlan(FirstLoadTests.type)))
            importer = try ImportWriter(
                writer: writer, type: FirstLoadTests.type, fields: fields, match: [[1]], mode: mode,
                duplicates: duplicates, taskNumber: number, lastForeignID: nil,
                records: KeyedMerge.leastRecords)
        }

        func write(_ rows: (key: String?, text: String)...) throws -> BatchReceipt {
            try write(rows.map { SampleRecord(values: [.text($0.text), $0.key.map(Value.text)]) })
        }

        func write(_ records: [SampleRecord]) throws -> BatchReceipt {
            lines.records += records
            let end = lines.records.count
            let batch = SampleFile(lines.records, fields: fields).batch(end - records.count..<end)
            return try importer.write(batch).receipt
        }

        func commit() throws {
            try importer.commit(
                task,
                at: ResumePoint(
                    position: Position(byteOffset: 1, lineIndex: 1, recordIndex: 1), lastForeignRowID: 0))
        }

        var indexes: [String] {
            get throws {
                try database.sql(
                    "SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = ?",
                    arguments: [FirstLoadTests.type.table]
                ).map { $0[0] }
            }
        }

        func rows() throws -> [[String?]] {
            let names = ["id"] + fields.map { TableSchema.quoted($0.field.column) }
            return try database.sql(
                "SELECT \(names.joined(separator: ", ")) FROM \(TableSchema(FirstLoadTests.type).table) ORDER BY id"
            ).map { row in (0..<3).map { String.fromDatabaseValue(row[$0]) ?? "\(row[$0] as DatabaseValue)" }
            }
        }
    }

    @Test("has no index before its end, keeps all columns for others, and finds keys of earlier batches")
    func load() throws {
        let scene = try Scene()
        let made = try scene.indexes
        #expect(!made.isEmpty)
        let columns = TableSchema(Self.type).columns.map(\.name)
        #expect(try scene.write(("a", "1"), ("b", "2"), ("a", "3")).created == 2)
        try scene.commit()
        #expect(try scene.indexes == [])
        #expect(
            try Set(scene.database.sql("PRAGMA table_info(\(Self.type.table))").map { $0["name"] as String })
                == Set(columns + ["id"]))
        let second = try scene.write(("c", "4"), ("b", "5"), ("a", "3"))
        #expect(second.created == 1 && second.duplicate == 2)
        try scene.commit()
        try scene.importer.complete()
        #expect(try scene.indexes == made)
        #expect(try scene.rows() == [["1", "3", "a"], ["2", "5", "b"], ["3", "4", "c"]])
        #expect(try scene.database.sql("PRAGMA integrity_check").first?[0] == "ok")
    }

    @Test(
        "what people gave the table themselves stays",
        arguments: [
            "CREATE INDEX theirs ON \(type.table) (id, \(TableSchema.quoted(type.fields[0].column)))",
            "CREATE TRIGGER theirs AFTER DELETE ON \(type.table) BEGIN SELECT 1; END",
            "ALTER TABLE \(type.table) ADD COLUMN theirs TEXT",
        ])
    func ownDeclarations(declaration: String) throws {
        let scene = try Scene(own: declaration)
        func declarations() throws -> [String] {
            try scene.database.sql("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name").map {
                $0[0]
            }
        }
        let before = try declarations()
        #expect(before.contains { $0.contains("theirs") })
        #expect(try scene.write(("a", "1"), ("a", "2")).created == 1)
        try scene.commit()
        #expect(try declarations() == before)
    }

    @Test("rows take no room for columns that are not fed")
    func narrowRows() throws {
        let wide = try Scene()
        try wide.writer.transaction("add") { db in
            try db.execute(
                sql: "INSERT INTO \(Self.type.table) (\(TableSchema.quoted(wide.fields[1].field.column))) "
                    + "VALUES ('z')")
        }
        let narrow = try Scene()
        for scene in [wide, narrow] {
            _ = try scene.write((0..<3000).map { SampleRecord(values: [.text("t"), .text("k\($0)")]) })
            try scene.commit()
        }
        func size(_ scene: Scene) throws -> Int {
            try #require(
                scene.database.sql(
                    "SELECT sum(payload) FROM dbstat WHERE name = ?", arguments: [Self.type.table]
                ).first?[0])
        }
        let unfed = TableSchema(Self.type).columns.count - 2
        #expect(try size(wide) - size(narrow) >= 3000 * unfed)
    }

    @Test("ids go on behind those that the table has had")
    func ids() throws {
        let scene = try Scene()
        try scene.writer.transaction("add and take away") { db in
            try db.execute(sql: "INSERT INTO \(Self.type.table) (id) VALUES (41)")
            try db.execute(sql: "DELETE FROM \(Self.type.table)")
        }
        #expect(try scene.write(("a", "1"), (nil, "2")).created == 2)
        try scene.commit()
        #expect(try scene.rows().map { $0[0] } == ["42", "43"])
    }

    @Test("a value that somebody else gave a row meanwhile, in a column that is not fed, stays")
    func meddling() throws {
        let scene = try Scene()
        _ = try scene.write(("a", "1"), ("b", "2"))
        try scene.commit()
        let other = try #require(
            Self.type.fields.first { field in
                field.kind == .text && !field.isEncrypted && !scene.fields.contains { $0.field == field }
            })
        let column = TableSchema.quoted(other.column)
        try StoreWriter(paths: scene.database.paths, create: false).transaction("meddle") { db in
            try db.execute(sql: "UPDATE \(Self.type.table) SET \(column) = 'theirs' WHERE id = 1")
            let buffer = JournalBuffer(
                table: Self.type.table, kind: .touched, columns: [], keepsOrder: false)
            buffer.begin(1)
            try JournalWriter(task: 99, keepsValues: false).write(buffer, db)
        }
        #expect(try scene.write(("a", "new"), ("c", "3")).created == 1)
        try scene.commit()
        try scene.importer.complete()
        #expect(try scene.rows().map { $0.dropFirst() } == [["new", "a"], ["2", "b"], ["3", "c"]])
        #expect(
            try scene.database.sql("SELECT \(column) FROM \(Self.type.table) WHERE id = 1").first?[0]
                == "theirs")
    }

    @Test("rows that another program takes away meanwhile are in no index")
    func takenAway() throws {
        let scene = try Scene()
        _ = try scene.write(("a", "1"), ("b", "2"), ("c", "3"))
        try scene.commit()
        try scene.database.sql("DELETE FROM \(Self.type.table) WHERE id = 2")
        try scene.importer.complete()
        #expect(try scene.rows().map { $0[0] } == ["1", "3"])
        #expect(try scene.database.sql("PRAGMA integrity_check").first?[0] == "ok")
    }

    @Test("rows that are rolled back are in no index")
    func rolledBackRows() throws {
        let scene = try Scene()
        _ = try scene.write(("a", "1"), ("b", "2"))
        try scene.commit()
        _ = try scene.write(("c", "3"))
        scene.importer.rollback()
        try scene.importer.complete()
        #expect(try scene.rows().map { $0[0] } == ["1", "2"] && !scene.indexes.isEmpty)
        #expect(try scene.database.sql("PRAGMA integrity_check").first?[0] == "ok")
    }

    @Test("what is rolled back leaves table, indexes and declarations as they were")
    func rollback() throws {
        let scene = try Scene()
        let before = try scene.database.sql("SELECT name, sql FROM sqlite_schema ORDER BY 1").map(
            \.description)
        _ = try scene.write(("a", "1"))
        scene.importer.rollback()
        #expect(
            try scene.database.sql("SELECT name, sql FROM sqlite_schema ORDER BY 1").map(\.description)
                == before)
        // The same connection knows all columns again.
        try scene.writer.transaction("add") { db in
            for column in TableSchema(Self.type).columns {
                _ = try db.makeStatement(
                    sql: "SELECT \(TableSchema.quoted(column.name)) FROM \(Self.type.table)")
            }
        }
    }

    @Test("a file with more records than it was said to have is merged from there on")
    func moreThanSaid() throws {
        let scene = try Scene()
        let said = Int(KeyedMerge.leastRecords)
        var created: UInt64 = 0
        for part in [0..<said, said..<said + 300, 0..<100] {
            created += try scene.write(part.map { SampleRecord(values: [.text("t"), .text("k\($0)")]) })
                .created
        }
        try scene.commit()
        #expect(created == UInt64(said + 300))
        #expect(try !scene.indexes.isEmpty)
    }

    @Test("keys that look the same are told apart by asking, and each is found again")
    func sameHashes() {
        var random = SeededGenerator.printingSeed()
        for _ in 0..<50 {
            let count = Int.random(in: 1...200, using: &random)
            let hashes = (0..<count).map { _ in
                UInt64.random(in: 0...3, using: &random) << UInt64.random(in: 0...63, using: &random)
            }
            var keys = FirstKeys(capacity: count)
            var numbers: [Int: UInt32] = [:]
            for _ in 0..<3 * count {
                let key = Int.random(in: 0..<count, using: &random)
                let new = UInt32(numbers.count)
                let found = keys.number(of: hashes[key], else: new) { numbers[key] == $0 }
                #expect(found == numbers[key] ?? new)
                numbers[key] = found
            }
            #expect(keys.count == numbers.count)
        }
    }
}
