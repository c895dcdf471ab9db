/// Takes spaces off the ends of a text: space, tab and Unicode's space separators, no line ends.
enum TextTrim {
    /// What is left of a text; empty where it holds nothing else.
    ///
    /// Where `notPlain` is false no byte is above 127, and only spaces and tabs are looked for.
    static func range(of text: UnsafeBufferPointer<UInt8>, notPlain: Bool) -> Range<Int> {
        var start = 0
        var end = text.count
        while start < end {
            let length =
                isSpace(text[start]) ? 1 : notPlain ? separatorLength(text, from: start, end: end) : 0
            guard length > 0 else { break }
            start += length
        }
        while start < end {
            let length =
                isSpace(text[end - 1]) ? 1 : notPlain ? separatorLength(text, start: start, upTo: end) : 0
            guard length > 0 else { break }
            end -= length
        }
        return start..<end
    }

    static func trimmed(_ bytes: [UInt8]) -> ArraySlice<UInt8> {
        bytes[bytes.withUnsafeBufferPointer { range(of: $0, notPlain: true) }]
    }

    @inline(__always)
    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
    }

    /// The length of a space separator of several bytes that starts at an index; 0 where none does.
    private static func separatorLength(_ text: UnsafeBufferPointer<UInt8>, from index: Int, end: Int) -> Int
    {
        if index + 2 <= end, isSeparator(text[index], text[index + 1]) { return 2 }
        if index + 3 <= end, isSeparator(text[index], text[index + 1], text[index + 2]) { return 3 }
        return 0
    }

    /// The length of a space separator of several bytes that ends at an index; 0 where none does.
    private static func separatorLength(_ text: UnsafeBufferPointer<UInt8>, start: Int, upTo end: Int) -> Int
    {
        if end - 2 >= start, isSeparator(text[end - 2], text[end - 1]) { return 2 }
        if end - 3 >= start, isSeparator(text[end - 3], text[end - 2], text[end - 1]) { return 3 }
        return 0
    }

    /// U+00A0.
    private static func isSeparator(_ first: UInt8, _ second: UInt8) -> Bool {
        first == 0xC2 && second == 0xA0
    }

    /// U+1680, U+2000 to U+200A, U+202F, U+205F and U+3000.
    private static func isSeparator(_ first: UInt8, _ second: UInt8, _ third: UInt8) -> Bool {
        switch (first, second, third) {
        case (0xE1, 0x9A, 0x80), (0xE2, 0x80, 0x80...0x8A), (0xE2, 0x80, 0xAF), (0xE2, 0x81, 0x9F),
            (0xE3, 0x80, 0x80):
            true
        default: false
        }
    }
}
