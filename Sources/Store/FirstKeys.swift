import Records

/// The keys that a file has had so far, each with a number: 8 bytes a key, of which half tell most other keys apart.
///
/// Two keys may look the same; whoever asks is asked back whether they are.
struct FirstKeys: ~Copyable {
    /// The lower half of a key's hash above its number plus one; 0 where nothing is.
    private let slots: UnsafeMutableBufferPointer<UInt64>
    private(set) var count = 0
    /// Keys that it takes: it is never so full that a look becomes long.
    let capacity: Int

    init(capacity: Int) {
        self.capacity = capacity
        slots = .allocate(capacity: capacity + capacity / 2 + 16)
        slots.initialize(repeating: 0)
    }

    deinit {
        slots.deallocate()
    }

    /// The number under which a key is there; puts it there under `number` where it is not.
    ///
    /// `isSame` says whether the key of a number is this one.
    ///
    /// - Precondition: there is room for another key, where it is a new one.
    mutating func number(
        of hash: UInt64, else number: UInt32, isSame: (UInt32) throws -> Bool
    ) rethrows -> UInt32 {
        // The upper part of the product with the size is as good as a remainder, and no division.
        var index = Int(hash.multipliedFullWidth(by: UInt64(slots.count)).high)
        let mark = hash << 32
        while slots[index] != 0 {
            let slot = slots[index]
            if slot & ~0xFFFF_FFFF == mark {
                let found = UInt32(truncatingIfNeeded: slot) - 1
                if try isSame(found) { return found }
            }
            index += 1
            if index == slots.count { index = 0 }
        }
        precondition(count < capacity)
        slots[index] = mark | UInt64(number + 1)
        count += 1
        return number
    }
}
