internal import Foundation
internal import GRDB
internal import Records

/// One row of a page of the journal.
struct JournalRow: Equatable {
    /// The row's id; of a pair, that of its first side.
    var id: Int64
    /// Of a pair, the id of its second side; else 0.
    var second: Int64 = 0
    /// What the row's columns held before, by the name of the column.
    var values: [String: DatabaseValue] = [:]
}

/// The bytes of a journal's page: rows of one table that one transaction changed in the same way.
///
/// The page begins with the names of its columns (their number, then length and bytes of each). Of each row follow
/// the distance of its id from the row before, the length of its values, and the values: `column << 2 | type` (0 NULL,
/// 1 integer, 2 text, 3 blob), then the integer, or length and bytes. Of a pair the second id stands instead of the
/// values. Numbers are variable-length integers (7 bits a byte, low ones first); those that can be negative are
/// zigzag-coded.
enum JournalPage {
    /// Most rows of one page: what a reader of one record's history looks through.
    static let mostRows = 1_000
    /// Bytes of values from which a page takes no further row.
    static let targetBytes = 256 << 10

    static func append(_ value: UInt64, to bytes: ByteBuffer) {
        let room = bytes.reserve(10)
        var value = value
        var count = 0
        while value >= 0x80 {
            room[count] = UInt8(truncatingIfNeeded: value) | 0x80
            count += 1
            value >>= 7
        }
        room[count] = UInt8(value)
        bytes.commit(count + 1)
    }

    static func append(signed value: Int64, to bytes: ByteBuffer) {
        append(UInt64(bitPattern: (value << 1) ^ (value >> 63)), to: bytes)
    }

    static func append(columns: [String], to bytes: ByteBuffer) {
        append(UInt64(columns.count), to: bytes)
        for column in columns {
            append(UInt64(column.utf8.count), to: bytes)
            bytes.append(Array(column.utf8))
        }
    }

    /// Calls `body` with each row of a page, in ascending order of ids unless its buffer kept another; several changes
    /// of one row are in the order in which they were made.
    ///
    /// - Throws: `databaseCorrupt` where the bytes are none of ours; what `body` throws.
    static func forEachRow(
        in page: [UInt8], of kind: JournalKind, _ body: (JournalRow) throws -> Void
    ) throws {
        let page = try OpenPage(page, kind: kind)
        for row in page.rows { try body(page.values(of: row)) }
    }
}

/// Reads the parts of a page, whatever its bytes are.
struct PageReader {
    private let bytes: [UInt8]
    private(set) var position: Int

    init(_ bytes: [UInt8], at position: Int = 0) {
        self.bytes = bytes
        self.position = position
    }

    static var unreadable: StoreError {
        StoreError(.databaseCorrupt, "the journal of changes cannot be read")
    }

    var isAtEnd: Bool { position == bytes.count }

    mutating func integer() throws(StoreError) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while position < bytes.count, shift < 64 {
            let byte = bytes[position]
            position += 1
            value |= UInt64(byte & 0x7F) << shift
            guard byte & 0x80 != 0 else { return value }
            shift += 7
        }
        throw Self.unreadable
    }

    mutating func signed() throws(StoreError) -> Int64 {
        let value = try integer()
        return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
    }

    mutating func count() throws(StoreError) -> Int {
        guard let count = Int(exactly: try integer()), count <= bytes.count - position else {
            throw Self.unreadable
        }
        return count
    }

    /// Where the next `count` bytes lie, which are passed over.
    mutating func place(ofNext count: Int) throws(StoreError) -> Range<Int> {
        guard count <= bytes.count - position else { throw Self.unreadable }
        defer { position += count }
        return position..<position + count
    }

    mutating func text() throws(StoreError) -> String {
        let count = try count()
        let place = try place(ofNext: count)
        return String(decoding: bytes[place], as: UTF8.self)
    }
}
