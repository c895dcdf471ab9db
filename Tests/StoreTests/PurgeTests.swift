import Foundation
import GRDB
import Records
import TestSupport
import Testing

@testable import Store

@Suite("Purging what is past its days of retention")
struct PurgeTests {
    private static let day: Int64 = 86_400_000

    /// Reads a reject as `KEY,…`: one that holds no comma cannot be read.
    private final class PlainReader: RejectReading {
        func names(in reject: LoggedReject) -> RejectNames {
            let text = String(decoding: reject.bytes.source, as: UTF8.self)
            let parts = text.split(separator: ",", omittingEmptySubsequences: false)
            return parts.count > 1 ? .keys([String(parts[0])]) : .text(reject.bytes.source)
        }
    }

    /// A database with contacts, accounts and links, and all that tasks keep of them.
    private final class World {
        let database = TestDatabase()
        let writer: StoreWriter
        let catalogue: Catalogue
        let contact: RecordType
        var task: Int64 = 0

        init() throws {
            writer = try database.makeWriter()
            catalogue = try Catalogue.builtIn()
            contact = try catalogue.type(named: "contact")
            let links = catalogue.links.compactMap(catalogue.linkedTypes).filter { linked in
                linked.sides.contains { $0.type == "contact" }
            }
            try writer.prepareTables(catalogue.typesMadeAtOnce, links: links)
            task = try writer.insert(makeTask(contact), plan: .import(makePlan(contact)))
        }

        func write(_ body: (Database) throws -> Void) throws { try writer.transaction("test", body) }

        func purge(on day: Int64) -> RowJob {
            .purge(contact, in: catalogue, on: day, makeRejectReader: { _, _ in PlainReader() })
        }

        /// Purges; at each of these steps the process is as good as killed: what it knew is lost.
        func run(on day: Int64, forgetting: (Int) -> Bool = { _ in false }) throws -> (
            read: UInt64, deleted: UInt64
        ) {
            var job = purge(on: day)
            var task = makeTask(contact)
            task.kind = .purge
            let number = try writer.insert(task, plan: .purge(PurgePlan(recordType: "contact", at: .now())))
            let read = try writer.begin(job, after: nil)
            var deleted: UInt64 = 0
            var point: Int64?
            var steps = 0
            var isLast = false
            while !isLast {
                if forgetting(steps) {
                    job = purge(on: day)
                    #expect(try writer.begin(job, after: point) == read - deleted)
                }
                let step = try writer.perform(job, after: point, taskNumber: number) { _ in task }
                deleted += step.receipt.deleted
                #expect(step.receipt.processed == step.receipt.deleted)
                (point, isLast) = (step.point, step.isLast)
                steps += 1
                #expect(steps < 1000)
            }
            #expect(try writer.settle(job) == [])
            return (read, deleted)
        }

        /// Everything, but for the tasks that differ by their ids.
        func content() throws -> [String] {
            try [
                "contacts", "accounts", "account_contacts", "sluice_rejects", "sluice_results",
                "sluice_left_rows",
                "sluice_journal", "sluice_purged_rows", "sluice_compaction_due",
            ].flatMap { table in
                try database.sql("SELECT * FROM \(table)").map { "\(table) \($0.databaseValues)" }
            }
        }

        func ids(_ table: String = "contacts", _ column: String = "id") throws -> [Int64] {
            try database.sql("SELECT \(column) FROM \(table) ORDER BY 1").map { $0[0] }
        }
    }

    /// Fills a world from a seed, so that two are alike, and tells which contacts should be gone on day 200.
    private func fill(_ world: World, seed: UInt64) throws -> Set<Int64> {
        var random = SeededGenerator(seed: seed)
        var over: Set<Int64> = []
        let count = Int64.random(in: 1...120, using: &random)
        var made = Int64.random(in: 50...100, using: &random)
        try world.write { db in
            try db.execute(sql: "INSERT INTO accounts (id, name) VALUES (1, 'Acme'), (2, 'Bolt')")
            var first: Int64 = 1
            for id in 1...count {
                let days: Int64? =
                    Bool.random(using: &random) ? Int64.random(in: -2...150, using: &random) : nil
                try db.execute(
                    sql:
                        "INSERT INTO contacts (id, contact_number, last_name, retention_days) VALUES (?, ?, ?, ?)",
                    arguments: [id, "C-\(id)", "Name\(id)", days])
                if let days, days >= 0, made + days < 200 { over.insert(id) }
                if Bool.random(using: &random) {
                    try db.execute(
                        sql: "INSERT INTO account_contacts VALUES (?, ?)",
                        arguments: [Int64.random(in: 1...2, using: &random), id])
                }
                if id == count || Int.random(in: 0..<10, using: &random) == 0 {
                    try JournalWriter(task: world.task, keepsValues: true).write(
                        created: first...id, rows: Int(id - first + 1), in: "contacts", db)
                    try db.execute(
                        sql:
                            "UPDATE sluice_journal SET written_at = ? WHERE number = (SELECT max(number) FROM sluice_journal)",
                        arguments: [made * Self.day + Int64.random(in: 0..<Self.day, using: &random)])
                    (first, made) = (id + 1, made + Int64.random(in: 0...20, using: &random))
                }
            }
            for kind in [JournalKind.updated, .touched, .updated, .linked, .unlinked] {
                let isPair = kind == .linked || kind == .unlinked
                let buffer = JournalBuffer(
                    table: isPair ? "account_contacts" : "contacts", kind: kind,
                    columns: kind == .updated ? ["last_name"] : [])
                for _ in 0..<Int.random(in: 0...80, using: &random) {
                    let id = Int64.random(in: 1...count, using: &random)
                    buffer.begin(isPair ? 1 : id, second: isPair ? id : 0)
                    if kind == .updated { buffer.add(column: 0, "Old\(id)".databaseValue) }
                }
                try JournalWriter(task: world.task, keepsValues: true).write(buffer, db)
            }
            try db.execute(sql: "UPDATE sluice_journal SET written_at = 0 WHERE kind <> 0")
            try db.execute(
                sql: "UPDATE sluice_tasks SET dialect = ? WHERE number = ?",
                arguments: [TaskTable.json(Dialect()), world.task])
            for record in 1...Int64.random(in: 1...60, using: &random) {
                let id = Int64.random(in: 1...count + 20, using: &random)
                let text = Bool.random(using: &random) ? "C-\(id),x,y" : "broken \"C-\(id) x"
                try db.execute(
                    sql: "INSERT INTO sluice_rejects (task, record, line, byte_offset, issues, bytes) "
                        + "VALUES (?, ?, ?, 0, ?, CAST(? AS BLOB))",
                    arguments: [
                        world.task, record, record + 1,
                        TaskTable.json([Issue(code: "field_count", message: "?")]), text,
                    ])
            }
            var blob = ResultBlob()
            for line in 1...UInt64.random(in: 1...60, using: &random) {
                let id = Int64.random(in: 1...count + 20, using: &random)
                blob.append(
                    RecordResult(
                        line: line, key: "C-\(id)", id: Bool.random(using: &random) ? id : nil,
                        outcome: .created))
            }
            try db.execute(
                sql: "INSERT INTO sluice_results VALUES (?, 1, ?)", arguments: [world.task, Data(blob.bytes)])
            for number in 1...Int64.random(in: 1...20, using: &random) {
                let id = Int64.random(in: 1...count + 20, using: &random)
                try db.execute(
                    sql: "INSERT INTO sluice_left_rows VALUES (?, ?, ?, ?, NULL, 'x', 'y')",
                    arguments: [world.task, number, id, "C-\(id)"])
            }
        }
        return over
    }

    @Test(
        "what is over goes with all its traces, and all else stays",
        arguments: 1...40 as ClosedRange<UInt64>)
    func exactly(seed: UInt64) throws {
        let world = try World()
        let over = try fill(world, seed: seed)
        let all = try Set(world.ids())
        func journal() throws -> [String] {
            var rows: [String] = []
            for row in try world.database.sql("SELECT * FROM sluice_journal ORDER BY number") {
                let entry = try JournalEntry(row)
                try entry.forEachRow { row in
                    let id = entry.table == "contacts" ? row.id : row.second
                    if !over.contains(id) { rows.append("\(entry.number) \(row)") }
                }
            }
            return rows
        }
        func texts(_ sql: String, key: (Row) -> String) throws -> [String] {
            try world.database.sql(sql).map(key).filter { text in
                let parts = text.split { !($0.isLetter || $0.isNumber || $0 == "-") }
                return !parts.contains { part in over.contains { part == "C-\($0)" } }
            }
        }
        func rejects() throws -> [String] {
            try texts("SELECT CAST(bytes AS TEXT) AS t FROM sluice_rejects ORDER BY record") { $0["t"] }
        }
        func left() throws -> [String] {
            try texts("SELECT key FROM sluice_left_rows ORDER BY number") { $0["key"] }
        }
        func results() throws -> [RecordResult] {
            var results: [RecordResult] = []
            try StoreReader(paths: world.database.paths).forEachResult(taskNumber: world.task) {
                results.append($0)
            }
            return results
        }
        let expected = (
            journal: try journal(), rejects: try rejects(), left: try left(),
            pairs: try world.ids("account_contacts", "contact_id").filter { !over.contains($0) },
            results: try results().map { result -> RecordResult in
                var result = result
                if over.contains(where: { result.key == "C-\($0)" }) { (result.key, result.id) = ("", nil) }
                return result
            }
        )
        let counts = try world.run(on: 200)
        #expect(counts.read == UInt64(over.count) && counts.deleted == counts.read, "seed \(seed)")
        #expect(try Set(world.ids()) == all.subtracting(over), "seed \(seed)")
        #expect(try world.ids("account_contacts", "contact_id") == expected.pairs, "seed \(seed)")
        #expect(try journal() == expected.journal, "seed \(seed)")
        #expect(try rejects() == expected.rejects, "seed \(seed)")
        #expect(try left() == expected.left, "seed \(seed)")
        #expect(try results() == expected.results, "seed \(seed)")
        #expect(
            try world.database.sql("SELECT 1 FROM sluice_rejects").count == expected.rejects.count
                && world.database.sql("SELECT 1 FROM sluice_left_rows").count == expected.left.count,
            "seed \(seed)")
        for entry in try world.database.sql("SELECT * FROM sluice_journal WHERE page IS NOT NULL") {
            let entry = try JournalEntry(entry)
            var ids: [Int64] = []
            try entry.forEachRow { ids.append($0.id) }
            #expect(
                ids.count == entry.rowCount && ids.first == entry.ids.lowerBound
                    && ids.last == entry.ids.upperBound)
        }
        #expect(try world.database.sql("PRAGMA foreign_key_check").isEmpty)
    }

    @Test(
        "a purge that is killed at any step and goes on leaves what one clean run leaves",
        arguments: 1...20 as ClosedRange<UInt64>)
    func resumed(seed: UInt64) throws {
        let (clean, killed) = (try World(), try World())
        _ = try fill(clean, seed: seed)
        _ = try fill(killed, seed: seed)
        let counts = try clean.run(on: 200)
        let others = try killed.run(on: 200) { ($0 + Int(seed)) % 2 == 0 }
        #expect(counts == others, "seed \(seed)")
        #expect(try clean.content() == killed.content(), "seed \(seed)")
    }

    @Test("records that were deleted go from the journal when their time is over, and only then")
    func deleted() throws {
        let world = try World()
        try world.write { db in
            let writer = JournalWriter(task: world.task, keepsValues: true)
            try writer.write(created: 1...4, rows: 4, in: "contacts", db)
            try db.execute(sql: "UPDATE sluice_journal SET written_at = ?", arguments: [100 * Self.day])
            let columns = ["contact_number", "last_name", "retention_days"]
            func delete(_ id: Int64, days: Int64?) throws {
                let buffer = JournalBuffer(table: "contacts", kind: .deleted, columns: columns)
                buffer.begin(id)
                buffer.add(column: 0, "C-\(id)".databaseValue)
                buffer.add(column: 1, "Name\(id)".databaseValue)
                buffer.add(column: 2, days?.databaseValue ?? .null)
                try writer.write(buffer, db)
            }
            // Over; not over; was over, came back, was given more time and deleted again; is back.
            try delete(1, days: 10)
            try delete(2, days: 500)
            try delete(3, days: 10)
            try delete(3, days: 500)
            try delete(4, days: 10)
            try db.execute(sql: "INSERT INTO contacts (id, contact_number) VALUES (4, 'C-4')")
            let buffer = JournalBuffer(table: "contacts", kind: .updated, columns: ["last_name"])
            for id in 1...4 as ClosedRange<Int64> {
                buffer.begin(id)
                buffer.add(column: 0, "Older\(id)".databaseValue)
            }
            try writer.write(buffer, db)
        }
        #expect(try world.run(on: 200) == (0, 0))
        var left: [Int64] = []
        for row in try world.database.sql("SELECT * FROM sluice_journal ORDER BY number") {
            try JournalEntry(row).forEachRow { left.append($0.id) }
        }
        #expect(left == [2, 3, 3, 4, 2, 3, 4])
    }

    @Test("rows that were there before ages were written down count from the day on which that began")
    func before() throws {
        let world = try World()
        try world.write { db in
            try db.execute(
                sql:
                    "INSERT INTO contacts (id, contact_number, retention_days) VALUES (1, 'C-1', 5), (2, 'C-2', 5)"
            )
            try db.execute(
                sql: "INSERT INTO sluice_row_ages VALUES ('contacts', 1, ?)", arguments: [10 * Self.day])
        }
        #expect(try world.run(on: 15) == (0, 0))
        #expect(try world.run(on: 16) == (1, 1))
        #expect(try world.ids() == [2], "nobody knows when it was made")
    }

    @Test("a date field has the say over the day on which a row was made, but where it is blank")
    func since() throws {
        let database = TestDatabase()
        let writer = try database.makeWriter()
        let type = try RecordTypeDocument.parse(
            """
            name: call
            plural: calls
            keys: [number]
            retention: {days: kept, since: last}
            fields:
              - {name: number, kind: identifier, unique: true}
              - {name: kept, kind: integer}
              - {name: last, kind: date}
            """, name: "call.yaml")
        try writer.prepareTables([type])
        try writer.transaction("test") { db in
            try db.execute(
                sql:
                    "INSERT INTO calls (id, number, kept, last) VALUES (1, 'a', 5, '1970-01-21'), (2, 'b', 5, NULL), "
                    + "(3, 'c', 5, '1970-01-22')")
            try db.execute(
                sql: "INSERT INTO sluice_row_ages VALUES ('calls', 3, ?)", arguments: [2 * Self.day])
        }
        let reader = try StoreReader(paths: database.paths)
        func over(on day: Int64) throws -> [String] {
            try reader.purgePreview(of: type, on: day, limit: 10).records.map { "\($0.key) \($0.since)" }
        }
        #expect(try over(on: 7) == [])
        #expect(try over(on: 8) == ["b 1970-01-03"])
        #expect(try over(on: 25) == ["b 1970-01-03"])
        #expect(try over(on: 26) == ["a 1970-01-21", "b 1970-01-03"])
        #expect(try over(on: 27).count == 3)
        #expect(try reader.purgePreview(of: type, on: 27, limit: 1).count == 3)
        #expect(try reader.purgePreview(of: type, on: 27, limit: 1).records.map(\.id) == [1])
    }

    @Test("a record that its links protect is left, and told of")
    func protected() throws {
        let world = try World()
        var contact = world.contact
        contact.protectedBy = ["account"]
        try world.write { db in
            try db.execute(sql: "INSERT INTO accounts (id, name) VALUES (1, 'Acme')")
            try db.execute(
                sql:
                    "INSERT INTO contacts (id, contact_number, retention_days) VALUES (1, 'C-1', 5), (2, 'C-2', 5)"
            )
            try db.execute(sql: "INSERT INTO sluice_row_ages VALUES ('contacts', 2, 0)")
            try db.execute(sql: "INSERT INTO account_contacts VALUES (1, 2)")
        }
        let job = RowJob.purge(
            contact, in: world.catalogue, on: 100, makeRejectReader: { _, _ in PlainReader() })
        #expect(try world.writer.begin(job, after: nil) == 2)
        let step = try world.writer.perform(job, after: nil, taskNumber: world.task) { _ in makeTask(contact)
        }
        #expect(step.receipt.deleted == 1 && step.receipt.skipped == 1)
        #expect(step.left.map(\.key) == ["C-2"] && step.left.map(\.code) == ["record_linked"])
        #expect(try world.ids() == [2])
        #expect(try world.ids("account_contacts", "contact_id") == [2])
    }

    @Test("files that nobody needs go, others stay")
    func leftFiles() throws {
        let world = try World()
        let paths = world.database.paths
        var spools: [String: Bool] = [:]
        for state in [UserTaskState.completed, .completedWithRejects, .interrupted, .failed] {
            var task = makeTask(world.contact)
            task.state = state
            _ = try world.writer.insert(task, plan: .done)
            spools[paths.spool(task.id)] = !state.isComplete
        }
        spools[paths.spool(UserTask.newID())] = true
        spools[paths.aside(UserTask.newID())] = false
        for path in spools.keys {
            let file = try #require(fopen(path, "w"))
            fclose(file)
        }
        try LeftFiles(paths: paths).remove()
        for (path, stays) in spools { #expect((access(path, F_OK) == 0) == stays, "\(path)") }
    }

    @Test(
        "taking rows out of a page leaves the others as they were", arguments: 1...30 as ClosedRange<UInt64>)
    func pages(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for kind in [JournalKind.updated, .deleted, .touched, .linked] {
            let buffer = JournalBuffer(
                table: "contacts", kind: kind, columns: ["city", "balance"],
                keepsOrder: Bool.random(using: &random))
            for _ in 0..<Int.random(in: 1...200, using: &random) {
                buffer.begin(
                    Int64.random(in: 1...1000, using: &random),
                    second: Int64.random(in: 1...9, using: &random))
                guard kind == .updated || kind == .deleted else { continue }
                buffer.add(
                    column: 0,
                    String(repeating: "z", count: Int.random(in: 0...300, using: &random)).databaseValue)
                buffer.add(column: 1, Int64.random(in: .min ... .max, using: &random).databaseValue)
            }
            let share = Int64.random(in: 1...10, using: &random)
            try buffer.forEachPage { page, count, _ in
                let page = [UInt8](page)
                func rows(_ page: [UInt8]) throws -> [JournalRow] {
                    var rows: [JournalRow] = []
                    try JournalPage.forEachRow(in: page, of: kind) { rows.append($0) }
                    return rows
                }
                let stay = try rows(page).filter { $0.id % 10 >= share || $0.second == 3 }
                let removal = JournalPage.removing(from: try OpenPage(page, kind: kind), of: kind) { row in
                    row.id % 10 < share && row.second != 3
                }
                switch removal {
                case .unchanged: #expect(stay.count == count, "seed \(seed)")
                case .empty: #expect(stay.isEmpty, "seed \(seed)")
                case .shorter(let rest):
                    #expect(try rows(rest.page) == stay, "seed \(seed)")
                    let ids = stay.map(\.id)
                    #expect(rest.rowCount == stay.count && rest.ids.lowerBound == ids.min(), "seed \(seed)")
                    #expect(rest.ids.upperBound == ids.max(), "seed \(seed)")
                }
            }
        }
    }

    @Test("a key is found in a text as a word of its own")
    func keys() {
        var keys = KeySet()
        for key in ["C-1", "C-1-2", "é7"] { keys.insert(key) }
        func occur(_ text: String) -> Bool { keys.occur(in: Array(text.utf8)) }
        #expect(occur("C-1") && occur("\"C-1\",x") && occur("xy C-1-9") && occur("a,é7\n"))
        #expect(!occur("AC-1") && !occur("C-12") && !occur("c-1") && !occur("né7") && !occur(""))
        #expect(
            keys.removed(from: "contactNumber = 'C-1' or x = 'C-1-2', C-12")
                == "contactNumber = '(purged)' or x = '(purged)', C-12")
    }
}
