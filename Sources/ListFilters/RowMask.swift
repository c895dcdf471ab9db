/// A yes or no for each record of a batch, a bit each.
struct RowMask: Hashable {
    private var words: [UInt64]
    let count: Int

    /// A mask with the answers of `holds`, asked once a record from the first to the last.
    @inline(__always)
    init(count: Int, where holds: (Int) -> Bool) {
        self.count = count
        words = []
        words.reserveCapacity((count + 63) / 64)
        var record = 0
        while record < count {
            var word: UInt64 = 0
            let end = min(count, record + 64)
            for (bit, record) in (record..<end).enumerated() where holds(record) { word |= 1 << UInt64(bit) }
            words.append(word)
            record = end
        }
    }

    /// Keeps the records that the other has, too.
    mutating func intersect(_ other: RowMask) {
        for index in words.indices { words[index] &= other.words[index] }
    }

    /// Adds the records that the other has.
    mutating func unite(_ other: RowMask) {
        for index in words.indices { words[index] |= other.words[index] }
    }

    mutating func invert() {
        for index in words.indices { words[index] = ~words[index] }
        // Bits past the last record stay 0.
        if count % 64 != 0 { words[words.count - 1] &= (1 << UInt64(count % 64)) - 1 }
    }

    /// The records it has, ascending.
    var records: [UInt32] {
        var records: [UInt32] = []
        records.reserveCapacity(words.reduce(0) { $0 + $1.nonzeroBitCount })
        for (index, word) in words.enumerated() {
            var left = word
            while left != 0 {
                records.append(UInt32(index * 64 + left.trailingZeroBitCount))
                left &= left - 1
            }
        }
        return records
    }
}
