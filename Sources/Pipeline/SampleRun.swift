internal import ByteStreams
internal import CSV
internal import InputFilters
internal import Records

/// A look at a file by the stages that an import of it would have: nothing is written, and no more is read than is
/// asked for.
///
/// As in an import there are two readings: the first finds the header and what refuses the file, the second maps
/// and checks records. Both end where enough is seen, so what only a whole file shows (a quote that is never
/// closed, a limit that is passed) is found where that was looked at.
struct SampleRun: Sendable {
    let file: SampleFile
    let stages: ImportStages
    let type: RecordType
    /// The input filter's name.
    let filterName: String
    /// What is odd about the file, but no reason to refuse it.
    let warnings: [UserTask.Tally]

    private let text: SourceText
    private let scan: ScanSummary
    private let wanted: UInt64

    /// Opens and reads, on a lane of its own, and gives what `body` makes of it.
    ///
    /// - Throws: ``Stopped``; else a `Failure` of the kind `refused`, whatever went wrong: nothing was written.
    static func run<Value: Sendable>(
        _ request: SampleRequest, catalogue: Catalogue, stop: StopSignal,
        _ body: @escaping @Sendable (SampleRun) async throws -> Value
    ) async throws -> Value {
        do {
            return try await StoppableLane.run(label: "sluice.sample", stop: stop) {
                try await body(SampleRun(request, catalogue: catalogue))
            }
        } catch let error as any FailureConvertible {
            var failure = error.failure
            failure.kind = .refused
            throw failure
        }
    }

    private init(_ request: SampleRequest, catalogue: Catalogue) async throws {
        let named = try request.recordType.map { try catalogue.fileType(named: $0) }
        let document = try request.filterYAML.map { yaml in
            try InputFilterDocument(
                document: request.filterName, yaml: yaml, recordTypes: catalogue.fileTypes)
        }
        guard let type = try named ?? document.map({ try catalogue.fileType(named: $0.recordType) }) else {
            throw Failure(
                .refused, code: "unknown_type", message: "neither a record type nor an input filter is named",
                hint: "Give --type or --filter.")
        }
        if let document { try ImportPreparation.check(document, isFor: type, catalogue: catalogue) }

        let opened = try await Opened(
            request.source, declared: request.encoding ?? document?.encoding ?? .utf8)
        let dialect = document?.dialect ?? Dialect()
        let look = try await Self.look(
            at: opened, dialect: dialect, limit: type.limit, wanted: request.records)
        stages = try ImportStages(
            at: .now(), mode: request.mode,
            batch: BatchLimits(
                records: Int(min(request.records ?? .max, Self.mostBatchRecords)), bytes: Self.batchBytes),
            type: type, document: document, dialect: dialect, encoding: opened.text.encoding, scan: look.scan)
        scan = look.scan
        text = opened.text
        wanted = request.records ?? .max
        warnings = ImportPreparation.warnings(opened.text, document)
        filterName = document?.name ?? InputFilterDocument.automaticName
        self.type = type
        file = SampleFile(
            name: opened.text.file.name, compression: opened.text.file.compression.rawValue,
            isWhole: look.isWhole,
            records: look.scan.records, blankLines: look.scan.blankLines)
    }

    private static let mostBatchRecords: UInt64 = 8_192
    private static let batchBytes = 2 << 20

    /// A file, or as much as is taken of what can be read only once.
    private struct Opened: Sendable {
        let text: SourceText
        let isWhole: Bool

        init(_ origin: ImportSource.Origin, declared: TextEncoding) async throws {
            if let source = try ImportSource.open(origin) {
                (text, isWhole) = (try await SourceText(source.file, declared: declared), true)
                return
            }
            let head = try await ImportSource.head(of: origin, maxBytes: SampleRequest.mostPipeBytes)
            (text, isWhole) = (try await SourceText(head.file, declared: declared), head.isWhole)
        }

        /// The next chunk; `nil` at the end of what is there.
        func next(of stream: TextStream) async throws -> ByteChunk? {
            do throws(ByteStreamError) {
                return try await stream.next()
            } catch {
                // Of a part that was cut off, the compression's end is missing.
                guard !isWhole, error.code == .truncatedCompression else { throw error }
                return nil
            }
        }
    }

    /// The first reading, to the end or until enough is seen; errors tell places in bytes of the source.
    private static func look(
        at opened: Opened, dialect: Dialect, limit: RecordType.Limit, wanted: UInt64?
    ) async throws -> (scan: ScanSummary, isWhole: Bool) {
        do {
            return try await unlocatedLook(at: opened, dialect: dialect, limit: limit, wanted: wanted)
        } catch let error as CSVError {
            throw try await opened.text.located(error)
        }
    }

    private static func unlocatedLook(
        at opened: Opened, dialect: Dialect, limit: RecordType.Limit, wanted: UInt64?
    ) async throws -> (scan: ScanSummary, isWhole: Bool) {
        var scan = try RecordScan(dialect: dialect, limit, isSource: opened.text.encoding == .utf8)
        let stream = try opened.text.stream(keepsSource: false)
        var textBytes: UInt64 = 0
        while let chunk = try await opened.next(of: stream) {
            textBytes = chunk.byteOffset + UInt64(chunk.bytes.count)
            try scan.consume(chunk, of: stream, limit)
            guard let wanted, let summary = scan.openingSummary else { continue }
            let isEnough = scan.recordsSoFar >= wanted && textBytes >= SampleRequest.leastBytes
            if isEnough || textBytes >= SampleRequest.mostBytes { return (summary, false) }
        }
        if opened.isWhole { return (try scan.finish(), true) }
        guard let summary = scan.openingSummary else {
            throw Failure(
                .refused, code: "record_too_long",
                message: "\(opened.text.file.name): its first \(textBytes) bytes hold no whole record",
                hint: "Most often a quote is never closed, or the file has no line ends; "
                    + "else write the data to a file and name that.")
        }
        return (summary, false)
    }

    /// The second reading: calls `body` with each record that is wanted, in the order of the file.
    ///
    /// - Throws: what reading and parsing throw.
    func forEachRecord(_ body: (SampleRecord) -> Void) async throws {
        let storage = stages.makeStorage()
        let stream = try text.stream(keepsSource: true)
        var seen: UInt64 = 0
        guard scan.records > 0, wanted > 0 else { return }
        try await stages.forEachBatch(of: text, stream, from: scan.bodyStart, storage: { storage }) { batch in
            try Task.checkCancellation()
            return stages.check(batch).forEachRecord(of: stages) { record in
                // Where reading ended within a record, that one was not found.
                guard seen < wanted, record.position.recordIndex < scan.records else { return false }
                seen += 1
                body(record)
                return seen < wanted
            }
        }
        try text.file.unchanged()
    }

    // MARK: Columns and fields

    /// The file's columns; none of a fixed-width file.
    var columns: [SampleColumn] {
        guard stages.dialect.fixedWidth == nil else { return [] }
        return (0..<stages.fieldMap.columns.count).map(column)
    }

    private func column(_ index: Int) -> SampleColumn {
        SampleColumn(position: index + 1, name: stages.fieldMap.columns.names?[index])
    }

    /// The fields in the order in which records have their values.
    var fields: [SampleField] {
        zip(stages.fields, stages.fieldMap.sources).map { plan, source in
            var field = SampleField(field: plan.field.name, columns: [], characters: [], constant: nil)
            switch source {
            case .columns(let columns): field.columns = columns.map(column)
            case .slices(let slices):
                field.characters = slices.map { $0.start + 1...$0.start + $0.length }
            case .constant(let text): field.constant = text
            }
            return field
        }
    }

    /// Columns that feed no field, from 0.
    var unreadColumns: [Int] {
        let read = Set(stages.fieldMap.sources.flatMap(\.columns))
        return (0..<columns.count).filter { !read.contains($0) }
    }
}
