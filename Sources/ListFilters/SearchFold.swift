internal import Foundation

/// How quick search takes characters: without case and accents.
///
/// Letters and digits are of words; marks, apostrophes and what is not to be seen count as not there; all else stands
/// between words.
enum SearchFold {
    /// What one character comes to.
    enum Folded: Sendable {
        /// Bytes of one or more letters or digits; how many characters they are.
        case letters([UInt8], count: Int)
        case nothing
        case separator
    }

    /// A character of more than one byte.
    ///
    /// Those of Latin writing, most of what is met, are folded once.
    static func fold(_ scalar: Unicode.Scalar) -> Folded {
        let value = Int(scalar.value)
        return latin.indices.contains(value) ? latin[value] : compute(scalar)
    }

    private static let latin: [Folded] = (0..<0x250).map { value in
        Unicode.Scalar(UInt32(value)).map(compute) ?? .separator
    }

    /// Letters whose stroke or ligature Unicode takes for a part of the letter.
    private static let alike: [Unicode.Scalar: String] = [
        "ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "æ": "ae", "œ": "oe", "þ": "th",
    ]
    private static let apostrophes: Set<Unicode.Scalar> = [
        "'", "`", "\u{B4}", "\u{2018}", "\u{2019}", "\u{2BB}", "\u{2BC}", "\u{FF07}",
    ]

    private static func compute(_ scalar: Unicode.Scalar) -> Folded {
        guard !apostrophes.contains(scalar), scalar.properties.generalCategory != .format else {
            return .nothing
        }
        // Upper, then lower case, so that ß is ss and ς is σ; then the letters without their marks.
        var plain = ""
        for upper in scalar.properties.uppercaseMapping.unicodeScalars {
            plain += upper.properties.lowercaseMapping
        }
        var bytes: [UInt8] = []
        var count = 0
        var isMark = false
        for part in plain.decomposedStringWithCanonicalMapping.unicodeScalars {
            switch part.properties.generalCategory {
            case .nonspacingMark, .enclosingMark: isMark = true
            case .decimalNumber, .letterNumber, .otherNumber:
                bytes += Array(String(part).utf8)
                count += 1
            default:
                guard part.properties.isAlphabetic else { continue }
                let letters = alike[part] ?? String(part)
                bytes += Array(letters.utf8)
                count += letters.unicodeScalars.count
            }
        }
        if count > 0 { return .letters(bytes, count: count) }
        return isMark ? .nothing : .separator
    }
}
