internal import Records

/// A piece of the source together with where its text lies: enough to find the byte that any place of the text
/// was made of.
struct TextBlock: Sendable {
    /// Where a piece of the source and its text begin, counted from the block's.
    private struct Mark {
        var source: Int
        var text: Int
    }

    /// Bytes of source between two marks: so many at most are decoded again to find a place.
    static let pieceBytes = 4 << 10

    /// Whole characters.
    let source: [UInt8]
    /// Where they lie in the decompressed source.
    let sourceOffset: UInt64
    /// Where their text begins.
    let textOffset: UInt64
    /// Bytes of text.
    let textCount: Int
    private let marks: [Mark]

    var textEnd: UInt64 { textOffset + UInt64(textCount) }
    var sourceEnd: UInt64 { sourceOffset + UInt64(source.count) }

    /// Decodes the whole characters of `bytes`.
    ///
    /// `isEnd` says that nothing follows them; else a character that is cut short at the end is left for later.
    ///
    /// - Returns: the block and its text.
    static func decode(
        _ bytes: [UInt8], isEnd: Bool, sourceOffset: UInt64, textOffset: UInt64, by decoder: TextDecoder
    ) -> (block: TextBlock, text: [UInt8]) {
        var marks: [Mark] = []
        var taken = 0
        let capacity = decoder.mostTextBytes(of: bytes.count)
        let text = [UInt8](unsafeUninitializedCapacity: capacity) { output, given in
            bytes.withUnsafeBufferPointer { bytes in
                while taken < bytes.count {
                    let end = min(taken + pieceBytes, bytes.count)
                    marks.append(Mark(source: taken, text: given))
                    let step = decoder.decode(
                        UnsafeBufferPointer(rebasing: bytes[taken..<end]), isEnd: isEnd && end == bytes.count,
                        into: UnsafeMutableBufferPointer(rebasing: output[given...]))
                    given += step.given
                    taken += step.taken
                    if step.taken == 0 { break }
                }
            }
        }
        let block = TextBlock(
            source: taken == bytes.count ? bytes : Array(bytes[..<taken]), sourceOffset: sourceOffset,
            textOffset: textOffset, textCount: text.count, marks: marks)
        return (block, text)
    }

    /// The byte of the block at which the character begins that holds a byte of its text.
    func sourceIndex(ofText index: Int, by decoder: TextDecoder) -> Int {
        guard index < textCount else { return source.count }
        let mark = marks[Self.last(marks.count) { marks[$0].text <= index }]
        return mark.source + decode(from: mark.source, mostText: index - mark.text, by: decoder).taken
    }

    /// Bytes of text that whole characters before a byte of the block's source come to.
    func textIndex(ofSource index: Int, by decoder: TextDecoder) -> Int {
        guard index < source.count else { return textCount }
        let mark = marks[Self.last(marks.count) { marks[$0].source <= index }]
        let piece = source[mark.source..<index]
        var room = [UInt8](repeating: 0, count: decoder.mostTextBytes(of: piece.count))
        return mark.text
            + piece.withUnsafeBufferPointer { input in
                room.withUnsafeMutableBufferPointer { decoder.decode(input, isEnd: false, into: $0).given }
            }
    }

    /// Decodes again until `mostText` bytes are written or the next character would be too many.
    private func decode(from start: Int, mostText: Int, by decoder: TextDecoder) -> TextDecoder.Step {
        guard mostText > 0 else { return TextDecoder.Step() }
        var room = [UInt8](repeating: 0, count: mostText)
        // The block ends where a character ends, so that what seems cut short there has been judged already.
        return source[start...].withUnsafeBufferPointer { input in
            room.withUnsafeMutableBufferPointer { decoder.decode(input, isEnd: true, into: $0) }
        }
    }

    /// The last of `0..<count` for which a condition holds that holds for the first ones alone.
    private static func last(_ count: Int, where holds: (Int) -> Bool) -> Int {
        var (low, high) = (0, count - 1)
        while low < high {
            let middle = (low + high + 1) / 2
            if holds(middle) { low = middle } else { high = middle - 1 }
        }
        return low
    }
}

/// The way back to the source for the text that some blocks cover.
///
/// `@unchecked Sendable`: it goes with a batch, which one lane holds at a time, and so does its decoder.
final class TextOrigin: SourceOrigin, @unchecked Sendable {
    private let blocks: [TextBlock]
    private let decoder: TextDecoder

    init(_ blocks: [TextBlock], decoder: TextDecoder) {
        precondition(!blocks.isEmpty)
        self.blocks = blocks
        self.decoder = decoder
    }

    var encoding: TextEncoding { decoder.encoding }

    func sourceOffset(ofText textOffset: UInt64) -> UInt64 {
        let block = blocks.last { $0.textOffset <= textOffset } ?? blocks[0]
        let index = Int(textOffset - min(textOffset, block.textOffset))
        return block.sourceOffset + UInt64(block.sourceIndex(ofText: index, by: decoder))
    }

    func sourceBytes(ofText range: Range<UInt64>) -> [UInt8] {
        let start = sourceOffset(ofText: range.lowerBound)
        let end = sourceOffset(ofText: range.upperBound)
        var bytes: [UInt8] = []
        for block in blocks where block.sourceOffset < end && block.sourceEnd > start {
            let from = Int(max(start, block.sourceOffset) - block.sourceOffset)
            let to = Int(min(end, block.sourceEnd) - block.sourceOffset)
            bytes += block.source[from..<to]
        }
        return bytes
    }
}
