/// Rows on their way out of a table: cells row by row, and the bytes that their texts lie in.
///
/// One allocation serves many batches. Of a column with several values in a row the cell names a packed list: see
/// ``PackedList``.
///
/// `@unchecked Sendable`: exactly one stage holds a batch at any time, and channels order the accesses. For the
/// same reason its properties go without checks of exclusive access.
public final class RowBatch: @unchecked Sendable {
    /// Cells of one row.
    public let columnCount: Int
    /// Most rows.
    package let maxRows: Int
    /// Bytes from which a batch takes no further row.
    package let targetBytes: Int
    /// Rows that are filled.
    @exclusivity(unchecked)
    public var count = 0
    /// `cells[row * columnCount + column]`; texts are of the kind `arena`, their offsets into ``bytes``.
    public let cells: UnsafeMutablePointer<Cell>
    /// The ids of the rows.
    public let ids: UnsafeMutablePointer<Int64>
    /// What the texts of the cells lie in.
    @exclusivity(unchecked)
    public private(set) var bytes: UnsafeMutablePointer<UInt8>
    /// Bytes there is room for.
    @exclusivity(unchecked)
    public private(set) var byteCapacity: Int
    /// Bytes in use.
    @exclusivity(unchecked)
    public var byteCount = 0

    package init(columnCount: Int, maxRows: Int, byteCapacity: Int) {
        precondition(columnCount > 0 && maxRows > 0 && byteCapacity > 0)
        self.columnCount = columnCount
        self.maxRows = maxRows
        self.byteCapacity = byteCapacity
        targetBytes = byteCapacity
        cells = .allocate(capacity: maxRows * columnCount)
        cells.initialize(repeating: .blank, count: maxRows * columnCount)
        ids = .allocate(capacity: maxRows)
        ids.initialize(repeating: 0, count: maxRows)
        bytes = .allocate(capacity: byteCapacity)
    }

    deinit {
        cells.deallocate()
        ids.deallocate()
        bytes.deallocate()
    }

    /// Forgets the rows, keeping the memory.
    package func reset() {
        count = 0
        byteCount = 0
    }

    /// Room for `size` bytes at the end; the pointer is good until the next call.
    @inlinable
    public func reserve(_ size: Int) -> UnsafeMutablePointer<UInt8> {
        if byteCount + size > byteCapacity { grow(size) }
        return bytes + byteCount
    }

    /// Keeps bytes that were written at the end, and gives the cell that names them.
    @inlinable
    public func commit(_ size: Int) -> Cell {
        let cell = Cell.arena(offset: byteCount, length: size, notPlain: false)
        byteCount += size
        return cell
    }

    @usableFromInline
    func grow(_ size: Int) {
        let capacity = max(byteCapacity * 2, byteCount + size)
        let grown = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
        grown.update(from: bytes, count: byteCount)
        bytes.deallocate()
        bytes = grown
        byteCapacity = capacity
    }
}

/// Several values of one cell: for each its length (4 bytes, little-endian) and its bytes; numbers in decimal digits.
package enum PackedList {
    package static func append(_ value: some Collection<UInt8>, to list: inout [UInt8]) {
        let count = UInt32(value.count)
        for shift in [0, 8, 16, 24] as [UInt32] { list.append(UInt8(truncatingIfNeeded: count >> shift)) }
        list += value
    }

    package static func forEach(
        in list: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) throws -> Void
    ) rethrows {
        var at = 0
        while at + 4 <= list.count {
            let size = (0..<4).reduce(0) { $0 | Int(list[at + $1]) << (8 * $1) }
            at += 4
            try body(UnsafeBufferPointer(rebasing: list[at..<at + size]))
            at += size
        }
    }
}
