/// A seeded permutation of the numbers below 10¹⁰: record *i* has the key `self[i]`.
///
/// Keys are so unique and in random order without a list of those given: a Feistel network of four rounds
/// over 34 bits, walked along its cycle until the number is in range.
package struct KeyPermutation: Sendable {
    /// Keys are written with this many digits, a tenth of them with leading zeros.
    package static let digits = 10
    package static let count: UInt64 = 10_000_000_000

    private static let halfBits: UInt64 = 17
    private static let halfMask: UInt64 = (1 << halfBits) - 1
    private let roundKeys: (UInt64, UInt64, UInt64, UInt64)

    package init(seed: UInt64) {
        var random = SplitMix64(seed: seed, stream: 0x6B65_7973)
        roundKeys = (random.next(), random.next(), random.next(), random.next())
    }

    /// - Precondition: `index` is below ``count``.
    package subscript(index: UInt64) -> UInt64 {
        precondition(index < Self.count, "no key has this number")
        var value = index
        repeat { value = permute(value) } while value >= Self.count
        return value
    }

    private func permute(_ value: UInt64) -> UInt64 {
        var left = value >> Self.halfBits
        var right = value & Self.halfMask
        (left, right) = (right, left ^ round(right, roundKeys.0))
        (left, right) = (right, left ^ round(right, roundKeys.1))
        (left, right) = (right, left ^ round(right, roundKeys.2))
        (left, right) = (right, left ^ round(right, roundKeys.3))
        return left << Self.halfBits | right
    }

    private func round(_ half: UInt64, _ key: UInt64) -> UInt64 {
        SplitMix64.mix(half ^ key) & Self.halfMask
    }
}
