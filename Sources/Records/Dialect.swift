/// How a file is written: delimited as by RFC 4180 unless told otherwise.
package struct Dialect: Hashable, Sendable {
    /// How a byte that has a meaning is written where it is data.
    package enum Escape: String, Hashable, Sendable, Codable, CaseIterable {
        /// A quote within quotes is written twice; nothing else has a meaning there.
        case doubled
        /// Any byte behind a backslash is data, within quotes and outside of them; see ``EscapedByte``.
        ///
        /// A quote within quotes may be written twice as well.
        case backslash
    }

    /// One byte between two fields; of a fixed-width file ``fixedWidthDelimiter``.
    package var delimiter: UInt8
    /// The byte that encloses a field and is escaped within it; `nil` where quotes are plain data.
    package var quote: UInt8?
    package var escape: Escape
    /// Whether text behind a closing quote is taken as it is, up to the next delimiter: `"a"b` is `ab`.
    ///
    /// Otherwise such a record is a reject.
    package var allowsTextAfterQuote: Bool
    /// Whether the first record names the columns.
    package var hasHeader: Bool
    /// Physical lines to leave out before the header or the first record.
    package var skippedLines: Int
    /// What is said of a file whose fields lie at fixed places of each line; `nil` for a delimited one.
    package var fixedWidth: FixedWidth?

    package init(
        delimiter: UInt8 = UInt8(ascii: ","), quote: UInt8? = UInt8(ascii: "\""), hasHeader: Bool = true,
        skippedLines: Int = 0, escape: Escape = .doubled, allowsTextAfterQuote: Bool = false
    ) {
        self.delimiter = delimiter
        self.quote = quote
        self.escape = escape
        self.allowsTextAfterQuote = allowsTextAfterQuote
        self.hasHeader = hasHeader
        self.skippedLines = skippedLines
    }

    /// A file of fixed-width lines: for the parser one of one field a line.
    package init(fixedWidth: FixedWidth, hasHeader: Bool = false, skippedLines: Int = 0) {
        self.init(
            delimiter: Self.fixedWidthDelimiter, quote: nil, hasHeader: hasHeader, skippedLines: skippedLines)
        self.fixedWidth = fixedWidth
    }

    /// Occurs in no UTF-8 text, so that a sound line is never parted.
    package static let fixedWidthDelimiter: UInt8 = 0xFF

    /// Whether a field may hold any bytes, delimiters and line ends too.
    package var saysAnyText: Bool { quote != nil || escape == .backslash }
}

extension Dialect: Codable {
    private enum CodingKeys: String, CodingKey {
        case delimiter, quote, escape, allowsTextAfterQuote, hasHeader, skippedLines, fixedWidth
    }

    /// What was written before a key was known has that key's value as it was then.
    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            delimiter: try values.decode(UInt8.self, forKey: .delimiter),
            quote: try values.decodeIfPresent(UInt8.self, forKey: .quote),
            hasHeader: try values.decode(Bool.self, forKey: .hasHeader),
            skippedLines: try values.decode(Int.self, forKey: .skippedLines),
            escape: try values.decodeIfPresent(Escape.self, forKey: .escape) ?? .doubled,
            allowsTextAfterQuote:
                try values.decodeIfPresent(Bool.self, forKey: .allowsTextAfterQuote) ?? false)
        fixedWidth = try values.decodeIfPresent(FixedWidth.self, forKey: .fixedWidth)
    }
}

/// A file whose fields lie at the same characters of every line.
package struct FixedWidth: Hashable, Sendable, Codable {
    /// Characters (Unicode scalars) that each line must have, line end excluded; `nil` where any number will do.
    package var recordLength: Int?

    package init(recordLength: Int? = nil) {
        self.recordLength = recordLength
    }
}

/// Which columns of a file a run needs, and how many each record must have.
package struct Projection: Hashable, Sendable {
    /// Columns of the file, from 0, ascending, each once: plane *i* of a batch holds `columns[i]`.
    package var columns: [Int]
    /// Fields that each record must have; `nil` where any number will do.
    package var expectedFields: Int?
    /// Columns at the start of each record that are not part of it: the five that a reject file puts there.
    package var droppedLeadingColumns: Int

    package init(columns: [Int], expectedFields: Int?, droppedLeadingColumns: Int = 0) {
        self.columns = columns
        self.expectedFields = expectedFields
        self.droppedLeadingColumns = droppedLeadingColumns
    }
}

/// The greatest size of one batch; whichever is reached first ends it.
package struct BatchLimits: Hashable, Sendable, Codable {
    package var records: Int
    /// Source bytes.
    package var bytes: Int

    package init(records: Int, bytes: Int) {
        self.records = records
        self.bytes = bytes
    }
}
