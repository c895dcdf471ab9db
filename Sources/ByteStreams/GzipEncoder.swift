internal import CZlib

/// Deflates to one gzip member.
final class GzipEncoder: StreamEncoder {
    /// The last level before time runs away from size.
    ///
    /// Of a contact file of 144 MB, per level: 1: 116 MB/s to 1/2.51, 2: 116 and 1/2.63, 3: 85 and 1/2.71,
    /// **4: 73 and 1/2.89**, 5: 51 and 1/3.02, 6: 40 and 1/3.05, 9: 30 and 1/3.06.
    static let level: Int32 = 4

    /// Lies still: zlib's state points back to it.
    private let stream: UnsafeMutablePointer<z_stream>

    init() {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        // 16 is zlib's way to ask for the gzip wrapper, 15 for its whole window. The header tells no name and
        // no time, so that equal content makes equal files.
        let answer = sluice_deflate_init(stream, Self.level, 16 + 15)
        precondition(answer == Z_OK, "zlib gave no memory")
    }

    deinit {
        deflateEnd(stream)
        stream.deallocate()
    }

    func encode(
        _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer, isEnd: Bool
    ) -> StreamStep {
        let offered = UInt32(clamping: input.count)
        let room = UInt32(clamping: output.count)
        // zlib never writes to its input, its header is only older than `const`.
        stream.pointee.next_in = UnsafeMutablePointer(
            mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
        stream.pointee.avail_in = offered
        stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.pointee.avail_out = room
        let answer = deflate(stream, isEnd ? Z_FINISH : Z_NO_FLUSH)
        // Z_BUF_ERROR says that there was nothing to do, which is no error.
        precondition(
            answer == Z_OK || answer == Z_STREAM_END || answer == Z_BUF_ERROR, "zlib's state is broken")
        return StreamStep(
            taken: Int(offered - stream.pointee.avail_in), given: Int(room - stream.pointee.avail_out),
            isDone: answer == Z_STREAM_END)
    }
}
