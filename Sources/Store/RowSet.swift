/// A set of row ids up to a greatest one, a bit each: 5,000,000 rows take 625 KB.
struct RowSet: ~Copyable {
    private let words: UnsafeMutablePointer<UInt64>
    private let wordCount: Int
    /// Ids from 1 to this can be in the set.
    let greatestID: Int64

    init(greatestID: Int64) {
        precondition(greatestID >= 0)
        self.greatestID = greatestID
        wordCount = Int(greatestID >> 6) + 1
        words = .allocate(capacity: wordCount)
        words.initialize(repeating: 0, count: wordCount)
    }

    deinit {
        words.deallocate()
    }

    /// Puts an id into the set and tells whether it was there.
    func insert(_ id: Int64) -> Bool {
        precondition(id >= 0 && id <= greatestID)
        let bit: UInt64 = 1 << UInt64(id & 63)
        let word = words + Int(id >> 6)
        let wasThere = word.pointee & bit != 0
        word.pointee |= bit
        return wasThere
    }

    func contains(_ id: Int64) -> Bool {
        id >= 0 && id <= greatestID && words[Int(id >> 6)] & 1 << UInt64(id & 63) != 0
    }
}
