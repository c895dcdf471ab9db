/// Text of a file as it may go to a terminal: on one line, nothing in it that the terminal would obey.
enum VisibleText {
    /// The text with control, invisible and bidirectional characters as `\n`, `\u{202E}`.
    static func of(_ text: String) -> String {
        var shown = ""
        for scalar in text.unicodeScalars { shown += escaped(scalar) }
        return shown
    }

    /// The same between double quotes, so that spaces at the ends are seen.
    static func quoted(_ text: String) -> String { "\"\(of(text))\"" }

    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\n": "\\n"
        case "\r": "\\r"
        case "\t": "\\t"
        // Joins emoji to one.
        case "\u{200D}": String(scalar)
        default:
            isInvisible(scalar) ? "\\u{\(String(scalar.value, radix: 16, uppercase: true))}" : String(scalar)
        }
    }

    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned, .surrogate:
            true
        case .spaceSeparator: scalar != " "
        default: false
        }
    }
}

extension String {
    /// The text in pieces of at most `width` characters, parted at spaces where there are some.
    func cut(to width: Int) -> [String] {
        var rest = Substring(self)
        var pieces: [String] = []
        while rest.count > width {
            let piece = rest.prefix(width)
            let end = piece.lastIndex(of: " ").flatMap { $0 > rest.startIndex ? $0 : nil } ?? piece.endIndex
            pieces.append(String(rest[..<end]))
            rest = rest[end...]
            if rest.first == " " { rest.removeFirst() }
        }
        return pieces + [String(rest)]
    }

    var trimmedAtEnd: String {
        var text = self
        while text.last == " " { text.removeLast() }
        return text
    }
}
