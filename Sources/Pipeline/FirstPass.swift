internal import ByteStreams
internal import CSV
internal import Records

/// The first reading of a file: is it whole and sound, within its limit, and how much is in it.
///
/// Nothing is written before it is through. The digest and the scan each have a lane of their own: hashing
/// 144 MB takes as long as finding its records.
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
        over file: SourceFile, dialect: Dialect, limit: RecordType.Limit, options: ByteStream.Options,
        stop: StopSignal, report: @escaping @Sendable (UInt64) -> Void
    ) async throws -> FirstPass {
        try await withThrowingTaskGroup(of: Finding.self) { group in
            group.addTask(executorPreference: LaneExecutor(label: "sluice.digest")) {
                .digest(try await FileDigest.sha256(of: file))
            }
            group.addTask(executorPreference: LaneExecutor(label: "sluice.scan")) {
                var scan = try RecordScan(dialect: dialect, limit)
                let stream = try ByteStream(file, options: options)
                while let chunk = try await stream.next() {
                    try stop.check()
                    try scan.consume(chunk)
                    report(stream.sourceBytesDone)
                }
                return .scan(try scan.finish())
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
            return FirstPass(sha256: sha256, scan: summary)
        }
    }

    private enum Finding: Sendable {
        case digest(String)
        case scan(ScanSummary)
    }
}

extension RecordScan {
    init(dialect: Dialect, _ limit: RecordType.Limit) throws(CSVError) {
        switch limit {
        case .bytes(let most): try self.init(dialect: dialect, maxBytes: most)
        case .records(let most): try self.init(dialect: dialect, maxRecords: most)
        }
    }
}
