package import Records

/// Which encoding a file's bytes seem to be in.
///
/// A mark, zero bytes and sound UTF-8 each settle it. Bytes that are none of these are decoded by the encodings in
/// use, and the text that looks most like somebody's writing wins.
package struct EncodingGuess: Hashable, Sendable {
    package var encoding: TextEncoding
    /// What is not certain about it, for the reader; `nil` where nothing is.
    package var doubt: String?

    package init(encoding: TextEncoding, doubt: String? = nil) {
        self.encoding = encoding
        self.doubt = doubt
    }

    /// A file's beginning, decoded by one encoding.
    package struct Decoded: Sendable {
        package var encoding: TextEncoding
        /// In UTF-8.
        package var text: [UInt8]
        /// Sequences that stand for no character, and control characters that no text has.
        package var faults: Int

        package init(encoding: TextEncoding, text: [UInt8], faults: Int) {
            self.encoding = encoding
            self.text = text
            self.faults = faults
        }
    }

    /// The encodings that bytes have to be decoded by before one can be chosen; one where no choice is left.
    package static func candidates(for bytes: [UInt8]) -> [TextEncoding] {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return [.utf8] }
        if bytes.starts(with: [0xFF, 0xFE, 0, 0]) || bytes.starts(with: [0, 0, 0xFE, 0xFF]) {
            return [.utf32]
        }
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) { return [.utf16] }
        return byZeros(bytes).map { [$0] } ?? (isUTF8(bytes) ? [.utf8] : eightBit)
    }

    /// Text without a mark whose bytes of the upper half of each unit are 0, as in most Latin text.
    private static func byZeros(_ bytes: [UInt8]) -> TextEncoding? {
        let looked = bytes.prefix(4_096)
        var zeros = [0, 0, 0, 0]
        for (index, byte) in looked.enumerated() where byte == 0 { zeros[index % 4] += 1 }
        let many = looked.count / 10
        guard many > 0 else { return nil }
        switch zeros.map({ $0 > many }) {
        case [false, true, true, true]: return .utf32LE
        case [true, true, true, false]: return .utf32BE
        case [false, true, false, true]: return .utf16LE
        case [true, false, true, false]: return .utf16BE
        default: return nil
        }
    }

    /// Whether bytes are UTF-8, or nearly: bad sequences that are fewer than the sound ones are bad records.
    private static func isUTF8(_ bytes: [UInt8]) -> Bool {
        var (sound, bad) = (0, 0)
        var at = 0
        while at < bytes.count {
            let byte = bytes[at]
            at += 1
            guard byte >= 0x80 else { continue }
            let following = byte >= 0xF0 ? 3 : byte >= 0xE0 ? 2 : byte >= 0xC2 ? 1 : 0
            // A character that the end cuts counts for nothing.
            if at + following > bytes.count { break }
            if following > 0, bytes[at..<(at + following)].allSatisfy({ $0 & 0xC0 == 0x80 }) {
                sound += 1
                at += following
            } else {
                bad += 1
            }
        }
        // Sound sequences hardly ever come about by chance: other encodings leave many more bad ones.
        return bad * 2 <= sound
    }

    // One that this system cannot convert from is not guessed either.
    private static let eightBit = ["windows-1252", "iso-8859-15", "shift-jis", "windows-1251", "koi8-r"]
        .compactMap {
            try? TextEncoding(named: $0)
        }

    /// The best of the texts that one file was decoded to, in the order of the candidates.
    package static func best(of decoded: [Decoded]) -> (guess: EncodingGuess, text: [UInt8])? {
        guard decoded.count > 1 else {
            return decoded.first.map { (EncodingGuess(encoding: $0.encoding), $0.text) }
        }
        // Of equals the first: the more common one.
        var best: (score: Double, decoded: Decoded)?
        for one in decoded {
            let score = likeness(one)
            if score > (best?.score ?? -.infinity) + 1e-9 { best = (score, one) }
        }
        return best.map { best in
            let name = best.decoded.encoding.name
            let doubt = "the file is not UTF-8, and taken for \(name): look at letters with accents"
            return (EncodingGuess(encoding: best.decoded.encoding, doubt: doubt), best.decoded.text)
        }
    }

    /// How much a text looks like writing: every character above ASCII speaks for it or against it.
    private static func likeness(_ decoded: Decoded) -> Double {
        let text = String(decoding: decoded.text.prefix(64 << 10), as: UTF8.self)
        var score = -2 * Double(decoded.faults)
        var before: Unicode.Scalar?
        for scalar in text.unicodeScalars {
            defer { before = scalar }
            guard scalar.value > 127 else { continue }
            score += Self.score(of: scalar, after: before)
        }
        return score
    }

    private static func score(of scalar: Unicode.Scalar, after before: Unicode.Scalar?) -> Double {
        let isAfterForeign = before.map { $0.value > 0x2FF && $0.properties.isAlphabetic } ?? false
        switch scalar.value {
        case 0x3040...0x30FF, 0x4E00...0x9FFF:
            // Two bytes each, so that they count as two; alone among Latin letters they are misread accents.
            return isAfterForeign ? 3 : -0.5
        case 0xFF61...0xFF9F: return -0.5
        case 0x400...0x4FF:
            let isLower = scalar.properties.isLowercase
            let isAfterLower = before?.properties.isLowercase ?? false
            // Capitals behind small letters are what a wrong Cyrillic encoding makes.
            return isAfterForeign ? (isLower ? 1.1 : isAfterLower ? -1 : 0.5) : isLower ? -0.5 : 0.6
        case 0xC0...0x17F where scalar.properties.isAlphabetic:
            let isBetween = before?.properties.isAlphabetic ?? false
            let isLower = scalar.properties.isLowercase
            // Runs of accented letters are another script's.
            if let before, before.value >= 0xC0 { return -0.3 }
            return isLower == isBetween || !isLower ? 1 : 0.8
        case 0x20AC: return 1
        case 0x2010...0x2026: return 0.8
        case 0xA0, 0xA7, 0xAA, 0xAB, 0xB0, 0xBA, 0xBB, 0xBF, 0xA1, 0xA9, 0xAE: return 0.5
        default: return -0.3
        }
    }
}
