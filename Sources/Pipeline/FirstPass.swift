internal import ByteStreams
internal import CMalloc
internal import CSV
internal import Records

/// The first reading of a file: is it whole and sound, within its limit, and how much is in it.
///
/// Nothing is written before it is through. The digest and the scan each have a lane of their own: hashing takes
/// longer than finding records. A plain file is read once for both; of any other the digest reads the file as it lies.
struct FirstPass: Sendable {
    /// SHA-256 of the file as it lies, lower-case hexadecimal.
    let sha256: String
    let scan: ScanSummary

    /// Reads the whole file.
    ///
    /// `limit` is what it may hold at most; `report` is told, after each chunk, the bytes of the file as it lies
    /// that are done.
    ///
    /// - Returns: digest and summary.
    /// - Throws: ``Stopped``; errors of `ByteStreams` and `CSV`.
    static func run(
        over text: SourceText, dialect: Dialect, limit: RecordType.Limit, stop: StopSignal,
        report: @escaping @Sendable (UInt64) -> Void
    ) async throws -> FirstPass {
        let chunks: BoundedChannel<ByteChunk>? =
            text.isAsItLies ? BoundedChannel(depth: chunksInHand) : nil
        return try await withThrowingTaskGroup(of: Finding.self) { group in
            group.addTask(executorPreference: LaneExecutor(label: "sluice.digest")) {
                defer { chunks?.close() }
                return .digest(try await digest(text.file, chunks))
            }
            group.addTask(executorPreference: LaneExecutor(label: "sluice.scan")) {
                // Also where it fails: the error is told once, and here.
                defer { chunks?.finish() }
                do {
                    return .scan(try await scan(text, dialect, limit, stop, into: chunks, report))
                } catch let error as CSVError {
                    throw try await text.located(error)
                }
            }
            var sha256: String?
            var summary: ScanSummary?
            for try await finding in group {
                switch finding {
                case .digest(let digest): sha256 = digest
                case .scan(let scan): summary = scan
                }
            }
            guard let sha256, let summary else { preconditionFailure("both lanes give their finding") }
            // Where its chunks lay in, up to 50 MB, batches and keys come to lie beside it else.
            give_back_freed_memory()
            return FirstPass(sha256: sha256, scan: summary)
        }
    }

    /// Chunks between the two lanes: a slow stretch of the one does not hold the other up.
    private static let chunksInHand = 4

    /// The digest of the chunks, or of the file where none come.
    private static func digest(
        _ file: SourceFile, _ chunks: BoundedChannel<ByteChunk>?
    ) async throws -> String {
        guard let chunks else { return try await FileDigest.sha256(of: file) }
        var digest = RunningDigest()
        while let chunk = try await chunks.next() {
            chunk.bytes.withUnsafeBytes { digest.append($0) }
        }
        return digest.sha256
    }

    private static func scan(
        _ text: SourceText, _ dialect: Dialect, _ limit: RecordType.Limit, _ stop: StopSignal,
        into chunks: BoundedChannel<ByteChunk>?, _ report: @Sendable (UInt64) -> Void
    ) async throws -> ScanSummary {
        var scan = try RecordScan(dialect: dialect, limit, isSource: text.encoding == .utf8)
        let stream = try text.stream(keepsSource: false)
        while let chunk = try await stream.next() {
            try stop.check()
            _ = await chunks?.send(chunk)
            try scan.consume(chunk, of: stream, limit)
            report(stream.sourceBytesDone)
        }
        return try scan.finish()
    }

    private enum Finding: Sendable {
        case digest(String)
        case scan(ScanSummary)
    }
}

extension RecordScan {
    /// A limit on bytes counts those of the source: `isSource` says whether the text is just that.
    init(dialect: Dialect, _ limit: RecordType.Limit, isSource: Bool) throws(CSVError) {
        switch limit {
        case .bytes(let most): try self.init(dialect: dialect, maxBytes: isSource ? most : nil)
        case .records(let most): try self.init(dialect: dialect, maxRecords: most)
        }
    }

    /// Takes the chunk that a stream gave last, once it is known where a limit on bytes of the source lies in it.
    mutating func consume(
        _ chunk: ByteChunk, of stream: TextStream, _ limit: RecordType.Limit
    ) throws(CSVError) {
        if case .bytes(let most) = limit, let end = stream.textOffset(ofSource: most) {
            self.limit(toSourceBytes: most, at: end)
        }
        try consume(chunk)
    }
}
