internal import SluiceEngine

/// Text of a file as it may go to a terminal: on one line, nothing in it that the terminal would obey.
enum VisibleText {
    /// The text with control, invisible and bidirectional characters as `\n`, `\u{202E}`.
    static func of(_ text: String) -> String {
        // The joiner joins emoji to one.
        text.unicodeScalars.map { $0 == "\u{200D}" ? String($0) : $0.visible }.joined()
    }

    /// The same between double quotes, so that spaces at the ends are seen.
    static func quoted(_ text: String) -> String { "\"\(of(text))\"" }
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
