internal import Foundation
internal import GRDB
internal import GRDBSQLite
internal import Records

/// Changes of one kind to the rows of one table, until they are written into the journal as pages.
///
/// `begin` a row, then `add` what it held: with as many rows and as often as there are changes. Whoever rolls back part
/// of what was noted says so with ``takeBack(to:)``.
final class JournalBuffer {
    let table: String
    let kind: JournalKind
    /// By the numbers under which values are added.
    let columns: [String]
    /// Whether pages hold rows in the order in which they were noted, instead of that of their ids.
    ///
    /// Where unique values went from row to row, only the way back in that order meets no value that is taken.
    private let keepsOrder: Bool
    private let bytes = ByteBuffer(capacity: 64 << 10)
    private var rows: [Entry] = []

    /// A row, and where its values begin; they end where those of the next begin.
    private struct Entry {
        var id: Int64
        var second: Int64
        var start: Int
    }

    init(table: String, kind: JournalKind, columns: [String] = [], keepsOrder: Bool = false) {
        self.table = table
        self.kind = kind
        self.columns = columns
        self.keepsOrder = keepsOrder
    }

    var isEmpty: Bool { rows.isEmpty }
    var rowCount: Int { rows.count }
    /// The rows' ids, in the order in which they were noted.
    var ids: [Int64] { rows.map(\.id) }

    /// Bytes in hand: whoever notes much writes them when they are over ``fullBytes``.
    var byteCount: Int { bytes.count + rows.count * MemoryLayout<Entry>.stride }

    /// With pages of rows sorted by id, more in hand makes history look into fewer of them.
    static let fullBytes = 8 << 20

    /// Begins the next row; `second` is the id of a pair's second side.
    func begin(_ id: Int64, second: Int64 = 0) {
        rows.append(Entry(id: id, second: second, start: bytes.count))
    }

    /// Adds what a column of the row begun last held.
    func add(column: Int, _ value: OpaquePointer?) {
        let tag = UInt64(column) << 2
        switch sqlite3_value_type(value) {
        case SQLITE_NULL: JournalPage.append(tag, to: bytes)
        case SQLITE_INTEGER:
            JournalPage.append(tag | 1, to: bytes)
            JournalPage.append(signed: sqlite3_value_int64(value), to: bytes)
        case SQLITE_TEXT:
            JournalPage.append(tag | 2, to: bytes)
            // As a blob: asked for as text SQLite would copy it once more, for the sake of a final NUL.
            append(sqlite3_value_blob(value), Int(sqlite3_value_bytes(value)))
        default:
            JournalPage.append(tag | 3, to: bytes)
            append(sqlite3_value_blob(value), Int(sqlite3_value_bytes(value)))
        }
    }

    /// Adds what a column of the row begun last held.
    func add(column: Int, _ value: DatabaseValue) {
        let tag = UInt64(column) << 2
        switch value.storage {
        case .null: JournalPage.append(tag, to: bytes)
        case .int64(let integer):
            JournalPage.append(tag | 1, to: bytes)
            JournalPage.append(signed: integer, to: bytes)
        case .string(let text):
            JournalPage.append(tag | 2, to: bytes)
            JournalPage.append(UInt64(text.utf8.count), to: bytes)
            bytes.append(Array(text.utf8))
        case .blob(let data):
            JournalPage.append(tag | 3, to: bytes)
            JournalPage.append(UInt64(data.count), to: bytes)
            bytes.append(data)
        case .double: preconditionFailure("no column of ours holds one")
        }
    }

    private func append(_ start: UnsafeRawPointer?, _ count: Int) {
        JournalPage.append(UInt64(count), to: bytes)
        guard let start, count > 0 else { return }
        bytes.reserve(count).update(from: start.assumingMemoryBound(to: UInt8.self), count: count)
        bytes.commit(count)
    }

    /// How much was noted.
    struct Mark {
        fileprivate var rows: Int
        fileprivate var bytes: Int

        var rowCount: Int { rows }
    }

    var mark: Mark { Mark(rows: rows.count, bytes: bytes.count) }

    /// Forgets what was noted since.
    func takeBack(to mark: Mark) {
        rows.removeSubrange(mark.rows...)
        bytes.commit(mark.bytes - bytes.count)
    }

    func clear() {
        rows.removeAll(keepingCapacity: true)
        bytes.reset()
    }

    /// Calls `body` with each page to be written: its bytes, its rows, its least and greatest id.
    func forEachPage(_ body: (Data, Int, ClosedRange<Int64>) throws -> Void) rethrows {
        guard !rows.isEmpty else { return }
        // Where a row's values end, before rows change places.
        let ends = rows.indices.map { $0 + 1 < rows.count ? rows[$0 + 1].start : bytes.count }
        var order = Array(rows.indices)
        let isSorted = zip(rows, rows.dropFirst()).allSatisfy { $0.id <= $1.id }
        if !isSorted, !keepsOrder { order.sort { (rows[$0].id, $0) < (rows[$1].id, $1) } }
        let page = ByteBuffer(capacity: JournalPage.targetBytes)
        var first = 0
        while first < order.count {
            page.reset()
            JournalPage.append(columns: columns, to: page)
            var id: Int64 = 0
            var (least, greatest) = (Int64.max, Int64.min)
            var next = first
            while next < order.count, next - first < JournalPage.mostRows,
                page.count < JournalPage.targetBytes
            {
                let row = rows[order[next]]
                JournalPage.append(signed: row.id &- id, to: page)
                id = row.id
                (least, greatest) = (min(least, id), max(greatest, id))
                append(row, end: ends[order[next]], to: page)
                next += 1
            }
            try body(Data(page.bytes), next - first, least...greatest)
            first = next
        }
    }

    private func append(_ row: Entry, end: Int, to page: ByteBuffer) {
        switch kind {
        case .created, .touched: break
        case .linked, .unlinked: JournalPage.append(signed: row.second, to: page)
        case .updated, .deleted:
            JournalPage.append(UInt64(end - row.start), to: page)
            page.reserve(end - row.start).update(from: bytes.start + row.start, count: end - row.start)
            page.commit(end - row.start)
        }
    }
}
