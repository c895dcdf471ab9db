internal import FoundationEssentials
internal import GRDB
package import Records

/// A user task with what a resume needs beside it.
package struct StoredTask: Sendable {
    package var number: Int64
    package var task: UserTask
    package var plan: TaskPlan
    package var resumePoint: ResumePoint?

    package init(number: Int64, task: UserTask, plan: TaskPlan, resumePoint: ResumePoint? = nil) {
        self.number = number
        self.task = task
        self.plan = plan
        self.resumePoint = resumePoint
    }

    /// `nil` where the task is no import.
    package var importPlan: ImportPlan? {
        if case .import(let plan) = plan { plan } else { nil }
    }
}

/// The source's header and how it is written, which its reject file repeats.
package struct SourceForm: Hashable, Sendable {
    package var dialect: Dialect
    /// With its line end; empty where the source has none.
    package var header: [UInt8]
    package var encoding: TextEncoding
    /// The mark that a file of this form must begin with to be read as the source was; empty where it need not.
    package var mark: [UInt8]

    package init(dialect: Dialect, header: [UInt8], encoding: TextEncoding = .utf8, mark: [UInt8] = []) {
        self.dialect = dialect
        self.header = header
        self.encoding = encoding
        self.mark = mark
    }
}

/// The rows of `sluice_tasks`.
enum TaskTable {
    static func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    static func decode<Value: Decodable>(_ type: Value.Type, _ text: String) throws -> Value {
        try JSONDecoder().decode(type, from: Data(text.utf8))
    }

    static func insert(_ task: UserTask, _ plan: TaskPlan, _ db: Database) throws -> Int64 {
        try db.execute(
            sql: "INSERT INTO sluice_tasks (id, state, task, plan) VALUES (?, ?, ?, ?)",
            arguments: [task.id, task.state.rawValue, json(task), json(plan)])
        return db.lastInsertedRowID
    }

    static func update(_ task: UserTask, resumePoint: ResumePoint?, _ db: Database) throws {
        try db.execute(
            sql: "UPDATE sluice_tasks SET state = ?, task = ?, resume_point = coalesce(?, resume_point) "
                + "WHERE id = ?",
            arguments: [task.state.rawValue, json(task), resumePoint.map(json), task.id])
    }

    static func stored(_ row: Row) throws -> StoredTask {
        StoredTask(
            number: row["number"], task: try decode(UserTask.self, row["task"]),
            plan: try decode(TaskPlan.self, row["plan"]),
            resumePoint: try (row["resume_point"] as String?).map { try decode(ResumePoint.self, $0) })
    }

    /// The source's header and dialect; `nil` where the first pass has not told them.
    static func sourceForm(_ row: Row) throws -> SourceForm? {
        guard let dialect = row["dialect"] as String? else { return nil }
        // A database that was made earlier gets these columns when it is next written to.
        let knowsEncodings = row.hasColumn("encoding") && row.hasColumn("mark")
        let encoding = knowsEncodings ? row["encoding"] as String? : nil
        let mark = knowsEncodings ? row["mark"] as Data? : nil
        return SourceForm(
            dialect: try decode(Dialect.self, dialect), header: [UInt8]((row["header"] as Data?) ?? Data()),
            encoding: try encoding.map(TextEncoding.init(named:)) ?? .utf8, mark: [UInt8](mark ?? Data()))
    }

    /// The columns of `sluice_rejects` that ``reject(_:)`` reads, in its order.
    ///
    /// SQLite takes the first reason apart: most records have no other, and it reads JSON several times as fast as Foundation.
    static func rejectColumns(_ db: Database) throws -> String {
        // A database that was made earlier gets these two when it is next written to.
        let isSealing = try db.columns(in: "sluice_rejects").contains { $0.name == "sealed" }
        let parts = ["code", "field", "column", "message"].map { "json_extract(issues, '$[0].\($0)')" }
        return "task, record, line, byte_offset, bytes, \(isSealing ? "key, sealed" : "NULL, NULL"), "
            + "CASE WHEN json_array_length(issues) > 1 THEN issues END, \(parts.joined(separator: ", "))"
    }

    /// A row of the columns ``rejectColumns(_:)``.
    static func reject(_ row: Row) throws -> LoggedReject {
        let position = Position(
            byteOffset: UInt64(row[3] as Int64), lineIndex: UInt64(row[2] as Int64 - 1),
            recordIndex: UInt64(row[1] as Int64 - 1))
        let issues =
            try (row[7] as String?).map { try decode([Issue].self, $0) }
            ?? [Issue(code: row[8], field: row[9], column: row[10], message: row[11])]
        return LoggedReject(
            position: position, issues: issues, bytes: try bytes(row, 4),
            sealed: try (row[5] as String?).map { SealedBytes(keyID: $0, bytes: try bytes(row, 6)) })
    }

    private static func bytes(_ row: Row, _ column: Int) throws -> KeptBytes {
        try row.withUnsafeData(atIndex: column) { KeptBytes(stored: [UInt8]($0 ?? Data())) }
    }

    static func find(_ id: String, _ db: Database) throws -> StoredTask? {
        try Row.fetchOne(db, sql: "SELECT * FROM sluice_tasks WHERE id = ?", arguments: [id]).map(stored)
    }
}

extension StoreWriter {
    /// Records a new task; gives its number.
    package func insert(_ task: UserTask, plan: TaskPlan) throws(StoreError) -> Int64 {
        try transaction("record the user task") { db in try TaskTable.insert(task, plan, db) }
    }

    /// Writes a task's state and counts in a transaction of its own.
    package func update(_ task: UserTask) throws(StoreError) {
        try transaction("write the user task") { db in try TaskTable.update(task, resumePoint: nil, db) }
    }

    /// Writes a task that begins from the start of its file: what an earlier run of it logged is taken away.
    package func beginAnew(_ task: UserTask, taskNumber: Int64) throws(StoreError) {
        try transaction("write the user task") { db in
            try RejectLog(taskNumber: taskNumber).clear(db)
            try TaskTable.update(task, resumePoint: nil, db)
        }
    }

    /// Keeps the source's header and dialect with its task.
    package func setSourceForm(_ form: SourceForm, taskNumber: Int64) throws(StoreError) {
        try transaction("write the source's form") { db in
            try db.execute(
                sql:
                    "UPDATE sluice_tasks SET dialect = ?, header = ?, encoding = ?, mark = ? WHERE number = ?",
                arguments: [
                    try TaskTable.json(form.dialect), Data(form.header), form.encoding.name, Data(form.mark),
                    taskNumber,
                ])
        }
    }

    /// A task as the database has it now: for a resume this alone is the truth.
    package func storedTask(_ id: String) throws(StoreError) -> StoredTask? {
        try StoreError.wrap("read the user task", path: paths.database) {
            try queue.inDatabase { db in try TaskTable.find(id, db) }
        }
    }
}

extension StoreReader {
    /// The task whose id begins with `prefix`.
    ///
    /// - Throws: `unknown_task` where none or several do.
    package func task(_ prefix: String) throws(StoreError) -> StoredTask {
        let found = try read("read the user task") { db in
            try Row.fetchAll(
                db, sql: "SELECT * FROM sluice_tasks WHERE substr(id, 1, ?) = ? LIMIT 2",
                arguments: [prefix.utf8.count, prefix]
            ).map(TaskTable.stored)
        }
        guard let task = found.first, !prefix.isEmpty else {
            throw StoreError(
                .unknownTask, "there is no user task '\(prefix)'", hint: "See: sluice tasks list")
        }
        guard found.count == 1 else {
            throw StoreError(
                .unknownTask, "several user tasks begin with '\(prefix)'", hint: "Give more of the id.")
        }
        return task
    }

    /// Tasks, newest first: at most `limit` of them, older than `number` where one is given.
    package func tasks(limit: Int, before number: Int64?) throws(StoreError) -> [StoredTask] {
        try read("list the user tasks") { db in
            try Row.fetchAll(
                db, sql: "SELECT * FROM sluice_tasks WHERE number < ? ORDER BY number DESC LIMIT ?",
                arguments: [number ?? Int64.max, limit]
            ).map(TaskTable.stored)
        }
    }

    /// The source's header and dialect; `nil` where the first pass has not told them.
    package func sourceForm(taskNumber: Int64) throws(StoreError) -> SourceForm? {
        try read("read the source's form") { db in
            try Row.fetchOne(
                db, sql: "SELECT * FROM sluice_tasks WHERE number = ?", arguments: [taskNumber]
            ).flatMap(TaskTable.sourceForm)
        }
    }

    /// Calls `body` with each reject of a task in the order of the file, holding one at a time.
    ///
    /// - Throws: `StoreError`, and what `body` throws.
    package func forEachReject(
        taskNumber: Int64, limit: Int = .max, _ body: (LoggedReject) throws -> Void
    ) throws {
        var failure: (any Error)?
        try read("read the rejects") { db in
            let rows = try Row.fetchCursor(
                db,
                sql: "SELECT \(TaskTable.rejectColumns(db)) FROM sluice_rejects WHERE task = ? "
                    + "ORDER BY record LIMIT ?",
                arguments: [taskNumber, Int64(limit)])
            while let row = try rows.next() {
                let reject = try TaskTable.reject(row)
                do { try body(reject) } catch {
                    failure = error
                    return
                }
            }
        }
        if let failure { throw failure }
    }

    /// Calls `body` with the outcome of each record of a task in the order of the file, holding a batch at a time.
    ///
    /// - Throws: `StoreError`, and what `body` throws.
    package func forEachResult(taskNumber: Int64, _ body: (RecordResult) throws -> Void) throws {
        var failure: (any Error)?
        try read("read the outcomes") { db in
            let blobs = try Data.fetchCursor(
                db, sql: "SELECT outcomes FROM sluice_results WHERE task = ? ORDER BY record",
                arguments: [taskNumber])
            while let blob = try blobs.next() {
                do { try ResultBlob.forEach(in: [UInt8](blob), body) } catch {
                    failure = error
                    return
                }
            }
        }
        if let failure { throw failure }
    }

    /// Lines of the source, from 1, whose record had a key that the file had before.
    package func duplicateLines(taskNumber: Int64) throws(StoreError) -> [Int64] {
        try read("read the duplicates") { db in
            try Int64.fetchAll(
                db, sql: "SELECT line FROM sluice_duplicates WHERE task = ? ORDER BY record",
                arguments: [taskNumber])
        }
    }
}
