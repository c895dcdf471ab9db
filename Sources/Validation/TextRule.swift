/// What a text or an identifier has to satisfy.
enum TextRule {
    /// The first thing wrong with a text that is not blank; `isPlain`: its bytes are known to be 1–127.
    static func problem(
        in text: Span<UInt8>, isPlain: Bool, isIdentifier: Bool, maxLength: Int
    ) -> Problem? {
        if !isPlain, let problem = UTF8Check.problem(in: text) { return problem }
        if isIdentifier, isPlain ? holdsPlainControl(text) : holdsControl(text) {
            return .malformed(.controlCharacter)
        }
        guard text.count > maxLength else { return nil }
        let characters = isPlain ? text.count : UTF8Check.scalarCount(text)
        return characters > maxLength ? .tooLong(characters, most: maxLength) : nil
    }

    /// Whether a plain text holds one of U+0001–1F and U+007F.
    @inline(__always)
    private static func holdsPlainControl(_ text: Span<UInt8>) -> Bool {
        let bytes = text.bytes
        let count = text.count
        if count >= 8 {
            // Of bytes up to 7F these alone have their top bit set by one of the two.
            func holdsControl(_ start: Int) -> Bool {
                let word = bytes.unsafeLoadUnaligned(fromByteOffset: start, as: UInt64.self)
                let odd = (word &- 0x2020_2020_2020_2020) | (word &+ 0x0101_0101_0101_0101)
                return odd & 0x8080_8080_8080_8080 != 0
            }
            for start in stride(from: 0, through: count - 8, by: 8) where holdsControl(start) { return true }
            return holdsControl(count - 8)
        }
        for index in text.indices where text[index] < 0x20 || text[index] == 0x7F { return true }
        return false
    }

    /// Whether a valid text holds one of U+0000–1F and U+007F–9F.
    private static func holdsControl(_ text: Span<UInt8>) -> Bool {
        var previous: UInt8 = 0
        for index in text.indices {
            let byte = text[index]
            if byte < 0x20 || byte == 0x7F || (previous == 0xC2 && byte < 0xA0) { return true }
            previous = byte
        }
        return false
    }

    /// Bytes of a valid text to keep so that at most `most` characters (Unicode scalars) are left.
    ///
    /// The cut is made where readers see a boundary: not between a letter and its accent, nor within a flag or
    /// a family of emoji. Only where a single such cluster is longer than allowed, it is cut between scalars.
    static func lengthShortened(_ text: UnsafeBufferPointer<UInt8>, to most: Int) -> Int {
        // One scalar more than may stay decides whether a cluster ends at the limit.
        let (limit, next) = ends(of: most, in: text)
        let head = String(decoding: text[..<next], as: UTF8.self)
        var kept = 0
        for cluster in head {
            let length = cluster.utf8.count
            if kept + length > limit { break }
            kept += length
        }
        return kept > 0 ? kept : limit
    }

    /// Bytes of the first `count` scalars, and of one scalar more.
    private static func ends(of count: Int, in text: UnsafeBufferPointer<UInt8>) -> (Int, Int) {
        var scalars = 0
        var limit = text.count
        for index in text.indices where text[index] & 0xC0 != 0x80 {
            if scalars == count { limit = index }
            if scalars == count + 1 { return (limit, index) }
            scalars += 1
        }
        return (limit, text.count)
    }
}
