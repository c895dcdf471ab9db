/// Steele, Lea and Flood's SplitMix64: the same numbers for the same seed, on every platform and for ever.
///
/// Fixtures are committed by their seed, so nothing here may depend on the standard library's generators or
/// on its per-process hash seeds.
package struct SplitMix64: Sendable {
    private var state: UInt64

    package init(seed: UInt64) {
        state = seed
    }

    /// A stream of its own for one part of a file, such as one record.
    ///
    /// Any record can so be made again without making those before it.
    package init(seed: UInt64, stream: UInt64) {
        state = Self.mix(seed ^ Self.mix(stream &+ Self.increment))
    }

    package mutating func next() -> UInt64 {
        state &+= Self.increment
        return Self.mix(state)
    }

    /// A number from 0 to `bound - 1`.
    ///
    /// Takes the high half of a product; the bias is below `bound` in 2⁶⁴.
    package mutating func below(_ bound: Int) -> Int {
        Int(truncatingIfNeeded: next().multipliedFullWidth(by: UInt64(bound)).high)
    }

    /// Whether an event of the given probability, in thousandths, happens.
    package mutating func chance(perMille: Int) -> Bool {
        below(1000) < perMille
    }

    private static let increment: UInt64 = 0x9E37_79B9_7F4A_7C15

    /// The finalizer: a bijection of 64 bits that spreads every input bit.
    package static func mix(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
