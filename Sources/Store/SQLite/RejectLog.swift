internal import FoundationEssentials
internal import GRDB
internal import Records

/// Writes rejects, in-file duplicates and outcomes of one task, in the transaction of their batch.
struct RejectLog {
    let taskNumber: Int64
    private let encoder = JSONEncoder()

    func add(_ written: WrittenBatch, _ db: Database) throws {
        if !written.rejects.isEmpty {
            let insert = try db.cachedStatement(
                sql: "INSERT INTO sluice_rejects (task, record, line, byte_offset, issues, bytes, "
                    + "key, sealed) VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
            for reject in written.rejects {
                try insert.execute(arguments: [
                    taskNumber, Int64(reject.position.record), Int64(reject.position.line),
                    Int64(reject.position.byteOffset),
                    String(decoding: try encoder.encode(reject.issues), as: UTF8.self),
                    Data(reject.bytes.stored), reject.sealed?.keyID,
                    reject.sealed.map { Data($0.bytes.stored) },
                ])
            }
        }
        if !written.duplicates.isEmpty {
            let insert = try db.cachedStatement(
                sql: "INSERT INTO sluice_duplicates (task, record, line) VALUES (?, ?, ?)")
            for position in written.duplicates {
                try insert.execute(arguments: [taskNumber, Int64(position.record), Int64(position.line)])
            }
        }
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
