internal import CSV
internal import FixtureGenerator
internal import InputFilters
internal import Records

/// The first pass.
final class IndexWork: StageWork {
    private let input: StageInput
    private let chunks: [ByteChunk]

    init(_ input: StageInput) {
        self.input = input
        chunks = input.chunks
    }

    private func scan() throws -> ScanSummary {
        var scan = try RecordScan(dialect: input.dialect)
        for chunk in chunks { try scan.consume(chunk) }
        return try scan.finish()
    }

    func run() throws {
        try WrongAnswer.check("records", scan().records, input.summary.read)
    }

    func checkContent() throws {
        let found = try scan()
        try WrongAnswer.check("bytes", found.decompressedBytes, UInt64(input.bytes.count))
        let lines = input.bytes.count { $0 == UInt8(ascii: "\n") }
        try WrongAnswer.check("lines", found.lines, UInt64(lines))
    }
}

/// From bytes to batches of cells.
final class ParseWork: StageWork {
    private let input: StageInput
    private let chunks: [ByteChunk]
    private let storage: BatchStorage

    init(_ input: StageInput) {
        self.input = input
        chunks = input.chunks
        storage = input.makeStorage()
    }

    func run() throws {
        var records = 0
        try input.parse(chunks, storage: { storage }) { records += $0.count }
        try WrongAnswer.check("records", UInt64(records), input.summary.read)
    }

    /// Records hold the file's bytes, one after the other; fields are those of a cut byte by byte.
    func checkContent() throws {
        var at = input.body.startIndex
        var line = input.scan.bodyStart.lineIndex
        try input.parse(chunks, storage: { storage }) { batch in
            for record in 0..<batch.count {
                let position = batch.position(of: record)
                let bytes = batch.bytes(of: record)
                try WrongAnswer.check("place of a record", position.byteOffset, UInt64(at))
                try WrongAnswer.check("line of a record", position.lineIndex, line)
                guard input.bytes[at..<at + bytes.count].elementsEqual(bytes) else {
                    throw WrongAnswer(description: "record \(position.record) holds other bytes")
                }
                at += bytes.count
                line += UInt64(bytes.count { $0 == UInt8(ascii: "\n") })
                guard case .none = batch.storage.places[record].fault else { continue }
                let fields = PlainCut.fields(of: Array(bytes.dropLast()))
                for (plane, column) in input.fieldMap.projection.columns.enumerated() {
                    let cell = batch.storage.plane(plane)[record]
                    // With its doubled quotes yet: mapping takes those away.
                    let text = cell.isBlank ? [] : Array(batch.storage.text(cell))
                    let value = cell.isEscaped ? PlainCut.undoubled(text) : text
                    try WrongAnswer.check(
                        "record \(position.record), column \(column + 1)", value, fields[column])
                }
            }
        }
        try WrongAnswer.check("end of the last record", at, input.bytes.count)
    }
}

/// Cuts a record as the plainest reader would.
enum PlainCut {
    /// The values of a record without its line end.
    static func fields(of record: [UInt8]) -> [[UInt8]] {
        let quote = UInt8(ascii: "\"")
        var fields: [[UInt8]] = []
        var field: [UInt8] = []
        var isInside = false
        var at = 0
        while at < record.count {
            let byte = record[at]
            at += 1
            if byte == quote {
                // Within quotes a second one stands for itself.
                if isInside, at < record.count, record[at] == quote {
                    field.append(quote)
                    at += 1
                } else {
                    isInside.toggle()
                }
            } else if byte == UInt8(ascii: ","), !isInside {
                fields.append(field)
                field = []
            } else {
                field.append(byte)
            }
        }
        return fields + [field]
    }

    static func undoubled(_ text: [UInt8]) -> [UInt8] {
        fields(of: [UInt8(ascii: "\"")] + text + [UInt8(ascii: "\"")])[0]
    }
}
