/// The smallest parts of a list filter's text.
struct Token: Hashable {
    enum Kind: Hashable {
        /// A field's name, a keyword, or a value that needs no quotes: letters, digits and `_ - + . :`.
        case word(String)
        /// What stands between quotes, doubled ones made one.
        case quoted(String)
        case comparison(ComparisonSign)
        case open, close, comma
        case end
    }

    var kind: Kind
    /// Unicode scalars of the text before it.
    var offset: Int

    /// The token as a message names it.
    var shown: String {
        switch kind {
        case .word(let word): "'\(Shown.short(word))'"
        case .quoted(let text): "the text \(Shown.quoted(text))"
        case .comparison(let sign): "'\(sign.rawValue)'"
        case .open: "'('"
        case .close: "')'"
        case .comma: "','"
        case .end: "the end"
        }
    }

    /// Whether it is a keyword, in any case.
    func isWord(_ keyword: String) -> Bool {
        guard case .word(let word) = kind else { return false }
        return word.lowercased() == keyword
    }
}

/// The signs that compare.
enum ComparisonSign: String {
    case equal = "="
    case notEqual = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
}

/// Pieces of a filter's text as messages show them.
enum Shown {
    private static let maxCharacters = 40

    /// The text on one line with every character to be seen, cut where it is long.
    static func short(_ text: String) -> String {
        let scalars = text.unicodeScalars
        var shown = ""
        for scalar in scalars.prefix(maxCharacters) { shown += visible(scalar) }
        return scalars.count > maxCharacters ? shown + "…" : shown
    }

    /// The character; one that is not to be seen as `\u{200B}`.
    static func visible(_ scalar: Unicode.Scalar) -> String {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned:
            "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
        default: String(scalar)
        }
    }

    /// The text as it is written in a filter, cut where it is long.
    static func quoted(_ text: String) -> String { FilterText.quoted(short(text)) }
}
