package import Records

/// Cuts a delimited file into batches of records: chunks go in, batches come out, nothing else happens.
///
/// The caller acts on what ``advance()`` answers, until it says `end`:
///
///     parser.append(chunk)                   // or parser.finish() behind the last one
///     while true {
///         switch try parser.advance() {
///         case .needsStorage: parser.lend(pool.take())
///         case .batch(let batch): send(batch)
///         case .needsBytes: next chunk
///         case .end: done
///         }
///     }
///
/// Where a batch ends depends on nothing but where it began: not on the chunks, nor on whether an earlier run
/// stopped there. It ends after `limits.records` records, or before the record (or blank line) that would pass
/// `limits.bytes`, line end included; one record alone may be larger. CR and LF that follow each other are
/// never parted. A batch may hold blank lines alone.
///
/// Each byte is copied once, into the storage, and looked at once; only the tail behind a batch's last record
/// moves on to the next storage.
package struct RecordParser: ~Copyable {
    /// What the caller is to do next.
    package enum Step {
        /// Give an empty storage: see ``RecordParser/lend(_:)``.
        case needsStorage
        /// Give the next chunk, or say that there is none.
        case needsBytes
        /// Take the batch; its storage is no longer the parser's.
        case batch(RecordBatch)
        /// Every record has been given.
        case end
    }

    package static let defaultMaxRecordBytes = 1 << 20
    package static let defaultMaxHeldRecordBytes = 16 << 20

    let projection: Projection
    let limits: BatchLimits
    let maxRecordBytes: Int
    let maxHeldRecordBytes: Int
    /// Whether a line without a byte is a record with a blank field.
    let isOneColumn: Bool
    let dialect: Dialect
    /// Bytes copied and indexed at a time: small enough to stay in the nearest cache, and not much more than a
    /// batch.
    private let pieceBytes: Int
    let index: RecordIndex

    private var chunk: [UInt8] = []
    private var chunkUsed = 0
    private var nextByteOffset: UInt64
    private var isFinished = false
    /// Bytes of a byte-order mark seen at the start of the file; `nil` once it is settled.
    private var markBytes: Int?

    /// The storage being filled.
    private var storage: BatchStorage?
    /// Bytes on their way from one storage to the next.
    private var carried: [UInt8] = []
    /// Bytes of the storage that were indexed: all, but for a CR whose LF may be yet to come.
    private var indexedBytes = 0
    private var failure: CSVError?

    /// Where the batch in hand starts.
    var start: Position
    /// Records, blank lines and physical lines taken into the batch in hand.
    var count = 0
    var blankLines = 0
    var lines: UInt64 = 0
    var blanksBefore: [UInt32] = []
    /// First byte and first token of the first record that is not taken yet, and its index.
    var recordStart = 0
    var firstToken = 0
    var nextRecord = 0
    /// Fields of the record in hand whose tokens were let go, because it is too long to be used.
    var forgottenFields = 0
    let scratch: FillScratch

    /// A parser that starts at a place where a record starts.
    ///
    /// - Parameters:
    ///   - dialect: delimiter, quote and escape; header and skipped lines lie before `start`.
    ///   - projection: `expectedFields` should be what ``ScanSummary/expectedFields`` says.
    ///   - start: ``ScanSummary/bodyStart``, or the `end` of an earlier batch. Chunks may begin before it. At
    ///     byte 0 a UTF-8 byte-order mark is left out, and the first batch starts behind it.
    ///   - limits: the greatest size of one batch.
    ///   - maxRecordBytes: a longer record has the fault `tooLong`. Leading columns that are dropped and the
    ///     line end are not counted.
    ///   - maxHeldRecordBytes: a longer record, all columns counted, ends the run.
    /// - Throws: ``CSVError`` with code `badDialect`.
    package init(
        dialect: Dialect, projection: Projection, start: Position = Position(), limits: BatchLimits,
        maxRecordBytes: Int = Self.defaultMaxRecordBytes,
        maxHeldRecordBytes: Int = Self.defaultMaxHeldRecordBytes
    ) throws(CSVError) {
        try CSVError.check(dialect)
        self.init(
            checked: dialect, projection: projection, start: start, limits: limits,
            maxRecordBytes: maxRecordBytes, maxHeldRecordBytes: maxHeldRecordBytes)
    }

    /// Apart from the check: with the throw in the same initializer, Swift 6.3.1 made optimized code that crashed
    /// releasing a field.
    private init(
        checked dialect: Dialect, projection: Projection, start: Position, limits: BatchLimits,
        maxRecordBytes: Int, maxHeldRecordBytes: Int
    ) {
        precondition(limits.records > 0 && limits.bytes > 0 && projection.droppedLeadingColumns >= 0)
        precondition(maxRecordBytes > 0 && maxRecordBytes <= Cell.maxTextBytes && maxHeldRecordBytes > 0)
        let pieceBytes = min(32 << 10, max(1 << 10, limits.bytes / 8), max(1 << 10, limits.records * 128))
        precondition(max(limits.bytes, maxHeldRecordBytes) < FieldToken.maxPosition - 2 * pieceBytes)
        self.pieceBytes = pieceBytes
        self.dialect = dialect
        self.projection = projection
        self.limits = limits
        self.maxRecordBytes = maxRecordBytes
        self.maxHeldRecordBytes = maxHeldRecordBytes
        self.start = start
        nextByteOffset = start.byteOffset
        markBytes = start.byteOffset == 0 ? 0 : nil
        isOneColumn = projection.expectedFields == 1 && projection.droppedLeadingColumns == 0
        let slack = (projection.columns.last ?? 0) + 2
        // A CR that waited for what follows it goes along, and at the start two bytes that were no byte-order mark.
        index = RecordIndex(dialect: dialect, maxPieceBytes: pieceBytes + 3, slack: slack)
        scratch = FillScratch(capacity: pieceBytes + 4)
    }

    /// A storage of the right size for batches of these limits.
    package static func makeStorage(limits: BatchLimits, planes: Int) -> BatchStorage {
        BatchStorage(
            maxRecords: limits.records, planeCount: planes, sourceCapacity: limits.bytes + (64 << 10))
    }

    /// Takes the next chunk; the one before it must be used up (``Step/needsBytes``).
    ///
    /// Chunks follow each other without a gap; what lies before the place to start at is left out.
    package mutating func append(_ chunk: ByteChunk) {
        precondition(!isFinished && chunkUsed == self.chunk.count, "the last chunk is not used up")
        precondition(chunk.byteOffset <= nextByteOffset, "bytes are missing between two chunks")
        self.chunk = chunk.bytes
        chunkUsed = Int(min(nextByteOffset - chunk.byteOffset, UInt64(chunk.bytes.count)))
        nextByteOffset += UInt64(chunk.bytes.count - chunkUsed)
        settleMark()
    }

    /// Says that no chunk follows the last one.
    package mutating func finish() {
        isFinished = true
        settleMark()
    }

    /// Lends an empty storage, with room for `limits.records` records, until its batch is given.
    package mutating func lend(_ storage: BatchStorage) {
        precondition(self.storage == nil && storage.maxRecords >= limits.records)
        storage.reset()
        storage.reservePlanes(projection.columns.count)
        storage.append(carried.span)
        carried.removeAll(keepingCapacity: true)
        self.storage = storage
    }

    /// Does what can be done with the bytes at hand, and says what is wanted next.
    ///
    /// - Throws: ``CSVError`` with code `unclosedQuote`, `unfinishedEscape` or `recordTooLong`, once the records before it have
    ///   been given; then again at every call.
    package mutating func advance() throws(CSVError) -> Step {
        guard let storage else {
            if let failure { throw failure }
            guard carried.isEmpty && chunkUsed == chunk.count else { return .needsStorage }
            return isFinished ? .end : .needsBytes
        }
        while true {
            if failure == nil {
                if takeRecords(storage) { return .batch(cut(storage)) }
                checkRecordInHand()
            }
            if failure != nil { break }
            if chunkUsed < chunk.count {
                copyPiece(to: storage)
            } else if !isFinished {
                return .needsBytes
            } else if !indexEnd(storage) {
                break
            }
        }
        if count > 0 || blankLines > 0 { return .batch(cut(storage)) }
        if let failure { throw failure }
        self.storage = nil
        return .end
    }
}

extension RecordParser {
    /// Leaves a byte-order mark out, or finds that there is none.
    private mutating func settleMark() {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        guard var matched = markBytes else { return }
        while matched < mark.count, chunkUsed < chunk.count, chunk[chunkUsed] == mark[matched] {
            matched += 1
            chunkUsed += 1
        }
        markBytes = matched
        if matched == mark.count {
            start.byteOffset = UInt64(mark.count)
            markBytes = nil
        } else if chunkUsed < chunk.count || isFinished {
            carried = Array(mark[..<matched])
            markBytes = nil
        }
    }

    /// Copies the next bytes of the chunk and indexes them.
    ///
    /// Never reaches past the byte that makes the record in hand too long to hold, so that where that is found
    /// does not depend on the chunks.
    private mutating func copyPiece(to storage: BatchStorage) {
        let heldBytes = storage.sourceCount - recordStart
        let room = max(1, maxHeldRecordBytes + 1 - heldBytes)
        let end = chunkUsed + min(pieceBytes, chunk.count - chunkUsed, room)
        storage.append(chunk.span.extracting(chunkUsed..<end))
        chunkUsed = end
        indexBytes(of: storage, isEnd: false)
    }

    private mutating func indexBytes(of storage: BatchStorage, isEnd: Bool) {
        let isCRLast =
            storage.sourceCount > 0 && storage.source[storage.sourceCount - 1] == UInt8(ascii: "\r")
        let end = storage.sourceCount - (isCRLast && !isEnd ? 1 : 0)
        guard end > indexedBytes else { return }
        index.index(storage.source + indexedBytes, count: end - indexedBytes, position: indexedBytes)
        indexedBytes = end
    }

    /// Indexes what is left at the end of input; `false` where nothing is.
    private mutating func indexEnd(_ storage: BatchStorage) -> Bool {
        if indexedBytes < storage.sourceCount {
            indexBytes(of: storage, isEnd: true)
            return true
        }
        guard recordStart < storage.sourceCount else { return false }
        if index.isInsideQuotes {
            failure = recordInHand.unclosedQuote
        } else if index.isAfterEscape {
            failure = recordInHand.unfinishedEscape(
                end: start.byteOffset + UInt64(storage.sourceCount))
        } else {
            index.endRecord(at: storage.sourceCount)
        }
        return true
    }

    /// Lets go of what the record in hand does not need, and fails where it is too long to be held.
    private mutating func checkRecordInHand() {
        index.forgetRecords(tokensBefore: firstToken)
        (firstToken, nextRecord) = (0, 0)
        // With more delimiters than a sound record has bytes, it is too long whatever follows.
        let kept = projection.droppedLeadingColumns
        let surplus = index.tokenCount - kept - maxRecordBytes - 1
        if surplus > 0 {
            index.removeTokens(surplus, from: kept)
            forgottenFields += surplus
        }
        if indexedBytes - recordStart > maxHeldRecordBytes {
            failure = recordInHand.recordTooLong(maxBytes: maxHeldRecordBytes)
        }
    }

    private var recordInHand: RecordInHand {
        RecordInHand(
            byteOffset: start.byteOffset + UInt64(recordStart), line: start.lineIndex + lines + 1,
            fieldByteOffset: start.byteOffset + UInt64(index.fieldStart),
            column: max(1, index.tokenCount + forgottenFields + 1 - projection.droppedLeadingColumns),
            breaksBeforeField: index.breaksBeforeField, isInQuotedField: index.isInQuotedField)
    }

    /// Ends the batch in hand before the first record that was not taken.
    private mutating func cut(_ storage: BatchStorage) -> RecordBatch {
        let end = Position(
            byteOffset: start.byteOffset + UInt64(recordStart), lineIndex: start.lineIndex + lines,
            recordIndex: start.recordIndex + UInt64(count) + UInt64(blankLines))
        let batch = RecordBatch(
            storage: storage, count: count, start: start, end: end, blankLines: blankLines,
            blanksBefore: blanksBefore)
        storage.removeTail(from: recordStart, to: &carried)
        index.rebase(by: recordStart, tokensFrom: firstToken)
        indexedBytes -= recordStart
        self.storage = nil
        start = end
        (count, blankLines, lines, recordStart) = (0, 0, 0, 0)
        blanksBefore = []
        return batch
    }
}
