internal import CByteScan

/// One field end as the index pass gives it: a position and what the field is like.
struct FieldToken: Hashable, Sendable {
    var rawValue: UInt32

    /// Greatest position a token holds.
    static let maxPosition = Int(BYTE_SCAN_POSITION)

    /// Of the delimiter or line end, or of the end of input.
    @inline(__always)
    var position: Int { Int(rawValue & BYTE_SCAN_POSITION) }
    @inline(__always)
    var endsRecord: Bool { rawValue & BYTE_SCAN_RECORD_END != 0 }
    @inline(__always)
    var isQuoted: Bool { rawValue & BYTE_SCAN_QUOTED != 0 }
    @inline(__always)
    var isEscaped: Bool { rawValue & BYTE_SCAN_ESCAPED != 0 }
    @inline(__always)
    var hasTextAfterQuote: Bool { rawValue & BYTE_SCAN_TEXT_AFTER_QUOTE != 0 }
}
