internal import Records

/// A phone in E.164: `+` and at most 15 digits, four bits each, the last digit lowest.
struct E164: StoredValue, Equatable {
    static let digits = 7...15

    let packed: UInt64
    let count: Int

    /// - Precondition: `count` is within ``digits``.
    init(packed: UInt64, count: Int) {
        precondition(Self.digits.contains(count), "E.164 has 7 to 15 digits")
        self.packed = packed
        self.count = count
    }

    /// `+` and 16 digits: two whole words are written, of which the first `count` digits are kept.
    static var maxArenaBytes: Int { 17 }

    func cell(in arena: inout ArenaEnd) -> Cell {
        let fromTheTop = packed << UInt64(4 * (16 - count))
        return arena.add(count + 1) { bytes in
            bytes[0] = UInt8(ascii: "+")
            let words = UnsafeMutableRawPointer(bytes)
            words.storeBytes(of: Self.ascii(fromTheTop >> 32).bigEndian, toByteOffset: 1, as: UInt64.self)
            words.storeBytes(
                of: Self.ascii(fromTheTop & 0xFFFF_FFFF).bigEndian, toByteOffset: 9, as: UInt64.self)
        }
    }

    /// Spreads eight digits of four bits over eight bytes and makes characters of them.
    @inline(__always)
    private static func ascii(_ digits: UInt64) -> UInt64 {
        var spread = (digits | digits << 16) & 0x0000_FFFF_0000_FFFF
        spread = (spread | spread << 8) & 0x00FF_00FF_00FF_00FF
        spread = (spread | spread << 4) & 0x0F0F_0F0F_0F0F_0F0F
        return spread | 0x3030_3030_3030_3030
    }
}

/// The digits of a number as they are read, four bits each, the last digit lowest.
struct PhoneDigits: Hashable {
    /// Digits that there is room for; of a longer run the first fall out.
    static let room = 32

    private(set) var count = 0
    private(set) var packed: UInt128 = 0

    init() {}

    /// The digits of a prefix in a numbering plan.
    init(_ text: String) {
        for byte in text.utf8 { append(byte &- 0x30) }
    }

    private init(count: Int, packed: UInt128) {
        self.count = count
        self.packed = packed
    }

    @inline(__always)
    mutating func append(_ digit: UInt8) {
        packed = packed &<< 4 | UInt128(truncatingIfNeeded: digit)
        count &+= 1
    }

    /// The digit at a place from the front; 0 where there is none or it fell out.
    @inline(__always)
    func digit(_ index: Int) -> UInt8 {
        guard index < count, count <= Self.room else { return 0 }
        return UInt8(truncatingIfNeeded: packed >> UInt128(4 * (count - 1 - index))) & 0xF
    }

    /// Whether these digits begin with those of a prefix and go on after it.
    @inline(__always)
    func goOn(after prefix: PhoneDigits) -> Bool {
        count > prefix.count && count <= Self.room
            && packed >> UInt128(4 * (count - prefix.count)) == prefix.packed
    }

    /// The digits after the first `prefix`; `nil` where none are left, or more than E.164 allows.
    func dropping(_ prefix: Int) -> PhoneDigits? {
        let left = count - prefix
        guard left > 0, left <= E164.digits.upperBound else { return nil }
        return PhoneDigits(count: left, packed: packed & (1 << UInt128(4 * left) - 1))
    }

    /// The number with these digits, where E.164 has room for it.
    @inline(__always)
    func e164(after diallingCode: PhoneDigits = PhoneDigits()) -> E164? {
        let total = diallingCode.count + count
        guard E164.digits.contains(total) else { return nil }
        let code = UInt64(truncatingIfNeeded: diallingCode.packed)
        return E164(packed: code << UInt64(4 * count) | UInt64(truncatingIfNeeded: packed), count: total)
    }
}
