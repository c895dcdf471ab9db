import CZlib
import CZstd

/// One gzip member.
func gzip(_ bytes: [UInt8]) -> [UInt8] {
    var stream = z_stream()
    precondition(sluice_deflate_init(&stream, 6, 16 + 15) == Z_OK)
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

/// One zstd frame.
func zstd(_ bytes: [UInt8]) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: ZSTD_compressBound(bytes.count)) { buffer, count in
        count = bytes.withUnsafeBytes { bytes in
            ZSTD_compress(buffer.baseAddress, buffer.count, bytes.baseAddress, bytes.count, 3)
        }
        precondition(ZSTD_isError(count) == 0)
    }
}

/// The content of one zstd frame of at most so many bytes.
func unzstd(_ frame: [UInt8], maxBytes: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: maxBytes) { buffer, count in
        count = frame.withUnsafeBytes { frame in
            ZSTD_decompress(buffer.baseAddress, buffer.count, frame.baseAddress, frame.count)
        }
        precondition(ZSTD_isError(count) == 0, "no whole zstd frame")
    }
}
