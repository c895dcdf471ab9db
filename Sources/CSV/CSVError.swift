package import Records

/// Why a delimited file cannot be read, or a record cannot be written, and where.
package struct CSVError: FailureConvertible, Hashable {
    /// The kinds of failure a caller may want to tell apart; the raw value is the code that programs see.
    package enum Code: String, Hashable, Sendable {
        /// Delimiter and quote are equal, a line end, not ASCII, or of another meaning behind a backslash.
        case badDialect = "bad_dialect"
        /// No byte, or nothing but a byte-order mark and lines to skip.
        case emptyFile = "empty_file"
        /// The input ends inside quotes; the place is the opening quote.
        case unclosedQuote = "unclosed_quote"
        /// The input ends behind a backslash that escapes; the place is the backslash.
        case unfinishedEscape = "unfinished_escape"
        /// A record is longer than can be held; the place is the opening quote, else the record.
        case recordTooLong = "record_too_long"
        /// The header is not UTF-8.
        case headerEncoding = "header_encoding"
        /// The file has more records than the limit; the place is the first one over it.
        case tooManyRecords = "too_many_records"
        /// The file has more bytes than the limit; the place is the first one over it.
        case fileTooLarge = "file_too_large"
        /// A field to write holds what the dialect cannot say.
        case notRepresentable = "not_representable"
    }

    package var code: Code
    /// For people: what is wrong, without the place.
    package var message: String
    /// For people: what to do next.
    package var hint: String?
    /// Name of the file that was read; whoever knows it says so.
    package var file: String?
    /// Number of a record to write, from 1.
    package var record: UInt64?
    /// Physical line of the source, from 1.
    package var line: UInt64?
    /// Column of the record, from 1, leading columns that were dropped excluded.
    package var column: Int?
    /// Byte of the decompressed source, from 0.
    package var byteOffset: UInt64?

    package init(
        _ code: Code, _ message: String, hint: String? = nil, record: UInt64? = nil, line: UInt64? = nil,
        column: Int? = nil, byteOffset: UInt64? = nil
    ) {
        self.code = code
        self.message = message
        self.hint = hint
        self.record = record
        self.line = line
        self.column = column
        self.byteOffset = byteOffset
    }

    /// The error with file and place in words; what could not be read is refused.
    package var failure: Failure {
        var place: [String] = []
        if let record { place.append("record \(record)") }
        if let line { place.append("line \(line)") }
        if let column { place.append("column \(column)") }
        if let byteOffset { place.append("byte \(byteOffset)") }
        let wholePlace = place.isEmpty ? nil : place.joined(separator: ", ")
        let prefix = [file, wholePlace].compactMap { $0 }.map { "\($0): " }.joined()
        return Failure(
            .refused, code: code.rawValue, message: prefix + message, hint: hint, line: line, column: column,
            byteOffset: byteOffset)
    }
}

extension CSVError {
    /// Refuses a dialect that cannot be told apart from the data.
    ///
    /// - Throws: code `badDialect`.
    package static func check(_ dialect: Dialect) throws(CSVError) {
        let lineEnds: [UInt8] = [UInt8(ascii: "\r"), UInt8(ascii: "\n")]
        if dialect.fixedWidth != nil {
            guard dialect.delimiter == Dialect.fixedWidthDelimiter, dialect.quote == nil else {
                throw CSVError(.badDialect, "a fixed-width file has neither delimiter nor quote")
            }
        }
        let delimiter = dialect.fixedWidth == nil ? dialect.delimiter : 0
        for (name, byte) in [("delimiter", delimiter), ("quote", dialect.quote ?? 0)] {
            guard byte < 0x80 else { throw CSVError(.badDialect, "the \(name) is not an ASCII character") }
            guard !lineEnds.contains(byte) else { throw CSVError(.badDialect, "the \(name) is a line end") }
            guard dialect.escape == .doubled || !EscapedByte.taken.contains(byte) else {
                throw CSVError(.badDialect, "the \(name) has another meaning behind a backslash")
            }
        }
        guard dialect.delimiter != dialect.quote else {
            throw CSVError(.badDialect, "delimiter and quote are the same character")
        }
        guard dialect.skippedLines >= 0 else {
            throw CSVError(.badDialect, "the number of lines to skip is negative")
        }
    }
}
