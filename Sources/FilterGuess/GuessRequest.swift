internal import Records

/// The beginning of a file, decompressed and in UTF-8, as far as a guess looks at it.
package struct FileHead: Sendable {
    /// Bytes of a file that are enough for a guess.
    package static let enoughBytes = 1 << 20
    /// Records of a file that are enough for a guess, a header among them.
    static let enoughRecords = 2_001

    /// The file's name, without its folder.
    package var name: String
    /// From the first byte on, a byte-order mark included.
    package var bytes: [UInt8]
    /// Whether the file has no more bytes than these.
    package var isWhole: Bool
    /// How the file lies, as people call it: `gzip`; `nil` where it is not compressed.
    package var compression: String?
    /// What the file's own bytes were read as.
    package var encoding: EncodingGuess

    package init(
        name: String, bytes: [UInt8], isWhole: Bool, compression: String? = nil,
        encoding: EncodingGuess = EncodingGuess(encoding: .utf8)
    ) {
        self.name = name
        self.bytes = bytes
        self.isWhole = isWhole
        self.compression = compression
        self.encoding = encoding
    }
}

/// What the person who asks for a guess knows already.
package struct GuessWishes: Sendable {
    /// The record type; `nil` to have it guessed.
    package var recordType: String?
    /// The input filter's name; `nil` for one made of the file's.
    package var name: String?
    /// ISO 3166-1 alpha-2, upper case: where phones belong that are written without a country.
    package var country: String?
    /// Whether the file has a header; `nil` to have it guessed.
    package var hasHeader: Bool?
    /// Whether comments repeat values of the file, which may be personal data.
    package var showsExamples = true

    package init() {}
}
