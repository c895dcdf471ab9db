import Records

/// A value as it is stored.
enum Value: Hashable, CustomStringConvertible {
    case text(String)
    case integer(Int64)

    var description: String {
        switch self {
        case .text(let text): text
        case .integer(let value): String(value)
        }
    }
}

/// One record of a made-up file: what checking left of it.
struct SampleRecord: CustomStringConvertible {
    /// By field of the import; `nil` for blank.
    var values: [Value?]
    /// Turned down before it came to the store.
    var isInvalid = false
    var blankLinesBefore = 0
    /// Its bytes in the file.
    var lines = 1

    var description: String {
        let cells = values.map { $0?.description ?? "-" }.joined(separator: ",")
        return (isInvalid ? "invalid " : "") + cells
    }

    /// Some bytes, so that records differ in length and some take two lines.
    var bytes: [UInt8] {
        let content = Array(values.map { $0?.description ?? "" }.joined(separator: ",").utf8)
        return content + (lines == 2 ? Array("\"\n\"\r\n".utf8) : Array("\n".utf8))
    }
}

/// Records in a row, each with its place, and batches cut from them.
struct SampleFile {
    let records: [SampleRecord]
    let fields: [FieldPlan]
    /// Lines without a byte at the end.
    let blankLinesAtEnd: Int
    /// By record, and the end of the file.
    let positions: [Position]

    init(_ records: [SampleRecord], fields: [FieldPlan], blankLinesAtEnd: Int = 0) {
        self.records = records
        self.fields = fields
        self.blankLinesAtEnd = blankLinesAtEnd
        // As if after a header.
        var at = Position(byteOffset: 10, lineIndex: 1, recordIndex: 0)
        var positions: [Position] = []
        for record in records {
            at = at.moved(
                bytes: record.blankLinesBefore, lines: record.blankLinesBefore,
                records: record.blankLinesBefore)
            positions.append(at)
            at = at.moved(bytes: record.bytes.count, lines: record.lines, records: 1)
        }
        positions.append(at.moved(bytes: blankLinesAtEnd, lines: blankLinesAtEnd, records: blankLinesAtEnd))
        self.positions = positions
    }

    var blankLines: Int { records.reduce(blankLinesAtEnd) { $0 + $1.blankLinesBefore } }

    /// The batch that holds `range`, its records in the order of the file.
    func batch(_ range: Range<Int>) -> CheckedBatch {
        let records = records[range]
        let isLast = range.upperBound == self.records.count
        let blank = records.reduce(isLast ? blankLinesAtEnd : 0) { $0 + $1.blankLinesBefore }
        let start = start(of: range)
        let storage = BatchStorage(
            maxRecords: max(1, range.count), planeCount: (fields.map(\.plane).max() ?? 0) + 1,
            sourceCapacity: max(1, records.reduce(blank) { $0 + $1.bytes.count + $1.values.count * 40 }),
            arenaCapacity: 1)
        var blanks: UInt32 = 0
        var blanksBefore: [UInt32] = []
        for (index, record) in records.enumerated() {
            blanks += UInt32(record.blankLinesBefore)
            blanksBefore.append(blanks)
            let position = positions[range.lowerBound + index]
            let first = Int(position.byteOffset - start.byteOffset)
            let bytes = record.bytes
            storage.sourceCount = first
            storage.append(bytes)
            let lineEnd = record.lines == 2 ? 2 : 1
            storage.places[index] = RecordPlace(
                start: UInt32(first), end: UInt32(first + bytes.count - lineEnd),
                lineEndBytes: UInt8(lineEnd),
                lineDelta: UInt32(position.lineIndex - start.lineIndex))
        }
        for (index, record) in records.enumerated() {
            for (column, value) in record.values.enumerated() {
                storage.plane(fields[column].plane)[index] = storage.cell(
                    value, inArena: (index + column) % 2 == 0)
            }
        }
        let invalid = records.indices.filter { self.records[$0].isInvalid }.map { $0 - range.lowerBound }
        return CheckedBatch(
            records: RecordBatch(
                storage: storage, count: range.count, start: start,
                end: positions[range.upperBound].before(
                    blankLines: isLast ? 0 : self.records[range.upperBound].blankLinesBefore),
                blankLines: blank, blanksBefore: blank == 0 ? [] : blanksBefore),
            fields: fields,
            rejects: invalid.map { Reject(record: $0, issues: [Issue(code: "invalid", message: "invalid")]) },
            order: range.indices.compactMap { index in
                self.records[index].isInvalid ? nil : UInt32(index - range.lowerBound)
            })
    }

    private func start(of range: Range<Int>) -> Position {
        let blank =
            range.lowerBound < records.count ? records[range.lowerBound].blankLinesBefore : blankLinesAtEnd
        return positions[range.lowerBound].before(blankLines: blank)
    }
}

extension Position {
    fileprivate func moved(bytes: Int, lines: Int, records: Int) -> Position {
        Position(
            byteOffset: byteOffset + UInt64(bytes), lineIndex: lineIndex + UInt64(lines),
            recordIndex: recordIndex + UInt64(records))
    }

    fileprivate func before(blankLines: Int) -> Position {
        let lines = UInt64(blankLines)
        return Position(
            byteOffset: byteOffset - lines, lineIndex: lineIndex - lines, recordIndex: recordIndex - lines)
    }
}

extension BatchStorage {
    func append(_ bytes: [UInt8]) {
        reserveSource(sourceCount + bytes.count)
        for (index, byte) in bytes.enumerated() { source[sourceCount + index] = byte }
        sourceCount += bytes.count
    }

    /// A cell that holds a value; texts lie in the arena or behind the records' bytes.
    func cell(_ value: Value?, inArena: Bool) -> Cell {
        switch value {
        case nil: return .blank
        case .integer(let value)?: return .integer(value)
        case .text(let text)?:
            let bytes = Array(text.utf8)
            let notPlain = bytes.contains { $0 == 0 || $0 > 127 }
            if inArena { return keep(bytes, notPlain: notPlain) }
            append(bytes)
            return .source(offset: sourceCount - bytes.count, length: bytes.count, notPlain: notPlain)
        }
    }
}
