internal import CSV
internal import Records

/// The first records of a file's beginning, found by the parser that imports use.
///
/// One batch of it: what counts is how many fields each record has, whether its quotes are sound, and, where
/// columns are asked for, the values.
struct SampleRecords {
    let batch: RecordBatch
    /// Records that are whole: one that the sample's end cut is left out.
    let count: Int
    /// The part of the bytes that could be cut into records, from 0 to 1.
    let covered: Double

    /// Cuts bytes into records from a place on.
    ///
    /// `columns`: those whose values are wanted, from 0, ascending. `nil` where there is not one whole record.
    init?(
        of head: FileHead, from start: Position, dialect: Dialect, columns: [Int] = [],
        droppedLeadingColumns: Int = 0, maxBytes: Int = .max
    ) {
        let isCut = !head.isWhole || head.bytes.count > maxBytes
        let bytes = Array(head.bytes.prefix(maxBytes))
        guard Int(start.byteOffset) < bytes.count else { return nil }
        let limits = BatchLimits(records: FileHead.enoughRecords, bytes: bytes.count + 1)
        let projection = Projection(
            columns: columns, expectedFields: nil, droppedLeadingColumns: droppedLeadingColumns)
        guard let batch = Self.firstBatch(bytes, dialect, projection, start, limits) else { return nil }
        let last = batch.count - 1
        let endsInside =
            isCut && batch.end.byteOffset == bytes.count && last >= 0
            && batch.storage.places[last].lineEndBytes == 0
        let whole = batch.count - (endsInside ? 1 : 0)
        guard whole > 0 else { return nil }
        self.batch = batch
        count = whole
        let reached = batch.count == limits.records ? bytes.count : Int(batch.end.byteOffset)
        covered = Double(reached) / Double(bytes.count)
    }

    /// `nil` where the bytes have no record, or the first one never ends.
    private static func firstBatch(
        _ bytes: [UInt8], _ dialect: Dialect, _ projection: Projection, _ start: Position,
        _ limits: BatchLimits
    ) -> RecordBatch? {
        do {
            var parser = try RecordParser(
                dialect: dialect, projection: projection, start: start, limits: limits)
            parser.append(ByteChunk(bytes: bytes, byteOffset: 0))
            parser.finish()
            parser.lend(RecordParser.makeStorage(limits: limits, planes: max(1, projection.columns.count)))
            guard case .batch(let batch) = try parser.advance(), batch.count > 0 else { return nil }
            return batch
        } catch {
            // A dialect in which the first record has no end is no candidate; that is all there is to know.
            return nil
        }
    }

    /// Fields of each whole record.
    var fieldCounts: [Int] { (0..<count).map { Int(batch.storage.places[$0].fieldCount) } }

    /// Whole records with bytes behind a closing quote, or too long.
    var faults: Int {
        (0..<count).count { batch.storage.places[$0].fault != .none }
    }

    /// The value of a plane's cell, its escapes undone; empty for a blank.
    func value(record: Int, plane: Int, _ dialect: Dialect) -> [UInt8] {
        let storage = batch.storage
        guard storage.places[record].fault == .none else { return [] }
        let cell = storage.plane(plane)[record]
        guard cell.isText else { return [] }
        let meant = storage.unescaped(cell, dialect)
        return meant.isText ? Array(storage.text(meant)) : []
    }
}
