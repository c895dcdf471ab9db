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
            extraBits: Self.literalLengthBits)
        let places = try Self.table(
            modes >> 4 & 3, &rest, before: offsets, standard: Self.standardOffsets, maxLog: 8,
            extraBits: Self.offsetBits)
        let matches = try Self.table(
            modes >> 2 & 3, &rest, before: matchLengths, standard: Self.standardMatchLengths, maxLog: 9,
            extraBits: Self.matchLengthBits)
        (literalLengths, offsets, matchLengths) = (lengths, places, matches)

        // Eight bytes behind, so that a read of a whole word never leaves the buffer.
        let padded = Array(rest) + [UInt8](repeating: 0, count: 8)
        guard let bitCount = ZstdBackwardBits.bitCount(rest) else { throw Fault(reason: "cut sequences") }
        let isRight = padded.withUnsafeBytes { padded in
            lengths.states.withUnsafeBufferPointer { lengths in
                places.states.withUnsafeBufferPointer { places in
                    matches.states.withUnsafeBufferPointer { matches in
                        let walk = Walk(lengths: lengths, places: places, matches: matches)
                        return walk.run(
                            ZstdBackwardBits(padded, bitCount: bitCount), sequenceCount, &recent)
                    }
                }
            }
        }
        guard isRight else { throw Fault(reason: "wrong sequences") }
    }

    /// The inner loop, some ten nanoseconds a sequence; its safe bounds are those of the tables, whose states
    /// lead only to states of the same table, and `ZstdBackwardBits`, which stays within its bytes.
    private struct Walk {
        let lengths: UnsafeBufferPointer<ZstdStateTable.State>
        let places: UnsafeBufferPointer<ZstdStateTable.State>
        let matches: UnsafeBufferPointer<ZstdStateTable.State>

        /// Whether the sequences use their bits up and none of them has the offset 0.
        func run(
            _ source: ZstdBackwardBits, _ sequenceCount: Int, _ recent: inout (UInt64, UInt64, UInt64)
        ) -> Bool {
            var bits = source
            var last = recent
            var isRight = true
            func first(_ states: UnsafeBufferPointer<ZstdStateTable.State>) -> Int {
                Int(bits.read(states.count.trailingZeroBitCount))
            }
            guard
                bits.has(
                    lengths.count.trailingZeroBitCount + places.count.trailingZeroBitCount
                        + matches.count.trailingZeroBitCount)
            else { return false }
            var length = first(lengths)
            var place = first(places)
            var match = first(matches)
            for left in (0..<sequenceCount).reversed() {
                let (lengthState, placeState, matchState) = (lengths[length], places[place], matches[match])
                let code = Int(placeState.symbol)
                let extra = Int(lengthState.extraBits) &+ Int(matchState.extraBits)
                guard bits.has(code &+ extra) else { return false }
                let value = 1 &<< UInt64(code) &+ bits.read(code)
                ZstdSequenceCheck.use(value, &last, noLiterals: lengthState.symbol == 0)
                isRight = isRight && last.0 != 0
                bits.skip(extra)
                if left == 0 { break }
                let (b, c) = (Int(matchState.bitCount), Int(placeState.bitCount))
                let count = Int(lengthState.bitCount) &+ b &+ c
                guard bits.has(count) else { return false }
                // One word for all three: the first of them lies highest.
                let word = bits.read(count)
                length = Int(lengthState.base) &+ Int(word &>> UInt64(b &+ c))
                match = Int(matchState.base) &+ Int(word &>> UInt64(c) & (1 &<< UInt64(b) &- 1))
                place = Int(placeState.base) &+ Int(word & (1 &<< UInt64(c) &- 1))
            }
            recent = last
            return isRight && bits.left == 0
        }
    }

    /// Brings the last offsets up to date.
    ///
    /// Which of them a sequence takes cannot be foretold, so this chooses values and not ways.
    @inline(__always)
    private static func use(
        _ value: UInt64, _ recent: inout (UInt64, UInt64, UInt64), noLiterals: Bool
    ) {
        let isNew = value > 3
        let index = value &+ (noLiterals ? 1 : 0)
        var picked = recent.0 &- 1
        picked = index == 3 ? recent.2 : picked
        picked = index == 2 ? recent.1 : picked
        picked = index == 1 ? recent.0 : picked
        picked = isNew ? value &- 3 : picked
        let third = index <= 2 ? recent.2 : recent.1
        let second = index == 1 ? recent.1 : recent.0
        recent = (picked, second, third)
    }

    /// The table of one kind of code, as its mode says; takes what tells it from `rest`.
    private static func table(
        _ mode: UInt8, _ rest: inout ArraySlice<UInt8>, before: ZstdStateTable?, standard: ZstdStateTable,
        maxLog: Int, extraBits: [UInt8]
    ) throws(ZstdBlockCheck.Fault) -> ZstdStateTable {
        switch mode {
        case 0:
            return standard
        case 1:
            guard let symbol = rest.popFirst(), symbol < extraBits.count else {
                throw Fault(reason: "a wrong table")
            }
            return ZstdStateTable(only: symbol, extraBits: extraBits)
        case 2:
            let told = try ZstdStateTable.Description(rest, maxLog: maxLog, maxSymbol: extraBits.count - 1)
            rest = rest.dropFirst(told.byteCount)
            return ZstdStateTable(log: told.log, counts: told.counts, extraBits: extraBits)
        default:
            guard let before else { throw Fault(reason: "a table of a block before the first") }
            return before
        }
    }

    /// Bits that follow each code, those of an offset apart: they are as many as its code says.
    private static let offsetBits = [UInt8](repeating: 0, count: 32)
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
        counts: [4, 3] + twos(11) + ones(3) + twos(9) + [3, 2] + ones(5) + lessThanOnes(4),
        extraBits: literalLengthBits)
    private static let standardMatchLengths = ZstdStateTable(
        log: 6, counts: [1, 4, 3] + twos(6) + ones(37) + lessThanOnes(7), extraBits: matchLengthBits)
    private static let standardOffsets = ZstdStateTable(
        log: 5, counts: ones(6) + twos(3) + ones(15) + lessThanOnes(5), extraBits: offsetBits)

    private static func ones(_ count: Int) -> [Int] { [Int](repeating: 1, count: count) }
    private static func twos(_ count: Int) -> [Int] { [Int](repeating: 2, count: count) }
    private static func lessThanOnes(_ count: Int) -> [Int] { [Int](repeating: -1, count: count) }
}
