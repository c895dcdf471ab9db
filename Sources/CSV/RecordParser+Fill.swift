internal import CByteScan
internal import Records

/// Where the cells of a run of records begin among the tokens.
///
/// A class, so that the memory is freed with it; one parser holds it.
final class FillScratch {
    /// For each record of the run, the token of its column 0.
    let firstTokens: UnsafeMutablePointer<UInt32>
    /// Records whose cells are written one by one: too few fields for every plane, or too long.
    var oddRecords: [(record: Int, firstToken: Int, fields: Int)] = []

    init(capacity: Int) {
        firstTokens = .allocate(capacity: capacity)
    }

    deinit {
        firstTokens.deallocate()
    }
}

// Pointers, because this runs once a cell. Each token lies below `tokenCount`, or in the slack behind it; each
// place and cell below `limits.records`, which `lend` checked against the storage.
extension RecordParser {
    /// Takes whole records into the batch; `true` where the batch is full.
    mutating func takeRecords(_ storage: BatchStorage) -> Bool {
        let firstOfRun = count
        let isFull = placeRecords(storage)
        fillCells(storage, firstOfRun..<count)
        return isFull
    }

    private mutating func placeRecords(_ storage: BatchStorage) -> Bool {
        let source = UnsafePointer(storage.source)
        let firstOfRun = count
        scratch.oddRecords.removeAll(keepingCapacity: true)
        while nextRecord < index.recordCount {
            if count == limits.records { return true }
            let record = index.records[nextRecord]
            let lastToken = Int(record.last_token)
            let end = FieldToken(rawValue: index.tokens[lastToken]).position
            let lineEndBytes = source.lineEndBytes(at: end, count: storage.sourceCount)
            let after = end + lineEndBytes
            if after > limits.bytes && (count > 0 || blankLines > 0) { return true }
            if end == recordStart && !isOneColumn {
                addBlankLine()
            } else {
                place(record, end: end, lineEndBytes: lineEndBytes, storage: storage, firstOfRun: firstOfRun)
            }
            if lineEndBytes > 0 { lines += 1 }
            recordStart = after
            firstToken = lastToken + 1
            forgottenFields = 0
            nextRecord += 1
        }
        // Whatever the record in hand will be, it does not fit.
        let isOver = storage.sourceCount > limits.bytes && (count > 0 || blankLines > 0)
        return count == limits.records || isOver
    }

    private mutating func addBlankLine() {
        if blankLines == 0 { blanksBefore = Array(repeating: 0, count: count) }
        blankLines += 1
    }

    @inline(__always)
    private mutating func place(
        _ record: byte_scan_record, end: Int, lineEndBytes: Int, storage: BatchStorage, firstOfRun: Int
    ) {
        let dropped = projection.droppedLeadingColumns
        let tokens = Int(record.last_token) + 1 - firstToken
        let fields = max(0, tokens + forgottenFields - dropped)
        var start = recordStart
        if dropped > 0 {
            start = tokens > dropped ? tokenPosition(firstToken + dropped - 1) + 1 : end
        }
        var place = RecordPlace(
            start: UInt32(truncatingIfNeeded: start), end: UInt32(truncatingIfNeeded: end),
            lineEndBytes: UInt8(truncatingIfNeeded: lineEndBytes),
            lineDelta: UInt32(truncatingIfNeeded: lines), fieldCount: UInt32(truncatingIfNeeded: fields))
        let isTooLong = end - start > maxRecordBytes
        if isTooLong {
            place.fault = .tooLong
            place.faultOffset = UInt32(start + maxRecordBytes)
        } else if record.breaks & BYTE_SCAN_FAULT != 0 {
            markTextAfterQuote(&place, lastToken: Int(record.last_token), storage: storage)
        } else if let expected = projection.expectedFields, fields != expected {
            place.fault = .fieldCount
            place.faultColumn = UInt16(clamping: fields)
            let isShort = fields <= expected || dropped + expected == 0
            place.faultOffset =
                isShort ? place.end : UInt32(tokenPosition(firstToken + dropped + expected - 1) + 1)
        }
        storage.places[count] = place
        if isTooLong || fields < planeFields {
            scratch.firstTokens[count - firstOfRun] = 0
            scratch.oddRecords.append((count, firstToken + dropped, isTooLong ? 0 : fields))
        } else {
            scratch.firstTokens[count - firstOfRun] = UInt32(truncatingIfNeeded: firstToken + dropped)
        }
        lines += UInt64(record.breaks & ~BYTE_SCAN_FAULT)
        if blankLines > 0 { blanksBefore.append(UInt32(blankLines)) }
        count += 1
    }

    /// Fields a record must have for every plane to get a cell.
    @inline(__always)
    private var planeFields: Int { (projection.columns.last ?? -1) + 1 }

    @inline(__always)
    private func tokenPosition(_ token: Int) -> Int {
        FieldToken(rawValue: index.tokens[token]).position
    }

    /// Names the first field with text behind its closing quote, and where that text begins.
    private func markTextAfterQuote(_ place: inout RecordPlace, lastToken: Int, storage: BatchStorage) {
        place.fault = .textAfterQuote
        var fieldStart = recordStart
        for token in firstToken...lastToken {
            let field = FieldToken(rawValue: index.tokens[token])
            if field.hasTextAfterQuote {
                let column = token - firstToken - projection.droppedLeadingColumns
                place.faultColumn = UInt16(clamping: max(0, column))
                place.faultOffset = UInt32(textAfterQuote(from: fieldStart, storage: storage))
                return
            }
            fieldStart = field.position + 1
        }
    }

    /// Where the text behind the closing quote of the field at `start` begins.
    private func textAfterQuote(from start: Int, storage: BatchStorage) -> Int {
        let quote = storage.source[start]
        var i = start + 1
        while true {
            if storage.source[i] == quote {
                guard storage.source[i + 1] == quote else { return i + 1 }
                i += 1
            }
            i += 1
        }
    }

    /// Writes the cells of a run of records, plane by plane.
    private func fillCells(_ storage: BatchStorage, _ run: Range<Int>) {
        guard !run.isEmpty else { return }
        for (plane, column) in projection.columns.enumerated() {
            let cells = storage.plane(plane) + run.lowerBound
            let places = storage.places + run.lowerBound
            let firstTokens = scratch.firstTokens
            if column == 0 {
                for i in 0..<run.count {
                    cells[i] = Self.cell(index.tokens[Int(firstTokens[i])], start: places[i].start)
                }
            } else {
                let tokens = index.tokens + column
                for i in 0..<run.count {
                    let token = tokens + Int(firstTokens[i])
                    cells[i] = Self.cell(token[0], start: (token[-1] & BYTE_SCAN_POSITION) &+ 1)
                }
            }
        }
        for odd in scratch.oddRecords { fillCells(storage, odd.record, odd.firstToken, odd.fields) }
    }

    /// Writes the cells of one record that lacks some; those are blank.
    private func fillCells(_ storage: BatchStorage, _ record: Int, _ firstToken: Int, _ fields: Int) {
        for (plane, column) in projection.columns.enumerated() {
            var cell = Cell.blank
            if column < fields {
                let start =
                    column == 0
                    ? storage.places[record].start : UInt32(tokenPosition(firstToken + column - 1) + 1)
                cell = Self.cell(index.tokens[firstToken + column], start: start)
            }
            storage.plane(plane)[record] = cell
        }
    }

    /// The cell of the field that starts at `start` and ends at a token: the inside of its quotes.
    @inline(__always)
    private static func cell(_ token: UInt32, start: UInt32) -> Cell {
        let quotes = token & BYTE_SCAN_QUOTED == 0 ? 0 : UInt32(1)
        let length = (token & BYTE_SCAN_POSITION) &- start &- 2 &* quotes
        // Kind, then the token's two flags, which lie 32 bits below the cell's.
        let flags = UInt64(token & (BYTE_SCAN_NOT_PLAIN | BYTE_SCAN_ESCAPED)) << 32
        let bits = 1 << 62 | flags | UInt64(length & 0xFF_FFFF) << 32 | UInt64(start &+ quotes)
        return length == 0 ? .blank : Cell(bits: bits)
    }
}
