import CZlib
import CZstd

/// One gzip member.
func gzip(_ bytes: [UInt8], level: Int32 = 6) -> [UInt8] {
    var stream = z_stream()
    precondition(sluice_deflate_init(&stream, level, 16 + 15) == Z_OK)
    defer { deflateEnd(&stream) }
    var input = bytes
    return [UInt8](unsafeUninitializedCapacity: Int(deflateBound(&stream, UInt(bytes.count))) + 64) {
        buffer, count in
        input.withUnsafeMutableBufferPointer { input in
            stream.next_in = input.baseAddress
            stream.avail_in = UInt32(input.count)
            stream.next_out = buffer.baseAddress
            stream.avail_out = UInt32(buffer.count)
            precondition(deflate(&stream, Z_FINISH) == Z_STREAM_END)
        }
        count = Int(stream.total_out)
    }
}

/// One zstd frame; `contentSize` is whether its header tells the size of its content.
func zstd(
    _ bytes: [UInt8], level: Int32 = 3, checksum: Bool = true, contentSize: Bool = true,
    windowLog: Int32 = 0
) -> [UInt8] {
    let context = ZSTD_createCCtx()
    defer { ZSTD_freeCCtx(context) }
    ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level)
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, checksum ? 1 : 0)
    ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, contentSize ? 1 : 0)
    ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, windowLog)
    return [UInt8](unsafeUninitializedCapacity: ZSTD_compressBound(bytes.count)) { buffer, count in
        count = bytes.withUnsafeBytes { bytes in
            ZSTD_compress2(context, buffer.baseAddress, buffer.count, bytes.baseAddress, bytes.count)
        }
        precondition(ZSTD_isError(count) == 0)
    }
}

/// A zstd frame that every decoder leaves out.
func skippableFrame(_ bytes: [UInt8], kind: UInt8 = 0) -> [UInt8] {
    let size = UInt32(bytes.count)
    let sizeBytes = (0..<4).map { UInt8(truncatingIfNeeded: size >> (8 * $0)) }
    return [0x50 | kind, 0x2A, 0x4D, 0x18] + sizeBytes + bytes
}

/// A zstd frame of stored blocks, written by hand, so that its header can say anything.
func storedFrame(header: [UInt8], _ bytes: [UInt8], checksum: [UInt8] = []) -> [UInt8] {
    let size = UInt32(bytes.count) << 3 | 1
    let block = (0..<3).map { UInt8(truncatingIfNeeded: size >> (8 * $0)) }
    return [0x28, 0xB5, 0x2F, 0xFD] + header + block + bytes + checksum
}
