internal import Foundation
internal import GRDB
internal import Records

/// The rows that one transaction changes and that a search index holds as they were before.
///
/// Whoever changes rows of a record type's table writes these down in the same transaction, or a search misses them.
/// Rows that are created or deleted need no word: ids are never used again.
///
/// A record costs an import two bits looked at; a transaction costs it one row of 16 bytes for each 64 ids that have
/// a row among them.
final class SearchChanges {
    private let index: Int64
    private let highestID: Int64
    private var ids: RowSet
    private var isEmpty = true

    /// `nil` where there is no index of the type.
    ///
    /// Read within the transaction: an index may be made between two of them.
    init?(of type: RecordType, _ db: Database) throws {
        guard
            let row = try Row.fetchOne(
                db, sql: "SELECT number, highest_id FROM sluice_search_indexes WHERE table_name = ?",
                arguments: [type.table])
        else { return nil }
        index = row["number"]
        highestID = row["highest_id"]
        ids = RowSet(greatestID: highestID)
    }

    /// Takes note of a row that is, or may be, changed.
    func note(_ id: Int64) {
        guard id <= highestID else { return }
        _ = ids.insert(id)
        isEmpty = false
    }

    /// Takes note of rows of a type that a transaction changes one by one.
    static func write(_ ids: some Sequence<Int64>, of type: RecordType, _ db: Database) throws {
        guard let changes = try SearchChanges(of: type, db) else { return }
        for id in ids { changes.note(id) }
        try changes.write(db)
    }

    /// Writes down what was noted.
    func write(_ db: Database) throws {
        guard !isEmpty else { return }
        var bytes: [UInt8] = []
        ids.forEachWord { word, bits in
            Self.append(UInt64(bitPattern: word), to: &bytes)
            Self.append(bits, to: &bytes)
        }
        try db.execute(
            sql: "INSERT INTO sluice_search_changes (index_number, ids) VALUES (?, ?)",
            arguments: [index, Data(bytes)])
    }

    private static func append(_ value: UInt64, to bytes: inout [UInt8]) {
        for shift in stride(from: UInt64(0), to: 64, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: value >> shift))
        }
    }

    /// The rows that were noted since they were last put into an index, ascending; `nil` where they are more than
    /// `most`.
    static func pending(_ index: Int64, most: Int, _ db: Database) throws -> [Int64]? {
        var bits: [UInt64: UInt64] = [:]
        let rows = try Row.fetchCursor(
            db, sql: "SELECT ids FROM sluice_search_changes WHERE index_number = ?", arguments: [index])
        while let row = try rows.next() {
            try row.withUnsafeData(atIndex: 0) { data in
                guard let data else { return }
                data.withUnsafeBytes { bytes in
                    for place in stride(from: 0, to: bytes.count - 15, by: 16) {
                        let word = UInt64(
                            littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self))
                        bits[word, default: 0] |= UInt64(
                            littleEndian: bytes.loadUnaligned(fromByteOffset: place + 8, as: UInt64.self))
                    }
                }
            }
        }
        guard bits.values.reduce(0, { $0 + $1.nonzeroBitCount }) <= most else { return nil }
        var ids: [Int64] = []
        for (word, mask) in bits.sorted(by: { $0.key < $1.key }) {
            var left = mask
            while left != 0 {
                ids.append(Int64(word) * 64 + Int64(left.trailingZeroBitCount))
                left &= left - 1
            }
        }
        return ids
    }
}
