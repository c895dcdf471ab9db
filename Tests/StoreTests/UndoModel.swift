import GRDB
import Records

@testable import Store

/// What undoing should come to, said as plainly as can be: each change of each row is kept, with whether it was taken
/// back, and all of them are looked through for each question.
struct UndoModel {
    struct Change {
        var task: Int64
        var entry: Int64
        var kind: JournalKind
        var table: String
        var key: LaterEdits.Key
        var values: [String: DatabaseValue]
        /// Whether an undo has looked at it.
        var isDone = false
        var isTakenBack = false
    }

    /// In the order of the journal.
    private(set) var changes: [Change] = []
    private(set) var content: UndoScene.Content
    private var lastEntry: Int64 = 0
    /// By undo, the rows whose later changes stayed for a unique value's sake.
    private var taken: [Int64: Set<Int64>] = [:]

    init(_ scene: UndoScene) throws {
        content = try scene.content()
    }

    /// Learns what tasks have done; `undo` is the number of the undo that did it.
    mutating func follow(_ scene: UndoScene, undo: Int64? = nil) throws {
        for entry in try scene.entries(after: lastEntry) {
            lastEntry = entry.number
            // What undos note of themselves is no change to the model, which knows what they did.
            guard undo == nil else { continue }
            if entry.kind == .created {
                let rows = try scene.content().rows[entry.table] ?? [:]
                for id in rows.keys.filter(entry.ids.contains).sorted() {
                    changes.append(change(entry, LaterEdits.Key(id: id), [:]))
                }
            }
            try entry.forEachRow { row in
                let key = LaterEdits.Key(id: row.id, second: row.second)
                changes.append(change(entry, key, row.values))
            }
        }
        if undo == nil { content = try scene.content() }
    }

    private func change(
        _ entry: JournalEntry, _ key: LaterEdits.Key, _ values: [String: DatabaseValue]
    ) -> Change {
        Change(
            task: entry.task, entry: entry.number, kind: entry.kind, table: entry.table, key: key,
            values: values)
    }

    func changeCount(of task: Int64) -> Int { changes.count { $0.task == task } }

    /// A row that stays as it is.
    struct Left: Equatable {
        var id: Int64
        var code: String
    }

    struct Result: Equatable {
        var receipt = BatchReceipt()
        var left: [Left] = []
    }

    /// Takes back what a step has taken back that came as far as `point`.
    mutating func takeBack(_ undo: UndoScene.Undo, to point: UndoPoint, first: (Int64) -> Int64) -> Result {
        var result = Result()
        let wanted = changes.indices.filter { index in
            let change = changes[index]
            guard change.task == undo.undone, !change.isDone else { return false }
            if change.entry > point.entry { return true }
            return change.entry == point.entry
                && (change.kind != .created || change.key.id >= first(change.entry) + point.idsLeft)
        }
        // The newest entry first; rows that were made in the order of their ids, others from the last back.
        let order = wanted.sorted { left, right in
            let (a, b) = (changes[left], changes[right])
            if a.entry != b.entry { return a.entry > b.entry }
            return a.kind == .created ? left < right : left > right
        }
        for index in order {
            changes[index].isDone = true
            let code = takeBack(index, undo.number, &result.receipt)
            if let code {
                result.left.append(Left(id: changes[index].key.id, code: code))
                result.receipt.skipped += 1
            } else {
                changes[index].isTakenBack = true
            }
        }
        return result
    }

    /// The code of what keeps a change from being taken back.
    private mutating func takeBack(_ index: Int, _ undo: Int64, _ receipt: inout BatchReceipt) -> String? {
        let change = changes[index]
        let isEdited = changes.contains { other in
            other.table == change.table && other.key == change.key && other.task != change.task
                && other.entry > change.entry && !other.isTakenBack
        }
        if isEdited { return "edited_since" }
        let id = change.key.id
        let isTaken = taken[undo, default: []].contains(id)
        switch change.kind {
        case .created:
            guard content.rows[change.table]?[id] != nil else { return nil }
            let isLinked = content.pairs.contains { pair in
                change.table == "accounts" ? pair.id == id : pair.second == id
            }
            if isLinked { return "linked_since" }
            content.rows[change.table]?[id] = nil
            receipt.deleted += 1
        case .updated:
            if isTaken { return "value_taken" }
            guard var row = content.rows[change.table]?[id] else {
                receipt.unchanged += 1
                return nil
            }
            for (column, value) in change.values { row[column] = value.isNull ? nil : value }
            if isClash(row, id, change.table) {
                taken[undo, default: []].insert(id)
                return "value_taken"
            }
            content.rows[change.table]?[id] = row
            receipt.updated += 1
        case .deleted:
            if isTaken { return "value_taken" }
            let row = change.values.filter { !$0.value.isNull }
            if isClash(row, id, change.table) {
                taken[undo, default: []].insert(id)
                return "value_taken"
            }
            content.rows[change.table]?[id] = row
            receipt.created += 1
        case .linked:
            if content.pairs.remove(change.key) == nil {
                receipt.unchanged += 1
            } else {
                receipt.deleted += 1
            }
        case .unlinked:
            guard content.rows["accounts"]?[id] != nil, content.rows["contacts"]?[change.key.second] != nil
            else { return "link_side_missing" }
            if content.pairs.insert(change.key).inserted {
                receipt.created += 1
            } else {
                receipt.unchanged += 1
            }
        case .touched: return "journal_gone"
        }
        return nil
    }

    private func isClash(_ row: [String: DatabaseValue], _ id: Int64, _ table: String) -> Bool {
        ["original_id", "account_number", "contact_number"].contains { column in
            guard let value = row[column], table == "accounts" || column == "contact_number" else {
                return false
            }
            return (content.rows[table] ?? [:]).contains { $0.key != id && $0.value[column] == value }
        }
    }
}
