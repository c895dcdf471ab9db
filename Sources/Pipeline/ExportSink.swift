internal import ByteStreams
internal import Records

/// The end of an export: bytes go to the destination, and are counted and hashed as they lie there.
struct ExportSink {
    private let output: OutputFile
    private var digest = RunningDigest()

    init(to output: OutputFile) {
        self.output = output
    }

    var bytesWritten: UInt64 { output.bytesWritten }

    mutating func append(_ bytes: UnsafeRawBufferPointer) throws {
        digest.append(bytes)
        try output.append(bytes)
    }

    /// Gives the destination its content.
    ///
    /// - Returns: the SHA-256 of it.
    mutating func finish() throws -> String {
        try output.finish()
        return digest.sha256
    }
}
