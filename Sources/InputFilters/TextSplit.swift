import Records

/// A split made ready for bytes.
struct TextSplit: Hashable, Sendable {
    private let separator: [UInt8]
    private let part: Split.Part
    /// Whether several separators in a row count as one.
    private let isSpace: Bool

    init(_ split: Split) {
        separator = Array(split.separator.utf8)
        part = split.part
        isSpace = split.separator == " "
    }

    /// Where the part lies in a text; spaces at its ends are not taken off, but for those around a whole text
    /// that is parted at spaces.
    func range(in text: UnsafeBufferPointer<UInt8>, notPlain: Bool) -> Range<Int>? {
        let whole = isSpace ? TextTrim.range(of: text, notPlain: notPlain) : text.indices
        switch part {
        case .number(let number): return piece(number, of: whole, in: text)
        case .first: return piece(0, of: whole, in: text)
        case .afterFirst:
            return firstSeparator(in: text, whole).map { $0.upperBound..<whole.upperBound }
        case .last:
            return (lastSeparator(in: text, whole)?.upperBound ?? whole.lowerBound)..<whole.upperBound
        case .beforeLast:
            return lastSeparator(in: text, whole).map { whole.lowerBound..<$0.lowerBound }
        }
    }

    private func piece(
        _ number: Int, of whole: Range<Int>, in text: UnsafeBufferPointer<UInt8>
    ) -> Range<Int>? {
        var rest = whole
        for _ in 0..<number {
            guard let separator = firstSeparator(in: text, rest) else { return nil }
            rest = separator.upperBound..<whole.upperBound
        }
        return rest.lowerBound..<(firstSeparator(in: text, rest)?.lowerBound ?? whole.upperBound)
    }

    private func firstSeparator(in text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Range<Int>? {
        var start = range.lowerBound
        while start + separator.count <= range.upperBound {
            guard isSeparator(at: start, in: text) else {
                start += 1
                continue
            }
            var end = start + separator.count
            while isSpace, end < range.upperBound, isSeparator(at: end, in: text) { end += 1 }
            return start..<end
        }
        return nil
    }

    /// The last of those that ``firstSeparator(in:_:)`` finds one after the other: `--` in `a---b` is the first
    /// two bytes, from whichever side one looks.
    private func lastSeparator(in text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Range<Int>? {
        var last: Range<Int>?
        var rest = range
        while let found = firstSeparator(in: text, rest) {
            last = found
            rest = found.upperBound..<range.upperBound
        }
        return last
    }

    private func isSeparator(at start: Int, in text: UnsafeBufferPointer<UInt8>) -> Bool {
        for index in separator.indices where text[start + index] != separator[index] { return false }
        return true
    }
}
