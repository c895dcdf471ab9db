internal import ByteStreams
package import FilterGuess
internal import Records

extension FileHead {
    /// Reads as much of a file as a guess needs.
    ///
    /// - Throws: `ByteStreamError` where it cannot be read or decompressed.
    package static func read(_ source: ImportSource) async throws -> FileHead {
        let stream = try ByteStream(source.file)
        var bytes: [UInt8] = []
        var isWhole = false
        while bytes.count < FileHead.enoughBytes {
            guard let chunk = try await stream.next() else {
                isWhole = true
                break
            }
            bytes.append(contentsOf: chunk.bytes)
        }
        if bytes.count > FileHead.enoughBytes { bytes.removeLast(bytes.count - FileHead.enoughBytes) }
        let (encoding, text) = try guessEncoding(of: bytes, isWhole: isWhole)
        return FileHead(
            name: source.name, bytes: text, isWhole: isWhole,
            compression: source.file.compression == .none ? nil : source.compression, encoding: encoding)
    }

    /// The encoding of a file's beginning, and its text in UTF-8.
    private static func guessEncoding(
        of bytes: [UInt8], isWhole: Bool
    ) throws(ByteStreamError) -> (EncodingGuess, [UInt8]) {
        var decoded: [EncodingGuess.Decoded] = []
        for encoding in EncodingGuess.candidates(for: bytes) {
            let head = try DecodedHead(bytes, in: encoding, isWhole: isWhole)
            decoded.append(
                EncodingGuess.Decoded(
                    encoding: encoding, text: head.text,
                    faults: head.invalidSequences + head.controlCharacters))
        }
        guard let best = EncodingGuess.best(of: decoded) else {
            preconditionFailure("some encoding is tried for any bytes")
        }
        return best
    }
}
