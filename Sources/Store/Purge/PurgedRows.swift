internal import Foundation
internal import GRDB
internal import Records

/// The rows of a type that are gone and whose traces have yet to go: those of `sluice_purged_rows`.
///
/// A purge that was stopped leaves them there; whichever goes on takes them over.
struct PurgedRows {
    /// Ascending.
    private(set) var ids: [Int64] = []
    private(set) var keys = KeySet()

    /// Adds rows with the values of their keys.
    static func add(
        _ rows: [(id: Int64, keys: [String])], of type: RecordType, wereDeleted: Bool, _ db: Database
    ) throws {
        let insert = try db.cachedStatement(
            sql: "INSERT OR REPLACE INTO sluice_purged_rows (table_name, row_id, was_deleted, keys) "
                + "VALUES (?, ?, ?, ?)")
        for row in rows {
            try insert.execute(arguments: [type.table, row.id, wereDeleted, try TaskTable.json(row.keys)])
        }
    }

    /// Takes deleted rows out again: they are to be kept.
    static func removeDeleted(_ ids: [Int64], of type: RecordType, _ db: Database) throws {
        guard !ids.isEmpty else { return }
        try db.execute(
            sql: "DELETE FROM sluice_purged_rows WHERE table_name = ? AND was_deleted = 1 "
                + "AND row_id IN (SELECT value FROM json_each(?))", arguments: [type.table, ids.json])
    }

    /// Adds values that keys of a row had before.
    static func add(formerKeys keys: [String], of id: Int64, _ type: RecordType, _ db: Database) throws {
        let known = try String.fetchOne(
            db, sql: "SELECT keys FROM sluice_purged_rows WHERE table_name = ? AND row_id = ?",
            arguments: [type.table, id])
        guard let known else { return }
        let all = try TaskTable.decode([String].self, known)
        let new = keys.filter { !all.contains($0) }
        guard !new.isEmpty else { return }
        try db.execute(
            sql: "UPDATE sluice_purged_rows SET keys = ? WHERE table_name = ? AND row_id = ?",
            arguments: [TaskTable.json(all + new), type.table, id])
    }

    /// Those of their keys by which another row is known now: what names it is not about them.
    static func keysInUse(of type: RecordType, _ db: Database) throws -> Set<String> {
        try RowKeys(of: type).expressions(of: "t").reduce(into: []) { keys, expression in
            let found = try String.fetchSet(
                db,
                sql:
                    "SELECT CAST(\(expression) AS TEXT) FROM \(TableSchema(type).table) t WHERE \(expression) "
                    + "IN (SELECT k.value FROM sluice_purged_rows p, json_each(p.keys) k WHERE p.table_name = ?)",
                arguments: [type.table])
            keys.formUnion(found)
        }
    }

    static func clear(_ type: RecordType, _ db: Database) throws {
        try db.execute(sql: "DELETE FROM sluice_purged_rows WHERE table_name = ?", arguments: [type.table])
    }

    init(of type: RecordType, _ db: Database) throws {
        let inUse = try Self.keysInUse(of: type, db)
        let rows = try Row.fetchCursor(
            db, sql: "SELECT row_id, keys FROM sluice_purged_rows WHERE table_name = ? ORDER BY row_id",
            arguments: [type.table])
        while let row = try rows.next() {
            ids.append(row[0])
            for key in try TaskTable.decode([String].self, row[1]) where !inUse.contains(key) {
                keys.insert(key)
            }
        }
    }

    func contains(_ id: Int64) -> Bool {
        let index = firstIndex(from: id)
        return index < ids.count && ids[index] == id
    }

    /// Whether an id of the range is among them.
    func overlap(_ range: ClosedRange<Int64>) -> Bool {
        let index = firstIndex(from: range.lowerBound)
        return index < ids.count && ids[index] <= range.upperBound
    }

    private func firstIndex(from id: Int64) -> Int {
        var low = 0
        var high = ids.count
        while low < high {
            let middle = (low + high) / 2
            if ids[middle] < id { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

/// Values of keys, looked for in what was written down about records.
struct KeySet {
    private var texts: Set<[UInt8]> = []
    /// Their lengths in bytes, the greatest first.
    private var lengths: [Int] = []

    mutating func insert(_ text: String) {
        let bytes = Array(text.utf8)
        guard !bytes.isEmpty, texts.insert(bytes).inserted else { return }
        guard !lengths.contains(bytes.count) else { return }
        lengths.append(bytes.count)
        lengths.sort(by: >)
    }

    func contains(_ text: String) -> Bool { texts.contains(Array(text.utf8)) }

    /// Whether a value stands somewhere in a text, with no letter or digit right before or behind it.
    func occur(in text: [UInt8]) -> Bool { firstRange(in: text, from: 0) != nil }

    /// The text with each of them taken out, and a mark in its place.
    func removed(from text: String) -> String {
        let bytes = Array(text.utf8)
        var out: [UInt8] = []
        var place = 0
        while let range = firstRange(in: bytes, from: place) {
            out += bytes[place..<range.lowerBound] + Array("(purged)".utf8)
            place = range.upperBound
        }
        return place == 0 ? text : String(decoding: out + bytes[place...], as: UTF8.self)
    }

    /// The longest of those that stand first.
    private func firstRange(in text: [UInt8], from start: Int) -> Range<Int>? {
        for first in start..<max(start, text.count) where first == 0 || !Self.isPart(text[first - 1]) {
            for size in lengths where first + size <= text.count {
                let end = first + size
                if end < text.count, Self.isPart(text[end]) { continue }
                if texts.contains(Array(text[first..<end])) { return first..<end }
            }
        }
        return nil
    }

    /// Whether a byte is of a letter or a digit, those of all scripts included.
    private static func isPart(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"), 0x80...0xFE:
            true
        default: false
        }
    }
}
