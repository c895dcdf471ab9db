package import Records

/// The text of a file in UTF-8, in order, in bounded chunks, whatever encoding the file is in.
///
/// A file in UTF-8 is given as it lies. Of any other the stream keeps the source of the text that is in hand,
/// so that places and bytes of the source can be told: ``origin(of:)``.
///
/// It belongs to one lane, as the ``ByteStream`` under it does. Offsets are those of the text.
package final class TextStream {
    private let bytes: ByteStream
    /// `nil` for a file in UTF-8.
    private let decoder: TextDecoder?
    private let keepsSource: Bool
    /// Bytes of a character whose other bytes are yet to come, and where they lie.
    private var rest: [UInt8] = []
    private var restOffset: UInt64 = 0
    private var textOffset: UInt64 = 0
    private var isAtEnd = false
    /// The chunk that ``skip(to:)`` went into.
    private var held: ByteChunk?
    /// The source of the text that is in hand, the last block alone where nobody asks for it.
    private var blocks: [TextBlock] = []

    /// - Parameters:
    ///   - file: the file.
    ///   - encoding: what ``ResolvedEncoding`` says it is in.
    ///   - options: sizes and caps of reading.
    ///   - keepsSource: whether ``origin(of:)`` will be asked for all text; what is given is kept until then.
    /// - Throws: ``ByteStreamError``: `cannotOpen`, `encodingUnavailable`.
    package init(
        _ file: SourceFile, encoding: TextEncoding, options: ByteStream.Options = ByteStream.Options(),
        keepsSource: Bool
    ) throws(ByteStreamError) {
        var options = options
        if encoding == .utf8 {
            decoder = nil
        } else {
            decoder = try TextDecoder(encoding)
            // Source and text are held side by side, up to four times the size.
            options.requestBytes = min(options.requestBytes, 256 << 10)
        }
        self.keepsSource = keepsSource
        bytes = try ByteStream(file, options: options)
    }

    /// Bytes of the file as it lies that have been turned into chunks, for progress.
    package var sourceBytesDone: UInt64 { bytes.sourceBytesDone }

    /// The next chunk, or `nil` once the whole file has been given.
    ///
    /// - Throws: as ``ByteStream/next()``.
    package func next() async throws(ByteStreamError) -> ByteChunk? {
        guard let decoder else { return try await bytes.next() }
        if let held {
            self.held = nil
            return held
        }
        while !isAtEnd {
            let chunk = try await bytes.next()
            isAtEnd = chunk == nil
            let new = chunk?.bytes ?? []
            let decoded = TextBlock.decode(
                rest.isEmpty ? new : rest + new, isEnd: isAtEnd, sourceOffset: restOffset,
                textOffset: textOffset, by: decoder)
            let left = rest.count + new.count - decoded.block.source.count
            rest = left == 0 ? [] : Array((rest + new).suffix(left))
            restOffset = decoded.block.sourceEnd
            guard !decoded.text.isEmpty else { continue }
            if !keepsSource { blocks.removeAll() }
            blocks.append(decoded.block)
            defer { textOffset += UInt64(decoded.text.count) }
            return ByteChunk(bytes: decoded.text, byteOffset: textOffset)
        }
        return nil
    }

    /// Goes on to a place further down; the next chunk is the one that holds it, and may begin before it.
    ///
    /// A file in UTF-8 is skipped as it lies; any other is decoded from its start, so that the place is surely
    /// the one that was meant.
    ///
    /// - Throws: as ``next()``; `sourceChanged` where the text ends before that byte.
    package func skip(to target: UInt64) async throws(ByteStreamError) {
        guard decoder != nil else { return try await bytes.skip(to: target) }
        while textOffset < target {
            blocks.removeAll()
            guard let chunk = try await next() else {
                throw bytes.file.changed(
                    "its text ends before byte \(target), where reading should go on",
                    byteOffset: bytes.byteOffset)
            }
            if textOffset > target { held = chunk }
        }
    }

    /// The way back to the source for a part of the text that has been given; `nil` for a file in UTF-8.
    ///
    /// The source of the text before the part is let go.
    ///
    /// - Throws: ``ByteStreamError`` with code `encodingUnavailable`.
    package func origin(of range: Range<UInt64>) throws(ByteStreamError) -> (any SourceOrigin)? {
        guard let decoder else { return nil }
        blocks.removeAll { $0.textEnd <= range.lowerBound && $0.textEnd < textOffset }
        let covering = blocks.filter { $0.textOffset <= range.upperBound }
        return TextOrigin(covering, decoder: try TextDecoder(like: decoder))
    }

    /// Where a limit in bytes of the source lies in the text, once the last chunk has passed it.
    package func textOffset(ofSource limit: UInt64) -> UInt64? {
        guard let decoder, let block = blocks.last, block.sourceEnd > limit else { return nil }
        let index = Int(limit - min(limit, block.sourceOffset))
        return block.textOffset + UInt64(block.textIndex(ofSource: index, by: decoder))
    }
}
