import CSV
import Foundation
import Records
import TestSupport

/// A seed of this run, printed so that a failure can be repeated; `SLUICE_SEED` sets it.
func runSeed(_ test: String) -> UInt64 {
    let given = ProcessInfo.processInfo.environment["SLUICE_SEED"].flatMap(UInt64.init)
    let seed = given ?? UInt64.random(in: 0...UInt64.max)
    print("\(test): SLUICE_SEED=\(seed)")
    return seed
}

/// Bytes in which whatever can go wrong is likely.
func nastyBytes(
    _ numbers: inout SeededGenerator, count: Int, quotes: Int = 3, backslashes: Int = 0
) -> [UInt8] {
    // Some inputs are dense with special bytes, some have long plain stretches, so that every path is taken.
    var alphabet = Array(",,;|\n\r\n\r\nab '".utf8) + [0, 0xC3, 0xA9, 0xEF]
    alphabet += Array(repeating: UInt8(ascii: "\""), count: quotes)
    alphabet += Array(repeating: UInt8(ascii: "\\"), count: backslashes)
    alphabet += Array(repeating: UInt8(ascii: "x"), count: Int.random(in: 0...1, using: &numbers) * 120)
    return (0..<count).map { _ in alphabet.randomElement(using: &numbers) ?? 0 }
}

/// Text of fields that are mostly quoted as a writer would, with doubled quotes and line breaks within.
func tidyBytes(_ numbers: inout SeededGenerator, records: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    for _ in 0..<records {
        for column in 0..<Int.random(in: 1...6, using: &numbers) {
            if column > 0 { bytes.append(UInt8(ascii: ",")) }
            let text = String(repeating: "n", count: Int.random(in: 0...40, using: &numbers))
            switch Int.random(in: 0..<8, using: &numbers) {
            case 0: bytes += Array("\"\(text)\"\"\(text)\"".utf8)
            case 1: bytes += Array("\"\(text)\r\n\(text)\"".utf8)
            case 2: bytes += Array("\"é,\(text)\"".utf8)
            case 3: bytes += Array("\"\"".utf8)
            case 4: bytes += Array(text.utf8)
            default: bytes += Array("\"\(text)\"".utf8)
            }
        }
        bytes += Array((["\n", "\r\n", "\r"].randomElement(using: &numbers) ?? "\n").utf8)
    }
    return bytes
}

/// How an input is cut into chunks.
enum Cutting: CustomStringConvertible {
    case every(Int)
    case random(seed: UInt64, upTo: Int)

    var description: String {
        switch self {
        case .every(let bytes): "every \(bytes)"
        case .random(let seed, let upTo): "random up to \(upTo), seed \(seed)"
        }
    }

    func chunks(_ bytes: [UInt8], from first: Int = 0) -> [ByteChunk] {
        var chunks: [ByteChunk] = []
        var start = first
        var numbers = SeededGenerator(seed: 0)
        if case .random(let seed, _) = self { numbers = SeededGenerator(seed: seed) }
        while start < bytes.count {
            let size =
                switch self {
                case .every(let bytes): bytes
                case .random(_, let upTo): Int.random(in: 1...upTo, using: &numbers)
                }
            let end = min(bytes.count, start + size)
            chunks.append(ByteChunk(bytes: Array(bytes[start..<end]), byteOffset: UInt64(start)))
            start = end
        }
        return chunks
    }
}

/// One record as a caller of the parser sees it.
struct SeenRecord: Hashable {
    var position: Position
    var bytes: [UInt8]
    var lineEndBytes: UInt8
    var fieldCount: UInt32
    var fault: RecordPlace.Fault
    var faultColumn: UInt16
    var faultByte: UInt64
    /// Values of the projected columns; empty for a record with a fault.
    var values: [[UInt8]]

    var texts: [String] { values.map { String(decoding: $0, as: UTF8.self) } }
}

/// What a run of the parser gave.
struct SeenFile: Hashable {
    var records: [SeenRecord] = []
    var blankLines = 0
    /// Where each batch ends.
    var ends: [Position] = []
    var failure: CSVError?
}

/// Runs a parser over the whole input, two storages in turn, and notes everything a caller can see.
func parse(
    _ bytes: [UInt8], _ dialect: Dialect = Dialect(), columns: [Int] = [0, 1, 2], expected: Int? = nil,
    dropped: Int = 0, start: Position = Position(), cutting: Cutting = .every(7),
    limits: BatchLimits = BatchLimits(records: 5, bytes: 200), maxRecordBytes: Int = 1 << 20,
    maxHeldRecordBytes: Int = 16 << 20
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
func scan(
    _ bytes: [UInt8], _ dialect: Dialect = Dialect(), cutting: Cutting = .every(7),
    maxRecords: UInt64? = nil, maxBytes: UInt64? = nil, maxHeldRecordBytes: Int = 16 << 20
) throws(CSVError) -> ScanSummary {
    var scan = try RecordScan(
        dialect: dialect, maxRecords: maxRecords, maxBytes: maxBytes, maxHeldRecordBytes: maxHeldRecordBytes)
    for chunk in cutting.chunks(bytes) { try scan.consume(chunk) }
    return try scan.finish()
}

/// The error of a scan; `nil` where it has none.
func scanError(_ body: () throws(CSVError) -> ScanSummary) -> CSVError? {
    do {
        _ = try body()
        return nil
    } catch {
        return error
    }
}
