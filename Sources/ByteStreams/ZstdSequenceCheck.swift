/// Goes through the sequences of a frame's blocks without making their output (RFC 8878, section 3.1.1.3.2).
struct ZstdSequenceCheck {
    private typealias Fault = ZstdBlockCheck.Fault

    private var literalLengths: ZstdStateTable?
    private var offsets: ZstdStateTable?
    private var matchLengths: ZstdStateTable?
    /// The three last offsets.
    private var recent: (UInt64, UInt64, UInt64) = (1, 4, 8)

    /// Goes through one block's sequences, of which there is at least one.
    ///
    /// `section` goes from the byte that tells the tables' modes to the end of the block.
    mutating func check(_ section: ArraySlice<UInt8>, sequenceCount: Int) throws(ZstdBlockCheck.Fault) {
        let modes = section[section.startIndex]
        var rest = section.dropFirst()
        let lengths = try Self.table(
            modes >> 6, &rest, before: literalLengths, standard: Self.standardLiteralLengths, maxLog: 9,
            maxSymbol: Self.literalLengthBits.count - 1)
        let places = try Self.table(
            modes >> 4 & 3, &rest, before: offsets, standard: Self.standardOffsets, maxLog: 8, maxSymbol: 31)
        let matches = try Self.table(
            modes >> 2 & 3, &rest, before: matchLengths, standard: Self.standardMatchLengths, maxLog: 9,
            maxSymbol: Self.matchLengthBits.count - 1)
        (literalLengths, offsets, matchLengths) = (lengths, places, matches)

        // Eight bytes behind, so that a read of a whole word never leaves the buffer.
        let padded = Array(rest) + [UInt8](repeating: 0, count: 8)
        let isRight = padded.withUnsafeBytes { padded in
            guard
                let bits = ZstdBackwardBits(UnsafeRawBufferPointer(rebasing: padded.dropLast(8)))
            else { return false }
            return walk(bits, sequenceCount, lengths, places, matches)
        }
        guard isRight else { throw Fault(reason: "wrong sequences") }
    }

    /// Whether the sequences use their bits up and none of them has the offset 0.
    private mutating func walk(
        _ source: ZstdBackwardBits, _ sequenceCount: Int, _ lengths: ZstdStateTable, _ places: ZstdStateTable,
        _ matches: ZstdStateTable
    ) -> Bool {
        var bits = source
        var length = Int(bits.read(lengths.log))
        var place = Int(bits.read(places.log))
        var match = Int(bits.read(matches.log))
        return lengths.states.withUnsafeBufferPointer { lengths in
            places.states.withUnsafeBufferPointer { places in
                matches.states.withUnsafeBufferPointer { matches in
                    Self.literalLengthBits.withUnsafeBufferPointer { lengthBits in
                        Self.matchLengthBits.withUnsafeBufferPointer { matchBits in
                            var recent = recent
                            for number in 1...sequenceCount {
                                let lengthState = lengths[length]
                                let placeState = places[place]
                                let matchState = matches[match]
                                let code = Int(placeState.symbol)
                                let value = 1 &<< UInt64(code) &+ bits.read(code)
                                guard Self.use(value, &recent, noLiterals: lengthState.symbol == 0) else {
                                    return false
                                }
                                _ = bits.read(
                                    Int(matchBits[Int(matchState.symbol)])
                                        &+ Int(lengthBits[Int(lengthState.symbol)]))
                                guard number < sequenceCount else { break }
                                length =
                                    Int(lengthState.base) &+ Int(bits.read(Int(lengthState.bitCount)))
                                match = Int(matchState.base) &+ Int(bits.read(Int(matchState.bitCount)))
                                place = Int(placeState.base) &+ Int(bits.read(Int(placeState.bitCount)))
                            }
                            self.recent = recent
                            return bits.left == 0
                        }
                    }
                }
            }
        }
    }

    /// Brings the last offsets up to date; `false` for the offset 0.
    @inline(__always)
    private static func use(
        _ value: UInt64, _ recent: inout (UInt64, UInt64, UInt64), noLiterals: Bool
    ) -> Bool {
        if value > 3 {
            recent = (value &- 3, recent.0, recent.1)
            return true
        }
        switch value &+ (noLiterals ? 1 : 0) {
        case 1: break
        case 2: recent = (recent.1, recent.0, recent.2)
        case 3: recent = (recent.2, recent.0, recent.1)
        default: recent = (recent.0 &- 1, recent.0, recent.1)
        }
        return recent.0 != 0
    }

    /// The table of one kind of code, as its mode says; takes what tells it from `rest`.
    private static func table(
        _ mode: UInt8, _ rest: inout ArraySlice<UInt8>, before: ZstdStateTable?, standard: ZstdStateTable,
        maxLog: Int, maxSymbol: Int
    ) throws(ZstdBlockCheck.Fault) -> ZstdStateTable {
        switch mode {
        case 0:
            return standard
        case 1:
            guard let symbol = rest.popFirst(), symbol <= maxSymbol else {
                throw Fault(reason: "a wrong table")
            }
            return ZstdStateTable(only: symbol)
        case 2:
            let told = try ZstdStateTable.Description(rest, maxLog: maxLog, maxSymbol: maxSymbol)
            rest = rest.dropFirst(told.byteCount)
            return ZstdStateTable(log: told.log, counts: told.counts)
        default:
            guard let before else { throw Fault(reason: "a table of a block before the first") }
            return before
        }
    }

    /// Bits that follow each code.
    private static let literalLengthBits: [UInt8] =
        [UInt8](repeating: 0, count: 16) + [
            1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,
        ]
    private static let matchLengthBits: [UInt8] =
        [UInt8](repeating: 0, count: 32)
        + [1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]

    /// Tables that need not be told.
    private static let standardLiteralLengths = ZstdStateTable(
        log: 6,
        counts: [4, 3] + twos(11) + ones(3) + twos(9) + [3, 2] + ones(5) + lessThanOnes(4))
    private static let standardMatchLengths = ZstdStateTable(
        log: 6, counts: [1, 4, 3] + twos(6) + ones(37) + lessThanOnes(7))
    private static let standardOffsets = ZstdStateTable(
        log: 5, counts: ones(6) + twos(3) + ones(15) + lessThanOnes(5))

    private static func ones(_ count: Int) -> [Int] { [Int](repeating: 1, count: count) }
    private static func twos(_ count: Int) -> [Int] { [Int](repeating: 2, count: count) }
    private static func lessThanOnes(_ count: Int) -> [Int] { [Int](repeating: -1, count: count) }
}
