internal import GRDB
internal import Records

/// A row that is left as it is, before people are told of it.
struct LeftNote {
    var id: Int64
    /// Of a pair, the id of its second side.
    var second: Int64 = 0
    var field: String?
    var code: String
    var message: String
    /// The record's key, where the row is no longer there to tell it.
    var key: String?
}

/// What taking back a part of a task's work came to.
struct UndoOutcome {
    var receipt = BatchReceipt()
    /// In the order in which they were met.
    var left: [LeftNote] = []
    /// Rows that hold again what they held before.
    var restored: [Int64] = []

    mutating func leave(_ note: LeftNote) {
        left.append(note)
        receipt.skipped += 1
    }
}

extension LeftNote {
    /// A row that another task has changed since.
    static func edited(
        _ key: LaterEdits.Key, _ edit: LaterEdits.Edit, _ book: TaskBook, _ db: Database
    ) throws -> LeftNote {
        let done =
            switch edit.kind {
            case .created, .updated, .touched: "changed it since"
            case .deleted: "deleted it since"
            case .linked: "linked the two since"
            case .unlinked: "unlinked the two since"
            }
        return LeftNote(
            id: key.id, second: key.second, code: "edited_since",
            message: "\(try book.entry(edit.task, db).title) \(done)")
    }

    /// A row of which the journal no longer knows what it held.
    static func forgotten(_ id: Int64) -> LeftNote {
        LeftNote(id: id, code: "journal_gone", message: "what it held before is not kept any more")
    }
}
