internal import FoundationEssentials
internal import GRDB
internal import Records

/// Writes rejects, in-file duplicates and outcomes of one task, in the transaction of their batch.
final class RejectLog {
    let taskNumber: Int64
    /// Of one connection: what is logged goes to one place.
    private var insert: RawStatement?

    init(taskNumber: Int64) { self.taskNumber = taskNumber }

    func add(_ written: WrittenBatch, _ db: Database) throws {
        if !written.rejects.isEmpty {
            let insert = try insert ?? RawStatement(Self.insertReject, on: db.openConnection)
            self.insert = insert
            insert.bind(taskNumber, at: 1)
            for reject in written.rejects { try add(reject, insert) }
        }
        if !written.duplicates.isEmpty {
            let insert = try db.cachedStatement(
                sql: "INSERT INTO sluice_duplicates (task, record, line) VALUES (?, ?, ?)")
            for position in written.duplicates {
                try insert.execute(arguments: [taskNumber, Int64(position.record), Int64(position.line)])
            }
        }
    }

    /// SQLite writes the JSON: it does so several times as fast as Foundation, and a file may have many rejects.
    private static let insertReject = """
        INSERT INTO sluice_rejects (task, record, line, byte_offset, bytes, key, sealed, issues)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, coalesce(?8,
            json_array(json_object('code', ?9, 'field', ?10, 'column', ?11, 'message', ?12))))
        """

    private func add(_ reject: LoggedReject, _ insert: RawStatement) throws {
        insert.bind(Int64(reject.position.record), at: 2)
        insert.bind(Int64(reject.position.line), at: 3)
        insert.bind(Int64(reject.position.byteOffset), at: 4)
        insert.bindCopy(of: reject.bytes.stored, at: 5)
        insert.bindCopy(of: reject.sealed?.keyID, at: 6)
        insert.bindCopy(of: reject.sealed?.bytes.stored, at: 7)
        let only = reject.issues.count == 1 ? reject.issues.first : nil
        insert.bindCopy(of: try only == nil ? TaskTable.json(reject.issues) : nil, at: 8)
        insert.bindCopy(of: only?.code, at: 9)
        insert.bindCopy(of: only?.field, at: 10)
        insert.bind(only?.column.map(Int64.init), at: 11)
        insert.bindCopy(of: only?.message, at: 12)
        try insert.run()
    }

    /// Adds the outcomes of a batch's records.
    func add(_ outcomes: ResultBlob, from batch: RecordBatch, _ db: Database) throws {
        guard !outcomes.bytes.isEmpty else { return }
        try db.cachedStatement(sql: "INSERT INTO sluice_results (task, record, outcomes) VALUES (?, ?, ?)")
            .execute(arguments: [taskNumber, Int64(batch.start.record), Data(outcomes.bytes)])
    }

    /// Takes away all that a task has logged: it begins anew.
    func clear(_ db: Database) throws {
        for table in Self.tables {
            try db.execute(sql: "DELETE FROM \(table) WHERE task = ?", arguments: [taskNumber])
        }
    }

    /// The log's tables; each knows its task by the column `task`.
    static let tables = ["sluice_rejects", "sluice_duplicates", "sluice_results"]

    /// Numbers of the records of a batch, from 1, that the task has rejected.
    func rejected(in batch: RecordBatch, _ db: Database) throws -> Set<UInt64> {
        let found = try Int64.fetchAll(
            db, sql: "SELECT record FROM sluice_rejects WHERE task = ? AND record BETWEEN ? AND ?",
            arguments: [taskNumber, Int64(batch.start.record), Int64(batch.end.record)])
        return Set(found.map(UInt64.init))
    }
}
