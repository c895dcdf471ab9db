internal import CByteScan
internal import Records

/// The index pass with its memory: tokens and records found, and what is known of the record in hand.
///
/// A class, so that its buffers are freed with it; exactly one parser or scan holds it.
final class RecordIndex {
    /// Room kept behind the last token, so that a tight loop may read a few tokens too far.
    private let slack: Int
    private(set) var tokens: UnsafeMutablePointer<UInt32>
    private(set) var tokenCount = 0
    private var tokenCapacity: Int

    let records: UnsafeMutablePointer<byte_scan_record>
    private(set) var recordCount = 0
    private let maxPieceBytes: Int

    private var state = byte_scan_state()
    private let hasEscapes: Bool
    private let level = byte_scan_best_level()

    /// An index that starts at the start of a record.
    ///
    /// - Parameters:
    ///   - dialect: delimiter, quote and escape.
    ///   - maxPieceBytes: most bytes of one call.
    ///   - slack: tokens that may be read past the last one.
    init(dialect: Dialect, maxPieceBytes: Int, slack: Int) {
        self.slack = slack + Int(BYTE_SCAN_SLACK)
        self.maxPieceBytes = maxPieceBytes
        tokenCapacity = maxPieceBytes + 1 + self.slack
        tokens = .allocate(capacity: tokenCapacity)
        tokens.initialize(repeating: 0, count: tokenCapacity)
        records = .allocate(capacity: maxPieceBytes + 1)
        state.delimiter = dialect.delimiter
        state.quote = dialect.quote ?? 0
        state.has_quote = dialect.quote == nil ? 0 : 1
        state.escape = EscapedByte.backslash
        hasEscapes = dialect.escape == .backslash
    }

    deinit {
        tokens.deallocate()
        records.deallocate()
    }

    /// Whether the bytes so far end inside quotes.
    var isInsideQuotes: Bool { state.mode == UInt8(BYTE_SCAN_INSIDE.rawValue) }
    /// Whether they end behind a backslash that escapes what follows.
    var isAfterEscape: Bool { state.after_escape != 0 }
    /// Whether they end inside quotes, or at a quote that may or may not be the closing one.
    var isInQuotedField: Bool { isInsideQuotes || state.mode == UInt8(BYTE_SCAN_AFTER_QUOTE.rawValue) }
    /// Position of the field in hand; negative where it lies before the place that positions count from.
    var fieldStart: Int { Int(Int32(bitPattern: state.field_start)) }
    /// Line breaks within quotes so far in the record in hand.
    var breaks: UInt64 { UInt64(state.breaks & ~BYTE_SCAN_FAULT) }
    /// The same when its quoted field in hand was opened.
    var breaksBeforeField: UInt64 { UInt64(state.breaks_before_field & ~BYTE_SCAN_FAULT) }

    /// Forgets the records found, and their tokens up to `token`.
    func forgetRecords(tokensBefore token: Int) {
        if token > 0 { tokens.update(from: tokens + token, count: tokenCount - token) }
        tokenCount -= token
        recordCount = 0
    }

    /// Takes tokens out of the middle: `count` of them from `first` on.
    func removeTokens(_ count: Int, from first: Int) {
        (tokens + first).update(from: tokens + first + count, count: tokenCount - first - count)
        tokenCount -= count
    }

    /// Indexes bytes, the first of which has the given position; no record may be left over from before.
    func index(_ bytes: UnsafePointer<UInt8>, count: Int, position: Int) {
        precondition(recordCount == 0 && count <= maxPieceBytes)
        reserveTokens(count)
        var (tokenTotal, recordTotal) = (UInt32(tokenCount), UInt32(0))
        if hasEscapes {
            byte_scan_index_escaped(
                &state, bytes, count, UInt32(position), tokens, &tokenTotal, records, &recordTotal)
        } else {
            byte_scan_index(
                &state, level, bytes, count, UInt32(position), tokens, &tokenTotal, records, &recordTotal)
        }
        (tokenCount, recordCount) = (Int(tokenTotal), Int(recordTotal))
    }

    /// Whether ``count(_:count:)`` knows the dialect.
    var canCount: Bool { !hasEscapes }

    /// Counts the records of bytes, the first of which has the position 0; no token may be left over from before.
    func count(_ bytes: UnsafePointer<UInt8>, count: Int) -> byte_scan_counts {
        precondition(recordCount == 0 && tokenCount == 0 && canCount)
        var counts = byte_scan_counts()
        byte_scan_count(&state, level, bytes, count, 0, &counts)
        return counts
    }

    /// Ends the record in hand at the end of input.
    func endRecord(at position: Int) {
        precondition(recordCount == 0 && !isInsideQuotes && !isAfterEscape)
        reserveTokens(1)
        var (tokenTotal, recordTotal) = (UInt32(tokenCount), UInt32(0))
        byte_scan_end_record(&state, UInt32(position), tokens, &tokenTotal, records, &recordTotal)
        (tokenCount, recordCount) = (Int(tokenTotal), Int(recordTotal))
    }

    /// Counts positions from a place `bytes` further on; tokens from `token` on move with it.
    func rebase(by bytes: Int, tokensFrom token: Int) {
        state.field_start &-= UInt32(truncatingIfNeeded: bytes)
        for i in token..<max(token, tokenCount) { tokens[i] &-= UInt32(truncatingIfNeeded: bytes) }
    }

    private func reserveTokens(_ count: Int) {
        let wanted = tokenCount + count + slack
        guard wanted > tokenCapacity else { return }
        let capacity = max(wanted, tokenCapacity * 2)
        let grown = UnsafeMutablePointer<UInt32>.allocate(capacity: capacity)
        grown.update(from: tokens, count: tokenCount)
        (grown + tokenCount).initialize(repeating: 0, count: capacity - tokenCount)
        tokens.deallocate()
        tokens = grown
        tokenCapacity = capacity
    }
}

extension UnsafePointer<UInt8> {
    /// Length of the line end at `position`: 2 for CRLF, 1 for CR or LF, 0 at the end of the `count` bytes.
    @inline(__always)
    func lineEndBytes(at position: Int, count: Int) -> Int {
        guard position < count else { return 0 }
        let isCRLF =
            self[position] == UInt8(ascii: "\r") && position + 1 < count
            && self[position + 1] == UInt8(ascii: "\n")
        return isCRLF ? 2 : 1
    }
}
