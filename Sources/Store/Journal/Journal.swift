internal import GRDB
package import Records

/// How long the journal of changes is kept.
///
/// Its entries go in the order in which they came: an entry goes only with all that are older. So whoever has all
/// entries of a task has all later ones, too, and knows of each of the task's rows whether another task changed it
/// since.
enum Journal {
    /// Most bytes of pages that one transaction takes away: a moment, so that others have their turns.
    private static let mostBytes: Int64 = 16 << 20
    /// Most entries of one transaction.
    private static let mostEntries = 2_000

    /// Whether the journal still has all that a task wrote into it.
    ///
    /// Where it has not (`journal_pruned` of the task's row says so), the task can't be undone any more. Tasks that
    /// ran before there was a journal are told so, too. What a purge took out of it does not count: nobody shall
    /// bring that back.
    static func isComplete(forTask number: Int64, _ db: Database) throws -> Bool {
        try Int64.fetchOne(
            db, sql: "SELECT journal_pruned FROM sluice_tasks WHERE number = ?", arguments: [number]) == 0
    }

    /// Takes away the oldest entries among those written before `moment`, and says whether there are more.
    ///
    /// Nothing is taken that an undo at work needs. When rows were made is kept beside the journal: see ``RowAges``.
    static func prune(before moment: Timestamp, _ db: Database) throws -> Bool {
        let lastToGo = try lastToGo(before: moment, db)
        guard let lastToGo else { return false }
        var last: Int64 = 0
        var bytes: Int64 = 0
        var isMore = false
        let entries = try Row.fetchCursor(
            db,
            sql: "SELECT number, coalesce(length(page), 0) AS bytes FROM sluice_journal WHERE number <= ? "
                + "ORDER BY number LIMIT ?", arguments: [lastToGo, mostEntries + 1])
        var count = 0
        while let entry = try entries.next() {
            guard count < mostEntries, bytes < mostBytes else {
                isMore = true
                break
            }
            last = entry["number"]
            bytes += entry["bytes"]
            count += 1
        }
        guard count > 0 else { return false }
        try RowAges.take(journalUpTo: last, db)
        try db.execute(
            sql: "UPDATE sluice_tasks SET journal_pruned = 1 WHERE journal_pruned = 0 AND number IN "
                + "(SELECT task FROM sluice_journal WHERE number <= ?)", arguments: [last])
        try db.execute(sql: "DELETE FROM sluice_journal WHERE number <= ?", arguments: [last])
        return isMore
    }

    /// The last entry of those that may go; `nil` where there is none.
    private static func lastToGo(before moment: Timestamp, _ db: Database) throws -> Int64? {
        // In the order of their numbers SQLite reads no further than to the first that stays.
        let firstToStay = try Int64.fetchOne(
            db, sql: "SELECT number FROM sluice_journal WHERE written_at >= ? ORDER BY number LIMIT 1",
            arguments: [moment.milliseconds])
        let firstNeeded = try Int64.fetchOne(
            db,
            sql: "SELECT min(number) FROM sluice_journal WHERE task IN "
                + "(SELECT number FROM sluice_tasks WHERE state = ?)",
            arguments: [UserTaskState.undoing.rawValue])
        let last = min(firstToStay ?? .max, firstNeeded ?? .max)
        guard last == .max else { return last - 1 }
        return try Int64.fetchOne(db, sql: "SELECT max(number) FROM sluice_journal")
    }
}

extension StoreReader {
    /// Whether the journal still has all that a task wrote into it: see ``Journal/isComplete(forTask:_:)``.
    package func journalIsComplete(forTask number: Int64) throws(StoreError) -> Bool {
        try read("look at the journal of changes") { db in
            // A database that was made earlier gets the column, and the journal, when it is next written to.
            guard try db.columns(in: "sluice_tasks").contains(where: { $0.name == "journal_pruned" }) else {
                return false
            }
            return try Journal.isComplete(forTask: number, db)
        }
    }
}

extension StoreWriter {
    /// Takes entries out of the journal that are older than the database's settings have them kept.
    ///
    /// For whoever holds the run lock: an undo at work must find what it has begun with. Each transaction is short.
    package func pruneJournal(at moment: Timestamp = .now()) throws(StoreError) {
        var isMore = true
        while isMore {
            isMore = try transaction("shorten the journal of changes") { db in
                let days = try SettingTable.read(db).journalDays
                // All there is, whatever the clock said when it was written.
                let end = days == 0 ? Timestamp(milliseconds: .max) : moment.earlier(byDays: days)
                return try Journal.prune(before: end, db)
            }
        }
    }
}

extension Timestamp {
    /// So many times 24 hours before.
    func earlier(byDays days: Int) -> Timestamp {
        Timestamp(milliseconds: milliseconds - Int64(days) * 86_400_000)
    }
}
