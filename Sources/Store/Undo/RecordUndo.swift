internal import GRDB
internal import Records

/// Takes back what a task did to the rows of one record type.
final class RecordUndo {
    private let type: RecordType
    private let table: String
    /// All columns but the id.
    private let columns: [String]
    private let places: [String: Int]
    /// Links with a side of this type that have a table.
    private let links: [LinkedTypes]
    private let journal: UndoJournal
    private let book: TaskBook

    /// Ids of which rows that were made are taken away by one statement.
    private static let idsPerStatement: Int64 = 20_000

    init(_ type: RecordType, _ catalogue: Catalogue, journal: UndoJournal, book: TaskBook, _ db: Database)
        throws
    {
        self.type = type
        table = TableSchema(type).table
        columns = try String.fetchAll(
            db, sql: "SELECT name FROM pragma_table_info(?) WHERE name <> 'id'", arguments: [type.table])
        places = Dictionary(uniqueKeysWithValues: columns.enumerated().map { ($1, $0) })
        links = try catalogue.links.compactMap(catalogue.linkedTypes).filter { linked in
            try linked.types.contains { $0.name == type.name } && db.tableExists(linked.link.table)
        }
        self.journal = journal
        self.book = book
    }

    // MARK: Rows that were made

    /// Takes rows away that the task made, as an entry of the journal tells; those that others have changed, linked or
    /// written notes on stay.
    func removeMade(
        _ ids: ClosedRange<Int64>, by entry: JournalEntry, _ edits: LaterEdits, _ db: Database
    ) throws -> UndoOutcome {
        var notes: [Int64: LeftNote] = [:]
        for (id, edit) in edits.all { notes[id] = try .edited(LaterEdits.Key(id: id), edit, book, db) }
        for linked in links { try noteLinked(ids, by: linked, in: &notes, db) }
        try noteNoted(ids, since: entry, in: &notes, db)
        var outcome = UndoOutcome()
        let kept = notes.keys.sorted()
        for id in kept { notes[id].map { outcome.leave($0) } }
        // `CASE` keeps the order: only what goes is noted.
        _ = try journal.buffer(.deleted, of: type.table, columns: columns, db)
        let noting = JournalFunctions.call(id: "id", columns.map(TableSchema.quoted))
        let sql =
            "DELETE FROM \(table) WHERE id BETWEEN ? AND ? AND CASE WHEN id NOT IN "
            + "(SELECT value FROM json_each(?)) THEN \(noting) ELSE 0 END"
        let delete = try db.cachedStatement(sql: sql)
        var first = ids.lowerBound
        while first <= ids.upperBound {
            let part = first...min(ids.upperBound, first + Self.idsPerStatement - 1)
            try delete.execute(arguments: [
                part.lowerBound, part.upperBound, kept.filter(part.contains).json,
            ])
            outcome.receipt.deleted += UInt64(db.changesCount)
            try journal.relieve(db)
            first = part.upperBound + 1
        }
        return outcome
    }

    /// Takes note of rows that are linked: the links that the task itself made are gone by now.
    private func noteLinked(
        _ ids: ClosedRange<Int64>, by linked: LinkedTypes, in notes: inout [Int64: LeftNote], _ db: Database
    ) throws {
        let schema = LinkSchema(linked)
        for (side, column) in schema.columns.enumerated() where linked.types[side].name == type.name {
            let rows = try Int64.fetchCursor(
                db,
                sql: "SELECT DISTINCT \(column) FROM \(schema.table) WHERE \(column) BETWEEN ? AND ? "
                    + "ORDER BY 1", arguments: [ids.lowerBound, ids.upperBound])
            while let id = try rows.next() {
                if notes[id] != nil { continue }
                notes[id] = LeftNote(
                    id: id, code: "linked_since",
                    message:
                        "it is linked with a \(linked.sides[1 - side].role) since (\(linked.link.plural))")
            }
        }
    }

    /// Takes note of rows on which notes were written behind an entry of the journal: these could name nothing any
    /// more.
    private func noteNoted(
        _ ids: ClosedRange<Int64>, since entry: JournalEntry, in notes: inout [Int64: LeftNote],
        _ db: Database
    ) throws {
        guard try db.tableExists(Note.table) else { return }
        let last = try Int64.fetchOne(
            db,
            sql: """
                SELECT max(
                    coalesce((SELECT max(last) FROM sluice_row_ages WHERE table_name = ?1), 0),
                    coalesce((SELECT last FROM sluice_journal WHERE table_name = ?1 AND kind = ?2 AND number < ?3
                        ORDER BY last DESC LIMIT 1), 0))
                """, arguments: [Note.table, JournalKind.created.rawValue, entry.number])
        let isNewer = "id > \(last ?? 0)"
        let table = TableSchema.quoted(Note.table)
        guard try Int.fetchOne(db, sql: "SELECT 1 FROM \(table) WHERE \(isNewer) LIMIT 1") != nil else {
            return
        }
        let names = RowKeys(of: type).expressions(of: "t") + [RowKeys.nameOfID("t.id")]
        let rows = try Int64.fetchCursor(
            db,
            sql:
                "SELECT t.id FROM \(self.table) t WHERE t.id BETWEEN ? AND ? AND EXISTS (SELECT 1 FROM \(table) n "
                + "WHERE n.record_type IN (?, ?) AND n.record IN (\(names.joined(separator: ", "))) "
                + "AND n.\(isNewer)) ORDER BY t.id",
            arguments: [ids.lowerBound, ids.upperBound, type.name, type.plural])
        while let id = try rows.next() {
            if notes[id] != nil { continue }
            notes[id] = LeftNote(id: id, code: "noted_since", message: "a note was written on it since")
        }
    }

    // MARK: Rows that were changed or deleted

    /// Gives rows back what they held before entries of the journal, the newest of which is the first.
    ///
    /// Where that would make a row its own ancestor, because others have moved the rows above it since, the row is
    /// left.
    func restore(
        _ entries: [JournalEntry], _ edits: LaterEdits, taken: inout [Int64: String], _ db: Database
    ) throws -> UndoOutcome {
        guard let parents = ParentCheck(type) else { return try restoreAll(entries, edits, [:], &taken, db) }
        var refused: [Int64: Issue] = [:]
        while true {
            // What is noted from here on may be taken back.
            try journal.close(db)
            var nowTaken = taken
            try db.execute(sql: "SAVEPOINT sluice_undo")
            let outcome = try restoreAll(entries, edits, refused, &nowTaken, db)
            let cycles = try parents.cycles(through: outcome.restored, db)
            if !cycles.isEmpty {
                try db.execute(sql: "ROLLBACK TO sluice_undo")
                journal.drop()
                refused.merge(cycles) { $1 }
            }
            try db.execute(sql: "RELEASE sluice_undo")
            guard !cycles.isEmpty else {
                taken = nowTaken
                return outcome
            }
        }
    }

    private func restoreAll(
        _ entries: [JournalEntry], _ edits: LaterEdits, _ refused: [Int64: Issue],
        _ taken: inout [Int64: String],
        _ db: Database
    ) throws -> UndoOutcome {
        var outcome = UndoOutcome()
        for entry in entries { try restore(entry, edits, refused, &taken, &outcome, db) }
        return outcome
    }

    /// Gives rows back what they held before an entry of the journal, those changed last first.
    ///
    /// `taken` are rows that were left for their values, with the code: what was done to them before stays, too.
    private func restore(
        _ entry: JournalEntry, _ edits: LaterEdits, _ refused: [Int64: Issue], _ taken: inout [Int64: String],
        _ outcome: inout UndoOutcome, _ db: Database
    ) throws {
        let before = outcome.restored.count
        let page = try OpenPage(entry.page ?? [], kind: entry.kind)
        let statements = try Statements(entry.kind, page, of: self, journal, db)
        try page.bytes.withUnsafeBytes { bytes in
            for row in page.rows.reversed() {
                let key = LaterEdits.Key(id: row.id)
                if let edit = edits.edit(of: key, after: entry.number) {
                    var note = try LeftNote.edited(key, edit, book, db)
                    if entry.kind == .deleted { note.key = try formerName(of: row, in: page) }
                    outcome.leave(note)
                } else if entry.kind == .touched {
                    outcome.leave(.forgotten(row.id))
                } else if let code = taken[row.id] {
                    outcome.leave(
                        LeftNote(
                            id: row.id, code: code, message: "a later change of it could not be taken back"))
                } else if let issue = refused[row.id] {
                    var note = LeftNote(
                        id: row.id, field: issue.field, code: issue.code, message: issue.message)
                    if entry.kind == .deleted { note.key = try formerName(of: row, in: page) }
                    taken[row.id] = note.code
                    outcome.leave(note)
                } else if try statements.run(row, bytes) {
                    if entry.kind == .deleted {
                        outcome.receipt.created += 1
                    } else {
                        outcome.receipt.updated += 1
                    }
                    outcome.restored.append(row.id)
                } else if var note = try whyNot(row, in: page, entry.kind, db) {
                    if entry.kind == .deleted { note.key = try formerName(of: row, in: page) }
                    taken[row.id] = note.code
                    outcome.leave(note)
                } else {
                    outcome.receipt.unchanged += 1
                }
            }
        }
        try journal.relieve(db)
        try SearchChanges.write(Array(outcome.restored[before...]), of: type, db)
    }

    /// Why a row could not be written: a unique value is another row's.
    ///
    /// - Returns: `nil` where there is nothing to do: the row to be changed is gone, or the one to be put back there.
    private func whyNot(
        _ row: OpenPage.Row, in page: OpenPage, _ kind: JournalKind, _ db: Database
    ) throws -> LeftNote? {
        let present = try Row.fetchOne(db, sql: "SELECT * FROM \(table) WHERE id = ?", arguments: [row.id])
        if (present == nil) == (kind == .updated) { return nil }
        var wanted: [String: DatabaseValue] = [:]
        if let present {
            for column in columns { wanted[column] = present[column] }
        }
        var values: [OpenPage.Value] = []
        try page.read(row, into: &values)
        var given: Set<String> = []
        for value in values {
            wanted[page.columns[value.column]] = page.databaseValue(value.content)
            given.insert(page.columns[value.column])
        }
        for constraint in TableSchema(type).uniqueConstraints where !constraint.isEmpty {
            let values = constraint.map { wanted[$0.column] ?? .null }
            guard !values.contains(.null) else { continue }
            let same = constraint.map { "\(TableSchema.quoted($0.column)) = ?" }.joined(separator: " AND ")
            let other = try Int64.fetchOne(
                db, sql: "SELECT id FROM \(table) WHERE \(same) AND id <> ?",
                arguments: StatementArguments(values + [row.id.databaseValue]))
            guard let other else { continue }
            let field = constraint.first { given.contains($0.column) } ?? constraint[0]
            return LeftNote(
                id: row.id, field: field.name, code: "value_taken",
                message: "another \(type.name) (id \(other)) has this \(field.name) now")
        }
        return LeftNote(
            id: row.id, code: "value_taken", message: "another \(type.name) has one of its unique values now")
    }

    // MARK: Telling

    /// What a row was called that is no longer there.
    private func formerName(of row: OpenPage.Row, in page: OpenPage) throws -> String? {
        try RowKeys(of: type).texts(of: page.values(of: row)).first
    }

    /// The rows that were left, as people are told of them.
    func told(_ notes: [LeftNote], _ db: Database) throws -> [LeftRow] {
        let names = try RowKeys(of: type).names(of: notes.filter { $0.key == nil }.map(\.id), db)
        return notes.map { note in
            LeftRow(
                id: note.id, key: note.key ?? names[note.id], field: note.field,
                code: note.code, message: note.message)
        }
    }
}

extension RecordUndo {
    /// Writes rows back, by one statement for each set of columns.
    private final class Statements {
        private let kind: JournalKind
        private let page: OpenPage
        private let undo: RecordUndo
        private let buffer: JournalBuffer?
        private let db: Database
        private var statements: [[Int]: RawStatement] = [:]
        private var values: [OpenPage.Value] = []
        /// The columns of the row before, and the statement for them.
        private var last: (columns: [Int], statement: RawStatement)?

        init(
            _ kind: JournalKind, _ page: OpenPage, of undo: RecordUndo, _ journal: UndoJournal, _ db: Database
        ) throws {
            self.kind = kind
            self.page = page
            self.undo = undo
            self.db = db
            buffer =
                switch kind {
                case .updated:
                    try journal.buffer(.updated, of: undo.type.table, columns: undo.columns, db)
                // What comes back holds what the page of its deletion says.
                case .deleted: try journal.buffer(.touched, of: undo.type.table, db)
                default: nil
                }
        }

        /// Writes one row back, and says whether it did.
        func run(_ row: OpenPage.Row, _ bytes: UnsafeRawBufferPointer) throws -> Bool {
            guard let buffer else { return false }
            try page.read(row, into: &values)
            values.removeAll { undo.places[page.columns[$0.column]] == nil }
            if kind == .updated, values.isEmpty { return false }
            let statement = try statement(for: values.map(\.column))
            for (index, value) in values.enumerated() {
                statement.bind(value.content, in: bytes, at: Int32(index + 1))
            }
            statement.bind(row.id, at: Int32(values.count + 1))
            let mark = buffer.mark
            guard try statement.runChanging() == 1 else {
                buffer.takeBack(to: mark)
                return false
            }
            if kind == .deleted { buffer.begin(row.id) }
            return true
        }

        private func statement(for columns: [Int]) throws -> RawStatement {
            if let last, last.columns == columns { return last.statement }
            let statement = try statements[columns] ?? RawStatement(sql(for: columns), on: db.openConnection)
            statements[columns] = statement
            last = (columns, statement)
            return statement
        }

        /// A row that would meet a unique value of another one is left as it is.
        private func sql(for columns: [Int]) -> String {
            let names = columns.map { page.columns[$0] }
            let quoted = names.map(TableSchema.quoted)
            guard kind == .updated else {
                let list = (quoted + ["id"]).joined(separator: ", ")
                let marks = (1...names.count + 1).map { "?\($0)" }.joined(separator: ", ")
                return "INSERT OR IGNORE INTO \(undo.table) (\(list)) VALUES (\(marks))"
            }
            let sets = quoted.enumerated().map { "\($1) = ?\($0 + 1)" }.joined(separator: ", ")
            let noting = JournalFunctions.call(
                id: "id", names.map { (undo.places[$0] ?? 0, TableSchema.quoted($0)) })
            return "UPDATE OR IGNORE \(undo.table) SET \(sets) WHERE id = ?\(names.count + 1) AND \(noting)"
        }
    }
}
