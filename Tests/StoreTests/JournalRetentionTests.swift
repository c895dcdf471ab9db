import GRDB
import Records
import TestSupport
import Testing

@testable import Store

@Suite("How long the journal is kept")
struct JournalRetentionTests {
    private static let day: Int64 = 86_400_000

    /// A database with tasks, and entries of theirs that were written on given days.
    private struct Books {
        let database = TestDatabase()
        let writer: StoreWriter
        var tasks: [Int64] = []

        init(tasks count: Int) throws {
            writer = try database.makeWriter()
            let type = try Catalogue.builtIn().type(named: "contact")
            for _ in 0..<count { tasks.append(try writer.insert(makeTask(type), plan: .done)) }
        }

        func note(
            _ rows: [Int64], task: Int64, day: Int64, kind: JournalKind = .updated, value: String = "old"
        ) throws {
            let buffer = JournalBuffer(table: "contacts", kind: kind, columns: ["last_name"])
            for row in rows {
                buffer.begin(row)
                buffer.add(column: 0, value.databaseValue)
            }
            try writer.transaction("test") { db in
                try JournalWriter(task: task, keepsValues: true).write(buffer, db)
                try date(day, db)
            }
        }

        func noteMade(_ ids: ClosedRange<Int64>, task: Int64, day: Int64) throws {
            try writer.transaction("test") { db in
                try JournalWriter(task: task, keepsValues: true).write(
                    created: ids, rows: ids.count, in: "contacts", db)
                try date(day, db)
            }
        }

        private func date(_ day: Int64, _ db: Database) throws {
            try db.execute(
                sql: "UPDATE sluice_journal SET written_at = ? WHERE number = "
                    + "(SELECT max(number) FROM sluice_journal)",
                arguments: [day * JournalRetentionTests.day])
        }

        func prune(onDay day: Int64) throws {
            try writer.pruneJournal(at: Timestamp(milliseconds: day * JournalRetentionTests.day))
        }

        func numbers() throws -> [Int64] {
            try database.sql("SELECT number FROM sluice_journal ORDER BY number").map { $0["number"] }
        }

        func isComplete(_ task: Int64) throws -> Bool {
            try StoreReader(paths: database.paths).journalIsComplete(forTask: task)
        }
    }

    @Test("entries go after the days that the settings say, and tasks that lost one are told apart")
    func days() throws {
        let books = try Books(tasks: 3)
        try books.note([1, 2], task: books.tasks[0], day: 100)
        try books.note([3], task: books.tasks[1], day: 109)
        try books.note([4], task: books.tasks[1], day: 111)
        try books.note([5], task: books.tasks[2], day: 120)
        try books.prune(onDay: 130)
        #expect(try books.numbers() == [1, 2, 3, 4], "day 100 is 30 days ago, and no longer")
        _ = try books.writer.set(.journalDays, to: .number(20))
        try books.prune(onDay: 130)
        #expect(try books.numbers() == [3, 4])
        #expect(try books.tasks.map(books.isComplete) == [false, false, true])
        _ = try books.writer.set(.journalDays, to: .number(0))
        try books.prune(onDay: 121)
        #expect(try books.numbers() == [])
        #expect(try books.tasks.map(books.isComplete) == [false, false, false])
    }

    @Test(
        "whatever was written when, a task that is complete still has all that came after its first entry",
        arguments: 1...30 as ClosedRange<UInt64>)
    func prefix(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let books = try Books(tasks: 6)
        var entries: [(number: Int64, task: Int64, day: Int64)] = []
        for number in 1...Int64.random(in: 1...40, using: &random) {
            let task = books.tasks.randomElement(using: &random) ?? 1
            // Clocks go back, too.
            let day = Int64.random(in: max(0, number - 6)...number + 6, using: &random)
            try books.note([Int64.random(in: 1...9, using: &random)], task: task, day: day)
            entries.append((number, task, day))
        }
        let days = Int.random(in: 1...20, using: &random)
        _ = try books.writer.set(.journalDays, to: .number(days))
        let now = Int64.random(in: 0...60, using: &random)
        try books.prune(onDay: now)
        let left = try Set(books.numbers())
        let stays = entries.first { $0.day >= now - Int64(days) }?.number ?? .max
        #expect(left == Set(entries.map(\.number).filter { $0 >= stays }), "seed \(seed)")
        for task in books.tasks {
            let own = entries.filter { $0.task == task }.map(\.number)
            #expect(try books.isComplete(task) == own.allSatisfy(left.contains), "seed \(seed)")
            guard try books.isComplete(task), let first = own.first else { continue }
            let later = entries.filter { $0.number >= first }.map(\.number)
            #expect(later.allSatisfy(left.contains), "seed \(seed): edited since, and forgotten")
        }
    }

    @Test("nothing goes that an undo at work needs")
    func undoAtWork() throws {
        let books = try Books(tasks: 2)
        try books.note([1], task: books.tasks[0], day: 1)
        try books.note([1], task: books.tasks[1], day: 2)
        try books.note([2], task: books.tasks[0], day: 3)
        try books.database.sql(
            "UPDATE sluice_tasks SET state = 'undoing' WHERE number = ?", arguments: [books.tasks[1]])
        try books.prune(onDay: 1000)
        #expect(try books.numbers() == [2, 3])
        #expect(try books.isComplete(books.tasks[1]))
    }

    @Test("pages of many transactions go, too")
    func manyPages() throws {
        let books = try Books(tasks: 1)
        let value = String(repeating: "x", count: 3 << 20)
        for row in 1...20 as ClosedRange<Int64> {
            try books.note([row], task: books.tasks[0], day: row, value: value)
        }
        try books.prune(onDay: 45)
        #expect(try books.numbers() == Array(15...20))
    }

    @Test("when a row was made is known after its entry has gone")
    func ages() throws {
        let books = try Books(tasks: 1)
        try books.noteMade(1...10, task: books.tasks[0], day: 5)
        try books.noteMade(11...20, task: books.tasks[0], day: 5)
        try books.noteMade(21...30, task: books.tasks[0], day: 7)
        // An undo brings rows back: they are as old as they were.
        try books.noteMade(3...4, task: books.tasks[0], day: 50)
        func made() throws -> [Int64?] {
            try books.writer.queue.inDatabase { db in
                let ages = try RowAges(table: "contacts", db)
                return [1, 3, 10, 11, 20, 21, 30, 31].map { id in
                    ages.made(id).map { $0.milliseconds / Self.day }
                }
            }
        }
        let expected: [Int64?] = [5, 5, 5, 5, 5, 7, 7, nil]
        #expect(try made() == expected)
        try books.prune(onDay: 36)
        #expect(try books.numbers() == [3, 4])
        #expect(try made() == expected)
        try books.prune(onDay: 1000)
        #expect(try books.numbers() == [])
        #expect(try made() == expected)
    }
}

@Suite("Settings")
struct SettingTests {
    @Test("a setting is the standard until it is set, and again when that is taken back")
    func values() throws {
        let database = TestDatabase()
        let writer = try database.makeWriter()
        func value() throws -> Int { try StoreReader(paths: database.paths).settings().journalDays }
        #expect(try value() == 30)
        #expect(try writer.set(.journalDays, to: .number(90)).journalDays == 30)
        #expect(try value() == 90)
        #expect(try writer.set(.journalDays, to: nil).journalDays == 90)
        #expect(try value() == 30)
    }

    @Test(
        "what is set is a whole number within the range", arguments: ["", "-1", "3.5", "36501", "many", "+3"])
    func badValues(text: String) {
        #expect(throws: Failure.self) { try Setting.journalDays.value(text) }
    }
}
