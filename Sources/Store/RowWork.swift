internal import GRDB
package import Records

/// What one step came to.
package struct RowStep: Sendable {
    package var receipt = BatchReceipt()
    /// Records left as they were, in the order in which they were met; counted in the receipt.
    package var left: [LeftRow] = []
    /// The place behind which the next step goes on, in the work's own counting.
    package var point: Int64
    /// Whether nothing is left to do.
    package var isLast: Bool

    package init(point: Int64, isLast: Bool) {
        self.point = point
        self.isLast = isLast
    }
}

/// Work on rows that are in the database, done step by step: each step is one transaction, with the task's counts.
///
/// A step must depend on the database and on the place behind which it begins alone: so a run that was killed goes on
/// as if it had not been.
protocol RowWork: Sendable {
    /// Rows there are to do behind `point`; all where that is `nil`. Asked before the first step of a run.
    func begin(after point: Int64?, _ db: Database) throws -> UInt64
    /// What is to be told of the whole work; asked once, before anything is done.
    func warnings(_ db: Database) throws -> [UserTask.Tally]
    /// Does the next rows behind `point`, within the open transaction.
    ///
    /// It writes the journal, and tells quick search, itself.
    func step(after point: Int64?, _ db: Database) throws -> RowStep
    /// Within the transaction of the last step: what is to be done once.
    func finish(_ db: Database) throws
    /// When all steps are committed, and before the task is complete: what no transaction can do.
    ///
    /// A run that goes on behind the last step does it, too.
    ///
    /// - Returns: what is to be told of it.
    func settle(_ writer: StoreWriter) throws(StoreError) -> [UserTask.Tally]
}

extension RowWork {
    func warnings(_ db: Database) throws -> [UserTask.Tally] { [] }
    func finish(_ db: Database) throws {}
    func settle(_ writer: StoreWriter) throws(StoreError) -> [UserTask.Tally] { [] }
}

/// Work that is ready to be run by whoever leads user tasks.
package struct RowJob: Sendable {
    let work: any RowWork

    init(_ work: any RowWork) {
        self.work = work
    }
}

extension StoreWriter {
    /// Rows that a job has to do behind `point`.
    package func begin(_ job: RowJob, after point: Int64?) throws(StoreError) -> UInt64 {
        try transaction("look at the records") { db in try job.work.begin(after: point, db) }
    }

    /// What is to be told of a job that begins.
    package func warnings(of job: RowJob) throws(StoreError) -> [UserTask.Tally] {
        try transaction("look at the records") { db in try job.work.warnings(db) }
    }

    /// Does what a job has to do behind its last step, and gives what is to be told of it.
    package func settle(_ job: RowJob) throws(StoreError) -> [UserTask.Tally] {
        try job.work.settle(self)
    }

    /// Does a job's next step, with the task as `task` says it is then, in one transaction.
    ///
    /// Of a dry run the step is taken back, and what it came to is written down.
    package func perform(
        _ job: RowJob, after point: Int64?, taskNumber: Int64, isDryRun: Bool = false,
        task: (RowStep) -> UserTask
    ) throws(StoreError) -> RowStep {
        try transaction("change records") { db in
            if isDryRun { try db.execute(sql: "SAVEPOINT sluice_dry_run") }
            let step = try job.work.step(after: point, db)
            if step.isLast { try job.work.finish(db) }
            if isDryRun { try db.execute(sql: "ROLLBACK TO sluice_dry_run; RELEASE sluice_dry_run") }
            try LeftRowLog(taskNumber: taskNumber).add(step.left, db)
            try TaskTable.update(task(step), resumePoint: ResumePoint(step: step.point), db)
            return step
        }
    }
}

/// The rows of `sluice_left_rows` of one task.
struct LeftRowLog {
    let taskNumber: Int64

    func add(_ rows: [LeftRow], _ db: Database) throws {
        guard !rows.isEmpty else { return }
        var number =
            try Int64.fetchOne(
                db, sql: "SELECT max(number) FROM sluice_left_rows WHERE task = ?", arguments: [taskNumber])
            ?? 0
        let insert = try db.cachedStatement(
            sql: "INSERT INTO sluice_left_rows (task, number, row_id, key, field, code, message) "
                + "VALUES (?, ?, ?, ?, ?, ?, ?)")
        for row in rows {
            number += 1
            try insert.execute(arguments: [
                taskNumber, number, row.id, row.key, row.field, row.code, row.message,
            ])
        }
    }
}

extension StoreReader {
    /// Calls `body` with the first records that a task on rows left alone, in the order in which they were met.
    ///
    /// - Throws: `StoreError`, and what `body` throws.
    package func forEachLeftRow(
        taskNumber: Int64, limit: Int = .max, _ body: (LeftRow) throws -> Void
    ) throws {
        var failure: (any Error)?
        try read("read the records left alone") { db in
            let rows = try Row.fetchCursor(
                db, sql: "SELECT * FROM sluice_left_rows WHERE task = ? ORDER BY number LIMIT ?",
                arguments: [taskNumber, limit])
            while let row = try rows.next() {
                let left = LeftRow(
                    id: row["row_id"], key: row["key"], field: row["field"], code: row["code"],
                    message: row["message"])
                do { try body(left) } catch {
                    failure = error
                    return
                }
            }
        }
        if let failure { throw failure }
    }
}
