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
        return FileHead(
            name: source.name, bytes: bytes, isWhole: isWhole,
            compression: source.file.compression == .none ? nil : source.compression)
    }
}
