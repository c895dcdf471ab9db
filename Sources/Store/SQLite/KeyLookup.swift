internal import GRDB
internal import GRDBSQLite
internal import Glibc
internal import Records

/// Finds the rows of one record type by the values of a key, for many records of a batch at once.
///
/// Few records are looked up one by one in the key's index, by one statement and in the order of the index. Many are
/// sorted and read together with the index from end to end: an entry then costs a tenth of a look-up, be it
/// asked for or not.
final class KeyLookup {
    private let lookup: RawStatement
    private let scan: KeyScan?
    private let feed: BatchFeed
    private let ids: (LinkContext) -> UnsafeMutablePointer<Cell>
    private let plane: Int

    /// Rows that are read in the time of one look-up.
    private static let rowsPerLookup = 8

    /// - Parameters:
    ///   - type: whose rows are found.
    ///   - key: its fields.
    ///   - columns: the feed's columns with their values.
    ///   - planes: the planes of those.
    ///   - target: which of the context's ids tell the rows.
    ///   - feed: gives the batch.
    ///   - connection: where the statements run.
    ///   - db: the same.
    /// - Throws: where SQLite does not take the statements.
    init(
        of type: RecordType, by key: [Field], columns: [Int], planes: [Int], target: Int, feed: BatchFeed,
        connection: OpaquePointer, _ db: Database
    ) throws {
        self.feed = feed
        plane = planes[0]
        ids = { $0.ids[target] }
        let table = TableSchema(type).table
        let same = zip(key, columns).map { "t.\(TableSchema.quoted($0.column)) = f.c\($1)" }
        lookup = try RawStatement(
            "SELECT count(sluice_side(\(target), t.id)) FROM sluice_feed f CROSS JOIN \(table) t ON "
                + same.joined(separator: " AND "), on: connection)
        scan = key.count == 1 ? try KeyScan(table: table, column: key[0].column, on: connection, db) : nil
    }

    /// Looks the records up, which have all of the key, while the feed gives their batch.
    func find(
        _ records: [UInt32], in storage: BatchStorage, _ context: LinkContext, sorter: inout KeyOrder
    ) throws {
        guard !records.isEmpty else { return }
        var order = records
        if let scan, order.count >= scan.rows / Self.rowsPerLookup {
            try scan.find(&order, plane: plane, in: storage, into: ids(context), sorter: &sorter)
        } else {
            sorter.sort(&order, byPlane: plane, of: storage)
            try feed.narrow(to: order) { try lookup.run() }
        }
    }
}

/// Reads a key's index in its order, beside records that are sorted by it.
final class KeyScan {
    private let scan: RawStatement
    /// Rows of the table when this was made.
    let rows: Int

    init(table: String, column: String, on connection: OpaquePointer, _ db: Database) throws {
        let column = TableSchema.quoted(column)
        scan = try RawStatement(
            "SELECT \(column), id FROM \(table) WHERE \(column) BETWEEN ?1 AND ?2 ORDER BY \(column)",
            on: connection)
        rows = try Int.fetchOne(db, sql: "SELECT count(*) FROM \(table)") ?? 0
    }

    /// Notes the row of each record that has one, by record; the others' stay as they are.
    func find(
        _ order: inout [UInt32], plane: Int, in storage: BatchStorage,
        into ids: UnsafeMutablePointer<Cell>, sorter: inout KeyOrder
    ) throws {
        let cells = UnsafePointer(storage.plane(plane))
        let texts = CellTexts(storage)
        let start = KeyOrder.commonPrefix(order, cells, texts)
        sorter.sort(&order) { KeyOrder.word(cells[Int($0)], from: start, texts) }
        // Where no text is longer than its word, the word is the text: no value holds a NUL.
        let wordsTellAll = order.allSatisfy { !cells[Int($0)].isText || cells[Int($0)].length <= start + 8 }
        if !wordsTellAll { Self.sortEqualWords(&order, cells, storage, sorter) }
        guard let first = order.first, let last = order.last else { return }
        defer {
            scan.reset()
            sqlite3_clear_bindings(scan.handle)
        }
        scan.bind(cells[Int(first)], of: storage, at: 1)
        scan.bind(cells[Int(last)], of: storage, at: 2)
        var next = 0
        while next < order.count, try scan.step() {
            let row = Entry(scan.handle, from: start)
            while next < order.count, sorter.word(at: next) < row.word { next += 1 }
            if wordsTellAll {
                guard row.isWord else { continue }
                while next < order.count, sorter.word(at: next) == row.word {
                    ids[Int(order[next])] = .integer(row.id)
                    next += 1
                }
            } else {
                while next < order.count, sorter.word(at: next) == row.word {
                    let comparison = row.compare(cells[Int(order[next])], storage)
                    guard comparison <= 0 else { break }
                    if comparison == 0 { ids[Int(order[next])] = .integer(row.id) }
                    next += 1
                }
            }
        }
    }

    /// Brings records whose words are equal into the order of their texts.
    private static func sortEqualWords(
        _ order: inout [UInt32], _ cells: UnsafePointer<Cell>, _ storage: BatchStorage,
        _ sorter: KeyOrder
    ) {
        var start = 0
        while start < order.count {
            var end = start + 1
            while end < order.count, sorter.word(at: end) == sorter.word(at: start) { end += 1 }
            if end - start > 1 {
                order[start..<end].sort { left, right in
                    compare(storage.text(cells[Int(left)]), storage.text(cells[Int(right)])) < 0
                }
            }
            start = end
        }
    }

    /// As SQLite compares texts: byte by byte, the shorter one first.
    fileprivate static func compare(
        _ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>
    ) -> Int {
        if let leftBase = left.baseAddress, let rightBase = right.baseAddress {
            let result = memcmp(leftBase, rightBase, min(left.count, right.count))
            if result != 0 { return Int(result) }
        }
        return left.count - right.count
    }
}

extension KeyScan {
    /// The row under the statement, good until its next step.
    private struct Entry {
        let id: Int64
        /// As ``KeyOrder`` has it.
        let word: UInt64
        /// Whether the word holds all of the value that it was asked to.
        let isWord: Bool
        private let text: UnsafeBufferPointer<UInt8>

        @inline(__always)
        init(_ statement: OpaquePointer, from start: Int) {
            id = sqlite3_column_int64(statement, 1)
            guard sqlite3_column_type(statement, 0) == SQLITE_TEXT else {
                text = UnsafeBufferPointer(start: nil, count: 0)
                word = UInt64(bitPattern: sqlite3_column_int64(statement, 0)) ^ (1 << 63)
                isWord = true
                return
            }
            // As a blob: asked for as text SQLite would copy it, for the sake of a final NUL.
            let bytes = sqlite3_column_blob(statement, 0)?.assumingMemoryBound(to: UInt8.self)
            text = UnsafeBufferPointer(start: bytes, count: Int(sqlite3_column_bytes(statement, 0)))
            var word: UInt64 = 0
            let end = min(text.count, start + 8)
            var index = start
            while index < end {
                word = word << 8 | UInt64(text[index])
                index += 1
            }
            let missing = 8 - max(0, end - start)
            self.word = missing >= 8 ? 0 : word << UInt64(8 * missing)
            isWord = text.count <= start + 8 && text.last != 0
        }

        /// Below 0 where a record's value comes before the row's.
        func compare(_ cell: Cell, _ storage: BatchStorage) -> Int {
            cell.isText ? KeyScan.compare(storage.text(cell), text) : 0
        }
    }
}
