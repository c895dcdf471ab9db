/// Takes a list filter's text apart.
struct Tokenizer {
    private let scalars: [Unicode.Scalar]
    private var at = 0

    /// - Throws: where the text is longer than a filter may be.
    init(_ text: String) throws(ListFilterError) {
        try ListFilter.expectFitting(text)
        scalars = Array(text.unicodeScalars)
    }

    /// The next token; `end` again and again once there is none.
    mutating func next() throws(ListFilterError) -> Token {
        while at < scalars.count, scalars[at].properties.isWhitespace { at += 1 }
        let start = at
        guard at < scalars.count else { return Token(kind: .end, offset: start) }
        let scalar = scalars[at]
        if Self.isOfWord(scalar) { return Token(kind: .word(takeWord()), offset: start) }
        switch scalar {
        case "'", "\"": return Token(kind: .quoted(try takeQuoted(scalar)), offset: start)
        case "(": return take(.open)
        case ")": return take(.close)
        case ",": return take(.comma)
        case "=", "!", "<", ">": return Token(kind: .comparison(try takeSign()), offset: start)
        default: throw unexpected(scalar)
        }
    }

    private mutating func take(_ kind: Token.Kind) -> Token {
        defer { at += 1 }
        return Token(kind: kind, offset: at)
    }

    /// What a word is made of: enough for names, numbers, days and moments.
    private static func isOfWord(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "_", "-", "+", ".", ":", "0"..."9": true
        default: scalar.properties.isAlphabetic || scalar.properties.generalCategory == .nonspacingMark
        }
    }

    private mutating func takeWord() -> String {
        var word = ""
        while at < scalars.count, Self.isOfWord(scalars[at]) {
            word.unicodeScalars.append(scalars[at])
            at += 1
        }
        return word
    }

    private mutating func takeQuoted(_ quote: Unicode.Scalar) throws(ListFilterError) -> String {
        let start = at
        var text = ""
        at += 1
        while at < scalars.count {
            let scalar = scalars[at]
            at += 1
            if scalar == quote {
                guard at < scalars.count, scalars[at] == quote else { return text }
                at += 1
            }
            guard scalar != "\0" else {
                throw ListFilterError("a NUL character, which no value holds", at: at - 1)
            }
            text.unicodeScalars.append(scalar)
        }
        throw ListFilterError(
            "the text that begins here has no closing \(quote)", at: start,
            hint: "A quote within a text is written twice: 'O''Brien'.")
    }

    private mutating func takeSign() throws(ListFilterError) -> ComparisonSign {
        let start = at
        var sign = ""
        while at < scalars.count, "=!<>".unicodeScalars.contains(scalars[at]) {
            sign.unicodeScalars.append(scalars[at])
            at += 1
        }
        if let sign = ComparisonSign(rawValue: sign) { return sign }
        let meant = ["==": "=", "<>": "!=", "=<": "<=", "=>": ">=", "!": "not"][sign]
        throw ListFilterError(
            "'\(Shown.short(sign))' is no operator", at: start,
            hint: meant.map { "Write \($0)." } ?? "Signs that compare: = != < <= > >=.")
    }

    private func unexpected(_ scalar: Unicode.Scalar) -> ListFilterError {
        switch scalar {
        case "\u{2018}", "\u{2019}", "\u{201C}", "\u{201D}", "\u{201E}", "`", "\u{B4}":
            ListFilterError(
                "'\(scalar)' is no quote that a text can stand in", at: at,
                hint: "Use the straight quote: 'CA'.")
        case "\0": ListFilterError("a NUL character, which no value holds", at: at)
        default:
            ListFilterError(
                "'\(Shown.visible(scalar))' has no meaning here", at: at,
                hint: "Texts stand in quotes: 'O''Brien'.")
        }
    }
}
