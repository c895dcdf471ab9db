internal import GRDB
internal import Records

/// Takes back what another task did, from the newest entry of its journal to the oldest.
///
/// Rows that others have changed since stay as they are. Each step finds out by itself which those are: so it depends
/// on the database and on its point alone.
///
/// `@unchecked Sendable`: one lane at a time uses it.
final class UndoWork: RowWork, @unchecked Sendable {
    private let undone: StoredTask
    private let number: Int64
    private let catalogue: Catalogue
    private let commitRows: Int
    private let book = TaskBook()
    /// Rows that were left for their values, with the code; `nil` until they are known.
    private var taken: [Int64: String]?

    /// Changes taken back in one transaction.
    ///
    /// Each of them writes most of the indexes' pages, whose keys lie in another order than the ids.
    static let standardCommitRows = 100_000
    /// Most changes, and most bytes of pages, that are in hand at once.
    private static let partRows = 20_000
    private static let partBytes = 16 << 20

    /// `number` is that of the task that takes back.
    init(_ undone: StoredTask, number: Int64, catalogue: Catalogue, commitRows: Int?) {
        self.undone = undone
        self.number = number
        self.catalogue = catalogue
        self.commitRows = commitRows ?? Self.standardCommitRows
    }

    func begin(after point: Int64?, _ db: Database) throws -> UInt64 {
        let point = UndoPoint(step: point)
        let behind = try Int64.fetchOne(
            db, sql: "SELECT coalesce(sum(row_count), 0) FROM sluice_journal WHERE task = ? AND number < ?",
            arguments: [undone.number, point.entry])
        var rows = UInt64(behind ?? 0)
        if point.idsLeft > 0, let entry = try entry(point.entry, db),
            case .records(let type) = try table(of: entry)
        {
            rows += UInt64(
                try Int64.fetchOne(
                    db, sql: "SELECT count(*) FROM \(TableSchema(type).table) WHERE id BETWEEN ? AND ?",
                    arguments: [entry.ids.lowerBound, entry.ids.lowerBound + point.idsLeft - 1]) ?? 0)
        }
        return rows
    }

    func step(after point: Int64?, _ db: Database) throws -> RowStep {
        var point = UndoPoint(step: point)
        var step = RowStep(point: point.step, isLast: false)
        let journal = UndoJournal(task: number)
        var rows = 0
        while rows < commitRows,
            let part = try nextPart(
                behind: point, atMost: min(commitRows - rows, Self.standardCommitRows), db)
        {
            try takeBack(part, journal, into: &step, db)
            rows += part.rowCount
            point = part.end
        }
        try journal.close(db)
        step.point = point.step
        step.isLast = try nextPart(behind: point, atMost: 1, db) == nil
        return step
    }

    func finish(_ db: Database) throws {
        guard var task = try TaskTable.find(undone.task.id, db)?.task, task.state == .undoing else { return }
        task.state = .undone
        task.version += 1
        try TaskTable.update(task, resumePoint: nil, db)
    }

    // MARK: What comes next

    /// What is taken back at once.
    private struct Part {
        /// One where rows were made; else entries of one table, the newest first.
        var entries: [JournalEntry]
        /// Of rows that were made, the ids of those that are taken away; else of all rows.
        var ids: ClosedRange<Int64>
        var rowCount: Int
        var end: UndoPoint
    }

    private func entry(_ number: Int64, _ db: Database) throws -> JournalEntry? {
        try Row.fetchOne(
            db.cachedStatement(sql: "SELECT * FROM sluice_journal WHERE number = ?"), arguments: [number]
        ).map(JournalEntry.init)
    }

    private func entry(before number: Int64, _ db: Database) throws -> JournalEntry? {
        try Row.fetchOne(
            db.cachedStatement(
                sql: "SELECT * FROM sluice_journal WHERE task = ? AND number < ? ORDER BY number DESC LIMIT 1"
            ),
            arguments: [undone.number, number]
        ).map(JournalEntry.init)
    }

    private func nextPart(behind point: UndoPoint, atMost most: Int, _ db: Database) throws -> Part? {
        if point.idsLeft > 0, let entry = try entry(point.entry, db) {
            return made(by: entry, idsLeft: point.idsLeft, atMost: most)
        }
        guard let first = try entry(before: point.entry, db) else { return nil }
        if first.kind == .created {
            return made(
                by: first, idsLeft: first.ids.upperBound - first.ids.lowerBound + 1, atMost: most)
        }
        var part = Part(
            entries: [first], ids: first.ids, rowCount: first.rowCount, end: UndoPoint(entry: first.number))
        var bytes = first.page?.count ?? 0
        while let next = try entry(before: part.end.entry, db), next.kind != .created,
            next.table == first.table, part.rowCount + next.rowCount <= min(most, Self.partRows),
            bytes + (next.page?.count ?? 0) <= Self.partBytes
        {
            part.entries.append(next)
            part.ids =
                min(part.ids.lowerBound, next.ids.lowerBound)...max(part.ids.upperBound, next.ids.upperBound)
            part.rowCount += next.rowCount
            part.end = UndoPoint(entry: next.number)
            bytes += next.page?.count ?? 0
        }
        return part
    }

    private func made(by entry: JournalEntry, idsLeft: Int64, atMost most: Int) -> Part {
        let count = min(idsLeft, Int64(most))
        let first = entry.ids.lowerBound + idsLeft - count
        return Part(
            entries: [entry], ids: first...(first + count - 1), rowCount: Int(count),
            end: UndoPoint(entry: entry.number, idsLeft: idsLeft - count))
    }

    // MARK: Taking back

    /// Whose rows an entry of the journal tells of.
    private enum Table {
        case records(RecordType)
        case pairs(LinkedTypes)
    }

    private func table(of entry: JournalEntry) throws -> Table {
        if let type = catalogue.types.first(where: { $0.table == entry.table }) { return .records(type) }
        if let link = catalogue.links.first(where: { $0.table == entry.table }),
            let linked = catalogue.linkedTypes(link)
        {
            return .pairs(linked)
        }
        throw StoreError(.databaseCorrupt, "the journal tells of '\(entry.table)', which nobody declares")
    }

    private func takeBack(
        _ part: Part, _ journal: UndoJournal, into step: inout RowStep, _ db: Database
    ) throws {
        guard let newest = part.entries.first, let oldest = part.entries.last else { return }
        let table = try table(of: newest)
        let edits = try edits(of: part, after: oldest.number, db)
        switch table {
        case .records(let type):
            let undo = try RecordUndo(type, catalogue, journal: journal, book: book, db)
            if newest.kind == .created {
                let outcome = try undo.removeMade(part.ids, by: newest, edits, db)
                step.add(outcome.receipt, try undo.told(outcome.left, db))
            } else {
                var taken = try taken ?? takenRows(db)
                let outcome = try undo.restore(part.entries, edits, taken: &taken, db)
                step.add(outcome.receipt, try undo.told(outcome.left, db))
                self.taken = taken
            }
        case .pairs(let linked):
            let undo = try PairUndo(linked, journal: journal, book: book, db)
            for entry in part.entries {
                let outcome = try undo.restore(entry, edits, db)
                step.add(outcome.receipt, try undo.told(outcome.left, db))
            }
        }
    }

    private func edits(of part: Part, after number: Int64, _ db: Database) throws -> LaterEdits {
        let except = (undone.number, self.number)
        if part.entries.first?.kind == .created {
            return try LaterEdits(
                of: part.entries[0].table, ids: part.ids, after: number, except: except, book: book, db
            ) { _ in true }
        }
        // Made only where somebody has changed rows within these ids.
        var rows: Set<LaterEdits.Key>?
        return try LaterEdits(
            of: part.entries[0].table, ids: part.ids, after: number, except: except, book: book, db
        ) { key in
            let known = try rows ?? Self.rows(of: part)
            rows = known
            return known.contains(key)
        }
    }

    private static func rows(of part: Part) throws -> Set<LaterEdits.Key> {
        var keys: Set<LaterEdits.Key> = []
        keys.reserveCapacity(part.rowCount)
        for entry in part.entries {
            for row in try OpenPage(entry.page ?? [], kind: entry.kind).rows {
                keys.insert(LaterEdits.Key(id: row.id, second: row.second))
            }
        }
        return keys
    }

    /// Rows that an earlier run of this undo left for their values.
    private func takenRows(_ db: Database) throws -> [Int64: String] {
        let rows = try Row.fetchAll(
            db,
            sql: "SELECT row_id, code FROM sluice_left_rows WHERE task = ? "
                + "AND code IN ('value_taken', 'parent_cycle')", arguments: [number])
        return Dictionary(rows.map { ($0[0], $0[1]) }, uniquingKeysWith: { first, _ in first })
    }
}

extension RowStep {
    /// Adds what a part of it came to.
    fileprivate mutating func add(_ receipt: BatchReceipt, _ left: [LeftRow]) {
        self.receipt.add(receipt)
        self.left += left
    }
}
