package import Records

/// What the first pass found out about a file.
package struct ScanSummary: Hashable, Sendable {
    /// Records, lines without a byte included; header and skipped lines excluded.
    package var records: UInt64 = 0
    /// Lines without a byte; none in a one-column file, where such a line is a record.
    package var blankLines: UInt64 = 0
    /// Physical lines of the whole file; CR, LF and CRLF each end one.
    package var lines: UInt64 = 0
    /// Bytes of the whole file.
    package var decompressedBytes: UInt64 = 0
    /// Values of the header's fields, without a reject file's five columns; `nil` where there is none.
    package var header: [String]?
    /// The header as it lies, with its line end and without a reject file's five columns; empty where there is
    /// none.
    package var headerBytes: [UInt8] = []
    /// Values of the first record's fields, without a reject file's five columns; `nil` where there is none.
    package var firstRecord: [[UInt8]]?
    /// Whether the file is a reject file.
    ///
    /// Its first line starts with the names of the five columns that every record then starts with. Lines to
    /// skip are not skipped in it.
    package var rejectPrefix = false
    /// Where the data begin: behind mark, skipped lines and header.
    ///
    /// Blank lines before the header are left out, those behind it are data.
    package var bodyStart = Position()

    /// Fields of the first record.
    package var firstRecordFields: Int? { firstRecord?.count }
    /// Fields each record should have: as many as the header, else as the first record.
    package var expectedFields: Int? { header?.count ?? firstRecord?.count }
    /// For ``Projection/droppedLeadingColumns``.
    package var droppedLeadingColumns: Int { rejectPrefix ? RejectPrefix.columns.count : 0 }
}
