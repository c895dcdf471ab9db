internal import CSV
internal import Glibc
internal import Records

/// `parse-file FILE`: cuts a plain CSV file into records and fields, with the line of each record, on one thread, for benchmarks.
///
/// Says, as JSON, how many records there are behind the header and how many bytes, the line that the last record begins on, the
/// seconds in all, and those of them that reading took.
@main
enum ParseFile {
    static func main() throws {
        guard CommandLine.arguments.count == 2 else {
            print("usage: parse-file FILE")
            exit(2)
        }
        var parse = try Parse(of: CommandLine.arguments[1])
        let found = try parse.run()
        print(
            "{\"records\": \(found.records), \"bytes\": \(found.bytes), \"lastLine\": \(found.lastLine), "
                + "\"seconds\": \(found.seconds), \"readSeconds\": \(found.readSeconds)}")
    }
}

/// One file that is parsed.
private struct Parse {
    struct Found {
        var records = 0
        var bytes: UInt64 = 0
        var lastLine: UInt64 = 0
        var seconds = 0.0
        var readSeconds = 0.0
    }

    private static let chunkBytes = 1 << 20
    private let file: Int32
    private let clock = ContinuousClock()
    private var found = Found()

    /// - Throws: where the file cannot be read.
    init(of path: String) throws {
        file = open(path, O_RDONLY)
        guard file >= 0 else { throw ReadFailure(what: "cannot open \(path)", code: errno) }
    }

    /// Parses all columns of the file's first line.
    mutating func run() throws -> Found {
        let start = clock.now
        guard let first = try chunk(), let end = first.bytes.firstIndex(of: UInt8(ascii: "\n")) else {
            return found
        }
        let dialect = Dialect()
        var scan = try RecordScan(dialect: dialect)
        try scan.consume(ByteChunk(bytes: Array(first.bytes[...end]), byteOffset: 0))
        let header = try scan.finish()
        let columns = header.header?.count ?? 0
        let limits = BatchLimits(records: max(256, (8 << 20) / (8 * max(1, columns))), bytes: 6 << 20)
        var parser = try RecordParser(
            dialect: dialect, projection: Projection(columns: Array(0..<columns), expectedFields: columns),
            start: header.bodyStart, limits: limits)
        let storage = RecordParser.makeStorage(limits: limits, planes: columns)
        let body = Int(header.bodyStart.byteOffset)
        parser.append(ByteChunk(bytes: Array(first.bytes[body...]), byteOffset: UInt64(body)))
        parsing: while true {
            switch try parser.advance() {
            case .needsStorage: parser.lend(storage)
            case .needsBytes:
                if let chunk = try chunk() { parser.append(chunk) } else { parser.finish() }
            case .batch(let batch):
                found.records += batch.count
                if batch.count > 0 { found.lastLine = batch.position(of: batch.count - 1).line }
            case .end: break parsing
            }
        }
        found.seconds = (clock.now - start) / .seconds(1)
        return found
    }

    private mutating func chunk() throws -> ByteChunk? {
        let start = clock.now
        defer { found.readSeconds += (clock.now - start) / .seconds(1) }
        let offset = found.bytes
        let bytes = try [UInt8](unsafeUninitializedCapacity: Self.chunkBytes) { [file] room, count in
            let read = read(file, room.baseAddress, Self.chunkBytes)
            guard read >= 0 else { throw ReadFailure(what: "cannot read", code: errno) }
            count = read
        }
        found.bytes += UInt64(bytes.count)
        return bytes.isEmpty ? nil : ByteChunk(bytes: bytes, byteOffset: offset)
    }
}

private struct ReadFailure: Error {
    let what: String
    let code: Int32
}
