/// Where one record lies in its batch, and whether its shape is sound.
package struct RecordPlace: Hashable, Sendable {
    /// What is wrong with the record's shape, as the parser or, of fixed-width lines, mapping found; such a
    /// record becomes a reject.
    package enum Fault: UInt8, Hashable, Sendable {
        case none
        /// Fewer or more fields than the header (or the first record) has: see ``RecordPlace/fieldCount``.
        case fieldCount
        /// Bytes between a closing quote and the next delimiter, as in `"a"b`.
        case textAfterQuote
        /// Longer than the record limit.
        case tooLong
        /// A line of a fixed-width file with more or fewer characters than it must have.
        case lineLength
        /// A line of a fixed-width file that is not UTF-8, so that its characters cannot be counted.
        case lineEncoding
    }

    /// First byte of the record in the batch's source bytes, leading columns that were dropped excluded.
    package var start: UInt32
    /// One past the last byte of the record's content: its line end starts here.
    package var end: UInt32
    /// Length of the line end: 1 for CR or LF, 2 for CRLF, 0 where the file ends without one.
    package var lineEndBytes: UInt8
    package var fault: Fault
    /// Column of the fault, from 0; the field count where the fault is one.
    package var faultColumn: UInt16
    /// Bytes of the fault's place past the batch's first byte.
    package var faultOffset: UInt32
    /// Physical lines before the record, past the batch's first line.
    package var lineDelta: UInt32
    /// Fields found, dropped leading columns excluded.
    package var fieldCount: UInt32

    @inlinable
    package init(
        start: UInt32 = 0, end: UInt32 = 0, lineEndBytes: UInt8 = 0, fault: Fault = .none,
        faultColumn: UInt16 = 0, faultOffset: UInt32 = 0, lineDelta: UInt32 = 0, fieldCount: UInt32 = 0
    ) {
        self.start = start
        self.end = end
        self.lineEndBytes = lineEndBytes
        self.fault = fault
        self.faultColumn = faultColumn
        self.faultOffset = faultOffset
        self.lineDelta = lineDelta
        self.fieldCount = fieldCount
    }
}

/// The memory of one batch: source bytes, arena, record places and cells by column.
///
/// One allocation serves many batches: a stage fills it, hands it to the right, and the pool takes it back.
/// Cells lie column by column (`cells[plane * maxRecords + record]`): a stage works down one column in a
/// tight loop, and a column that needs no change is passed on by its number.
///
/// `@unchecked Sendable`: exactly one stage holds a storage at any time; it crosses lanes only through the
/// channel and the pool, which order the accesses. For the same reason its properties go without checks of
/// exclusive access, which cost more per cell than the work on it.
public final class BatchStorage: @unchecked Sendable {
    /// Most records of one batch.
    public let maxRecords: Int
    /// Columns of cells that are allocated.
    package private(set) var planeCount: Int

    /// The source bytes of the records, in the order of the file.
    ///
    /// There is room for `sourceCapacity`.
    @exclusivity(unchecked)
    public private(set) var source: UnsafeMutablePointer<UInt8>
    @exclusivity(unchecked)
    package private(set) var sourceCapacity: Int
    @exclusivity(unchecked)
    package var sourceCount = 0

    /// Texts made on the way.
    @exclusivity(unchecked)
    public private(set) var arena: UnsafeMutablePointer<UInt8>
    /// Bytes the arena has room for.
    @exclusivity(unchecked)
    public private(set) var arenaCapacity: Int
    /// Bytes of the arena that are in use.
    @exclusivity(unchecked)
    public private(set) var arenaCount = 0

    package let places: UnsafeMutablePointer<RecordPlace>
    /// All cells, column by column.
    @exclusivity(unchecked)
    public private(set) var cells: UnsafeMutablePointer<Cell>

    package init(maxRecords: Int, planeCount: Int, sourceCapacity: Int, arenaCapacity: Int = 1 << 16) {
        precondition(maxRecords > 0 && planeCount >= 0 && sourceCapacity > 0)
        self.maxRecords = maxRecords
        self.planeCount = planeCount
        self.sourceCapacity = sourceCapacity
        self.arenaCapacity = arenaCapacity
        source = .allocate(capacity: sourceCapacity)
        arena = .allocate(capacity: arenaCapacity)
        places = .allocate(capacity: maxRecords)
        places.initialize(repeating: RecordPlace(), count: maxRecords)
        cells = .allocate(capacity: max(1, maxRecords * planeCount))
        cells.initialize(repeating: .blank, count: max(1, maxRecords * planeCount))
    }

    deinit {
        source.deallocate()
        arena.deallocate()
        places.deallocate()
        cells.deallocate()
    }

    /// Forgets what the last batch left, keeping the memory.
    package func reset() {
        sourceCount = 0
        arenaCount = 0
    }

    /// Makes room for `planes` columns of cells; those that were there keep their values.
    package func reservePlanes(_ planes: Int) {
        guard planes > planeCount else { return }
        let grown = UnsafeMutablePointer<Cell>.allocate(capacity: maxRecords * planes)
        grown.update(from: cells, count: maxRecords * planeCount)
        (grown + maxRecords * planeCount)
            .initialize(repeating: .blank, count: maxRecords * (planes - planeCount))
        cells.deallocate()
        cells = grown
        planeCount = planes
    }

    /// Makes room for `count` source bytes in all; those that were there stay.
    package func reserveSource(_ count: Int) {
        guard count > sourceCapacity else { return }
        let capacity = max(count, sourceCapacity * 2)
        let grown = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
        grown.update(from: source, count: sourceCount)
        source.deallocate()
        source = grown
        sourceCapacity = capacity
    }

    /// The cells of one column.
    @inlinable
    public func plane(_ index: Int) -> UnsafeMutablePointer<Cell> {
        cells + index * maxRecords
    }

    /// Room for `count` bytes at the arena's end; `commitArena` keeps what was written there.
    ///
    /// The pointer is good until the next call.
    @inlinable
    public func reserveArena(_ count: Int) -> UnsafeMutablePointer<UInt8> {
        if arenaCount + count > arenaCapacity { growArena(count) }
        return arena + arenaCount
    }

    /// Keeps `count` bytes written at the arena's end and gives the cell that names them.
    @inlinable
    public func commitArena(_ count: Int, notPlain: Bool) -> Cell {
        let cell = Cell.arena(offset: arenaCount, length: count, notPlain: notPlain)
        advanceArena(count)
        return cell
    }

    @usableFromInline
    func advanceArena(_ count: Int) {
        arenaCount += count
    }

    @usableFromInline
    func growArena(_ count: Int) {
        let capacity = max(arenaCapacity * 2, arenaCount + count)
        let grown = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
        grown.update(from: arena, count: arenaCount)
        arena.deallocate()
        arena = grown
        arenaCapacity = capacity
    }

    /// The bytes of a text cell, still escaped where the cell says so; good while the batch is held and no
    /// stage adds to the arena.
    @inlinable
    public func text(_ cell: Cell) -> UnsafeBufferPointer<UInt8> {
        let base = cell.isArena ? arena : source
        return UnsafeBufferPointer(start: base + cell.offset, count: cell.length)
    }

    /// Copies a text into the arena and gives its cell.
    package func keep(_ bytes: some Collection<UInt8>, notPlain: Bool) -> Cell {
        let room = UnsafeMutableBufferPointer(start: reserveArena(bytes.count), count: bytes.count)
        _ = room.initialize(fromContentsOf: bytes)
        return commitArena(bytes.count, notPlain: notPlain)
    }
}

/// Records as the parser found them: what `CSV` gives and `InputFilters` takes.
///
/// Plane *i* holds the cells of the *i*-th projected column. A blank line is not in the batch but in
/// ``blankLines``; a record with a fault has its place, and cells that mean nothing.
package struct RecordBatch: Sendable {
    package let storage: BatchStorage
    /// Records held.
    package let count: Int
    /// The first byte of the batch's source bytes, its line, and the first record's number (blank lines
    /// count as records read, so this is a place in the file's count).
    package let start: Position
    /// The place after the batch: where a resumed run starts.
    package let end: Position
    /// Lines without a byte, skipped; part of the records read.
    package let blankLines: Int
    /// For each record held, blank lines of this batch that came before it; empty where there are none.
    package let blanksBefore: [UInt32]
    /// The way back to the source where the batch's bytes were made of another encoding; `nil` where they are
    /// the source's own.
    package var origin: (any SourceOrigin)?

    package init(
        storage: BatchStorage, count: Int, start: Position, end: Position,
        blankLines: Int, blanksBefore: [UInt32], origin: (any SourceOrigin)? = nil
    ) {
        self.storage = storage
        self.count = count
        self.start = start
        self.end = end
        self.blankLines = blankLines
        self.blanksBefore = blanksBefore
        self.origin = origin
    }

    /// The place of one record in the text, as every other place in the batch is told.
    package func position(of record: Int) -> Position {
        let place = storage.places[record]
        let blanks = blanksBefore.isEmpty ? 0 : UInt64(blanksBefore[record])
        return Position(
            byteOffset: start.byteOffset + UInt64(place.start),
            lineIndex: start.lineIndex + UInt64(place.lineDelta),
            recordIndex: start.recordIndex + UInt64(record) + blanks)
    }

    /// The place of one record as people are told it: its byte counts in the decompressed source.
    package func sourcePosition(of record: Int) -> Position {
        var position = position(of: record)
        position.byteOffset = sourceByteOffset(of: Int(storage.places[record].start))
        return position
    }

    /// The byte of the decompressed source that a byte of the batch lies at, or was made of.
    package func sourceByteOffset(of index: Int) -> UInt64 {
        let textOffset = start.byteOffset + UInt64(index)
        return origin?.sourceOffset(ofText: textOffset) ?? textOffset
    }

    /// What a value that holds no characters of its encoding is rejected as.
    package var encodingIssueCode: String { origin == nil ? "invalid_utf8" : "invalid_encoding" }

    /// What the source is written in, for messages.
    package var encodingName: String { origin?.encoding.name ?? "UTF-8" }

    /// The record with its line end, as it lies in the decompressed source.
    package func sourceBytes(of record: Int) -> [UInt8] {
        let bytes = bytes(of: record)
        guard let origin else { return Array(bytes) }
        let first = position(of: record).byteOffset
        return origin.sourceBytes(ofText: first..<first + UInt64(bytes.count))
    }

    /// The record's bytes with its line end, in UTF-8.
    package func bytes(of record: Int) -> UnsafeBufferPointer<UInt8> {
        let place = storage.places[record]
        let count = Int(place.end - place.start) + Int(place.lineEndBytes)
        return UnsafeBufferPointer(start: storage.source + Int(place.start), count: count)
    }
}
