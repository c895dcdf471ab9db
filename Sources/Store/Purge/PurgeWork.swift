internal import Foundation
internal import GRDB
package import Records

/// Takes the records of a type away whose days of retention are over, with all that the database has of them.
///
/// First the rows go, with their links, and are written down in `sluice_purged_rows` with the values of their keys.
/// Then the journal, the rejects and all else that tasks keep lose their traces. At the end the database is written
/// anew: until then what was deleted lies in unused parts of its pages.
///
/// `@unchecked Sendable`: one lane at a time runs it.
final class PurgeWork: RowWork, @unchecked Sendable {
    private let type: RecordType
    private let links: [LinkedTypes]
    private let linkedRows: LinkedRows
    /// What notes on the records are; `nil` where there are none.
    private let notes: RecordType?
    private let today: Int64
    private let makeRejectReader: MakeRejectReader

    private var scan: RetentionScan?
    /// Once no more come.
    private var purged: PurgedRows?

    /// Rows of one transaction.
    private static let rowsPerStep = 2_000
    /// Entries of the journal that one transaction looks into.
    private static let entriesPerStep = 64

    init(
        _ type: RecordType, in catalogue: Catalogue, on today: Int64,
        makeRejectReader: @escaping MakeRejectReader
    ) {
        self.type = type
        links = catalogue.links.compactMap(catalogue.linkedTypes).filter { linked in
            linked.sides.contains { $0.type == type.name }
        }
        linkedRows = LinkedRows(of: type, in: catalogue)
        notes = catalogue.types.first { $0.name == Note.typeName }
        self.today = today
        self.makeRejectReader = makeRejectReader
    }

    private func scan(_ db: Database) throws -> RetentionScan {
        if let scan { return scan }
        let new = try RetentionScan(type, on: today, db)
        scan = new
        return new
    }

    func begin(after point: Int64?, _ db: Database) throws -> UInt64 {
        let place = PurgePlace(point: point)
        return place.phase == .rows ? try scan(db).count(after: place.position, db) : 0
    }

    func step(after point: Int64?, _ db: Database) throws -> RowStep {
        let place = PurgePlace(point: point)
        switch place.phase {
        case .rows: return try takeRows(after: place.position, db)
        case .deleted: return try lookForDeleted(after: place.position, db)
        default: break
        }
        let purged = try purged ?? PurgedRows(of: type, db)
        self.purged = purged
        let logs = PurgedLogs(
            type: type, links: links, purged: purged, makeRejectReader: makeRejectReader)
        let next: PurgePlace? =
            switch place.phase {
            case _ where purged.ids.isEmpty: nil
            case .journal: try shortenJournal(after: place.position, purged, db)
            case .rejects: try logs.takeRejects(from: place, db) ?? PurgePlace(.results)
            case .results: try logs.clearResults(from: place, db) ?? PurgePlace(.left)
            case .left: try logs.takeLeftRows(from: place, db) ?? PurgePlace(.tasks)
            default: try logs.clearTasks(from: place, db)
            }
        return RowStep(point: (next ?? place).point, isLast: next == nil)
    }

    func finish(_ db: Database) throws {
        guard let purged, !purged.ids.isEmpty else { return }
        try takeNotes(db)
        // Words cannot be taken out of an index of quick search: the next search has it made anew.
        try SearchIndexer.forget(type, db)
        try PurgedRows.clear(type, db)
        try db.execute(sql: "DELETE FROM sluice_compaction_due")
        try db.execute(
            sql: "INSERT INTO sluice_compaction_due (since) VALUES (?)",
            arguments: [Timestamp.now().milliseconds])
    }

    func settle(_ writer: StoreWriter) throws(StoreError) -> [UserTask.Tally] {
        try writer.compactIfDue()
    }

    // MARK: Rows

    private func takeRows(after id: Int64, _ db: Database) throws -> RowStep {
        let (found, last) = try scan(db).next(after: id, most: Self.rowsPerStep, db)
        let keys = try RowKeys(of: type).texts(of: found.map(\.id), db)
        let held = try linkedRows.counts(of: found.map(\.id), protectedOnly: true, db)
        let ids = found.map(\.id).filter { held[$0] == nil }
        if !ids.isEmpty {
            try PurgedRows.add(
                ids.map { ($0, keys[$0] ?? []) }, of: type, wereDeleted: false, db)
            try unlink(ids, db)
            try db.execute(
                sql: "DELETE FROM \(TableSchema(type).table) WHERE id IN (SELECT value FROM json_each(?))",
                arguments: [ids.json])
        }
        let next = last.map { PurgePlace(.rows, $0) } ?? PurgePlace(.deleted)
        var step = RowStep(point: next.point, isLast: false)
        step.receipt.deleted = UInt64(ids.count)
        step.receipt.skipped = UInt64(found.count - ids.count)
        for row in found {
            guard let counts = held[row.id] else { continue }
            let key = keys[row.id]?.first ?? RowKeys.name(ofID: row.id)
            let refusal = linkedRows.refusal(of: key, counts)
            step.left.append(LeftRow(id: row.id, key: key, code: refusal.code, message: refusal.message))
        }
        return step
    }

    private func unlink(_ ids: [Int64], _ db: Database) throws {
        for linked in links where try db.tableExists(linked.link.table) {
            let schema = LinkSchema(linked)
            for (side, column) in zip(linked.sides, schema.columns) where side.type == type.name {
                try db.execute(
                    sql: "DELETE FROM \(schema.table) WHERE \(column) IN (SELECT value FROM json_each(?))",
                    arguments: [ids.json])
            }
        }
    }

    /// Takes the notes on the records away, which name a record by a key.
    ///
    /// The journal holds nothing of their values.
    private func takeNotes(_ db: Database) throws {
        guard let notes, try db.tableExists(notes.table) else { return }
        let inUse = try PurgedRows.keysInUse(of: type, db)
        try db.execute(
            sql: """
                DELETE FROM \(TableSchema(notes).table) WHERE record_type IN (?1, ?2) AND record IN (
                    SELECT k.value FROM sluice_purged_rows p, json_each(p.keys) k
                    WHERE p.table_name = ?3 AND k.value NOT IN (SELECT value FROM json_each(?4))
                    UNION ALL
                    SELECT \(RowKeys.nameOfID("row_id")) FROM sluice_purged_rows WHERE table_name = ?3)
                """,
            arguments: [type.name, type.plural, type.table, TaskTable.json(inUse.sorted())])
        if db.changesCount > 0 { try SearchIndexer.forget(notes, db) }
    }

    // MARK: The journal

    /// Looks for rows that are in the journal alone and whose time is over, too: nobody shall bring them back.
    private func lookForDeleted(after number: Int64, _ db: Database) throws -> RowStep {
        let numbers = try Int64.fetchAll(
            db,
            sql: "SELECT number FROM sluice_journal WHERE number > ? AND +table_name = ? AND kind = ? "
                + "ORDER BY number LIMIT ?",
            arguments: [number, type.table, JournalKind.deleted.rawValue, Self.entriesPerStep])
        for number in numbers {
            guard
                let row = try Row.fetchOne(
                    db, sql: "SELECT * FROM sluice_journal WHERE number = ?", arguments: [number])
            else { continue }
            var rows: [JournalRow] = []
            try JournalEntry(row).forEachRow { rows.append($0) }
            try sort(rows, db)
        }
        let isWhole = numbers.count < Self.entriesPerStep
        let next = isWhole ? PurgePlace(.journal) : PurgePlace(.deleted, numbers.last ?? number)
        return RowStep(point: next.point, isLast: false)
    }

    /// Sorts the rows of an entry by whether they are to go; a later entry has the say over an earlier one.
    private func sort(_ rows: [JournalRow], _ db: Database) throws {
        let scan = try scan(db)
        let here = try Int64.fetchSet(
            db,
            sql: "SELECT id FROM \(TableSchema(type).table) WHERE id IN (SELECT value FROM json_each(?))",
            arguments: [rows.map(\.id).json])
        let deleted = rows.filter { !here.contains($0.id) }
        let keys = RowKeys(of: type)
        let gone = deleted.filter { scan.expired($0) != nil }
        try PurgedRows.removeDeleted(
            deleted.filter { scan.expired($0) == nil }.map(\.id), of: type, db)
        try PurgedRows.add(
            gone.map { ($0.id, keys.texts(of: $0)) }, of: type, wereDeleted: true, db)
    }

    /// Takes the rows out of the next entries, and gives the place behind these.
    private func shortenJournal(
        after number: Int64, _ purged: PurgedRows, _ db: Database
    ) throws -> PurgePlace? {
        let tables = links.map(\.link.table) + [type.table]
        let marks = tables.map { _ in "?" }.joined(separator: ", ")
        let entries = try Row.fetchCursor(
            db,
            sql: "SELECT number, table_name, kind, first, last FROM sluice_journal "
                + "WHERE number > ? AND +table_name IN (\(marks)) AND kind <> ? ORDER BY number",
            arguments: StatementArguments(
                [number.databaseValue] + tables.map(\.databaseValue)
                    + [JournalKind.created.rawValue.databaseValue]))
        var wanted: [(number: Int64, table: String)] = []
        while wanted.count < Self.entriesPerStep, let entry = try entries.next() {
            let first: Int64 = entry["first"]
            let last: Int64 = entry["last"]
            let table: String = entry["table_name"]
            if mayHold(purged, table: table, ids: first...max(first, last)) {
                wanted.append((entry["number"], table))
            }
        }
        for entry in wanted { try shorten(entry.number, table: entry.table, purged, db) }
        guard wanted.count < Self.entriesPerStep else {
            return PurgePlace(.journal, wanted.last?.number ?? number)
        }
        // With the keys that they had before.
        self.purged = nil
        return PurgePlace(.rejects)
    }

    private func mayHold(_ purged: PurgedRows, table: String, ids: ClosedRange<Int64>) -> Bool {
        // Of pairs an entry tells the range of the first side's ids alone.
        if let link = links.first(where: { $0.link.table == table })?.link, link.second.type == type.name {
            return true
        }
        return purged.overlap(ids)
    }

    private func shorten(_ number: Int64, table: String, _ purged: PurgedRows, _ db: Database) throws {
        guard
            let row = try Row.fetchOne(
                db, sql: "SELECT * FROM sluice_journal WHERE number = ?", arguments: [number])
        else { return }
        let entry = try JournalEntry(row)
        guard let bytes = entry.page else { return }
        let page = try OpenPage(bytes, kind: entry.kind)
        let link = links.first { $0.link.table == table }?.link
        let (isFirst, isSecond) = (
            link.map { $0.first.type == type.name } ?? true, link?.second.type == type.name
        )
        let keys = RowKeys(of: type)
        let hasKeys = link == nil && !keys.columns.isDisjoint(with: page.columns)
        let removal = try JournalPage.removing(from: page, of: entry.kind) { row in
            guard isFirst && purged.contains(row.id) || isSecond && purged.contains(row.second) else {
                return false
            }
            if hasKeys {
                // Rejects may name the record by a key that it has no more.
                let former = try keys.texts(of: page.values(of: row))
                try PurgedRows.add(formerKeys: former, of: row.id, type, db)
            }
            return true
        }
        switch removal {
        case .unchanged: break
        case .empty:
            try db.execute(sql: "DELETE FROM sluice_journal WHERE number = ?", arguments: [number])
        case .shorter(let rest):
            try db.execute(
                sql:
                    "UPDATE sluice_journal SET page = ?, first = ?, last = ?, row_count = ? WHERE number = ?",
                arguments: [
                    Data(rest.page), rest.ids.lowerBound, rest.ids.upperBound, rest.rowCount, number,
                ])
        }
    }
}

extension RowJob {
    /// Takes away for good what is past its days of retention on a day, counted from 1970-01-01 in UTC.
    ///
    /// - Precondition: the type's records have a retention; its table is there.
    package static func purge(
        _ type: RecordType, in catalogue: Catalogue, on day: Int64,
        makeRejectReader: @escaping MakeRejectReader
    ) -> RowJob {
        RowJob(PurgeWork(type, in: catalogue, on: day, makeRejectReader: makeRejectReader))
    }
}

extension StoreWriter {
    /// Writes the database anew where a purge has ended since that was done last.
    ///
    /// - Returns: a warning where a reader of an old state keeps it from being whole.
    func compactIfDue() throws(StoreError) -> [UserTask.Tally] {
        let isDue = try StoreError.wrap("look at the database", path: paths.database) {
            try queue.inDatabase { db in
                try Int.fetchOne(db, sql: "SELECT count(*) FROM sluice_compaction_due") ?? 0
            } > 0
        }
        guard isDue else { return [] }
        guard try compact() else {
            return [
                UserTask.Tally(
                    code: "wal_kept_long", field: nil, count: 1, firstLine: 0,
                    message:
                        "a program kept reading an old state of the database, so that its WAL file may hold "
                        + "what was purged until the next purge")
            ]
        }
        try transaction("write the user task") { db in
            try db.execute(sql: "DELETE FROM sluice_compaction_due")
        }
        return []
    }
}
