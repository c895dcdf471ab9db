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
    /// Records with text behind a closing quote, in a dialect that allows it.
    var lenientRecords: [(record: Int, firstToken: Int, lastToken: Int)] = []

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
        // Read once: each read of a class's variable costs a check that nobody writes it.
        let source = UnsafePointer(storage.source)
        let sourceCount = storage.sourceCount
        let places = storage.places
        let tokens = index.tokens
        let recordCount = index.recordCount
        let records = index.records
        let firstTokens = scratch.firstTokens - count
        scratch.oddRecords.removeAll(keepingCapacity: true)
        scratch.lenientRecords.removeAll(keepingCapacity: true)
        while nextRecord < recordCount {
            if count == limits.records { return true }
            let record = records[nextRecord]
            let lastToken = Int(record.last_token)
            let end = FieldToken(rawValue: tokens[lastToken]).position
            let lineEndBytes = source.lineEndBytes(at: end, count: sourceCount)
            let after = end + lineEndBytes
            if after > limits.bytes && (count > 0 || blankLines > 0) { return true }
            if end == recordStart && !isOneColumn {
                addBlankLine()
            } else {
                places[count] = place(
                    record, end: end, lineEndBytes: lineEndBytes, tokens: tokens, source: source)
                firstTokens[count] = cellTokens(of: places[count])
                lines += UInt64(record.breaks & ~BYTE_SCAN_FAULT)
                if blankLines > 0 { blanksBefore.append(UInt32(blankLines)) }
                count += 1
            }
            if lineEndBytes > 0 { lines += 1 }
            recordStart = after
            firstToken = lastToken + 1
            forgottenFields = 0
            nextRecord += 1
        }
        // Whatever the record in hand will be, it does not fit.
        let isOver = sourceCount > limits.bytes && (count > 0 || blankLines > 0)
        return count == limits.records || isOver
    }

    private mutating func addBlankLine() {
        if blankLines == 0 { blanksBefore = Array(repeating: 0, count: count) }
        blankLines += 1
    }

    /// The place of the record that starts at `recordStart`, and what is wrong with it.
    @inline(__always)
    private func place(
        _ record: byte_scan_record, end: Int, lineEndBytes: Int, tokens: UnsafePointer<UInt32>,
        source: UnsafePointer<UInt8>
    ) -> RecordPlace {
        let dropped = projection.droppedLeadingColumns
        let lastToken = Int(record.last_token)
        let tokenCount = lastToken + 1 - firstToken
        let fields = max(0, tokenCount + forgottenFields - dropped)
        var start = recordStart
        if dropped > 0 {
            let isThere = tokenCount > dropped
            start = isThere ? FieldToken(rawValue: tokens[firstToken + dropped - 1]).position + 1 : end
        }
        var place = RecordPlace(
            start: UInt32(truncatingIfNeeded: start), end: UInt32(truncatingIfNeeded: end),
            lineEndBytes: UInt8(truncatingIfNeeded: lineEndBytes),
            lineDelta: UInt32(truncatingIfNeeded: lines), fieldCount: UInt32(truncatingIfNeeded: fields))
        if end - start > maxRecordBytes {
            place.fault = .tooLong
            place.faultOffset = UInt32(start + maxRecordBytes)
        } else if record.breaks & BYTE_SCAN_FAULT != 0, !allowsTextAfterQuote(lastToken: lastToken) {
            markTextAfterQuote(&place, lastToken: lastToken, tokens: tokens, source: source)
        } else if let expected = projection.expectedFields, fields != expected {
            markFieldCount(&place, expected: expected, tokens: tokens)
        }
        return place
    }

    /// The token of column 0; the record is noted as odd where its planes cannot be filled like the others'.
    @inline(__always)
    private func cellTokens(of place: RecordPlace) -> UInt32 {
        let first = firstToken + projection.droppedLeadingColumns
        let isTooLong = place.fault == .tooLong
        guard isTooLong || Int(place.fieldCount) < planeFields else {
            return UInt32(truncatingIfNeeded: first)
        }
        scratch.oddRecords.append((count, first, isTooLong ? 0 : Int(place.fieldCount)))
        return 0
    }

    /// Fields a record must have for every plane to get a cell.
    @inline(__always)
    private var planeFields: Int { (projection.columns.last ?? -1) + 1 }

    /// Names the first field too many, or the end of a record with too few.
    private func markFieldCount(_ place: inout RecordPlace, expected: Int, tokens: UnsafePointer<UInt32>) {
        place.fault = .fieldCount
        place.faultColumn = UInt16(clamping: place.fieldCount)
        place.faultOffset = place.end
        guard place.fieldCount > expected else { return }
        let lastExpected = firstToken + projection.droppedLeadingColumns + expected - 1
        place.faultOffset =
            expected == 0 ? place.start : UInt32(FieldToken(rawValue: tokens[lastExpected]).position + 1)
    }

    /// Whether the dialect allows text behind a closing quote; the record in hand is noted then.
    private func allowsTextAfterQuote(lastToken: Int) -> Bool {
        guard dialect.allowsTextAfterQuote else { return false }
        scratch.lenientRecords.append((count, firstToken, lastToken))
        return true
    }

    /// Names the first field with text behind its closing quote, and where that text begins.
    private func markTextAfterQuote(
        _ place: inout RecordPlace, lastToken: Int, tokens: UnsafePointer<UInt32>,
        source: UnsafePointer<UInt8>
    ) {
        place.fault = .textAfterQuote
        var fieldStart = recordStart
        for token in firstToken...lastToken {
            let field = FieldToken(rawValue: tokens[token])
            if field.hasTextAfterQuote {
                let column = token - firstToken - projection.droppedLeadingColumns
                place.faultColumn = UInt16(clamping: max(0, column))
                place.faultOffset = UInt32(textAfterQuote(from: fieldStart, source: source))
                return
            }
            fieldStart = field.position + 1
        }
    }

    /// Where the text behind the closing quote of the field at `start` begins.
    private func textAfterQuote(from start: Int, source: UnsafePointer<UInt8>) -> Int {
        let quote = source[start]
        var i = start + 1
        while true {
            if dialect.escape == .backslash && source[i] == EscapedByte.backslash {
                i += 1
            } else if source[i] == quote {
                guard source[i + 1] == quote else { return i + 1 }
                i += 1
            }
            i += 1
        }
    }

    /// Writes the cells of a run of records, plane by plane.
    private func fillCells(_ storage: BatchStorage, _ run: Range<Int>) {
        guard !run.isEmpty else { return }
        let places = storage.places + run.lowerBound
        let firstTokens = scratch.firstTokens
        for (plane, column) in projection.columns.enumerated() {
            let cells = storage.plane(plane) + run.lowerBound
            let tokens = index.tokens + column
            if column == 0 {
                for i in 0..<run.count {
                    cells[i] = Self.cell(tokens[Int(firstTokens[i])], start: places[i].start)
                }
            } else {
                for i in 0..<run.count {
                    let token = tokens + Int(firstTokens[i])
                    cells[i] = Self.cell(token[0], start: (token[-1] & BYTE_SCAN_POSITION) &+ 1)
                }
            }
        }
        for odd in scratch.oddRecords { fillCells(storage, odd.record, odd.firstToken, odd.fields) }
        for lenient in scratch.lenientRecords {
            fillTextsAfterQuote(storage, lenient.record, lenient.firstToken, lenient.lastToken)
        }
    }

    /// Writes the cells of one record's fields that have text behind their closing quote: the value is made in
    /// the arena, as it is no stretch of the source.
    private func fillTextsAfterQuote(
        _ storage: BatchStorage, _ record: Int, _ firstToken: Int, _ lastToken: Int
    ) {
        for (plane, column) in projection.columns.enumerated() {
            let token = firstToken + projection.droppedLeadingColumns + column
            guard token <= lastToken else { return }
            let field = FieldToken(rawValue: index.tokens[token])
            guard field.hasTextAfterQuote else { continue }
            let start =
                token == firstToken
                ? Int(storage.places[record].start)
                : FieldToken(rawValue: index.tokens[token - 1]).position + 1
            let raw = UnsafeBufferPointer(start: storage.source + start, count: field.position - start)
            let value = FieldValue.value(of: raw, isQuoted: true, dialect: dialect)
            storage.plane(plane)[record] = storage.keep(
                value, notPlain: value.contains { $0 == 0 || $0 > 127 })
        }
    }

    /// Writes the cells of one record that lacks some; those are blank.
    private func fillCells(_ storage: BatchStorage, _ record: Int, _ firstToken: Int, _ fields: Int) {
        for (plane, column) in projection.columns.enumerated() {
            var cell = Cell.blank
            if column < fields {
                let start =
                    column == 0
                    ? storage.places[record].start
                    : UInt32(FieldToken(rawValue: index.tokens[firstToken + column - 1]).position + 1)
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
