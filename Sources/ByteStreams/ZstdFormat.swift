/// The parts of a zstd file, as RFC 8878 lays them out: where each ends, and what the small ones say.
enum ZstdFormat {
    /// Greatest window taken: what RFC 9659 asks every decoder on the web to have, and none to exceed.
    static let maxWindowLog: Int32 = 23
    static let maxBlockBytes = 128 << 10

    static func isSkippable(magic: UInt32) -> Bool { magic & 0xFFFF_FFF0 == 0x184D_2A50 }
    static let frameMagic: UInt32 = 0xFD2F_B528

    /// A little-endian number of up to 8 bytes.
    static func number(_ bytes: some BidirectionalCollection<UInt8>) -> UInt64 {
        bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// The head of a frame.
    struct FrameHeader {
        let hasChecksum: Bool
        let windowBytes: UInt64
        let dictionaryID: UInt64
        let contentBytes: UInt64?

        /// Bytes of the whole header, its magic number included, by the byte that follows that number.
        static func byteCount(descriptor: UInt8) -> Int {
            5 + windowField(descriptor) + dictionaryField(descriptor) + contentField(descriptor)
        }

        /// - Parameter bytes: a whole header.
        init(_ bytes: some BidirectionalCollection<UInt8>) {
            let bytes = Array(bytes)
            let descriptor = bytes[4]
            hasChecksum = descriptor & 4 != 0
            var rest = bytes[5...]
            let window = ZstdFormat.number(rest.prefix(Self.windowField(descriptor)))
            rest = rest.dropFirst(Self.windowField(descriptor))
            dictionaryID = ZstdFormat.number(rest.prefix(Self.dictionaryField(descriptor)))
            rest = rest.dropFirst(Self.dictionaryField(descriptor))
            let contentField = Self.contentField(descriptor)
            let content = ZstdFormat.number(rest.prefix(contentField))
            // Two bytes count from 256, as less would fit in one.
            contentBytes = contentField == 0 ? nil : contentField == 2 ? content + 256 : content
            if descriptor & 0x20 != 0, let contentBytes {
                windowBytes = contentBytes
            } else {
                let base: UInt64 = 1 << (10 + (window >> 3))
                windowBytes = base + base / 8 * (window & 7)
            }
        }

        private static func windowField(_ descriptor: UInt8) -> Int { descriptor & 0x20 == 0 ? 1 : 0 }
        private static func dictionaryField(_ descriptor: UInt8) -> Int { [0, 1, 2, 4][Int(descriptor & 3)] }
        private static func contentField(_ descriptor: UInt8) -> Int {
            [descriptor & 0x20 == 0 ? 0 : 1, 2, 4, 8][Int(descriptor >> 6)]
        }
    }

    /// The three bytes before each block.
    struct BlockHeader {
        enum Kind: UInt8 {
            case raw, repeated, compressed, reserved
        }

        static let byteCount = 3
        let isLast: Bool
        let kind: Kind
        let size: Int

        init(_ bytes: some BidirectionalCollection<UInt8>) {
            let bits = ZstdFormat.number(bytes.prefix(3))
            isLast = bits & 1 != 0
            kind = Kind(rawValue: UInt8(bits >> 1 & 3)) ?? .reserved
            size = Int(bits >> 3)
        }

        /// Bytes of the block behind its header.
        var bodyBytes: Int { kind == .repeated ? 1 : size }
    }
}
