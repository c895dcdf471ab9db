package import CSV
package import Records

/// One record as a caller of the parser sees it.
package struct SeenRecord: Hashable {
    package var position: Position
    package var bytes: [UInt8]
    package var lineEndBytes: UInt8
    package var fieldCount: UInt32
    package var fault: RecordPlace.Fault
    package var faultColumn: UInt16
    package var faultByte: UInt64
    /// Values of the projected columns; empty for a record with a fault.
    package var values: [[UInt8]]

    package var texts: [String] { values.map { String(decoding: $0, as: UTF8.self) } }
}

/// What a run of the parser gave.
package struct SeenFile: Hashable {
    package var records: [SeenRecord] = []
    package var blankLines = 0
    /// Where each batch ends.
    package var ends: [Position] = []
    package var failure: CSVError?

    package init() {}
}

/// Runs a parser over the whole input, two storages in turn, and notes everything a caller can see.
///
/// `watch` is shown each batch before its storage is used again.
package func parse(
    _ bytes: [UInt8], _ dialect: Dialect = Dialect(), columns: [Int] = [0, 1, 2], expected: Int? = nil,
    dropped: Int = 0, start: Position = Position(), cutting: Cutting = .every(7),
    limits: BatchLimits = BatchLimits(records: 5, bytes: 200), maxRecordBytes: Int = 1 << 20,
    maxHeldRecordBytes: Int = 16 << 20, watch: (RecordBatch) -> Void = { _ in }
) -> SeenFile {
    let projection = Projection(columns: columns, expectedFields: expected, droppedLeadingColumns: dropped)
    var seen = SeenFile()
    do {
        var parser = try RecordParser(
            dialect: dialect, projection: projection, start: start, limits: limits,
            maxRecordBytes: maxRecordBytes, maxHeldRecordBytes: maxHeldRecordBytes)
        var storages = (0..<2).map { _ in
            RecordParser.makeStorage(limits: BatchLimits(records: limits.records, bytes: 16), planes: 0)
        }
        var chunks = cutting.chunks(bytes).makeIterator()
        while true {
            switch try parser.advance() {
            case .needsStorage: parser.lend(storages.removeLast())
            case .needsBytes:
                if let chunk = chunks.next() { parser.append(chunk) } else { parser.finish() }
            case .batch(let batch):
                watch(batch)
                seen.note(batch, dialect: dialect, planes: columns.count)
                storages.insert(batch.storage, at: 0)
            case .end: return seen
            }
        }
    } catch {
        seen.failure = error
    }
    return seen
}

extension SeenFile {
    mutating func note(_ batch: RecordBatch, dialect: Dialect, planes: Int) {
        let storage = batch.storage
        for record in 0..<batch.count {
            let place = storage.places[record]
            let values = (0..<planes).map { plane -> [UInt8] in
                let cell = storage.unescaped(storage.plane(plane)[record], dialect)
                return Array(storage.text(cell))
            }
            records.append(
                SeenRecord(
                    position: batch.position(of: record), bytes: Array(batch.bytes(of: record)),
                    lineEndBytes: place.lineEndBytes, fieldCount: place.fieldCount, fault: place.fault,
                    faultColumn: place.faultColumn,
                    faultByte: place.fault == .none ? 0 : batch.start.byteOffset + UInt64(place.faultOffset),
                    values: place.fault == .none ? values : []))
        }
        blankLines += batch.blankLines
        ends.append(batch.end)
    }
}

/// Runs a scan over the whole input.
package func scan(
    _ bytes: [UInt8], _ dialect: Dialect = Dialect(), cutting: Cutting = .every(7),
    maxRecords: UInt64? = nil, maxBytes: UInt64? = nil, maxHeldRecordBytes: Int = 16 << 20
) throws(CSVError) -> ScanSummary {
    var scan = try RecordScan(
        dialect: dialect, maxRecords: maxRecords, maxBytes: maxBytes, maxHeldRecordBytes: maxHeldRecordBytes)
    for chunk in cutting.chunks(bytes) { try scan.consume(chunk) }
    return try scan.finish()
}

/// The error of a scan; `nil` where it has none.
package func scanError(_ body: () throws(CSVError) -> ScanSummary) -> CSVError? {
    do {
        _ = try body()
        return nil
    } catch {
        return error
    }
}
