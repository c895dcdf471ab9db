internal import CByteScan
package import Records

/// The first pass over a file: counts its records, reads its header, and refuses what cannot be imported whole.
///
/// It stores nothing but the first lines, so that a file of any size needs little memory. Behind them records are
/// counted and not indexed, but near the limit and where bytes may be escaped. What it accepts,
/// ``RecordParser`` reads to the end.
package struct RecordScan: ~Copyable {
    private let dialect: Dialect
    private let maxRecords: UInt64
    private var maxBytes: UInt64
    /// The limit as people are told it: `maxBytes` unless the source is in another encoding.
    private var maxSourceBytes: UInt64
    private let maxHeldRecordBytes: Int
    private static let pieceBytes = 64 << 10
    private let index: RecordIndex

    private var summary = ScanSummary()
    private var failure: CSVError?
    /// The first bytes, until they tell whether there is a mark and whether this is a reject file.
    private var opening: [UInt8]? = []
    private let openingBytes: Int
    private let rejectPrefix: [UInt8]?
    /// A CR at the end of what was given: its LF may be yet to come.
    private var heldCR = false
    private var linesToSkip = 0
    private var awaitsHeader = false
    /// Bytes of the record in hand from earlier pieces, while header and first record are wanted.
    private var captured: [UInt8] = []
    private var isCapturing = true

    /// Bytes seen, those in `opening` and the held CR included.
    private var bytesGiven: UInt64 = 0
    /// Offset of the next byte to index.
    private var byteOffset: UInt64 = 0
    /// Offset of the record in hand, physical lines before it, and its fields in earlier pieces.
    private var recordStart: UInt64 = 0
    private var lines: UInt64 = 0
    private var earlierFields = 0
    private var blankLines: UInt64 = 0
    private var isOneColumn = false

    /// A scan that starts at the first byte of a file.
    ///
    /// - Parameters:
    ///   - dialect: how the file is written.
    ///   - maxRecords: most records, blank lines not counted.
    ///   - maxBytes: most bytes of the decompressed file.
    ///   - maxHeldRecordBytes: a longer record is refused, as ``RecordParser`` could not hold it.
    /// - Throws: ``CSVError`` with code `badDialect`.
    package init(
        dialect: Dialect, maxRecords: UInt64? = nil, maxBytes: UInt64? = nil,
        maxHeldRecordBytes: Int = RecordParser.defaultMaxHeldRecordBytes
    ) throws(CSVError) {
        try CSVError.check(dialect)
        self.init(
            checked: dialect, maxRecords: maxRecords, maxBytes: maxBytes,
            maxHeldRecordBytes: maxHeldRecordBytes)
    }

    /// Apart from the check, for the reason that ``RecordParser`` gives.
    private init(checked dialect: Dialect, maxRecords: UInt64?, maxBytes: UInt64?, maxHeldRecordBytes: Int) {
        precondition(maxHeldRecordBytes > 0 && maxHeldRecordBytes < Int(Int32.max) / 2)
        self.dialect = dialect
        self.maxRecords = maxRecords ?? .max
        self.maxBytes = maxBytes ?? .max
        maxSourceBytes = self.maxBytes
        self.maxHeldRecordBytes = maxHeldRecordBytes
        rejectPrefix = RejectPrefix.bytes(dialect)
        openingBytes = Self.mark.count + (rejectPrefix?.count ?? 0) + 1
        index = RecordIndex(dialect: dialect, maxPieceBytes: Self.pieceBytes + 1, slack: 0)
    }

    private static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]

    /// Sets the limit on bytes for a text that was made of another encoding: it is `sourceBytes` of the source,
    /// and lies at `textOffset`, which no chunk has passed.
    package mutating func limit(toSourceBytes sourceBytes: UInt64, at textOffset: UInt64) {
        precondition(textOffset >= bytesGiven)
        maxBytes = textOffset
        maxSourceBytes = sourceBytes
    }

    /// Takes the next chunk; chunks follow each other from byte 0 without a gap.
    ///
    /// - Throws: ``CSVError`` with code `tooManyRecords`, `fileTooLarge`, `recordTooLong` or `headerEncoding`;
    ///   the scan is over then.
    package mutating func consume(_ chunk: ByteChunk) throws(CSVError) {
        precondition(chunk.byteOffset == bytesGiven, "bytes are missing between two chunks")
        if let failure { throw failure }
        let left = maxBytes - bytesGiven
        let isOver = UInt64(chunk.bytes.count) > left
        let count = isOver ? Int(left) : chunk.bytes.count
        bytesGiven += UInt64(count)
        take(chunk.bytes.span.extracting(..<count))
        if isOver && failure == nil { settleOpening() }
        if isOver && failure == nil {
            failure = CSVError(
                .fileTooLarge, "the file is larger than \(maxSourceBytes) bytes",
                hint: "Split the file, or raise the limit with --max-bytes.", line: lines + index.breaks + 1,
                byteOffset: maxBytes)
        }
        if let failure { throw failure }
    }

    /// Records found so far that hold something: lines without a byte left out, in files of several columns.
    package var recordsSoFar: UInt64 { summary.records - (isOneColumn ? 0 : blankLines) }

    /// What is known of the file before its end, records and blank lines as far as they were found.
    ///
    /// - Returns: `nil` until the header, or in a file without one the first record, has been read.
    package var openingSummary: ScanSummary? {
        guard opening == nil, linesToSkip == 0, !awaitsHeader, summary.header != nil || !isCapturing else {
            return nil
        }
        var summary = summary
        summary.blankLines = isOneColumn ? 0 : blankLines
        return summary
    }

    private var empty: CSVError {
        guard bytesGiven > 0, dialect.skippedLines > 0 else {
            return CSVError(.emptyFile, "the file is empty", hint: "A header or a record was expected.")
        }
        return CSVError(
            .emptyFile, "nothing stands behind the lines to skip, which are \(dialect.skippedLines)",
            hint: "Is it the right file? Else lower skipLines in the input filter.")
    }

    /// Ends the scan.
    ///
    /// - Throws: ``CSVError`` with code `emptyFile`, `unclosedQuote`, `unfinishedEscape`, or one that ``consume(_:)`` throws.
    package mutating func finish() throws(CSVError) -> ScanSummary {
        if failure == nil { settleOpening() }
        if failure == nil && heldCR { process([UInt8(ascii: "\r")].span) }
        if failure == nil { endRecord() }
        if let failure { throw failure }
        guard bytesGiven > 0, !awaitsHeader, linesToSkip == 0, summary.hasBody(bytesGiven) else {
            throw empty
        }
        summary.decompressedBytes = bytesGiven
        summary.lines = lines
        summary.blankLines = isOneColumn ? 0 : blankLines
        return summary
    }
}

extension RecordScan {
    private mutating func take(_ bytes: Span<UInt8>) {
        var used = 0
        if let held = opening {
            used = min(bytes.count, openingBytes - held.count)
            bytes.extracting(..<used).withUnsafeBufferPointer { opening?.append(contentsOf: $0) }
            guard held.count + used == openingBytes else { return }
            settleOpening()
        }
        feed(bytes.extracting(used...))
    }

    /// Decides on mark and reject prefix, and goes on with the first bytes.
    private mutating func settleOpening() {
        guard let bytes = opening else { return }
        opening = nil
        let hasMark = bytes.starts(with: Self.mark)
        if hasMark { (byteOffset, recordStart) = (3, 3) }
        let text = bytes.dropFirst(hasMark ? Self.mark.count : 0)
        if let rejectPrefix, text.starts(with: rejectPrefix) {
            let next = text.dropFirst(rejectPrefix.count).first
            let ends: [UInt8?] = [nil, dialect.delimiter, UInt8(ascii: "\r"), UInt8(ascii: "\n")]
            summary.rejectPrefix = ends.contains(next)
        }
        linesToSkip = summary.rejectPrefix ? 0 : dialect.skippedLines
        awaitsHeader = summary.rejectPrefix || dialect.hasHeader
        summary.bodyStart = Position(byteOffset: recordStart)
        feed(Array(text).span)
    }

    /// Goes on with bytes, holding a last CR back.
    private mutating func feed(_ bytes: Span<UInt8>) {
        guard !bytes.isEmpty, failure == nil else { return }
        var used = 0
        if heldCR {
            let isCRLF = bytes[0] == UInt8(ascii: "\n")
            used = isCRLF ? 1 : 0
            heldCR = false
            process((isCRLF ? [UInt8(ascii: "\r"), bytes[0]] : [UInt8(ascii: "\r")]).span)
        }
        guard used < bytes.count else { return }
        heldCR = bytes[bytes.count - 1] == UInt8(ascii: "\r")
        process(bytes.extracting(used..<(bytes.count - (heldCR ? 1 : 0))))
    }

    /// Goes on with bytes that do not end between CR and LF.
    private mutating func process(_ bytes: Span<UInt8>) {
        var used = linesToSkip > 0 ? skipLines(bytes) : 0
        while used < bytes.count && failure == nil {
            // Not past the byte that makes the record in hand too long, as the parser does.
            let room = max(1, maxHeldRecordBytes + 1 - Int(byteOffset - recordStart))
            var end = used + min(Self.pieceBytes, bytes.count - used, room)
            if bytes[end - 1] == UInt8(ascii: "\r") && end < bytes.count && bytes[end] == UInt8(ascii: "\n") {
                end += 1
            }
            scan(bytes.extracting(used..<end))
            used = end
        }
    }

    /// Leaves out physical lines; gives the bytes used.
    private mutating func skipLines(_ bytes: Span<UInt8>) -> Int {
        var used = 0
        while used < bytes.count && linesToSkip > 0 {
            let isCR = bytes[used] == UInt8(ascii: "\r")
            let isLineEnd = isCR || bytes[used] == UInt8(ascii: "\n")
            used += isCR && used + 1 < bytes.count && bytes[used + 1] == UInt8(ascii: "\n") ? 2 : 1
            guard isLineEnd else { continue }
            linesToSkip -= 1
            lines += 1
        }
        byteOffset += UInt64(used)
        recordStart = byteOffset
        summary.bodyStart = Position(byteOffset: recordStart, lineIndex: lines)
        return used
    }

    /// Indexes one piece and takes its records.
    private mutating func scan(_ piece: Span<UInt8>) {
        piece.withUnsafeBufferPointer { buffer in
            guard let bytes = buffer.baseAddress else { return }
            // More records than bytes there are not.
            let mayPassLimit = maxRecords - recordsSoFar < UInt64(buffer.count)
            if !isCapturing && !mayPassLimit && index.canCount {
                addRecords(index.count(bytes, count: buffer.count), bytes, count: buffer.count)
                return
            }
            index.index(bytes, count: buffer.count, position: 0)
            takeRecords(bytes, count: buffer.count)
            if isCapturing {
                let start = Int(max(recordStart, byteOffset) - byteOffset)
                captured.append(contentsOf: buffer[start...])
            }
        }
        index.rebase(by: piece.count, tokensFrom: index.tokenCount)
        byteOffset += UInt64(piece.count)
        if failure == nil && byteOffset - recordStart > UInt64(maxHeldRecordBytes) {
            failure = recordInHand.recordTooLong(maxBytes: maxHeldRecordBytes)
        }
    }

    /// Takes what was counted in a piece, whose first byte is at `byteOffset`.
    private mutating func addRecords(
        _ counts: byte_scan_counts, _ bytes: UnsafePointer<UInt8>, count: Int
    ) {
        earlierFields = (counts.records > 0 ? 0 : earlierFields) + Int(counts.fields)
        guard counts.records > 0 else { return }
        summary.records += UInt64(counts.records)
        blankLines += UInt64(counts.blank)
        lines += UInt64(counts.records) + UInt64(counts.breaks)
        let end = Int(counts.last_end)
        recordStart = byteOffset + UInt64(end + bytes.lineEndBytes(at: end, count: count))
    }

    /// Takes the records found in a piece, whose first byte is at `byteOffset`.
    private mutating func takeRecords(_ bytes: UnsafePointer<UInt8>, count: Int) {
        // Read once: each read of a class's variable costs a check that nobody writes it.
        let tokens = index.tokens
        let records = index.records
        let recordCount = index.recordCount
        var firstToken = 0
        var taken = 0
        while taken < recordCount && failure == nil {
            let record = records[taken]
            let lastToken = Int(record.last_token)
            let end = FieldToken(rawValue: tokens[lastToken]).position
            let lineEndBytes = bytes.lineEndBytes(at: end, count: count)
            let after = byteOffset &+ UInt64(truncatingIfNeeded: end &+ lineEndBytes)
            let isBlank = recordStart == byteOffset &+ UInt64(truncatingIfNeeded: end)
            let linesThen = lines &+ UInt64(record.breaks & ~BYTE_SCAN_FAULT) &+ 1
            if isCapturing {
                let pieceStart = Int(max(recordStart, byteOffset) - byteOffset)
                captured.append(
                    contentsOf: UnsafeBufferPointer(
                        start: bytes + pieceStart, count: end + lineEndBytes - pieceStart))
                capture(
                    lineEndBytes: lineEndBytes, isBlank: isBlank,
                    bodyStart: Position(byteOffset: after, lineIndex: linesThen))
            } else {
                addRecord(isBlank: isBlank)
            }
            lines = linesThen
            recordStart = after
            firstToken = lastToken + 1
            earlierFields = 0
            taken += 1
        }
        earlierFields += index.tokenCount - firstToken
        index.forgetRecords(tokensBefore: index.tokenCount)
    }

    @inline(__always)
    private mutating func addRecord(isBlank: Bool) {
        summary.records += 1
        if isBlank { blankLines += 1 }
        guard summary.records - (isOneColumn ? 0 : blankLines) > maxRecords else { return }
        failTooMany()
    }

    private mutating func failTooMany() {
        failure = CSVError(
            .tooManyRecords, "the file has more than \(maxRecords) records",
            hint: "Split the file, or raise the limit with --max-records.", line: lines + 1,
            byteOffset: recordStart)
    }

    /// Takes a record whose bytes are wanted: the header, or one up to the first that is not blank.
    private mutating func capture(lineEndBytes: Int, isBlank: Bool, bodyStart: Position) {
        defer { captured.removeAll(keepingCapacity: true) }
        if awaitsHeader {
            if !isBlank { takeHeader(lineEndBytes: lineEndBytes) }
            summary.bodyStart = bodyStart
            return
        }
        if !isBlank {
            let values = SafeIndex.values(of: Array(captured.dropLast(lineEndBytes)), dialect: dialect)
            summary.firstRecord = Array(values.dropFirst(summary.droppedLeadingColumns))
            isOneColumn = hasOneColumn(summary.expectedFields)
            isCapturing = false
        }
        addRecord(isBlank: isBlank)
    }

    /// Whether a line without a byte is a record with a blank field.
    private func hasOneColumn(_ fields: Int?) -> Bool {
        fields == 1 && !summary.rejectPrefix && dialect.fixedWidth == nil
    }

    private mutating func takeHeader(lineEndBytes: Int) {
        awaitsHeader = false
        let values = SafeIndex.values(of: Array(captured.dropLast(lineEndBytes)), dialect: dialect)
        let utf16 = seemingUTF16
        var names: [String] = []
        for (column, value) in values.enumerated().dropFirst(summary.droppedLeadingColumns) {
            guard utf16 == nil, let name = String(validating: value, as: UTF8.self) else {
                failure = headerEncoding(
                    seems: utf16, column: column + 1 - summary.droppedLeadingColumns)
                return
            }
            names.append(name)
        }
        // A reject file of a source without a header: its first line is the five names alone.
        guard !names.isEmpty else { return }
        isOneColumn = hasOneColumn(names.count)
        summary.header = names
        summary.headerBytes = captured
        if summary.rejectPrefix { summary.headerBytes.removeFirst((rejectPrefix?.count ?? 0) + 1) }
    }

    /// The kind of UTF-16 that the header seems to be: every other byte of plain letters is 0 there, which would
    /// pass for UTF-8.
    ///
    /// Which of two bytes it is, the place in the file tells and not that in the header: behind a skipped line the
    /// header begins with the second half of that line's end.
    private var seemingUTF16: String? {
        let zeros = captured.indices.filter { captured[$0] == 0 }
        guard zeros.count > captured.count / 3 else { return nil }
        let second = zeros.count { (recordStart + UInt64($0)) % 2 == 1 }
        return second > zeros.count / 2 ? "utf-16le" : "utf-16be"
    }

    private func headerEncoding(seems encoding: String?, column: Int) -> CSVError {
        CSVError(
            .headerEncoding, "the header is not UTF-8" + (encoding.map { ", it seems to be \($0)" } ?? ""),
            hint: "Declare the file's encoding, for example --encoding \(encoding ?? "windows-1252"), or "
                + "file: {encoding: \(encoding ?? "windows-1252")} in the input filter.",
            line: lines + 1, column: column, byteOffset: recordStart)
    }

    /// Ends the record in hand at the end of input.
    private mutating func endRecord() {
        guard linesToSkip == 0, byteOffset > recordStart else { return }
        guard !index.isInsideQuotes else {
            failure = recordInHand.unclosedQuote
            return
        }
        guard !index.isAfterEscape else {
            failure = recordInHand.unfinishedEscape(end: byteOffset)
            return
        }
        index.endRecord(at: 0)
        let nothing: [UInt8] = [0]
        nothing.withUnsafeBufferPointer { buffer in
            if let bytes = buffer.baseAddress { takeRecords(bytes, count: 0) }
        }
    }

    private var recordInHand: RecordInHand {
        let fieldByteOffset = UInt64(Int64(byteOffset) + Int64(index.fieldStart))
        return RecordInHand(
            byteOffset: recordStart, line: lines + 1, fieldByteOffset: fieldByteOffset,
            column: max(1, earlierFields + 1 - summary.droppedLeadingColumns),
            breaksBeforeField: index.breaksBeforeField, isInQuotedField: index.isInQuotedField)
    }
}

extension ScanSummary {
    /// Whether anything lies behind the mark and the skipped lines.
    fileprivate func hasBody(_ bytes: UInt64) -> Bool {
        header != nil || rejectPrefix || bytes > bodyStart.byteOffset
    }
}
