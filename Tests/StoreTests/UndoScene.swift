import GRDB
import Records
import TestSupport

@testable import Store

/// A database of accounts, contacts and links, changed by made-up tasks that keep a journal as the real ones do.
final class UndoScene {
    typealias Values = [String: DatabaseValue]

    private let database = TestDatabase()
    let writer: StoreWriter
    let catalogue: Catalogue
    let accounts: RecordType
    let contacts: RecordType
    let linked: LinkedTypes
    var random: SeededGenerator

    /// What a made-up task does, one transaction after the other.
    enum Work: CaseIterable {
        /// Accounts are made and changed.
        case merge
        /// The same, and nothing is kept of what they held.
        case mergeWithoutValues
        case makeContacts, link, unlink
        /// Accounts that are not linked go.
        case deleteAccounts
        /// Contacts go, after their links.
        case deleteContacts
    }

    init(_ random: SeededGenerator) throws {
        self.random = random
        writer = try database.makeWriter()
        catalogue = try Catalogue.builtIn()
        accounts = try catalogue.type(named: "account")
        contacts = try catalogue.type(named: "contact")
        guard let linked = catalogue.link(named: "links") else { preconditionFailure("links are declared") }
        self.linked = linked
        try writer.prepareTables([accounts, contacts], links: [linked])
    }

    // MARK: What is there

    /// All of the three tables.
    struct Content: Equatable {
        /// By table, then by id.
        var rows: [String: [Int64: Values]] = [:]
        var pairs: Set<LaterEdits.Key> = []
    }

    func content() throws -> Content {
        try writer.queue.inDatabase { db in
            var content = Content()
            for table in ["accounts", "contacts"] {
                var rows: [Int64: Values] = [:]
                for row in try Row.fetchAll(db, sql: "SELECT * FROM \(table)") {
                    var values: Values = [:]
                    for (column, value) in row where column != "id" && !value.isNull {
                        values[column] = value
                    }
                    rows[row["id"]] = values
                }
                content.rows[table] = rows
            }
            for row in try Row.fetchAll(db, sql: "SELECT account_id, contact_id FROM account_contacts") {
                content.pairs.insert(LaterEdits.Key(id: row[0], second: row[1]))
            }
            return content
        }
    }

    /// Entries of the journal behind a number.
    func entries(after number: Int64) throws -> [JournalEntry] {
        try writer.queue.inDatabase { db in
            try Row.fetchAll(
                db, sql: "SELECT * FROM sluice_journal WHERE number > ? ORDER BY number", arguments: [number]
            ).map(JournalEntry.init)
        }
    }

    /// What nobody may find: a broken index or reference.
    func damage() throws -> [String] {
        try database.sql("PRAGMA integrity_check").map { $0[0] as String }.filter { $0 != "ok" }
            + database.sql("PRAGMA foreign_key_check").map { "\($0)" }
    }

    func leftRows(_ task: Int64) throws -> [LeftRow] {
        var rows: [LeftRow] = []
        try StoreReader(paths: database.paths).forEachLeftRow(taskNumber: task) { rows.append($0) }
        return rows
    }

    func state(of id: String) throws -> UserTaskState? { try writer.storedTask(id)?.task.state }

    // MARK: Changing

    func beginTask() throws -> (number: Int64, id: String) {
        var task = makeTask(accounts)
        task.state = .completed
        return (try writer.insert(task, plan: .import(makePlan(accounts))), task.id)
    }

    /// One transaction of a task.
    func transact(_ work: Work, task: Int64) throws {
        try writer.transaction("change") { db in
            switch work {
            case .merge: try merge(JournalWriter(task: task, keepsValues: true), db)
            case .mergeWithoutValues: try merge(JournalWriter(task: task, keepsValues: false), db)
            case .makeContacts: try makeContacts(JournalWriter(task: task, keepsValues: true), db)
            case .link: try settlePairs(.linked, JournalWriter(task: task, keepsValues: true), db)
            case .unlink: try settlePairs(.unlinked, JournalWriter(task: task, keepsValues: true), db)
            case .deleteAccounts: try delete(accounts, JournalWriter(task: task, keepsValues: true), db)
            case .deleteContacts: try delete(contacts, JournalWriter(task: task, keepsValues: true), db)
            }
        }
    }

    private func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }

    private func text(_ letters: String) -> DatabaseValue {
        guard random.chance(80), let letter = letters.randomElement(using: &random) else { return .null }
        return String(letter).databaseValue
    }

    private func randomAccount() -> Values {
        [
            "original_id": text("abcdefgh"), "account_number": text("123456"), "name": text("xyz"),
            "city": text("uv"),
        ]
    }

    private func randomID(_ table: String, _ db: Database) throws -> Int64? {
        try Int64.fetchAll(db, sql: "SELECT id FROM \(table)").randomElement(using: &random)
    }

    private func merge(_ journal: JournalWriter, _ db: Database) throws {
        if random.chance(20) {
            // Records of imports that meet a row take an id, too.
            try db.execute(
                sql: "UPDATE sqlite_sequence SET seq = seq + ? WHERE name = 'accounts'",
                arguments: [number(1...70)])
        }
        let last = try StoreWriter.lastRowID(of: accounts, db)
        let columns = ["original_id", "account_number", "name", "city"]
        let before = JournalBuffer(
            table: "accounts", kind: journal.keepsValues ? .updated : .touched,
            columns: journal.keepsValues ? columns : [], keepsOrder: true)
        var made = 0
        for _ in 0..<number(1...6) {
            let values = randomAccount()
            if random.chance(40) {
                try db.execute(
                    sql:
                        "INSERT OR IGNORE INTO accounts (\(columns.joined(separator: ", "))) VALUES (?, ?, ?, ?)",
                    arguments: StatementArguments(columns.map { values[$0] ?? .null }))
                made += db.changesCount
            } else if let id = try randomID("accounts", db),
                let row = try Row.fetchOne(db, sql: "SELECT * FROM accounts WHERE id = ?", arguments: [id])
            {
                let changed = columns.filter { random.chance(50) && row[$0] as DatabaseValue != values[$0] }
                guard !changed.isEmpty else { continue }
                let sets = changed.map { "\($0) = ?" }.joined(separator: ", ")
                try db.execute(
                    sql: "UPDATE OR IGNORE accounts SET \(sets) WHERE id = ?",
                    arguments: StatementArguments(changed.map { values[$0] ?? .null } + [id.databaseValue]))
                guard db.changesCount == 1, id <= last else { continue }
                before.begin(id)
                for (place, column) in columns.enumerated()
                where journal.keepsValues && changed.contains(column) {
                    before.add(column: place, row[column] as DatabaseValue)
                }
            }
        }
        try journal.write(before, db)
        if made > 0 {
            try journal.write(
                created: last + 1...StoreWriter.lastRowID(of: accounts, db), rows: made, in: "accounts", db)
        }
    }

    private func makeContacts(_ journal: JournalWriter, _ db: Database) throws {
        let last = try StoreWriter.lastRowID(of: contacts, db)
        let made = number(1...4)
        for index in 1...made {
            try db.execute(
                sql: "INSERT INTO contacts (contact_number) VALUES (?)",
                arguments: ["C-\(last + Int64(index))"])
        }
        try journal.write(
            created: last + 1...StoreWriter.lastRowID(of: contacts, db), rows: made, in: "contacts", db)
    }

    private func settlePairs(_ kind: JournalKind, _ journal: JournalWriter, _ db: Database) throws {
        let buffer = JournalBuffer(table: "account_contacts", kind: kind)
        for _ in 0..<number(1...8) {
            guard let first = try randomID("accounts", db), let second = try randomID("contacts", db) else {
                return
            }
            try db.execute(
                sql: kind == .linked
                    ? "INSERT OR IGNORE INTO account_contacts VALUES (?, ?)"
                    : "DELETE FROM account_contacts WHERE account_id = ? AND contact_id = ?",
                arguments: [first, second])
            if db.changesCount == 1 { buffer.begin(first, second: second) }
        }
        try journal.write(buffer, db)
    }

    private func delete(_ type: RecordType, _ journal: JournalWriter, _ db: Database) throws {
        let isAccount = type.name == accounts.name
        let columns = try StoreWriter.columns(of: type.table, db).filter { $0 != "id" }.sorted()
        let unlinked = JournalBuffer(table: "account_contacts", kind: .unlinked)
        let gone = JournalBuffer(table: type.table, kind: .deleted, columns: columns)
        for _ in 0..<number(1...3) {
            guard let id = try randomID(type.table, db) else { break }
            let side = isAccount ? "account_id" : "contact_id"
            let pairs = try Row.fetchAll(
                db, sql: "SELECT account_id, contact_id FROM account_contacts WHERE \(side) = ?",
                arguments: [id])
            if isAccount, !pairs.isEmpty { continue }
            for pair in pairs { unlinked.begin(pair[0], second: pair[1]) }
            try db.execute(sql: "DELETE FROM account_contacts WHERE \(side) = ?", arguments: [id])
            let row = try Row.fetchOne(db, sql: "SELECT * FROM \(type.table) WHERE id = ?", arguments: [id])
            gone.begin(id)
            for (place, column) in columns.enumerated() { gone.add(column: place, row?[column] ?? .null) }
            try db.execute(sql: "DELETE FROM \(type.table) WHERE id = ?", arguments: [id])
        }
        try journal.write(unlinked, db)
        try journal.write(gone, db)
    }

    // MARK: Undoing

    /// An undo under way.
    final class Undo {
        let number: Int64
        let undone: Int64
        let task: UserTask
        let plan: UndoPlan
        var job: RowJob
        var point: Int64?
        var isOver = false
        var receipt = BatchReceipt()
        /// Rows there were to do at the beginning.
        let rows: UInt64

        init(number: Int64, undone: Int64, task: UserTask, plan: UndoPlan, job: RowJob, rows: UInt64) {
            (self.number, self.undone, self.task, self.plan) = (number, undone, task, plan)
            (self.job, self.rows) = (job, rows)
        }
    }

    func beginUndo(of task: (number: Int64, id: String), commitRows: Int) throws -> Undo {
        let own = UserTask(
            id: UserTask.newID(), kind: .undo, recordType: "account", requestedBy: "tests",
            file: UserTask.File(name: "file.csv", bytes: 0, sha256: "", compression: "none"),
            submittedAt: Timestamp(milliseconds: 0))
        var undo = own
        undo.undoes = task.id
        let plan = UndoPlan(task: task.id, commitRows: commitRows)
        let number = try writer.recordUndo(undo, plan: plan)
        let job = try writer.undoJob(plan, number: number, catalogue: catalogue)
        return Undo(
            number: number, undone: task.number, task: undo, plan: plan, job: job,
            rows: try writer.begin(job, after: nil))
    }

    /// Does a step; now and then as a process does that knows nothing of those before.
    func step(_ undo: Undo) throws -> RowStep {
        if random.chance(50) {
            undo.job = try writer.undoJob(undo.plan, number: undo.number, catalogue: catalogue)
            _ = try writer.begin(undo.job, after: undo.point)
        }
        let step = try writer.perform(undo.job, after: undo.point, taskNumber: undo.number) { _ in undo.task }
        undo.point = step.point
        undo.isOver = step.isLast
        undo.receipt.add(step.receipt)
        return step
    }
}
