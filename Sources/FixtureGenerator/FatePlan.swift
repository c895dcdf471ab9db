/// What a record of the file is there for.
enum Fate: Hashable {
    /// A sound record with a key of its own.
    case plain
    /// A record with one fault; the running number of rejects says which.
    case reject(number: Int)
    /// The key of an earlier sound record again, with something changed.
    case duplicate(of: UInt64)
    /// An earlier reject, sent again without its fault: sound, and the first with its key to be so.
    case mended(UInt64)
}

/// Deals out fates in file order: an exact share of rejects and of duplicates, evenly spread, each at a
/// random place of its stretch.
struct FatePlan {
    private var random: SplitMix64
    private var rejects: SpreadPicks
    private var duplicates: SpreadPicks
    private var rejectCount = 0
    private var nextIndex: UInt64 = 0
    /// Whether each record so far is plain: what duplicates choose from.
    private var isPlain: [Bool] = []
    /// Rejects that will be sent again.
    private var toMend: [UInt64] = []

    /// How far back a near duplicate's original lies at most; others lie anywhere before.
    private static let nearRecords = 2_000

    init(seed: UInt64, rejectsPerMillion: Int, duplicatesPerMillion: Int) {
        random = SplitMix64(seed: seed, stream: 0x6661_7465)
        rejects = SpreadPicks(perMillion: rejectsPerMillion, seed: random.next())
        duplicates = SpreadPicks(perMillion: duplicatesPerMillion, seed: random.next())
    }

    /// The fate of the next record.
    mutating func next() -> Fate {
        let index = nextIndex
        nextIndex += 1
        let fate = deal(index)
        isPlain.append(fate == .plain)
        return fate
    }

    /// Says that the record with this number, a reject, may be sent again.
    mutating func mayMend(_ index: UInt64) {
        if random.chance(perMille: 250) { toMend.append(index) }
    }

    private mutating func deal(_ index: UInt64) -> Fate {
        if rejects.take(at: index) {
            rejectCount += 1
            return .reject(number: rejectCount - 1)
        }
        if duplicates.isDue(at: index), let original = earlierPlain(before: index) {
            _ = duplicates.take(at: index)
            return .duplicate(of: original)
        }
        if let mended = toMend.first, random.chance(perMille: 10) {
            toMend.removeFirst()
            return .mended(mended)
        }
        return .plain
    }

    /// An earlier plain record: half of the time near, half of the time anywhere before.
    mutating func earlierPlain(before index: UInt64) -> UInt64? {
        let span = random.chance(perMille: 500) ? min(Int(index), Self.nearRecords) : Int(index)
        // Rarely more than one try: nearly all records are plain. Where hardly any is, there is none to repeat.
        for _ in 0..<64 where span > 0 {
            let candidate = Int(index) - 1 - random.below(span)
            if isPlain[candidate] { return UInt64(candidate) }
        }
        return nil
    }
}

/// One pick in each stretch of 1,000,000 / `perMillion` records, at a random place of it.
///
/// A pick that could not be taken at its place stays due until it is.
private struct SpreadPicks {
    private let perMillion: UInt64
    private var random: SplitMix64
    private var stretch: UInt64 = 0
    private var pick: UInt64 = .max

    init(perMillion: Int, seed: UInt64) {
        self.perMillion = UInt64(perMillion)
        random = SplitMix64(seed: seed)
        advance()
    }

    func isDue(at index: UInt64) -> Bool { index >= pick }

    mutating func take(at index: UInt64) -> Bool {
        guard isDue(at: index) else { return false }
        advance()
        return true
    }

    private mutating func advance() {
        guard perMillion > 0 else { return }
        let start = (stretch * 1_000_000 + perMillion - 1) / perMillion
        stretch += 1
        let end = (stretch * 1_000_000 + perMillion - 1) / perMillion
        pick = start + UInt64(random.below(Int(end - start)))
    }
}
