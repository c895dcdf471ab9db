internal import GRDB
internal import Records

/// When the rows of a table were made.
///
/// Ids grow: a row is no younger than any that was made after it. So a moment for each run of ids tells it for all
/// rows, to the day; no row carries a column for it. The journal has these moments, and `sluice_row_ages` keeps them
/// when its entries go. Rows that were there before there was a journal count from the day on which it came.
struct RowAges {
    /// Ascending by `last`, and so by `at`: rows up to `last` were made no later than `at`.
    private var steps: [(last: Int64, at: Int64)]

    /// Reads what is known of a table.
    init(table: String, _ db: Database) throws {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT last, min(at) AS at FROM (
                    SELECT last, at FROM sluice_row_ages WHERE table_name = ?1
                    UNION ALL
                    SELECT last, written_at FROM sluice_journal WHERE table_name = ?1 AND kind = ?2
                ) GROUP BY last ORDER BY last
                """, arguments: [table, JournalKind.created.rawValue])
        self.init(rows.map { ($0["last"], $0["at"]) })
    }

    init(_ known: [(last: Int64, at: Int64)]) {
        // Rows that an undo brought back have an entry of their own day; they are as old as they were.
        var steps: [(last: Int64, at: Int64)] = []
        var earliest = Int64.max
        for step in known.sorted(by: { $0.last < $1.last }).reversed() where step.at < earliest {
            earliest = step.at
            steps.append(step)
        }
        self.steps = steps.reversed()
    }

    /// When a row was made, at the latest; `nil` where nobody has written it down.
    func made(_ id: Int64) -> Timestamp? {
        var low = 0
        var high = steps.count
        while low < high {
            let middle = (low + high) / 2
            if steps[middle].last < id { low = middle + 1 } else { high = middle }
        }
        return low < steps.count ? Timestamp(milliseconds: steps[low].at) : nil
    }

    /// Keeps what the journal's entries up to a number tell: they are about to go.
    ///
    /// One row of each table and day: ages count in days.
    static func take(journalUpTo number: Int64, _ db: Database) throws {
        try db.execute(
            sql: """
                INSERT INTO sluice_row_ages (table_name, last, at)
                SELECT table_name, max(last), max(written_at) FROM sluice_journal
                WHERE number <= ? AND kind = ? GROUP BY table_name, written_at / 86400000
                ON CONFLICT DO UPDATE SET at = min(at, excluded.at)
                """, arguments: [number, JournalKind.created.rawValue])
    }
}
