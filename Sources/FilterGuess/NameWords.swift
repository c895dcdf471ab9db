/// A column's name as words that can be compared: `E-Mail 1 - Value` is `e`, `mail`, `1`, `value`.
struct NameWords: Hashable {
    /// Lower case, without accents; a run of digits is a word.
    let words: [String]

    /// All words in one: `email1value`.
    var key: String { words.joined() }

    init(_ name: String) {
        var words: [String] = []
        var word = ""
        var last = Kind.other
        for scalar in name.unicodeScalars {
            let kind = Kind(scalar)
            // `firstName` and `Phone1` are two words each.
            let begins = kind != last && !(kind == .lower && last == .upper)
            if begins, !word.isEmpty {
                words.append(word)
                word = ""
            }
            if kind != .other { word += Self.folded(scalar) }
            last = kind
        }
        if !word.isEmpty { words.append(word) }
        self.words = words
    }

    init(words: [String]) {
        self.words = words
    }

    private enum Kind {
        case lower, upper, digit, other

        init(_ scalar: Unicode.Scalar) {
            switch scalar.properties.generalCategory {
            case .uppercaseLetter: self = .upper
            case .decimalNumber: self = .digit
            case .lowercaseLetter, .otherLetter, .titlecaseLetter, .modifierLetter: self = .lower
            default: self = .other
            }
        }
    }

    /// A letter in lower case without its accent.
    private static func folded(_ scalar: Unicode.Scalar) -> String {
        let lower = scalar.properties.lowercaseMapping
        guard let first = lower.unicodeScalars.first, first.value > 127 else { return lower }
        return plain[first] ?? lower
    }

    private static let plain: [Unicode.Scalar: String] = {
        var plain: [Unicode.Scalar: String] = [:]
        for (letters, letter) in [
            ("àáâãäåāă", "a"), ("çćč", "c"), ("ďđ", "d"), ("èéêëēęě", "e"), ("ìíîïī", "i"), ("ñńň", "n"),
            ("òóôõöøō", "o"), ("řŕ", "r"), ("šśş", "s"), ("ťţ", "t"), ("ùúûüūů", "u"), ("ýÿ", "y"),
            ("žźż", "z"),
            ("ł", "l"), ("ß", "ss"), ("æ", "ae"), ("œ", "oe"),
        ] {
            for scalar in letters.unicodeScalars { plain[scalar] = letter }
        }
        return plain
    }()
}
