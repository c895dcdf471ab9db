internal import Foundation
internal import GRDB
internal import Records

/// Writes what one task changes into the journal, in the transaction that changes it.
///
/// Undo and history read it; so does whoever wants to know whether a row was changed since. A task that keeps no
/// before-images still says which rows it changed: undoing an earlier one must leave those alone.
struct JournalWriter {
    /// The task's number.
    let task: Int64
    /// Whether what rows held before is kept.
    let keepsValues: Bool

    /// Writes what was noted, and empties the buffer.
    func write(_ buffer: JournalBuffer, _ db: Database) throws {
        try buffer.forEachPage { page, rows, ids in
            try insert(buffer.table, buffer.kind, ids, rows: rows, page: page, db)
        }
        buffer.clear()
    }

    /// Notes that the task made `rows` rows, all those of the table with ids within `ids`, in this transaction.
    func write(created ids: ClosedRange<Int64>, rows: Int, in table: String, _ db: Database) throws {
        try insert(table, .created, ids, rows: rows, page: nil, db)
    }

    private func insert(
        _ table: String, _ kind: JournalKind, _ ids: ClosedRange<Int64>, rows: Int, page: Data?,
        _ db: Database
    ) throws {
        try db.cachedStatement(
            sql:
                "INSERT INTO sluice_journal (task, table_name, kind, first, last, row_count, written_at, page) "
                + "VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
        ).execute(arguments: [
            task, table, kind.rawValue, ids.lowerBound, ids.upperBound, rows,
            Timestamp.now().milliseconds, page,
        ])
    }
}

/// A page of the journal as it lies in its table.
struct JournalEntry {
    /// Grows with each entry; never used again.
    var number: Int64
    /// The number of the task that wrote it.
    var task: Int64
    /// A record type's or a link's.
    var table: String
    var kind: JournalKind
    /// The least and the greatest id of its rows; of pairs, of their first sides.
    var ids: ClosedRange<Int64>
    var rowCount: Int
    var writtenAt: Timestamp
    /// See ``JournalPage``; `nil` where the ids say all.
    var page: [UInt8]?

    init(_ row: Row) throws {
        guard let kind = JournalKind(rawValue: row["kind"]) else {
            throw StoreError(.databaseCorrupt, "the journal of changes cannot be read")
        }
        number = row["number"]
        task = row["task"]
        table = row["table_name"]
        self.kind = kind
        let first: Int64 = row["first"]
        ids = first...max(first, row["last"])
        rowCount = row["row_count"]
        writtenAt = Timestamp(milliseconds: row["written_at"])
        page = (row["page"] as Data?).map { [UInt8]($0) }
    }

    /// Calls `body` with each row that the page holds; of a `created` entry there are none.
    func forEachRow(_ body: (JournalRow) throws -> Void) throws {
        guard let page else { return }
        try JournalPage.forEachRow(in: page, of: kind, body)
    }
}
