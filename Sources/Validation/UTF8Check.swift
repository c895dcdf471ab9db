/// Finds the first byte that a text may not hold.
enum UTF8Check {
    /// The first NUL or ill-formed sequence by the Unicode standard's table 3-7: no overlong forms, no
    /// surrogates, nothing past U+10FFFF, nothing cut short.
    static func problem(in text: Span<UInt8>) -> Problem? {
        var at = 0
        while at < text.count {
            let byte = text[at]
            if byte < 0x80 {
                if byte == 0 { return .nulByte(at: at) }
                at += 1
                continue
            }
            let length = sequenceLength(text, at: at)
            if length == 0 { return .invalidUTF8(at: at) }
            at += length
        }
        return nil
    }

    /// Length of the well-formed sequence that begins at a place; 0 where none does.
    static func sequenceLength(_ text: Span<UInt8>, at start: Int) -> Int {
        let length: Int
        // The second byte's range is where overlong forms, surrogates and too great values show.
        let second: ClosedRange<UInt8>
        switch text[start] {
        case 0...0x7F: return 1
        case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: (length, second) = (3, 0x80...0xBF)
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default: return 0
        }
        guard start + length <= text.count, second.contains(text[start + 1]) else { return 0 }
        for index in start + 2..<start + length where text[index] & 0xC0 != 0x80 { return 0 }
        return length
    }

    /// Unicode scalars of a valid text.
    static func scalarCount(_ text: Span<UInt8>) -> Int {
        var count = 0
        for index in text.indices where text[index] & 0xC0 != 0x80 { count += 1 }
        return count
    }

    /// Whether all bytes are 1–127.
    static func isPlain(_ text: Span<UInt8>) -> Bool {
        for index in text.indices where text[index] &- 1 >= 0x7F { return false }
        return true
    }
}
