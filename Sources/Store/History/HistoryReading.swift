internal import GRDB
internal import Glibc
package import Records

extension StoreReader {
    /// The row id of a record; `nil` where it is not there.
    package func rowID(of name: RecordName) throws(StoreError) -> Int64? {
        try read("look up the record") { db in
            guard try db.tableExists(name.type.table) else { return nil }
            return try name.rowID(db)
        }
    }

    /// What happened to a row of a record type and to its links, as far as the journal knows.
    ///
    /// - Returns: `nil` where nobody has ever heard of such a row.
    package func history(of id: Int64, _ type: RecordType, _ catalogue: Catalogue) throws(StoreError)
        -> RecordHistory?
    {
        try read("read the record's history") { db in
            guard try db.tableExists(type.table), try db.tableExists("sluice_journal") else { return nil }
            return try HistoryReading(id: id, type, catalogue, db).history()
        }
    }
}

/// Goes through the journal for one record.
struct HistoryReading {
    private let id: Int64
    private let type: RecordType
    private let catalogue: Catalogue
    private let db: Database

    /// A row of an entry that tells of the record.
    private struct Found {
        var entry: JournalEntry
        /// Its place in the entry.
        var place: Int
        var row: JournalRow
        /// The link, and the side of it at which the record stands.
        var link: (linked: LinkedTypes, side: Int)?
    }

    init(id: Int64, _ type: RecordType, _ catalogue: Catalogue, _ db: Database) {
        self.id = id
        self.type = type
        self.catalogue = catalogue
        self.db = db
    }

    func history() throws -> RecordHistory? {
        let row = try Row.fetchOne(
            db, sql: "SELECT * FROM \(TableSchema(type).table) WHERE id = ?", arguments: [id])
        var found = try ownChanges()
        // Records that met a row took an id, too: what has no row, and none that was deleted, never was one.
        if row == nil, found.allSatisfy({ $0.entry.kind == .created }) { return nil }
        for linked in catalogue.links.compactMap(catalogue.linkedTypes) {
            for side in 0..<2 where linked.types[side].name == type.name {
                found += try linkChanges(linked, side: side)
            }
        }
        found.sort { ($0.entry.number, $0.place) > ($1.entry.number, $1.place) }
        return RecordHistory(id: id, events: try events(found, row))
    }

    // MARK: Finding

    private func entries(
        _ sql: String, _ arguments: StatementArguments, _ body: (JournalEntry) throws -> Void
    )
        throws
    {
        let rows = try Row.fetchCursor(
            db, sql: "SELECT * FROM sluice_journal WHERE \(sql)", arguments: arguments)
        while let row = try rows.next() { try body(JournalEntry(row)) }
    }

    /// The rows of a page that are wanted: of the others no value is looked at.
    private func rows(
        of entry: JournalEntry, where isWanted: (OpenPage.Row) -> Bool
    ) throws -> [JournalRow] {
        guard let bytes = entry.page else { return [] }
        let page = try OpenPage(bytes, kind: entry.kind)
        return try page.rows.filter(isWanted).map(page.values)
    }

    private func ownChanges() throws -> [Found] {
        var found: [Found] = []
        try entries("table_name = ? AND last >= ? AND first <= ?", [type.table, id, id]) { entry in
            if entry.kind == .created {
                found.append(Found(entry: entry, place: 0, row: JournalRow(id: id)))
                return
            }
            for row in try rows(of: entry, where: { $0.id == id }) {
                found.append(Found(entry: entry.withoutPage, place: found.count, row: row))
            }
        }
        return found
    }

    /// Entries tell the least and the greatest id of first sides alone: for the second all of a link's are read, and
    /// those looked into that have the bytes of the id somewhere.
    private func linkChanges(_ linked: LinkedTypes, side: Int) throws -> [Found] {
        var found: [Found] = []
        let (sql, arguments): (String, StatementArguments) =
            side == 0
            ? ("table_name = ? AND last >= ? AND first <= ?", [linked.link.table, id, id])
            : ("table_name = ?", [linked.link.table])
        let idBytes = ByteBuffer(capacity: 10)
        JournalPage.append(signed: id, to: idBytes)
        try entries(sql, arguments) { entry in
            if side == 1, !(entry.page?.holds(idBytes.bytes) ?? false) { return }
            for row in try rows(of: entry, where: { (side == 0 ? $0.id : $0.second) == id }) {
                found.append(
                    Found(entry: entry.withoutPage, place: found.count, row: row, link: (linked, side)))
            }
        }
        return found
    }

    // MARK: Telling

    /// `found` is the newest first.
    private func events(_ found: [Found], _ row: Row?) throws -> [RecordHistory.Event] {
        var values = HistoryValues(type, row)
        let book = TaskBook()
        /// By task and row or pair, the undos that have noted it and not met what they took back.
        var undos: [Int64: [LaterEdits.Key: [String]]] = [:]
        var events: [RecordHistory.Event] = []
        for change in found {
            let entry = try book.entry(change.entry.task, db)
            var event = RecordHistory.Event(
                at: change.entry.writtenAt, what: .changed, task: entry.told)
            let key = LaterEdits.Key(id: change.row.id, second: change.row.second)
            if let undone = entry.undoes {
                undos[undone, default: [:]][key, default: []].append(entry.id)
            } else if let undo = undos[change.entry.task]?[key]?.popLast() {
                event.takenBackBy = undo
            }
            switch change.entry.kind {
            case .created:
                event.what = .created
                event.fields = values.goBackBehindCreation()
            case .updated: event.fields = values.goBack(to: change.row.values)
            case .deleted:
                event.what = .deleted
                event.fields = values.goBackBehindDeletion(change.row.values)
            case .touched:
                if entry.undoes != nil { event.what = .restored }
                values.forget()
            case .linked, .unlinked:
                event.what = change.entry.kind == .linked ? .linked : .unlinked
                event.link = try change.link.map { link in
                    try linkedRecord(change.row, link.linked, side: link.side)
                }
            }
            events.append(event)
        }
        return events
    }

    private func linkedRecord(
        _ row: JournalRow, _ linked: LinkedTypes, side: Int
    ) throws -> RecordHistory.LinkedRecord {
        let other = side == 0 ? row.second : row.id
        let type = linked.types[1 - side]
        let key = try RowKeys(of: type).texts(of: [other], db)[other]?.first
        return RecordHistory.LinkedRecord(
            link: linked.link.name, role: linked.sides[1 - side].role, id: other, key: key)
    }
}

extension [UInt8] {
    /// Whether these bytes stand somewhere in it.
    fileprivate func holds(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let first = bytes.first, let rest = bytes.baseAddress else { return true }
        return withUnsafeBytes { all in
            guard var place = all.baseAddress, all.count >= bytes.count else { return false }
            let end = place + (all.count - bytes.count + 1)
            while place < end, let found = memchr(place, Int32(first), end - place) {
                if memcmp(found, rest, bytes.count) == 0 { return true }
                place = UnsafeRawPointer(found) + 1
            }
            return false
        }
    }
}

extension JournalEntry {
    /// The same for those who need none of its bytes any more.
    fileprivate var withoutPage: JournalEntry {
        var entry = self
        entry.page = nil
        return entry
    }
}

extension TaskBook.Entry {
    fileprivate var told: RecordHistory.Task {
        RecordHistory.Task(
            id: id, kind: task?.kind, requestedBy: task?.requestedBy ?? "", file: task?.file.name ?? "",
            undoes: task?.undoes)
    }
}
