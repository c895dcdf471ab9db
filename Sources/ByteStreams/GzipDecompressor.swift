internal import CZlib

/// Inflates gzip: any number of members in a row, each with its check sum and length.
final class GzipDecompressor: Decompressor {
    private(set) var sourceBytesDone: UInt64 = 0
    private(set) var isComplete = false
    /// Lies still: zlib's state points back to it.
    private let stream: UnsafeMutablePointer<z_stream>
    /// Where the member at hand begins in the file.
    private var memberStart: UInt64 = 0

    init() {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        // 16 is zlib's way to ask for the gzip wrapper and nothing else, 15 for its whole window.
        let answer = sluice_inflate_init(stream, 16 + 15)
        precondition(answer == Z_OK, "zlib gave no memory")
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    func decode(
        _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
    ) throws(DecompressionFault) -> (taken: Int, given: Int) {
        let room = UInt32(clamping: output.count)
        let offered = UInt32(clamping: input.count)
        let before = sourceBytesDone
        // zlib never writes to its input, its header is only older than `const`.
        stream.pointee.next_in = UnsafeMutablePointer(
            mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
        stream.pointee.avail_in = offered
        stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.pointee.avail_out = room

        while stream.pointee.avail_out > 0 {
            if isComplete {
                guard stream.pointee.avail_in > 0 else { break }
                inflateReset(stream)
                isComplete = false
                memberStart = sourceBytesDone
            }
            let answer = inflate(stream, Z_NO_FLUSH)
            sourceBytesDone = before + UInt64(offered - stream.pointee.avail_in)
            switch answer {
            case Z_OK: continue
            case Z_STREAM_END:
                isComplete = true
            case Z_BUF_ERROR:  // nothing left to take
                return (Int(offered - stream.pointee.avail_in), Int(room - stream.pointee.avail_out))
            default: throw fault()
            }
        }
        return (Int(offered - stream.pointee.avail_in), Int(room - stream.pointee.avail_out))
    }

    private func fault() -> DecompressionFault {
        let reason = stream.pointee.msg.map { String(cString: $0) } ?? "damaged data"
        if memberStart > 0 && reason == "incorrect header check" {
            return DecompressionFault(
                reason: "bytes that are not gzip follow after the compressed data",
                hint: "Was something appended to the file? Compress it again from its source.",
                sourceByteOffset: memberStart)
        }
        return DecompressionFault(
            reason: "damaged gzip data (\(reason))", hint: "Transfer or compress the file again.",
            sourceByteOffset: sourceBytesDone)
    }
}
