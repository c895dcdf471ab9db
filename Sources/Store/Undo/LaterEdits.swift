internal import GRDB

/// Which rows of a table other tasks have changed later, as the journal tells it.
///
/// What was taken back does not count. An undo notes each change that it takes back, as a change of its own; so of
/// the changes that a task made to a row, as many of the newest count for nothing as its undo has noted for that row.
struct LaterEdits {
    /// A row, or a pair.
    struct Key: Hashable {
        var id: Int64
        /// Of a pair, the id of its second side; else 0.
        var second: Int64 = 0
    }

    /// The newest change of a row that counts.
    struct Edit {
        /// Of the journal's entry.
        var number: Int64
        var task: Int64
        var kind: JournalKind
    }

    private var newest: [Key: Edit] = [:]

    /// - Parameters:
    ///   - table: a record type's or a link's.
    ///   - ids: only of rows within it.
    ///   - number: only changes that the journal tells behind this entry.
    ///   - tasks: whose changes are none of others.
    ///   - book: knows the tasks.
    ///   - db: the open transaction's.
    ///   - wants: whether somebody wants to know of a row.
    /// - Throws: `databaseCorrupt`; what `wants` throws.
    init(
        of table: String, ids: ClosedRange<Int64>, after number: Int64, except tasks: (Int64, Int64),
        book: TaskBook, _ db: Database, wants: (Key) throws -> Bool
    ) throws {
        // Entries of rows that were made later tell of none that were there before. Numbers alone: sorted with their
        // pages they would all be in memory.
        let numbers = try Int64.fetchAll(
            db.cachedStatement(
                sql: "SELECT number FROM sluice_journal WHERE table_name = ? AND last >= ? AND first <= ? "
                    + "AND number > ? AND task <> ? AND task <> ? AND kind <> ? ORDER BY number DESC"),
            arguments: [
                table, ids.lowerBound, ids.upperBound, number, tasks.0, tasks.1, JournalKind.created.rawValue,
            ])
        let fetch = try db.cachedStatement(sql: "SELECT * FROM sluice_journal WHERE number = ?")
        /// For each task that was undone, how often its undo has noted a row.
        var takenBack: [Int64: [Key: Int]] = [:]
        for number in numbers {
            guard let row = try Row.fetchOne(fetch, arguments: [number]) else { continue }
            let entry = try JournalEntry(row)
            let undone = try book.entry(entry.task, db).undoes
            guard let page = entry.page else { continue }
            for row in try OpenPage(page, kind: entry.kind).rows where ids.contains(row.id) {
                let key = Key(id: row.id, second: row.second)
                guard try wants(key) else { continue }
                if let undone {
                    takenBack[undone, default: [:]][key, default: 0] += 1
                } else if let count = takenBack[entry.task]?[key], count > 0 {
                    takenBack[entry.task]?[key] = count - 1
                } else if newest[key] == nil {
                    newest[key] = Edit(number: entry.number, task: entry.task, kind: entry.kind)
                }
            }
        }
    }

    /// The newest change of a row behind an entry of the journal.
    func edit(of key: Key, after number: Int64) -> Edit? {
        guard let edit = newest[key], edit.number > number else { return nil }
        return edit
    }

    /// All rows that were changed, in ascending order of their ids.
    var all: [(id: Int64, edit: Edit)] {
        newest.map { ($0.key.id, $0.value) }.sorted { $0.id < $1.id }
    }
}
