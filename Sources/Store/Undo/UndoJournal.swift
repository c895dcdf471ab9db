internal import GRDB
internal import Records

/// What an undo notes of its own work, a row for each change that it takes back, in the order in which it does.
final class UndoJournal {
    private let writer: JournalWriter
    private var open: JournalBuffer?

    init(task: Int64) {
        writer = JournalWriter(task: task, keepsValues: true)
    }

    /// Where changes of this kind are noted from now on; `sluice_before` notes into it.
    func buffer(
        _ kind: JournalKind, of table: String, columns: [String] = [], _ db: Database
    ) throws -> JournalBuffer {
        if let open, open.kind == kind, open.table == table { return open }
        try close(db)
        let buffer = JournalBuffer(table: table, kind: kind, columns: columns)
        if !columns.isEmpty { try JournalFunctions.register(buffer, db) }
        open = buffer
        return buffer
    }

    /// Writes what was noted where it has become much.
    func relieve(_ db: Database) throws {
        guard let open, open.byteCount >= JournalBuffer.fullBytes else { return }
        try writer.write(open, db)
    }

    /// Forgets what was noted, and has not been written: it was rolled back.
    func drop() { open = nil }

    /// Writes what was noted.
    func close(_ db: Database) throws {
        if let open { try writer.write(open, db) }
        open = nil
    }
}
