/// How a file is compressed: told by its first bytes, never by its name.
package enum Compression: String, Hashable, Sendable, Codable, CaseIterable {
    case none
    case gzip
    case zstd

    /// First bytes needed to decide.
    static let magicBytes = 10

    /// Decides by the first bytes of a file.
    ///
    /// - Parameter head: up to ``magicBytes`` bytes.
    package init(head: some Collection<UInt8>) {
        let head = Array(head.prefix(4))
        if head.starts(with: [0x1F, 0x8B]) {
            self = .gzip
        } else if head == [0x28, 0xB5, 0x2F, 0xFD]
            || head.count == 4 && head[0] & 0xF0 == 0x50 && head[1...] == [0x2A, 0x4D, 0x18]
        {
            // The second is a skippable frame, with which a zstd file may begin.
            self = .zstd
        } else {
            self = .none
        }
    }

    /// What a file is, where it is something well known that no import can read.
    static func unsupported(head: [UInt8]) -> String? {
        let known: [(magic: [UInt8], name: String)] = [
            ([0x50, 0x4B, 0x03, 0x04], "a ZIP archive or an Excel workbook"),
            ([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1], "an old Office document"),
            ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], "compressed by xz"),
            (
                [0x42, 0x5A, 0x68, head.count > 3 ? head[3] : 0, 0x31, 0x41, 0x59, 0x26, 0x53, 0x59],
                "compressed by bzip2"
            ),
        ]
        return known.first { head.starts(with: $0.magic) }?.name
    }
}
