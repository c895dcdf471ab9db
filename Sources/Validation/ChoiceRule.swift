internal import Records

/// The words that a choice may be, found without regard to case.
///
/// Plain words are looked up in an open hash table of their bytes. Others are compared as Unicode does:
/// each character in upper, then lower case, and canonically equal forms as one.
struct ChoiceRule {
    let words: [String]

    /// Word numbers by hash, −1 where empty; a power of two, at most half full.
    private var slots: [Int32]
    /// The words as declared, one after the other, and where each ends.
    private var bytes: [UInt8] = []
    private var ends: [Int] = []
    /// Words by their folded form; asked where a value or a word is not plain.
    private var folded: [String: Int] = [:]
    private let allPlain: Bool

    init(_ words: [String]) {
        self.words = words
        allPlain = words.allSatisfy { $0.utf8.allSatisfy { $0 < 0x80 } }
        var size = 4
        while size < words.count * 2 { size *= 2 }
        slots = Array(repeating: -1, count: size)
        for (index, word) in words.enumerated() {
            bytes.append(contentsOf: word.utf8)
            ends.append(bytes.count)
            // Of two words that differ in case alone the first is meant.
            if folded[WordFold.fold(word)] == nil { folded[WordFold.fold(word)] = index }
            var slot = Self.hash(word.utf8.span) & (size - 1)
            while slots[slot] >= 0 { slot = (slot + 1) & (size - 1) }
            slots[slot] = Int32(index)
        }
    }

    /// The number of the word that a value means, and whether the value is its bytes.
    func find(_ text: Span<UInt8>) -> (word: Int, isIdentical: Bool)? {
        var slot = Self.hash(text) & (slots.count - 1)
        while slots[slot] >= 0 {
            let word = Int(slots[slot])
            switch compare(text, with: word) {
            case .identical: return (word, true)
            case .sameButCase: return (word, false)
            case .different: slot = (slot + 1) & (slots.count - 1)
            }
        }
        guard !allPlain || !UTF8Check.isPlain(text) else { return nil }
        let value = text.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
        return folded[WordFold.fold(value)].map { ($0, words[$0].utf8.elementsEqual(value.utf8)) }
    }

    private enum Likeness { case identical, sameButCase, different }

    @inline(__always)
    private func compare(_ text: Span<UInt8>, with word: Int) -> Likeness {
        let start = word == 0 ? 0 : ends[word - 1]
        guard ends[word] - start == text.count else { return .different }
        var isIdentical = true
        for index in text.indices where text[index] != bytes[start + index] {
            guard ASCII.lowercase(text[index]) == ASCII.lowercase(bytes[start + index]) else {
                return .different
            }
            isIdentical = false
        }
        return isIdentical ? .identical : .sameButCase
    }

    /// A hash of length, first, middle and last byte, letters in lower case: enough to tell most words apart.
    @inline(__always)
    private static func hash(_ text: Span<UInt8>) -> Int {
        let count = text.count
        guard count > 0 else { return 0 }
        var hash = UInt32(truncatingIfNeeded: count)
        hash = hash &* 31 &+ UInt32(ASCII.lowercase(text[0]))
        hash = hash &* 31 &+ UInt32(ASCII.lowercase(text[count / 2]))
        hash = hash &* 31 &+ UInt32(ASCII.lowercase(text[count - 1]))
        return Int(hash &* 2_654_435_761 >> 16)
    }
}

/// A choice within one batch: each word stands in its arena once, and every value that needs it names that.
struct ChoiceInBatch: ValueRule {
    private let rule: ChoiceRule
    private let cells: [Cell]

    init(_ rule: ChoiceRule, in storage: BatchStorage) {
        self.rule = rule
        cells = rule.words.map { word in
            storage.keep(word.utf8, notPlain: !word.utf8.allSatisfy { $0 < 0x80 })
        }
    }

    func read(_ text: Span<UInt8>) -> Reading<Cell> {
        guard let (word, isIdentical) = rule.find(text) else { return .problem(.unknownChoice) }
        return isIdentical ? .asItIs : .value(cells[word])
    }
}
