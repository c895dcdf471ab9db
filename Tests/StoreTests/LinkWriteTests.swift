import GRDB
import Records
import TestSupport
import Testing

@testable import Store

/// A link between two made-up types, over a database with rows of both.
struct LinkCase {
    let linked: LinkedTypes
    let fields: [FieldPlan]
    let match: [[Int]]
    private let database = TestDatabase()
    let writer: StoreWriter
    private let task: UserTask

    /// `keys`: for each side the values of its rows.
    init(_ keys: [[String]], unlinked: Int = 0) throws {
        let types = ["site", "day"].map { name in
            RecordType(
                name: name, plural: name + "s",
                fields: [
                    Field(name: "code", kind: .identifier, isUnique: true),
                    Field(name: "other", kind: .identifier, isUnique: true),
                ], keys: [["code"], ["other"]], allowsNoKey: false, limit: .records(100))
        }
        linked = LinkedTypes(
            link: LinkType(
                name: "siteDay", plural: "siteDays", first: .init(type: "site"), second: .init(type: "day")),
            first: types[0], second: types[1])
        let type = linked.recordType
        fields = ["site.code", "day.code"].enumerated().compactMap { plane, name in
            type.field(named: name).map { FieldPlan(field: $0, plane: plane, sourceColumn: plane) }
        }
        match = [[0, 1]]
        writer = try database.makeWriter()
        try writer.prepareTables(types, links: [linked])
        for (type, keys) in zip(types, keys) {
            for key in keys {
                try database.sql("INSERT INTO \(type.plural) (code) VALUES (?)", arguments: [key])
            }
        }
        task = makeTask(type)
    }

    func makeImporter(_ mode: LinkMode = .link, begins: Bool = true) throws -> ImportWriter {
        let task = makeTask(linked.recordType)
        let number = try writer.insert(task, plan: .import(makePlan(linked.recordType)))
        return try ImportWriter(
            writer: writer, linked: linked, fields: fields, match: match, mode: mode, begins: begins,
            taskNumber: number)
    }

    /// The batches of one file.
    func batches(_ parts: [[(String, String)]]) -> [CheckedBatch] {
        let file = SampleFile(
            parts.joined().map { SampleRecord(values: [.text($0.0), .text($0.1)]) }, fields: fields)
        var start = 0
        return parts.map { part in
            defer { start += part.count }
            return file.batch(start..<start + part.count)
        }
    }

    func commit(_ importer: ImportWriter) throws {
        try importer.commit(task, at: ResumePoint(position: Position(), lastForeignRowID: 0))
    }

    func pairs() throws -> Set<String> {
        let fault = try database.sql("PRAGMA integrity_check").first?[0] as String?
        precondition(fault == "ok", fault ?? "no answer")
        let broken = try database.sql("PRAGMA foreign_key_check")
        precondition(broken.isEmpty, "\(broken)")
        return Set(
            try database.sql(
                """
                SELECT s.code || char(10) || d.code FROM site_days l JOIN sites s ON s.id = l.site_id
                JOIN days d ON d.id = l.day_id
                """
            ).map { $0[0] as String })
    }

    var hasIndex: Bool {
        get throws {
            try !database.sql("SELECT 1 FROM sqlite_schema WHERE name = 'site_days_by_day_id'").isEmpty
        }
    }
}

@Suite("Writing links")
struct LinkWriteTests {
    /// Keys that agree in their first bytes, differ in length, or do neither.
    private func keys(_ count: Int, using random: inout SeededGenerator) -> [String] {
        let prefix = String(repeating: "account-", count: Int.random(in: 0...2, using: &random))
        let length = [2, 7, 20].randomElement(using: &random) ?? 2
        let letters = ["0", "1", "a", "é", "ÿ", " "].prefix(Int.random(in: 2...6, using: &random))
        var keys: Set<String> = []
        for _ in 0..<count {
            keys.insert(
                prefix
                    + (0..<Int.random(in: 1...length, using: &random)).map { _ in
                        letters.randomElement(using: &random) ?? ""
                    }.joined())
        }
        return keys.sorted()
    }

    @Test(
        "Pairs come to what a plain reading of the file says, however it is cut into batches and transactions"
    )
    func againstModel() throws {
        var random = SeededGenerator.printingSeed()
        for _ in 0..<60 {
            // Few rows: all of the index is read. Many: each key is looked up.
            let sides = (0..<2).map { _ in
                keys([3, 30, 300].randomElement(using: &random) ?? 3, using: &random)
            }
            let rows = sides.map { $0.filter { _ in random.chance(85) } }
            let work = try LinkCase(rows)
            var linked: Set<String> = []
            for mode in [LinkMode.link, .unlink, .link] {
                let importer = try work.makeImporter(mode, begins: false)
                let parts = (0..<Int.random(in: 1...3, using: &random)).map { _ in
                    (0..<Int.random(in: 1...60, using: &random)).map { _ in
                        (
                            sides[0].randomElement(using: &random) ?? "",
                            sides[1].randomElement(using: &random) ?? ""
                        )
                    }
                }
                for (pairs, batch) in zip(parts, work.batches(parts)) {
                    let written = try importer.write(batch)
                    var expected = BatchReceipt()
                    var missing: [[String]] = []
                    for (first, second) in pairs {
                        let absent: [String] =
                            (rows[0].contains(first) ? [] : ["site.code"])
                            + (rows[1].contains(second) ? [] : ["day.code"])
                        let pair = "\(first)\n\(second)"
                        if !absent.isEmpty {
                            expected.rejected += 1
                            missing.append(absent)
                        } else if mode == .link {
                            if linked.insert(pair).inserted {
                                expected.created += 1
                            } else {
                                expected.unchanged += 1
                            }
                        } else if linked.remove(pair) != nil {
                            expected.deleted += 1
                        } else {
                            expected.unchanged += 1
                        }
                    }
                    #expect(written.receipt == expected)
                    #expect(written.rejects.map { reject in reject.issues.compactMap(\.field) } == missing)
                    if random.chance(50) { try work.commit(importer) }
                }
                try work.commit(importer)
                #expect(try work.pairs() == linked)
            }
        }
    }

    @Test("The index of an empty table is made behind its rows, within their transaction")
    func indexBehindRows() throws {
        let keys = (0..<120).map { "k\($0)" }
        let work = try LinkCase([keys, keys])
        let pairs = keys.flatMap { first in keys.map { (first, $0) } }
        let importer = try work.makeImporter()
        let batches = work.batches([pairs, pairs])
        _ = try importer.write(batches[0])
        importer.rollback()
        #expect(try work.hasIndex)
        #expect(try work.pairs().isEmpty)
        _ = try importer.write(batches[0])
        let again = try importer.write(batches[1])
        #expect(again.receipt.unchanged == UInt64(pairs.count))
        try work.commit(importer)
        #expect(try work.hasIndex)
        #expect(try work.pairs().count == pairs.count)
    }

    @Test("Ids too great for one word are sorted and linked as well")
    func greatIDs() throws {
        let work = try LinkCase([["a", "b"], ["c", "d"]])
        let great: Int64 = 1 << 40
        let queue = work.writer.queue
        try queue.inDatabase { db in
            try db.execute(sql: "UPDATE sites SET id = id + \(great)")
            try db.execute(sql: "UPDATE days SET id = id + \(great)")
        }
        let importer = try work.makeImporter()
        let pairs = [("b", "d"), ("a", "d"), ("b", "c"), ("a", "c"), ("a", "d")]
        let written = try importer.write(work.batches([pairs])[0])
        try work.commit(importer)
        #expect(written.receipt.created == 4)
        #expect(written.receipt.unchanged == 1)
        #expect(try work.pairs() == ["a\nc", "a\nd", "b\nc", "b\nd"])
    }

    @Test("More than half of the lines must fit with the sides exchanged alone before a file is refused")
    func sideCheck() throws {
        let work = try LinkCase([["a", "b", "x"], ["c", "d", "x"]])
        let right = (("a", "c"), "right")
        let swapped = (("c", "a"), "swapped")
        for (lines, isRefused) in [
            ([swapped], true), ([swapped, right], false), ([swapped, swapped, right], true),
            ([(("x", "x"), "both"), swapped, (("n", "n"), "neither")], false),
        ] {
            let importer = try work.makeImporter()
            for batch in work.batches(lines.map { [$0.0] }) { _ = try importer.write(batch) }
            #expect((importer.refusal?.code == "sides_swapped") == isRefused, "\(lines)")
            importer.rollback()
        }
        // What was committed stays: it is too late then.
        let importer = try work.makeImporter(begins: false)
        _ = try importer.write(work.batches([[swapped.0]])[0])
        #expect(importer.refusal == nil)
        importer.rollback()
    }
}
