/// Where an unfinished record lies, for the errors that name it.
struct RecordInHand {
    /// First byte of the record.
    var byteOffset: UInt64
    /// Its physical line, from 1.
    var line: UInt64
    /// First byte of its field in hand.
    var fieldByteOffset: UInt64
    /// That field's column, from 1.
    var column: Int
    /// Line breaks in the record before that field.
    var breaksBeforeField: UInt64
    /// Whether that field began with a quote that is not known to be closed.
    var isInQuotedField: Bool

    private static let quoteHint =
        "If quotes are plain data in this file, set quote: none in the input filter."

    var unclosedQuote: CSVError {
        CSVError(
            .unclosedQuote, "quoted field never closed", hint: Self.quoteHint,
            line: line + breaksBeforeField, column: column, byteOffset: fieldByteOffset)
    }

    /// The end of input lies behind a backslash, at byte `end`.
    func unfinishedEscape(end: UInt64) -> CSVError {
        CSVError(
            .unfinishedEscape, "the file ends behind a backslash, so what it escapes is missing",
            hint: "Is the file whole? If backslashes are plain data in it, leave escape: backslash out.",
            line: line, column: column, byteOffset: end - 1)
    }

    func recordTooLong(maxBytes: Int) -> CSVError {
        guard isInQuotedField else {
            return CSVError(
                .recordTooLong, "the record is longer than \(maxBytes) bytes",
                hint: "Does the file have line ends, and is its encoding the one that was given?",
                line: line, byteOffset: byteOffset)
        }
        return CSVError(
            .recordTooLong,
            "the record is longer than \(maxBytes) bytes; a quoted field opened here and was not closed",
            hint: Self.quoteHint, line: line + breaksBeforeField, column: column, byteOffset: fieldByteOffset)
    }
}
