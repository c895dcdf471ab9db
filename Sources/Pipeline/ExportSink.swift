internal import ByteStreams
internal import Records

/// The end of an export: bytes are compressed, go to the destination, and are counted and hashed as they lie there.
struct ExportSink {
    private let output: OutputFile
    /// `nil` where the bytes stay as they are.
    private let compressor: Compressor?
    private var digest = RunningDigest()

    init(to output: OutputFile, _ compression: Compression) {
        self.output = output
        compressor = compression == .none ? nil : Compressor(compression)
    }

    /// As they lie.
    var bytesWritten: UInt64 { output.bytesWritten }

    mutating func append(_ bytes: UnsafeRawBufferPointer) throws {
        if let compressor { try store(compressor.append(bytes)) } else { try store(bytes) }
    }

    /// Gives the destination its content; `willAppear` is told its length and SHA-256 right before.
    mutating func finish(_ willAppear: (UInt64, String) throws -> Void) throws {
        if let compressor { try store(compressor.finish()) }
        try willAppear(output.bytesWritten, digest.sha256)
        try output.finish()
    }

    private mutating func store(_ chunks: [[UInt8]]) throws {
        for chunk in chunks { try chunk.withUnsafeBytes { try store($0) } }
    }

    private mutating func store(_ bytes: UnsafeRawBufferPointer) throws {
        digest.append(bytes)
        try output.append(bytes)
    }
}
