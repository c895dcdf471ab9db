import GRDB
import Records
import TestSupport
import Testing

@testable import ListFilters
@testable import Store

/// Records, changes and searches made up from few words, so that they often meet.
private struct SearchWorld {
    static let type = RecordType(
        name: "person", plural: "people",
        fields: [
            Field(name: "number", kind: .identifier, isRequired: true, isUnique: true, isSearchable: true),
            Field(name: "firstName", kind: .text, isSearchable: true),
            Field(name: "lastName", kind: .text, isSearchable: true),
            Field(name: "email", kind: .email, isSearchable: true),
            Field(name: "phone1", kind: .phone, isSearchable: true),
            Field(name: "phone2", kind: .phone, isSearchable: true), Field(name: "city", kind: .text),
        ],
        keys: [["number"]], allowsNoKey: false, limit: .records(1000))

    var random: SeededGenerator

    private mutating func one<Value>(of values: [Value]) -> Value {
        values[Int.random(in: 0..<values.count, using: &random)]
    }

    private mutating func name() -> String {
        one(of: [
            "Smith", "smithson", "José", "JOSE\u{301}", "O'Brien", "Obrien", "Ann-Marie", "Straße", "日本", "김",
            "Σίσυφος",
            "+1415", "4155550100", "a 415 555", "🙂", "x\u{200B}y", String(repeating: "z", count: 70), "AND",
            "NEAR",
        ])
    }

    private mutating func value(_ field: Field) -> Value? {
        guard field.isRequired || !random.chance(30) else { return nil }
        switch field.name {
        case "number": return .text("N-0\(Int.random(in: 1...60, using: &random))")
        case "email":
            return .text("\(one(of: ["ann.smith", "jose", "bob"]))@\(one(of: ["example.com", "smith.org"]))")
        case "phone1", "phone2":
            return .text(one(of: ["+14155550100", "+14155559999", "+493012345", "+390612345678"]))
        case "city": return .text(one(of: ["Smith", "Here"]))
        default: return .text(name())
        }
    }

    /// An import that creates rows and changes some, in several transactions.
    mutating func importCase() -> ImportCase {
        let fields = Self.type.fields.filter { _ in random.chance(80) }
        let all = fields.contains { $0.name == "number" } ? fields : [Self.type.fields[0]] + fields
        let number = all.firstIndex { $0.name == "number" } ?? 0
        let plans = all.enumerated().map { index, field in
            FieldPlan(
                field: field, plane: index, sourceColumn: index, blank: random.chance(60) ? .keep : .clear)
        }
        let records = (0..<Int.random(in: 1...40, using: &random)).map { _ in
            SampleRecord(values: all.map { value($0) })
        }
        var work = ImportCase(
            type: Self.type, fields: plans, match: [[number]],
            mode: ImportMode.allCases.randomElement(using: &random) ?? .upsert,
            duplicates: [.last, .first, .reject].randomElement(using: &random) ?? .last, records: records)
        work.course = ImportCase.Course(
            seed: random.next(), mostInBatch: one(of: [1, 5, 40]), commits: one(of: [30, 100]),
            interruptions: random.chance(30) ? 20 : 0, loads: random.chance(50))
        return work
    }

    mutating func asked() -> String {
        let words = [
            "smith", "SMI", "jose", "José", "o'b", "obri", "ann", "marie", "stras", "日", "김", "σι", "415",
            "4155550100",
            "415 555", "0415", "+1 (415) 555-0100", "030 12", "06 12", "n", "n 01", "01", "1", "and", "near",
            "or",
            "ann.smith@ex", "bob@smith", "com", "xy", String(repeating: "z", count: 64), "here", "nobody",
            "0", "a 415",
        ]
        return (0..<Int.random(in: 1...2, using: &random)).map { _ in one(of: words) }.joined(separator: " ")
    }

    mutating func filter() throws -> ListFilter {
        let text = "search '\(asked().replacing("'", with: "''"))'"
        let other = "search '\(asked().replacing("'", with: "''"))'"
        let form = one(of: [
            text, text, "not \(text)", "\(text) and city = 'Smith'", "\(text) or city is empty",
            "\(text) and not \(other)",
            "not (\(text) or \(other))",
        ])
        return try ListFilter(form, for: Self.type)
    }
}

@Suite("The index of quick search")
struct SearchIndexTests {
    private let type = SearchWorld.type

    /// The ids that a filter has in the database, however they are found.
    private func found(
        _ filter: ListFilter, _ paths: StorePaths, _ type: RecordType? = nil
    ) throws -> [Int64] {
        let snapshot = try RowSnapshot(paths: paths)
        let query = RowQuery(type: type ?? self.type, columns: [.id], filter: filter)
        let cursor = try RowCursor(query, over: snapshot)
        let batch = RowBatch(columnCount: 1, maxRows: 10_000, byteCapacity: 1 << 16)
        _ = try cursor.fill(batch)
        let ids = (0..<batch.count).map { batch.ids[$0] }
        #expect(try snapshot.count(query) == UInt64(ids.count))
        return ids
    }

    /// The ids that it has by the plain evaluator.
    private func wanted(_ filter: ListFilter, _ paths: StorePaths) throws -> [Int64] {
        let queue = try DatabaseQueue(path: paths.database)
        let rows = try queue.inDatabase { db in try Row.fetchAll(db, sql: "SELECT * FROM people ORDER BY id")
        }
        return rows.filter { holds(filter.condition, $0) }.map { $0["id"] }
    }

    private func holds(_ condition: Condition, _ row: Row) -> Bool {
        switch condition {
        case .all(let parts): return parts.allSatisfy { holds($0, row) }
        case .any(let parts): return parts.contains { holds($0, row) }
        case .not(let part): return !holds(part, row)
        case .test(let test):
            let value = row[test.field.column] as String?
            return (test.question == .isEmpty ? value == nil : value == "Smith") != test.isNegated
        case .linked: preconditionFailure("these rows have no links")
        case .search(let test):
            var matcher = SearchMatcher(test.search)
            matcher.begin()
            for field in type.searchedFields {
                guard var value = row[field.column] as String? else { continue }
                value.withUTF8 { matcher.look(into: $0, isPhone: field.kind == .phone) }
            }
            return matcher.isWithin != test.isNegated
        }
    }

    private func indexIsSound(_ paths: StorePaths) throws -> Bool {
        let queue = try DatabaseQueue(path: paths.database)
        return try queue.inDatabase { db in
            let fault = try String.fetchOne(db, sql: "PRAGMA integrity_check")
            guard fault == "ok" else { return false }
            for number in try Int64.fetchAll(db, sql: "SELECT number FROM sluice_search_indexes") {
                let name = SearchSchema.index(number)
                try db.execute(sql: "INSERT INTO \(name) (\(name)) VALUES ('integrity-check')")
            }
            return true
        }
    }

    @Test("it finds what the plain evaluator finds, whatever was imported, deleted and indexed before")
    func agrees() throws {
        var world = SearchWorld(random: .printingSeed())
        for _ in 0..<25 {
            var runner = try ImportRunner(type)
            for _ in 0..<8 {
                switch Int.random(in: 0..<10, using: &world.random) {
                case 0..<5: _ = try runner.run(world.importCase())
                case 5:
                    let ids = Int.random(in: 2...9, using: &world.random)
                    let database = try DatabaseQueue(path: runner.paths.database)
                    try database.inDatabase { db in
                        try db.execute(sql: "DELETE FROM people WHERE id % ? = 0", arguments: [ids])
                    }
                default:
                    _ = try runner.writer.indexForSearch(
                        type, rowsPerTransaction: Int.random(in: 1...30, using: &world.random),
                        staleRows: Int64.random(in: 0...20, using: &world.random))
                }
                for _ in 0..<6 {
                    let filter = try world.filter()
                    let (found, wanted) = (try found(filter, runner.paths), try wanted(filter, runner.paths))
                    #expect(found == wanted, "\(filter.text)")
                    if found != wanted { return }
                }
            }
            #expect(try indexIsSound(runner.paths))
        }
    }

    @Test("an import that begins before the index is made tells of what it changes after")
    func importAcrossIndexing() throws {
        let runner = try ImportRunner(type)
        let fields = [type.fields[0], type.fields[1]].enumerated().map { index, field in
            FieldPlan(field: field, plane: index, sourceColumn: index, blank: .keep)
        }
        func file(_ names: [String]) -> SampleFile {
            SampleFile(
                names.enumerated().map { SampleRecord(values: [.text("N\($0)"), .text($1)]) }, fields: fields)
        }
        func importer() throws -> ImportWriter {
            let task = makeTask(type)
            let number = try runner.writer.insert(task, plan: .import(makePlan(type)))
            return try ImportWriter(
                writer: runner.writer, type: type, fields: fields, match: [[0]], mode: .upsert,
                duplicates: .last,
                taskNumber: number, lastForeignID: nil)
        }
        func write(_ importer: ImportWriter, _ file: SampleFile, _ range: Range<Int>) throws {
            _ = try importer.write(file.batch(range))
            let task = makeTask(type)
            try importer.commit(
                task, at: ResumePoint(position: file.batch(range).records.end, lastForeignRowID: 0))
        }
        let before = file(["Smith", "Smith"])
        try write(importer(), before, 0..<2)
        let second = try importer()
        let after = file(["Jones", "Jones"])
        try write(second, after, 0..<1)
        _ = try runner.writer.indexForSearch(type)
        try write(second, after, 1..<2)
        #expect(try found(ListFilter("search 'jones'", for: type), runner.paths) == [1, 2])
        #expect(try found(ListFilter("search 'smith'", for: type), runner.paths) == [])
    }

    @Test("an import writes nothing for it but which rows it changed, and that only where there is an index")
    func importPath() throws {
        var world = SearchWorld(random: .printingSeed())
        var runner = try ImportRunner(type)
        let database = try DatabaseQueue(path: runner.paths.database)
        func count(_ table: String) throws -> Int {
            try database.inDatabase { db in try Int.fetchOne(db, sql: "SELECT count(*) FROM \(table)") ?? -1 }
        }
        for _ in 0..<10 { _ = try runner.run(world.importCase()) }
        #expect(try count("sluice_search_indexes") == 0)
        #expect(try count("sluice_search_changes") == 0)
        _ = try runner.writer.indexForSearch(type)
        let indexed = try count("sluice_search_1_data")
        for _ in 0..<10 { _ = try runner.run(world.importCase()) }
        #expect(try count("sluice_search_changes") > 0)
        #expect(try count("sluice_search_1_data") == indexed)
    }

    @Test("an index of other fields, or by other rules, is not used, and made anew")
    func otherSignature() throws {
        var world = SearchWorld(random: .printingSeed())
        var runner = try ImportRunner(type)
        for _ in 0..<5 { _ = try runner.run(world.importCase()) }
        _ = try runner.writer.indexForSearch(type)
        let database = try DatabaseQueue(path: runner.paths.database)
        try database.inDatabase { db in
            try db.execute(sql: "UPDATE sluice_search_indexes SET signature = 'of old'")
            try db.execute(sql: "INSERT INTO sluice_search_1 (sluice_search_1) VALUES ('delete-all')")
        }
        let filter = try ListFilter("search 'n'", for: type)
        let all = try wanted(filter, runner.paths)
        #expect(try !all.isEmpty && found(filter, runner.paths) == all)
        #expect(try runner.writer.indexForSearch(type) == all.count)
        #expect(try found(filter, runner.paths) == all)
        let numbers = try database.inDatabase { db in
            try Int.fetchAll(db, sql: "SELECT number FROM sluice_search_indexes")
        }
        #expect(numbers == [2])
    }

    @Test("a search is exact and only slower where the index cannot be written")
    func postponed() throws {
        let runner = try ImportRunner(type)
        let database = try DatabaseQueue(path: runner.paths.database)
        try database.inDatabase { db in
            try db.execute(
                sql: """
                    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10001)
                    INSERT INTO people (number, last_name) SELECT 'N' || i, iif(i % 5000 = 0, 'Smith', 'Jones') FROM n
                    """)
        }
        let turn = try FileLock(path: runner.paths.turnLock)
        #expect(turn.tryLock())
        let upkeep = try SearchUpkeep.bringUpToDate(type, paths: runner.paths, patience: .milliseconds(10))
        guard case .postponed(let error) = upkeep else {
            Issue.record("\(upkeep)")
            return
        }
        #expect(error.code == .databaseBusy)
        #expect(try found(ListFilter("search 'smith'", for: type), runner.paths) == [5000, 10_000])
        turn.unlock()
        guard case .indexed(let rows) = try SearchUpkeep.bringUpToDate(type, paths: runner.paths) else {
            Issue.record("not indexed")
            return
        }
        #expect(rows == 10_001)
        #expect(try found(ListFilter("search 'smith'", for: type), runner.paths) == [5000, 10_000])
        guard case .current = try SearchUpkeep.bringUpToDate(type, paths: runner.paths) else {
            Issue.record("indexed again")
            return
        }
    }

    @Test("of a type with more searched fields than SQLite hands a function, the first are searched")
    func manyFields() throws {
        let words = (0..<130).map { Field(name: "word\($0)", kind: .text, isSearchable: true) }
        let wide = RecordType(
            name: "page", plural: "pages", fields: [Field(name: "number", kind: .identifier)] + words,
            keys: [["number"]], allowsNoKey: false, limit: .records(1000))
        let runner = try ImportRunner(wide)
        let database = try DatabaseQueue(path: runner.paths.database)
        try database.inDatabase { db in
            try db.execute(
                sql: "INSERT INTO pages (number, word0, word99, word100) VALUES ('1', 'smith', '', 'jones'), "
                    + "('2', '', 'smith', 'smith'), ('3', 'jones', '', 'smith')")
        }
        let filter = try ListFilter("search 'smith'", for: wide)
        #expect(try found(filter, runner.paths, wide) == [1, 2])
        #expect(try runner.writer.indexForSearch(wide) == 3)
        #expect(try found(filter, runner.paths, wide) == [1, 2])
    }

    @Test("searches may stand in as many parentheses as a list filter has")
    func deepest() throws {
        var world = SearchWorld(random: .printingSeed())
        var runner = try ImportRunner(type)
        func check() throws {
            var text = "search 'n'"
            for level in 0..<ListFilter.maxDepth {
                text = level % 2 == 0 ? "search '0' or (\(text))" : "search 'n' and not (\(text))"
            }
            let filter = try ListFilter(text, for: type)
            #expect(try found(filter, runner.paths) == wanted(filter, runner.paths))
        }
        for _ in 0..<3 { _ = try runner.run(world.importCase()) }
        try check()
        // Rows in the index, stale ones, changed ones and new ones.
        for _ in 0..<2 {
            _ = try runner.writer.indexForSearch(type)
            for _ in 0..<5 { _ = try runner.run(world.importCase()) }
        }
        try check()
    }

    @Test("a search goes by the index, and not over all rows")
    func usesIndex() throws {
        let runner = try ImportRunner(type)
        _ = try runner.writer.indexForSearch(type)
        let reader = try StoreReader(paths: runner.paths)
        let filter = try ListFilter("search 'smith' and city = 'x'", for: type)
        let steps = try reader.read("explain") { db in
            let query = try RowQuery(type: type, columns: [.id], filter: filter).searching(db).counting
            return try Row.fetchAll(
                db, sql: "EXPLAIN QUERY PLAN " + query.sql, arguments: StatementArguments(query.arguments)
            ).map { $0["detail"] as String }
        }
        #expect(steps.contains { $0.hasPrefix("SEARCH t USING INTEGER PRIMARY KEY") }, "\(steps)")
        #expect(!steps.contains { $0.hasPrefix("SCAN t") || $0.hasPrefix("SCAN s") }, "\(steps)")
    }
}
