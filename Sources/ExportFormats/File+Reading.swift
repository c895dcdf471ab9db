import Records

extension ExportFormat {
    private static let fileKeys = [
        "format", "header", "delimiter", "quote", "quoting", "escape", "encoding", "unencodable", "mark",
        "lineEnd", "formulas",
    ]

    private enum FormatWord: String, CaseIterable {
        case delimited, fixedWidth
    }

    private enum FormulaWord: String, CaseIterable {
        case plain, guarded
    }

    /// Reads the `file` part of a document; it says what input filters say with the same words.
    mutating func readFile(_ node: DocumentNode) throws(Failure) {
        try node.expectKeys(Self.fileKeys)
        switch try node.child("format")?.word(FormatWord.self) ?? .delimited {
        case .delimited: try readDelimited(node)
        case .fixedWidth:
            for key in ["delimiter", "quote", "quoting", "escape", "formulas"] {
                if let other = node.child(key) {
                    throw other.failure("'\(key)' has no use in a fixed-width file")
                }
            }
            dialect = Dialect(fixedWidth: FixedWidth())
        }
        dialect.hasHeader = try node.child("header")?.bool() ?? dialect.hasHeader
        lineEnd = try node.child("lineEnd")?.word(LineEnd.self) ?? lineEnd
        unencodable = try node.child("unencodable")?.word(Unencodable.self) ?? unencodable
        if let name = node.child("encoding") { encoding = try Self.readEncoding(name) }
        if let mark = node.child("mark") {
            hasMark = try mark.bool()
            guard !hasMark || encoding == .utf8 || encoding.unitBytes > 1 else {
                throw mark.failure(
                    "\(encoding) has no mark", code: "bad_mark",
                    hint: "Marks are those of utf-8, -16 and -32.")
            }
        }
    }

    private mutating func readDelimited(_ node: DocumentNode) throws(Failure) {
        if let text = node.child("delimiter") {
            let word = try text.string()
            guard let byte = word == "tab" ? UInt8(ascii: "\t") : Self.singleByte(word) else {
                throw text.failure(
                    "a delimiter is one ASCII character (no line end) or tab", code: "bad_delimiter")
            }
            dialect.delimiter = byte
        }
        if let text = node.child("quote") {
            let word = try text.string()
            dialect.quote = word == "none" ? nil : Self.singleByte(word)
            guard word == "none" || dialect.quote != nil else {
                throw text.failure(
                    "a quote is one ASCII character or the word none, no line end", code: "bad_quote")
            }
        }
        dialect.escape = try node.child("escape")?.word(Dialect.Escape.self) ?? dialect.escape
        quoting = try node.child("quoting")?.word(Quoting.self) ?? quoting
        if let word = try node.child("formulas")?.word(FormulaWord.self) {
            style.guardsFormulas = word == .guarded
        }
        if dialect.quote == dialect.delimiter {
            throw (node.child("quote") ?? node.child("delimiter") ?? node).failure(
                "delimiter and quote are the same character", code: "bad_quote",
                hint: "Choose another, or set quote: none.")
        }
        if dialect.quote == nil, quoting != .needed {
            throw (node.child("quoting") ?? node).failure("there is no quote to put around anything")
        }
        guard dialect.escape == .backslash else { return }
        for (key, byte) in [("delimiter", dialect.delimiter), ("quote", dialect.quote ?? 0)]
        where byte > 0 && EscapedByte.taken.contains(byte) {
            throw (node.child(key) ?? node).failure(
                "with escape: backslash, \\ 0 n r t and N have a meaning of their own", code: "bad_\(key)")
        }
    }

    private static func readEncoding(_ node: DocumentNode) throws(Failure) -> TextEncoding {
        let encoding: TextEncoding
        do throws(Failure) {
            encoding = try TextEncoding(named: node.string())
        } catch {
            // What the name's own hint says is for files that are read.
            let isKnown = error.code == "encoding_unsupported"
            throw node.failure(
                error.message, code: error.code,
                hint: isKnown
                    ? "Write utf-8, and convert the file: iconv -f UTF-8 -t NAME FILE" : error.hint)
        }
        guard !encoding.needsMark else {
            throw node.failure(
                "\(encoding) does not say the order of its bytes", code: "encoding_order_unknown",
                hint: "Write \(encoding)le (usual on Windows) or \(encoding)be, with mark: true for a mark.")
        }
        return encoding
    }

    /// The byte of a text of one ASCII character that can stand in a file's grammar.
    private static func singleByte(_ text: String) -> UInt8? {
        guard text.utf8.count == 1, let byte = text.utf8.first, byte > 0, byte < 0x7F else { return nil }
        return byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") ? nil : byte
    }
}
