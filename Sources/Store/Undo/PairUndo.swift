internal import GRDB
internal import Records

/// Takes back what a task did to the pairs of one link.
final class PairUndo {
    private let linked: LinkedTypes
    private let journal: UndoJournal
    private let book: TaskBook
    private let unlink: RawStatement
    private let link: RawStatement

    init(_ linked: LinkedTypes, journal: UndoJournal, book: TaskBook, _ db: Database) throws {
        self.linked = linked
        self.journal = journal
        self.book = book
        let schema = LinkSchema(linked)
        let columns = schema.columns
        let connection = try db.openConnection
        unlink = try RawStatement(
            "DELETE FROM \(schema.table) WHERE \(columns[0]) = ?1 AND \(columns[1]) = ?2", on: connection)
        let sides = linked.types.enumerated().map { side, type in
            "EXISTS (SELECT 1 FROM \(TableSchema(type).table) WHERE id = ?\(side + 1))"
        }
        link = try RawStatement(
            "INSERT OR IGNORE INTO \(schema.table) (\(columns.joined(separator: ", "))) SELECT ?1, ?2 WHERE "
                + sides.joined(separator: " AND "), on: connection)
    }

    /// Unlinks pairs that an entry of the journal links, or links those again that it unlinks.
    func restore(_ entry: JournalEntry, _ edits: LaterEdits, _ db: Database) throws -> UndoOutcome {
        var outcome = UndoOutcome()
        let page = try OpenPage(entry.page ?? [], kind: entry.kind)
        let isLinked = entry.kind == .linked
        let buffer = try journal.buffer(isLinked ? .unlinked : .linked, of: entry.table, db)
        let statement = isLinked ? unlink : link
        for row in page.rows.reversed() {
            let key = LaterEdits.Key(id: row.id, second: row.second)
            if let edit = edits.edit(of: key, after: entry.number) {
                outcome.leave(try .edited(key, edit, book, db))
                continue
            }
            statement.bind(row.id, at: 1)
            statement.bind(row.second, at: 2)
            if try statement.runChanging() == 1 {
                buffer.begin(row.id, second: row.second)
                if isLinked { outcome.receipt.deleted += 1 } else { outcome.receipt.created += 1 }
            } else if !isLinked, let missing = try missingSide(of: key, db) {
                outcome.leave(missing)
            } else {
                outcome.receipt.unchanged += 1
            }
        }
        try journal.relieve(db)
        return outcome
    }

    private func missingSide(of key: LaterEdits.Key, _ db: Database) throws -> LeftNote? {
        for (side, id) in zip(linked.sides.indices, [key.id, key.second]) {
            let isThere = try Bool.fetchOne(
                db, sql: "SELECT 1 FROM \(TableSchema(linked.types[side]).table) WHERE id = ?",
                arguments: [id])
            if isThere == nil {
                let role = linked.sides[side].role
                return LeftNote(
                    id: key.id, second: key.second, field: role, code: "link_side_missing",
                    message: "the \(role) (id \(id)) is not there any more")
            }
        }
        return nil
    }

    /// The pairs that were left, as people are told of them.
    func told(_ notes: [LeftNote], _ db: Database) throws -> [LeftRow] {
        let first = try RowKeys(of: linked.types[0]).names(of: notes.map(\.id), db)
        let second = try RowKeys(of: linked.types[1]).names(of: notes.map(\.second), db)
        return notes.map { note in
            LeftRow(
                id: note.id,
                key: linked.pairName(
                    first[note.id], second[note.second]),
                field: note.field, code: note.code, message: note.message)
        }
    }
}

extension LinkedTypes {
    /// What a pair is called.
    fileprivate func pairName(_ first: String, _ second: String) -> String {
        "\(sides[0].role) \(first), \(sides[1].role) \(second)"
    }

    /// Whether a record that was left alone is a pair of the link, by what it is called.
    func isPairName(_ name: String) -> Bool {
        name.hasPrefix("\(sides[0].role) ") && name.contains(", \(sides[1].role) ")
    }
}
