import CZlib
import CZstd
import FixtureGenerator
import Foundation

/// The folder of fixtures that are committed.
let fixturesFolder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Fixtures")

/// A committed file's bytes, decompressed where it is compressed.
func committed(_ name: String) throws -> [UInt8] {
    let bytes = try [UInt8](Data(contentsOf: fixturesFolder.appendingPathComponent(name)))
    if name.hasSuffix(".gz") { return try inflated(bytes) }
    return name.hasSuffix(".zst") ? try decompressed(bytes) : bytes
}

func committedSummary(_ name: String) throws -> FixtureSummary {
    let data = try Data(contentsOf: fixturesFolder.appendingPathComponent(name))
    return try JSONDecoder().decode(FixtureSummary.self, from: data)
}

struct DecompressionError: Error {
    let reason: String
}

/// Reads one zstd frame in pieces: the tool that wrote it from a pipe could not tell its size.
private func decompressed(_ frame: [UInt8]) throws -> [UInt8] {
    guard let stream = ZSTD_createDStream() else { throw DecompressionError(reason: "no memory") }
    defer { ZSTD_freeDStream(stream) }
    var out: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: ZSTD_DStreamOutSize())
    var consumed = 0
    var hint = 1
    while hint != 0 {
        let made = try frame.withUnsafeBytes { source in
            try piece.withUnsafeMutableBytes { target in
                var input = ZSTD_inBuffer(src: source.baseAddress, size: source.count, pos: consumed)
                var output = ZSTD_outBuffer(dst: target.baseAddress, size: target.count, pos: 0)
                hint = ZSTD_decompressStream(stream, &output, &input)
                guard ZSTD_isError(hint) == 0 else {
                    throw DecompressionError(reason: String(cString: ZSTD_getErrorName(hint)))
                }
                guard input.pos > consumed || output.pos > 0 else {
                    throw DecompressionError(reason: "cut short")
                }
                consumed = input.pos
                return output.pos
            }
        }
        out.append(contentsOf: piece[..<made])
    }
    return out
}

/// Reads one gzip member, whose last four bytes tell its size.
private func inflated(_ member: [UInt8]) throws -> [UInt8] {
    let size = member.suffix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
    var stream = z_stream()
    guard sluice_inflate_init(&stream, 16 + 15) == Z_OK else { throw DecompressionError(reason: "no memory") }
    defer { inflateEnd(&stream) }
    var input = member
    var out = [UInt8](repeating: 0, count: size)
    let result = input.withUnsafeMutableBufferPointer { input in
        out.withUnsafeMutableBufferPointer { out in
            stream.next_in = input.baseAddress
            stream.avail_in = UInt32(input.count)
            stream.next_out = out.baseAddress
            stream.avail_out = UInt32(out.count)
            return inflate(&stream, Z_FINISH)
        }
    }
    guard result == Z_STREAM_END else { throw DecompressionError(reason: "inflate gave \(result)") }
    return out
}

/// A generated file in memory.
func made(_ file: FixtureFile) -> (bytes: [UInt8], summary: FixtureSummary) {
    var bytes: [UInt8] = []
    let summary = file.write { bytes += $0 }
    return (bytes, summary)
}
