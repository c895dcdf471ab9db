internal import CSQLite

/// The keys that a file has had so far, each with a number: 6 bytes a key.
///
/// Two keys may look the same; whoever asks is asked back whether they are: for one look in some hundred with 5,000,000 keys.
struct FirstKeys: ~Copyable {
    /// Some bits of a key's hash above its number plus one; 0 where nothing is.
    private let slots: UnsafeMutableBufferPointer<UInt32>
    private let numberMask: UInt32
    private(set) var count = 0
    /// Keys that it takes: it is never so full that a look becomes long.
    let capacity: Int

    /// More keys leave too few bits to tell them apart.
    static let mostKeys = 1 << 26

    init(capacity: Int) {
        precondition(capacity <= Self.mostKeys)
        self.capacity = capacity
        numberMask = UInt32.max >> UInt32((UInt32(capacity) + 1).leadingZeroBitCount)
        slots = .allocate(capacity: capacity + capacity / 2 + 16)
        slots.initialize(repeating: 0)
    }

    deinit {
        slots.deallocate()
    }

    /// The upper part of the product with the size is as good as a remainder, and no division.
    private func index(of hash: UInt64) -> Int {
        Int(hash.multipliedFullWidth(by: UInt64(slots.count)).high)
    }

    /// Has the processor fetch what is needed for a key that will be asked for soon.
    func expect(_ hash: UInt64) {
        if let base = slots.baseAddress { sluice_prefetch(base + index(of: hash)) }
    }

    /// The number under which a key is there; puts it there under `number`, at most the capacity, where it is not.
    ///
    /// `isSame` says whether the key of a number is this one.
    ///
    /// - Precondition: there is room for another key, where it is a new one.
    mutating func number(
        of hash: UInt64, else number: UInt32, isSame: (UInt32) throws -> Bool
    ) rethrows -> UInt32 {
        var index = index(of: hash)
        let mark = UInt32(truncatingIfNeeded: hash) & ~numberMask
        while slots[index] != 0 {
            let slot = slots[index]
            if slot & ~numberMask == mark {
                let found = (slot & numberMask) - 1
                if try isSame(found) { return found }
            }
            index += 1
            if index == slots.count { index = 0 }
        }
        precondition(count < capacity && number < numberMask)
        slots[index] = mark | (number + 1)
        count += 1
        return number
    }
}
