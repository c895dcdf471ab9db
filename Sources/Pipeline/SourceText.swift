internal import ByteStreams
internal import CSV
internal import Records

/// A file, and what its bytes are read as.
struct SourceText: Sendable {
    let file: SourceFile
    let resolved: ResolvedEncoding
    let options: ByteStream.Options

    var encoding: TextEncoding { resolved.encoding }

    /// Whether the chunks of a stream are the file's bytes.
    var isAsItLies: Bool { encoding == .utf8 && file.compression == .none }

    /// Looks at the head of the file: a mark there has the say over what was declared.
    ///
    /// - Throws: `ByteStreamError`: as reading does, and `encodingOrderUnknown`.
    init(
        _ file: SourceFile, declared: TextEncoding, options: ByteStream.Options = ByteStream.Options()
    ) async throws(ByteStreamError) {
        self.file = file
        self.options = options
        resolved = try await ResolvedEncoding.of(file, declared: declared)
    }

    /// A stream from the file's start; `keepsSource` as ``TextStream`` says.
    func stream(keepsSource: Bool) throws(ByteStreamError) -> TextStream {
        try TextStream(file, encoding: encoding, options: options, keepsSource: keepsSource)
    }

    /// The mark that a file like this must begin with to be read like it: a mark of UTF-8 says nothing new
    /// where UTF-8 was declared.
    var neededMark: [UInt8] {
        guard let mark = resolved.mark, resolved.isByMark || mark.encoding != .utf8 else { return [] }
        return mark.bytes
    }

    /// The bytes of the source that a part of the text was made of.
    ///
    /// - Precondition: the file is not in UTF-8.
    /// - Throws: as reading does.
    func sourceBytes(ofText range: Range<UInt64>) async throws(ByteStreamError) -> [UInt8] {
        try await origin(upTo: range.upperBound, from: range.lowerBound)?.sourceBytes(ofText: range) ?? []
    }

    /// The error as people are told it: it names the file and the encoding, and its byte counts in the source.
    ///
    /// A file that is not UTF-8 is decoded once more up to that place.
    ///
    /// - Throws: as reading does.
    func located(_ error: CSVError) async throws(ByteStreamError) -> CSVError {
        var error = error
        error.file = file.name
        guard encoding != .utf8 else { return error }
        if let offset = error.byteOffset {
            error.byteOffset = try await origin(upTo: offset, from: offset)?.sourceOffset(ofText: offset)
        }
        if error.code == .headerEncoding {
            error.message = "the header holds bytes that are no \(encoding)"
            error.hint =
                "Is the file in another encoding? Declare it: --encoding, or file: {encoding: …} in the "
                + "input filter."
        }
        return error
    }

    /// The way back for a part of the text, read anew.
    private func origin(
        upTo end: UInt64, from start: UInt64
    ) async throws(ByteStreamError) -> (any SourceOrigin)? {
        let stream = try stream(keepsSource: true)
        try await stream.skip(to: start)
        var reached: UInt64 = 0
        while reached < end || reached == 0, let chunk = try await stream.next() {
            reached = chunk.byteOffset + UInt64(chunk.bytes.count)
        }
        return try stream.origin(of: start..<end)
    }
}
