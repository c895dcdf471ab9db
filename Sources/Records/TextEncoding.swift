/// How a file's bytes stand for characters, by the name that its users know.
///
/// Only encodings are here in which a piece of text means the same wherever it stands: so a record can be given
/// back alone, byte for byte. UTF-8 is read as it lies; every other one is turned into UTF-8 before anything
/// else looks at it.
package struct TextEncoding: Hashable, Sendable {
    /// As we write it: `windows-1252`, `shift-jis`.
    package let name: String

    /// - Precondition: the name is in the table of names.
    private init(canonical name: String) {
        self.name = name
    }

    package static let utf8 = TextEncoding(canonical: "utf-8")
    /// UTF-16 whose mark says the order of the bytes.
    package static let utf16 = TextEncoding(canonical: "utf-16")
    package static let utf16LE = TextEncoding(canonical: "utf-16le")
    package static let utf16BE = TextEncoding(canonical: "utf-16be")
    /// UTF-32 whose mark says the order of the bytes.
    package static let utf32 = TextEncoding(canonical: "utf-32")
    package static let utf32LE = TextEncoding(canonical: "utf-32le")
    package static let utf32BE = TextEncoding(canonical: "utf-32be")

    /// Every encoding that is read, in the order of the table of names.
    package static let all = EncodingNames.table.map { TextEncoding(canonical: $0.name) }

    /// The encoding that somebody means by a name; case, spaces and punctuation do not count.
    ///
    /// - Throws: refused: `unknown_encoding` with the nearest name, or `encoding_unsupported` for one that is
    ///   known and cannot be read here.
    package init(named text: String) throws(Failure) {
        let wanted = EncodingNames.comparable(text)
        if let name = EncodingNames.canonical[wanted] {
            self.init(canonical: name)
            return
        }
        if let reason = EncodingNames.reasonAgainst(wanted) {
            throw Failure(
                .refused, code: "encoding_unsupported", message: "'\(text)' cannot be read: \(reason)",
                hint: "Convert the file first: iconv -f \(text) -t UTF-8 FILE")
        }
        throw Failure(
            .refused, code: "unknown_encoding", message: "there is no encoding '\(text)'",
            hint: EncodingNames.hint(for: text))
    }

    /// What the system's converter calls it.
    package var converterName: String {
        EncodingNames.table.first { $0.name == name }?.converter ?? name
    }

    /// Whether the file must begin with a mark that says the order of its bytes.
    package var needsMark: Bool { self == .utf16 || self == .utf32 }

    /// Bytes of the smallest piece that characters are made of: 2 in UTF-16, 4 in UTF-32, else 1.
    package var unitBytes: Int {
        if name.hasPrefix("utf-16") { return 2 }
        return name.hasPrefix("utf-32") ? 4 : 1
    }

    /// Whether every byte is a character of its own.
    package var isSingleByte: Bool { !EncodingNames.ofSeveralBytes.contains(name) }
}

extension TextEncoding: Codable {
    package init(from decoder: any Decoder) throws {
        try self.init(named: decoder.singleValueContainer().decode(String.self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(name)
    }
}

extension TextEncoding: CustomStringConvertible {
    package var description: String { name }
}
