/// A value map made ready for bytes: finds an entry by one hash and one comparison.
struct ValueTable: Hashable, Sendable {
    /// The values, by number of the entry; empty for one that makes the cell blank.
    let values: [[UInt8]]
    /// The number of the entry for a blank cell, where there is one.
    let blankEntry: Int?
    let rejectsOthers: Bool
    /// The keys, for messages.
    let keyList: String

    private let keyBytes: [UInt8]
    /// The end of each key in `keyBytes`; its start is the end before it.
    private let keyEnds: [Int]
    private let longestKey: Int
    /// Open addressing with linear probes: numbers of entries, −1 where free; a power of two, half empty.
    private let slots: [Int32]

    init(_ map: ValueMap) {
        let keys = map.entries.map { Array($0.key.utf8) }
        values = map.entries.map { Array($0.value.utf8) }
        blankEntry = keys.firstIndex(of: [])
        rejectsOthers = map.otherwise == .reject
        keyList = map.entries.prefix(20).map { "'\($0.key)'" }.joined(separator: ", ")
        keyBytes = keys.flatMap { $0 }
        var end = 0
        keyEnds = keys.map { key in
            end += key.count
            return end
        }
        longestKey = keys.map(\.count).max() ?? 0
        var size = 4
        while size < keys.count * 2 { size *= 2 }
        var slots = [Int32](repeating: -1, count: size)
        for (number, key) in keys.enumerated() {
            var slot = key.withUnsafeBufferPointer(Self.hash) & (size - 1)
            while slots[slot] >= 0 { slot = (slot + 1) & (size - 1) }
            slots[slot] = Int32(number)
        }
        self.slots = slots
    }

    /// The number of the entry whose key is these bytes.
    func entry(for text: UnsafeBufferPointer<UInt8>) -> Int? {
        guard text.count <= longestKey else { return nil }
        var slot = Self.hash(text) & (slots.count - 1)
        while slots[slot] >= 0 {
            let number = Int(slots[slot])
            let start = number == 0 ? 0 : keyEnds[number - 1]
            if keyBytes[start..<keyEnds[number]].elementsEqual(text) { return number }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    /// FNV-1a: keys are few and short, and chosen by the document's author.
    private static func hash(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return Int(truncatingIfNeeded: hash ^ hash >> 32)
    }
}
