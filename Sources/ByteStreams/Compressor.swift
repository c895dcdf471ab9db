/// Compresses a stream of bytes, in bounded chunks: the other direction of ``ByteStream``.
///
/// It belongs to one lane. What it is given comes out of ``append(_:)-(UnsafeRawBufferPointer)`` and of
/// ``finish()`` in order; how the input was cut makes no difference to what a reader gets back, though it may to
/// the bytes. Its memory does not grow with the stream: some 0.3 MB for gzip, 2 MB for zstd, and a chunk.
package final class Compressor {
    package let compression: Compression
    /// Greatest size of a chunk: what an ``OutputFile`` writes without gathering it first.
    package static let chunkBytes = 256 << 10
    /// Bytes of chunks given out so far.
    package private(set) var bytesOut: UInt64 = 0
    private let encoder: any StreamEncoder
    /// The chunk that is being filled: it has its whole size or, before its first byte, none.
    private var chunk: [UInt8] = []
    private var filled = 0
    private let chunkBytes: Int
    private var isFinished = false

    /// - Parameter compression: `.none` gives the bytes as they are, so that a caller needs no second way.
    package convenience init(_ compression: Compression) {
        self.init(compression, chunkBytes: Self.chunkBytes)
    }

    init(_ compression: Compression, chunkBytes: Int) {
        precondition(chunkBytes > 0)
        self.compression = compression
        self.chunkBytes = chunkBytes
        encoder =
            switch compression {
            case .none: PlainEncoder()
            case .gzip: GzipEncoder()
            case .zstd: ZstdEncoder()
            }
    }

    /// Takes bytes; gives the chunks that are full, often none.
    package func append(_ bytes: UnsafeRawBufferPointer) -> [[UInt8]] {
        precondition(!isFinished, "nothing is compressed after the end")
        var chunks: [[UInt8]] = []
        var rest = bytes
        while !rest.isEmpty {
            let taken = fill(from: rest, isEnd: false).taken
            rest = UnsafeRawBufferPointer(rebasing: rest[taken...])
            takeFullChunk(into: &chunks)
        }
        return chunks
    }

    /// Takes bytes, as ``append(_:)-(UnsafeRawBufferPointer)``.
    package func append(_ bytes: [UInt8]) -> [[UInt8]] {
        bytes.withUnsafeBytes { append($0) }
    }

    /// Ends the stream and gives what is left of it, check sum included.
    ///
    /// Also a stream of nothing comes to a valid file, which decompresses to nothing.
    package func finish() -> [[UInt8]] {
        precondition(!isFinished, "a stream ends once")
        isFinished = true
        var chunks: [[UInt8]] = []
        var isDone = false
        while !isDone {
            isDone = fill(from: UnsafeRawBufferPointer(start: nil, count: 0), isEnd: true).isDone
            takeFullChunk(into: &chunks)
        }
        if filled > 0 {
            chunk.removeLast(chunkBytes - filled)
            take(into: &chunks)
        }
        return chunks
    }

    /// Lets the encoder write behind what the chunk holds.
    private func fill(from input: UnsafeRawBufferPointer, isEnd: Bool) -> StreamStep {
        if chunk.isEmpty { chunk = [UInt8](repeating: 0, count: chunkBytes) }
        let start = filled
        let step = chunk.withUnsafeMutableBytes { chunk in
            encoder.encode(
                input, into: UnsafeMutableRawBufferPointer(rebasing: chunk[start...]), isEnd: isEnd)
        }
        filled += step.given
        return step
    }

    private func takeFullChunk(into chunks: inout [[UInt8]]) {
        if filled == chunkBytes { take(into: &chunks) }
    }

    private func take(into chunks: inout [[UInt8]]) {
        bytesOut += UInt64(chunk.count)
        chunks.append(chunk)
        chunk = []
        filled = 0
    }
}

/// What one call of a ``StreamEncoder`` came to.
struct StreamStep {
    /// Bytes of the input that were used.
    var taken = 0
    /// Bytes written to the output.
    var given = 0
    /// Whether the stream has ended and all of it is out.
    var isDone = false
}

/// One way to compress.
protocol StreamEncoder: AnyObject {
    /// Takes what it can of `input` and writes what it can to `output`; stops where the one is used up or the
    /// other full.
    ///
    /// With `isEnd` no input comes any more, and it is called until the step is done.
    func encode(
        _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer, isEnd: Bool
    ) -> StreamStep
}

/// Bytes as they are.
private final class PlainEncoder: StreamEncoder {
    func encode(
        _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer, isEnd: Bool
    ) -> StreamStep {
        let count = min(input.count, output.count)
        output.copyMemory(from: UnsafeRawBufferPointer(rebasing: input[..<count]))
        return StreamStep(taken: count, given: count, isDone: isEnd)
    }
}
