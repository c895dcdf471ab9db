internal import Foundation
internal import GRDB

/// A page of the journal whose rows can be read in any order, and their values where they lie in it.
struct OpenPage {
    struct Row {
        /// The row's id; of a pair, that of its first side.
        var id: Int64
        /// Of a pair, the id of its second side; else 0.
        var second: Int64
        /// Where what it held lies in the page's bytes.
        fileprivate(set) var values: Range<Int>
    }

    /// What one column of a row held.
    struct Value {
        /// Among the page's.
        var column: Int
        var content: Content
    }

    /// A value; of texts and blobs the place in the page's bytes.
    enum Content {
        case null
        case integer(Int64)
        case text(Range<Int>)
        case blob(Range<Int>)
    }

    let bytes: [UInt8]
    let columns: [String]
    /// In the order of the page.
    let rows: [Row]

    /// - Throws: `databaseCorrupt` where the bytes are none of ours.
    init(_ bytes: [UInt8], kind: JournalKind) throws(StoreError) {
        self.bytes = bytes
        var reader = PageReader(bytes)
        var columns: [String] = []
        for _ in 0..<(try reader.count()) { columns.append(try reader.text()) }
        self.columns = columns
        var rows: [Row] = []
        var id: Int64 = 0
        while !reader.isAtEnd {
            id &+= try reader.signed()
            var row = Row(id: id, second: 0, values: 0..<0)
            switch kind {
            case .created, .touched: break
            case .linked, .unlinked: row.second = try reader.signed()
            case .updated, .deleted:
                let count = try reader.count()
                row.values = try reader.place(ofNext: count)
            }
            rows.append(row)
        }
        self.rows = rows
    }

    /// Puts a row's values into `values`, in place of what was there.
    func read(_ row: Row, into values: inout [Value]) throws(StoreError) {
        values.removeAll(keepingCapacity: true)
        var reader = PageReader(bytes, at: row.values.lowerBound)
        while reader.position < row.values.upperBound {
            let tag = try reader.integer()
            guard let column = Int(exactly: tag >> 2), column < columns.count else {
                throw PageReader.unreadable
            }
            let content: Content
            switch tag & 3 {
            case 0: content = .null
            case 1: content = .integer(try reader.signed())
            default:
                let count = try reader.count()
                let place = try reader.place(ofNext: count)
                content = tag & 3 == 2 ? .text(place) : .blob(place)
            }
            values.append(Value(column: column, content: content))
        }
    }

    /// A row with all that it held.
    func values(of row: Row) throws(StoreError) -> JournalRow {
        var values: [Value] = []
        try read(row, into: &values)
        var found = JournalRow(id: row.id, second: row.second)
        for value in values { found.values[columns[value.column]] = databaseValue(value.content) }
        return found
    }

    func databaseValue(_ content: Content) -> DatabaseValue {
        switch content {
        case .null: .null
        case .integer(let integer): integer.databaseValue
        case .text(let place): String(decoding: bytes[place], as: UTF8.self).databaseValue
        case .blob(let place): Data(bytes[place]).databaseValue
        }
    }
}
