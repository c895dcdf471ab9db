package import Records

/// The first bytes of a file read as some encoding, for a look at them: what they say, and whether they can be it.
package struct DecodedHead: Hashable, Sendable {
    /// In UTF-8, a mark included, with 0xFF for every byte that is no character.
    package let text: [UInt8]
    /// Sequences that are no characters.
    package let invalidSequences: Int
    /// Control characters other than tab, CR and LF: text has none, and bytes read as a wrong encoding often do.
    package let controlCharacters: Int

    /// Whether nothing speaks against the encoding.
    package var isPlausible: Bool { invalidSequences == 0 && controlCharacters == 0 }

    /// Decodes bytes all at once.
    ///
    /// - Parameters:
    ///   - bytes: the first bytes of a decompressed file, a mark included.
    ///   - encoding: what to read them as. The order of bytes in `utf-16` and `utf-32` is their mark's; without
    ///     one, low byte first.
    ///   - isWhole: whether nothing follows them; else a character that is cut short at the end counts for nothing.
    /// - Throws: ``ByteStreamError`` with code `encodingUnavailable`.
    package init(_ bytes: [UInt8], in encoding: TextEncoding, isWhole: Bool) throws(ByteStreamError) {
        let encoding = Self.ordered(encoding, bytes)
        if encoding == .utf8 {
            text = bytes
            invalidSequences = UTF8Text.invalidSequences(in: bytes, isWhole: isWhole)
        } else {
            let decoder = try TextDecoder(encoding)
            var step = TextDecoder.Step()
            text = [UInt8](unsafeUninitializedCapacity: decoder.mostTextBytes(of: bytes.count)) {
                output, count in
                step = bytes.withUnsafeBufferPointer { decoder.decode($0, isEnd: isWhole, into: output) }
                count = step.given
            }
            invalidSequences = step.invalid
        }
        controlCharacters = UTF8Text.controlCharacters(in: text)
    }

    private static func ordered(_ encoding: TextEncoding, _ bytes: [UInt8]) -> TextEncoding {
        guard encoding.needsMark else { return encoding }
        if let mark = ByteOrderMark(head: bytes), mark.encoding.unitBytes == encoding.unitBytes {
            return mark.encoding
        }
        return encoding == .utf16 ? .utf16LE : .utf32LE
    }
}
