/// Looks at bytes as UTF-8.
enum UTF8Text {
    /// Sequences that are not UTF-8; one that is cut short at the end counts only where nothing follows.
    static func invalidSequences(in bytes: [UInt8], isWhole: Bool) -> Int {
        var decoder = UTF8()
        var iterator = bytes.makeIterator()
        var (count, lastError) = (0, false)
        while true {
            switch decoder.decode(&iterator) {
            case .scalarValue: lastError = false
            case .error:
                count += 1
                lastError = true
            case .emptyInput:
                return count - (lastError && !isWhole && endsWithinCharacter(bytes) ? 1 : 0)
            }
        }
    }

    /// Whether the last bytes are the beginning of a character.
    private static func endsWithinCharacter(_ bytes: [UInt8]) -> Bool {
        let tail = bytes.suffix(3)
        guard let lead = tail.lastIndex(where: { $0 & 0xC0 != 0x80 }) else { return false }
        let wanted =
            switch bytes[lead] {
            case 0xC2...0xDF: 2
            case 0xE0...0xEF: 3
            case 0xF0...0xF4: 4
            default: 1
            }
        return bytes.count - lead < wanted
    }

    /// Control characters other than tab, CR and LF: U+0000 to U+001F, U+007F to U+009F.
    static func controlCharacters(in bytes: [UInt8]) -> Int {
        var count = 0
        var last: UInt8 = 0
        for byte in bytes {
            switch byte {
            case 0x09, 0x0A, 0x0D: break
            case 0x00...0x1F, 0x7F: count += 1
            case 0x80...0x9F where last == 0xC2: count += 1
            default: break
            }
            last = byte
        }
        return count
    }
}
