import Records

extension Dialect {
    private static let keys = [
        "header", "delimiter", "quote", "escape", "encoding", "skipLines", "namePattern", "format",
        "recordLength", "lenientQuotes", "formulas",
    ]

    private enum FormatWord: String, CaseIterable {
        case delimited, fixedWidth
    }

    /// Reads the `file` part of a document.
    init(reading node: DocumentNode) throws(Failure) {
        try node.expectKeys(Self.keys)
        switch try node.child("format")?.word(FormatWord.self) ?? .delimited {
        case .delimited:
            self.init()
            try readDelimited(node)
        case .fixedWidth:
            self.init(fixedWidth: try Self.readFixedWidth(node))
        }
        hasHeader = try node.child("header")?.bool() ?? hasHeader
        if let lines = node.child("skipLines") {
            skippedLines = try lines.int()
            guard skippedLines >= 0 else { throw lines.failure("lines to skip are 0 or more") }
        }
    }

    private mutating func readDelimited(_ node: DocumentNode) throws(Failure) {
        if let length = node.child("recordLength") {
            throw length.failure("'recordLength' belongs to format: fixedWidth")
        }
        escape = try node.child("escape")?.word(Escape.self) ?? escape
        allowsTextAfterQuote = try node.child("lenientQuotes")?.bool() ?? allowsTextAfterQuote
        if let text = node.child("delimiter") { delimiter = try Self.readDelimiter(text) }
        if let text = node.child("quote") { quote = try Self.readQuote(text) }
        if let quote, quote == delimiter {
            throw (node.child("quote") ?? node.child("delimiter") ?? node).failure(
                "delimiter and quote are the same character", code: "bad_quote",
                hint: "If quotes are plain data in this file, set quote: none.")
        }
        if escape == .backslash { try checkEscaped(node) }
    }

    /// Refuses a delimiter or quote that has another meaning behind a backslash.
    private func checkEscaped(_ node: DocumentNode) throws(Failure) {
        let letters = "with escape: backslash, \\ 0 n r t and N have a meaning of their own"
        if EscapedByte.taken.contains(delimiter) {
            throw (node.child("delimiter") ?? node).failure(
                letters + " and cannot be the delimiter", code: "bad_delimiter")
        }
        if let quote, EscapedByte.taken.contains(quote) {
            throw (node.child("quote") ?? node).failure(
                letters + " and cannot be the quote", code: "bad_quote")
        }
    }

    private static func readFixedWidth(_ node: DocumentNode) throws(Failure) -> FixedWidth {
        for key in ["delimiter", "quote", "escape", "lenientQuotes"] {
            if let other = node.child(key) {
                throw other.failure("'\(key)' has no use in a fixed-width file")
            }
        }
        guard let length = node.child("recordLength") else { return FixedWidth() }
        let characters = try length.int()
        guard 1...Slice.mostCharacters ~= characters else {
            throw length.failure("a record has 1 to \(Slice.mostCharacters) characters")
        }
        return FixedWidth(recordLength: characters)
    }

    private static func readDelimiter(_ node: DocumentNode) throws(Failure) -> UInt8 {
        let text = try node.string()
        if text == "tab" { return UInt8(ascii: "\t") }
        guard let byte = singleByte(text) else {
            throw node.failure(
                "a delimiter is one ASCII character (no line end) or tab; this is '\(printable(text))'",
                code: "bad_delimiter")
        }
        return byte
    }

    private static func readQuote(_ node: DocumentNode) throws(Failure) -> UInt8? {
        let text = try node.string()
        if text == "none" { return nil }
        guard let byte = singleByte(text) else {
            throw node.failure(
                "a quote is one ASCII character or the word none, no line end; this is '\(printable(text))'",
                code: "bad_quote")
        }
        return byte
    }

    /// The byte of a text of one ASCII character that can stand in a file's grammar.
    private static func singleByte(_ text: String) -> UInt8? {
        guard text.utf8.count == 1, let byte = text.utf8.first, byte > 0, byte < 0x7F else { return nil }
        return byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") ? nil : byte
    }

    private static func printable(_ text: String) -> String {
        String(text.unicodeScalars.flatMap { $0.escaped(asASCII: false) })
    }
}
