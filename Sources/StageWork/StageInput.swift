internal import ByteStreams
internal import CSV
internal import FixtureGenerator
internal import Glibc
internal import InputFilters
internal import Records
internal import Validation

/// A file of made-up contacts in memory, and all that an import fits to it.
final class StageInput {
    let bytes: [UInt8]
    /// What an import of it must report.
    let summary: FixtureSummary
    let type: RecordType
    let dialect = Dialect()
    let scan: ScanSummary
    let fieldMap: FieldMap
    let limits: BatchLimits
    let folder = Folder()

    init(_ shape: Shape, records: UInt64) throws {
        let content: ContactShape =
            switch shape {
            case .narrow: .narrow
            case .usual: .usual
            case .wide: .wide
            case .quoted: .quoted
            }
        var bytes: [UInt8] = []
        summary = FixtureFile(.contacts(content), size: .records(records), seed: 1).write {
            bytes.append(contentsOf: $0)
        }
        self.bytes = bytes
        type = try Catalogue.builtIn().type(named: "contact")
        var scan = try RecordScan(dialect: dialect)
        try scan.consume(ByteChunk(bytes: bytes, byteOffset: 0))
        self.scan = try scan.finish()
        let document = try InputFilterDocument(
            document: "stages", yaml: Self.filter(shape), recordTypes: [type])
        fieldMap = try FieldMap(
            document: document, type: type, columns: FileColumns(names: self.scan.header ?? []))
        // As imports have them: see BatchLimits.standard.
        let cells = max(1, fieldMap.planeCount) * MemoryLayout<Cell>.stride
        limits = BatchLimits(records: min(32_700, (8 << 20) / cells), bytes: 6 << 20)
    }

    /// The mapping of the shipped filter for such files; of the wide ones twelve columns.
    private static func filter(_ shape: Shape) -> String {
        let columns = [
            "{field: contactNumber, from: Contact ID, required: true}",
            "{field: firstName, from: First Name, transform: trim}",
            "{field: lastName, from: Last Name, transform: trim}",
            "{field: dateOfBirth, from: DOB, date: \"MM/dd/yyyy\"}",
            "{field: email, from: Email, transform: [trim, lowercase]}",
            "{field: phone1, from: Home Phone, phone: {country: US}}",
            "{field: phone2, from: Mobile Phone, phone: {country: US}}",
            "{field: address1, from: Address}",
            "{field: city, from: City}",
            "{field: state, from: State, transform: [trim, uppercase]}",
            "{field: postalCode, from: ZIP}",
            "{field: paymentBalance, from: Balance}",
            "{field: accountDueDate, from: Due Date, date: \"MM/dd/yyyy\"}",
            "{field: smsConsent, from: SMS Consent, map: {\"Y\": \"yes\", \"N\": \"no\", U: unknown}}",
            "{field: agentTeam, from: Agent Team}",
        ]
        let taken =
            switch shape {
            case .narrow: [columns[0], columns[2], columns[4]]
            case .wide: Array(columns[..<12])
            case .usual, .quoted: columns
            }
        return "name: stages\nrecordType: contact\nmatch: [contactNumber]\ncolumns:\n"
            + taken.map { "  - \($0)\n" }.joined()
    }

    /// The bytes behind the header, as an array of their own.
    var body: ArraySlice<UInt8> { bytes[Int(scan.bodyStart.byteOffset)...] }

    /// The file in chunks of the size that reading gives.
    func forEachChunk(_ body: (ByteChunk) throws -> Void) rethrows {
        let size = ByteStream.Options().requestBytes
        for start in stride(from: 0, to: bytes.count, by: size) {
            let chunk = Array(bytes[start..<min(start + size, bytes.count)])
            try body(ByteChunk(bytes: chunk, byteOffset: UInt64(start)))
        }
    }

    /// Parses the file; `storage` gives an empty storage for each batch.
    func parse(
        _ chunks: [ByteChunk], storage: () -> BatchStorage, _ body: (RecordBatch) throws -> Void
    ) throws {
        var parser = try RecordParser(
            dialect: dialect, projection: fieldMap.projection, start: scan.bodyStart, limits: limits)
        var next = 0
        while true {
            switch try parser.advance() {
            case .needsStorage: parser.lend(storage())
            case .needsBytes:
                if next < chunks.count { parser.append(chunks[next]) } else { parser.finish() }
                next += 1
            case .batch(let batch): try body(batch)
            case .end: return
            }
        }
    }

    func makeStorage() -> BatchStorage {
        RecordParser.makeStorage(limits: limits, planes: fieldMap.planeCount)
    }

    var chunks: [ByteChunk] {
        var chunks: [ByteChunk] = []
        forEachChunk { chunks.append($0) }
        return chunks
    }

    /// All batches, each in a storage of its own.
    func batches() throws -> [RecordBatch] {
        var batches: [RecordBatch] = []
        try parse(chunks, storage: makeStorage) { batches.append($0) }
        return batches
    }

    func makeValidator() throws -> BatchValidator {
        try BatchValidator(
            fields: fieldMap.fields, keyAlternatives: fieldMap.matchAlternatives,
            allowsNoKey: type.allowsNoKey)
    }
}

/// A folder of its own, removed with all it holds.
final class Folder {
    let path: String

    init() {
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(parent)/stages-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { preconditionFailure("no folder can be made in \(parent)") }
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    deinit { Self.remove(path) }

    /// Makes a folder within it anew.
    func renew(_ name: String) throws {
        Self.remove(path + "/" + name)
        guard mkdir(path + "/" + name, 0o755) == 0 else {
            throw WrongAnswer(description: "no folder can be made in \(path)")
        }
    }

    /// Removes what lies at a path, with all it holds.
    private static func remove(_ path: String) {
        if let stream = opendir(path) {
            while let entry = readdir(stream) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                    pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                if name != "." && name != ".." { remove(path + "/" + name) }
            }
            closedir(stream)
            rmdir(path)
        } else {
            unlink(path)
        }
    }
}
