internal import CByteScan
internal import Records

/// The index pass byte by byte: the definition that `ByteScan.c` must agree with, and what reads headers.
struct SafeIndex {
    /// One whole record: the index of its last token, line breaks within its quoted fields, and its fault.
    struct Record: Hashable {
        var lastToken: Int
        var breaks: Int
        var hasTextAfterQuote: Bool
    }

    private enum Mode {
        case fieldStart
        case unquoted
        case quoted
        case afterQuote
        case literal
    }

    private(set) var tokens: [FieldToken] = []
    private(set) var records: [Record] = []

    private let delimiter: UInt8
    private let quote: UInt8?
    private let hasEscapes: Bool
    private var mode = Mode.fieldStart
    private var isAfterCR = false
    private(set) var isAfterEscape = false
    private var flags: UInt32 = 0
    private var breaks = 0
    private var recordHasTextAfterQuote = false

    init(delimiter: UInt8, quote: UInt8?, hasEscapes: Bool = false) {
        self.delimiter = delimiter
        self.quote = quote
        self.hasEscapes = hasEscapes
    }

    init(_ dialect: Dialect) {
        self.init(
            delimiter: dialect.delimiter, quote: dialect.quote, hasEscapes: dialect.escape == .backslash)
    }

    /// Whether the bytes so far end inside quotes.
    var isInsideQuotes: Bool { mode == .quoted }

    /// Indexes bytes, the first of which has the given position.
    mutating func index(_ bytes: Span<UInt8>, position: Int) {
        for i in bytes.indices { step(bytes[i], at: position + i) }
    }

    /// Ends the record in hand at the end of input.
    mutating func endRecord(at position: Int) {
        endField(at: position, isRecordEnd: true)
    }

    private mutating func step(_ byte: UInt8, at position: Int) {
        let belongsToCR = isAfterCR && byte == UInt8(ascii: "\n")
        isAfterCR = byte == UInt8(ascii: "\r")
        let isLineEnd = isAfterCR || (byte == UInt8(ascii: "\n") && !belongsToCR)

        if isAfterEscape || mode == .quoted {
            if isLineEnd {
                breaks += 1
                flags |= BYTE_SCAN_BREAK
            } else if byte == quote && !isAfterEscape {
                mode = .afterQuote
            }
            isAfterEscape = !isAfterEscape && isEscape(byte)
            note(byte)
            return
        }
        if mode == .afterQuote && byte == quote {
            mode = .quoted
            flags |= BYTE_SCAN_ESCAPED
            note(byte)
            return
        }
        if byte == delimiter || isLineEnd {
            endField(at: position, isRecordEnd: isLineEnd)
            return
        }
        if belongsToCR { return }
        if mode == .afterQuote {
            mode = .literal
            flags |= BYTE_SCAN_TEXT_AFTER_QUOTE
            recordHasTextAfterQuote = true
        } else if mode == .fieldStart {
            mode = byte == quote ? .quoted : .unquoted
            if byte == quote { flags |= BYTE_SCAN_QUOTED }
        }
        isAfterEscape = isEscape(byte)
        note(byte)
    }

    /// Whether the byte makes the next one data; the field is noted then.
    private mutating func isEscape(_ byte: UInt8) -> Bool {
        guard hasEscapes && byte == EscapedByte.backslash else { return false }
        flags |= BYTE_SCAN_ESCAPED
        return true
    }

    private mutating func note(_ byte: UInt8) {
        if byte == 0 || byte > 127 { flags |= BYTE_SCAN_NOT_PLAIN }
    }

    private mutating func endField(at position: Int, isRecordEnd: Bool) {
        let end = isRecordEnd ? BYTE_SCAN_RECORD_END : 0
        tokens.append(FieldToken(rawValue: UInt32(position) | flags | end))
        mode = .fieldStart
        flags = 0
        guard isRecordEnd else { return }
        records.append(
            Record(lastToken: tokens.count - 1, breaks: breaks, hasTextAfterQuote: recordHasTextAfterQuote))
        breaks = 0
        recordHasTextAfterQuote = false
    }
}

extension SafeIndex {
    /// Where the fields of one record lie, quotes included; `nil` where that is no single sound record.
    static func fields(of record: [UInt8], dialect: Dialect) -> [Range<Int>]? {
        var index = SafeIndex(dialect)
        index.index(record.span, position: 0)
        guard !index.isInsideQuotes else { return nil }
        index.endRecord(at: record.count)
        guard index.records.count == 1, !index.records[0].hasTextAfterQuote || dialect.allowsTextAfterQuote
        else { return nil }
        var start = 0
        return index.tokens.map { token in
            defer { start = token.position + 1 }
            return start..<token.position
        }
    }

    /// The values of one record's fields; text behind a closing quote is added as it is.
    static func values(of record: [UInt8], dialect: Dialect) -> [[UInt8]] {
        var index = SafeIndex(dialect)
        index.index(record.span, position: 0)
        index.endRecord(at: record.count)
        var start = 0
        return index.tokens.map { token in
            defer { start = token.position + 1 }
            return FieldValue.value(
                of: record[start..<token.position], isQuoted: token.isQuoted, dialect: dialect)
        }
    }
}
