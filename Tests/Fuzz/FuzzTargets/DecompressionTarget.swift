import CZstd

@testable import ByteStreams

/// A compressed file of any bytes, given to its decoder in pieces.
///
/// However it is cut, the decoder says the same; and what it takes for a whole zstd file, zstd's own reader of whole
/// files takes for the same bytes.
func fuzzDecompression(_ input: [UInt8]) -> CInt {
    guard let choice = input.first else { return -1 }
    let file = Array(input.dropFirst())
    let makeDecoder: () -> any Decompressor =
        choice & 1 == 0 ? { GzipDecompressor() } : { ZstdDecompressor() }
    let whole = decoded(file, by: makeDecoder(), inputBytes: 1 << 20, outputBytes: 64 << 10)
    let cut = decoded(
        file, by: makeDecoder(), inputBytes: 1 + Int(choice >> 1 & 7), outputBytes: 1 + Int(choice >> 4) * 17)
    precondition(whole.isFault == cut.isFault && whole.isComplete == cut.isComplete, "the cutting tells")
    if !whole.isFault { precondition(whole.bytes == cut.bytes, "the cutting tells") }
    if whole.isComplete && choice & 1 == 1 && whole.bytes.count < mostBytes {
        precondition(whole.bytes == libraryDecoded(file, bytes: whole.bytes.count), "zstd reads it otherwise")
    }
    return 0
}

/// Output after which a decoder is left alone: a bomb teaches nothing new.
private let mostBytes = 256 << 10

private struct Decoded {
    var bytes: [UInt8] = []
    var isFault = false
    var isComplete = false
}

private func decoded(
    _ file: [UInt8], by decoder: any Decompressor, inputBytes: Int, outputBytes: Int
) -> Decoded {
    var result = Decoded()
    var buffer = [UInt8](repeating: 0, count: outputBytes)
    var start = 0
    while result.bytes.count < mostBytes {
        let end = min(file.count, start + inputBytes)
        do throws(DecompressionFault) {
            let (taken, given) = try step(decoder, file[start..<end], &buffer)
            precondition(taken <= end - start && given <= buffer.count)
            start += taken
            precondition(decoder.sourceBytesDone == UInt64(start), "the bytes taken are miscounted")
            result.bytes += buffer[..<given]
            if taken == 0 && given == 0 && end == file.count { break }
        } catch {
            precondition(!error.reason.isEmpty && error.sourceByteOffset <= UInt64(file.count))
            return Decoded(isFault: true)
        }
    }
    // Where two cuttings stop short of the end they need not have come equally far.
    if result.bytes.count >= mostBytes { return Decoded(bytes: Array(result.bytes.prefix(mostBytes))) }
    result.isComplete = decoder.isComplete
    return result
}

private func step(
    _ decoder: any Decompressor, _ piece: ArraySlice<UInt8>, _ buffer: inout [UInt8]
) throws(DecompressionFault) -> (taken: Int, given: Int) {
    var answer: Result<(taken: Int, given: Int), DecompressionFault> = .success((0, 0))
    piece.withUnsafeBytes { input in
        buffer.withUnsafeMutableBytes { output in
            answer = Result { () throws(DecompressionFault) in try decoder.decode(input, into: output) }
        }
    }
    return try answer.get()
}

/// What zstd's reader of whole files makes of one; `nil` where it refuses it.
private func libraryDecoded(_ file: [UInt8], bytes count: Int) -> [UInt8]? {
    var output = [UInt8](repeating: 0, count: count + 1)
    let written = ZSTD_decompress(&output, output.count, file, file.count)
    return ZSTD_isError(written) == 0 ? Array(output.prefix(written)) : nil
}
