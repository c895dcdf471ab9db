/// The rules of compressed zstd blocks that the library does not keep.
///
/// Version 1.5.4 takes blocks that RFC 8878 forbids and that later versions refuse, and refuses one odd form
/// that is allowed. A frame's check sum tells damage of any kind; a frame without one has only these rules,
/// so there the sequences are gone through as well, at the price of some speed.
struct ZstdBlockCheck {
    struct Fault: Error {
        let reason: String
    }

    private var sequences = ZstdSequenceCheck()

    /// Checks one compressed block, and writes an odd but right form in the usual way.
    ///
    /// Blocks come in the order of the frame, each once: a block may refer to tables of those before it.
    ///
    /// - Parameters:
    ///   - piece: the whole block with its header.
    ///   - deeply: whether to go through the sequences too; the same for all blocks of a frame.
    /// - Throws: ``Fault``; the block must not be decoded.
    mutating func settle(_ piece: inout [UInt8], deeply: Bool) throws(Fault) {
        let body = piece[ZstdFormat.BlockHeader.byteCount...]
        let start = try Self.literalsEnd(body)
        guard start < body.endIndex else { throw Fault(reason: "a block without sequences") }
        let section = body[start...]
        let first = Int(section[start])
        let countBytes = first < 128 ? 1 : first < 255 ? 2 : 3
        guard section.count >= countBytes else { throw Fault(reason: "a cut count of sequences") }
        let sequenceCount =
            switch countBytes {
            case 1: first
            case 2: (first - 128) << 8 + Int(section[start + 1])
            default: 0x7F00 + Int(section[start + 1]) + Int(section[start + 2]) << 8
            }
        guard sequenceCount > 0 else {
            guard section.count == countBytes else { throw Fault(reason: "bytes after the last sequence") }
            // No sequences, told in two bytes: right, but the library knows the form in one byte only.
            if countBytes == 2 { Self.shorten(&piece) }
            return
        }
        let modesIndex = start + countBytes
        guard modesIndex < section.endIndex else { throw Fault(reason: "sequences without tables") }
        guard section[modesIndex] & 3 == 0 else { throw Fault(reason: "reserved bits are set") }
        guard deeply else { return }
        try sequences.check(section[modesIndex...], sequenceCount: sequenceCount)
    }

    /// Where the sequences begin; checks the description of the literals' codes.
    private static func literalsEnd(_ body: ArraySlice<UInt8>) throws(Fault) -> Int {
        let cut = Fault(reason: "cut literals")
        guard let first = body.first else { throw cut }
        let form = Int(first >> 2 & 3)
        let isStored = first & 3 < 2
        let headerBytes = isStored ? [1, 2, 1, 3][form] : [3, 3, 4, 5][form]
        guard body.count >= headerBytes else { throw cut }
        let header = ZstdFormat.number(body.prefix(headerBytes))
        let contentBytes: Int
        if isStored {
            contentBytes = first & 3 == 1 ? 1 : Int(header >> (form & 1 == 0 ? 3 : 4))
        } else {
            let sizeBits = [10, 10, 14, 18][form]
            contentBytes = Int(header >> (4 + sizeBits)) & (1 << sizeBits - 1)
        }
        let contentStart = body.startIndex + headerBytes
        guard contentBytes <= body.endIndex - contentStart else { throw cut }
        if first & 3 == 2 {
            try checkCodes(body[contentStart..<contentStart + contentBytes])
        }
        return contentStart + contentBytes
    }

    /// Checks that the weights of a Huffman code have the bits that their two states begin with.
    private static func checkCodes(_ content: ArraySlice<UInt8>) throws(Fault) {
        guard let size = content.first, size > 0, size < 128 else { return }  // weights as plain numbers
        let weights = content.dropFirst().prefix(Int(size))
        guard weights.count == Int(size) else { throw Fault(reason: "cut weights") }
        let table = try ZstdStateTable.Description(weights, maxLog: 6, maxSymbol: 255)
        let bits = ZstdBackwardBits.bitCount(weights.dropFirst(table.byteCount)) ?? -1
        guard bits >= 2 * table.log else { throw Fault(reason: "cut weights") }
    }

    private static func shorten(_ piece: inout [UInt8]) {
        piece[piece.endIndex - 2] = 0
        piece.removeLast()
        let bits = ZstdFormat.number(piece.prefix(3)) - 1 << 3
        for index in 0..<3 { piece[index] = UInt8(truncatingIfNeeded: bits >> UInt64(8 * index)) }
    }
}
