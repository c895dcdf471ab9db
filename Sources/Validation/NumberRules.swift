internal import Records

/// Whole numbers: an optional sign and at most 18 digits, leading zeros not counted.
struct IntegerRule: ValueRule {
    static let maxDigits = 18

    func read(_ text: Span<UInt8>) -> Reading<Int64> {
        var at = text[0] == UInt8(ascii: "-") || text[0] == UInt8(ascii: "+") ? 1 : 0
        guard at < text.count else { return .problem(.malformed(.notANumber)) }
        var value: Int64 = 0
        var digits = 0
        while at < text.count {
            let digit = text[at] &- 0x30
            guard digit < 10 else { return .problem(.malformed(.notANumber)) }
            // Past 18 digits the value is never used, so it may wrap.
            value = value &* 10 &+ Int64(digit)
            if digits > 0 || digit > 0 { digits += 1 }
            at += 1
        }
        guard digits <= Self.maxDigits else { return .problem(.tooLong(digits, most: Self.maxDigits)) }
        return .value(text[0] == UInt8(ascii: "-") ? -value : value)
    }
}

/// Decimals kept exactly: digits, and perhaps a point and more digits; nothing is ever rounded.
struct DecimalRule: ValueRule {
    let places: Int

    init(places: Int) {
        precondition((0...18).contains(places), "a decimal has 0 to 18 places")
        self.places = places
    }

    func read(_ text: Span<UInt8>) -> Reading<Int64> {
        if text.count + places <= 18, let value = short(text) { return .value(value) }
        return readStepwise(text)
    }

    /// A number without a sign that is short enough not to overflow; `nil` for any other.
    @inline(__always)
    private func short(_ text: Span<UInt8>) -> Int64? {
        var value: Int64 = 0
        var point = -1
        for index in text.indices {
            let digit = text[index] &- 0x30
            if digit < 10 {
                value = value &* 10 &+ Int64(digit)
            } else {
                guard text[index] == UInt8(ascii: "."), point < 0, index > 0 else { return nil }
                point = index
            }
        }
        let found = point < 0 ? 0 : text.count - 1 - point
        guard found <= places, point < 0 || found > 0 else { return nil }
        for _ in found..<places { value &*= 10 }
        return value
    }

    /// Any decimal; what takes the short way comes to the same.
    func readStepwise(_ text: Span<UInt8>) -> Reading<Int64> {
        var at = text[0] == UInt8(ascii: "-") || text[0] == UInt8(ascii: "+") ? 1 : 0
        var number = Accumulator()
        let firstDigit = at
        number.takeDigits(of: text, at: &at)
        guard at > firstDigit else { return .problem(.malformed(.notANumber)) }
        var missing = places
        if at < text.count {
            guard text[at] == UInt8(ascii: "."), at + 1 < text.count else {
                return .problem(.malformed(.notANumber))
            }
            let firstPlace = at + 1
            at = firstPlace
            number.takeDigits(of: text, at: &at, most: places)
            missing -= at - firstPlace
            var onlyZeros = true
            while at < text.count {
                guard text[at] &- 0x30 < 10 else { return .problem(.malformed(.notANumber)) }
                if text[at] != 0x30 { onlyZeros = false }
                at += 1
            }
            guard onlyZeros else { return .problem(.malformed(.tooManyPlaces)) }
        }
        for _ in 0..<missing { number.append(0) }
        guard !number.overflowed else {
            return .problem(.malformed(.outOfRange))
        }
        return .value(text[0] == UInt8(ascii: "-") ? -number.value : number.value)
    }

    /// A number that grows by digits, up to what a cell holds.
    private struct Accumulator {
        var value: Int64 = 0
        var overflowed = false

        @inline(__always)
        mutating func append(_ digit: UInt8) {
            // Up to this bound ten times the value and a digit cannot wrap.
            if value > Cell.maxInteger / 10 { overflowed = true }
            value = value &* 10 &+ Int64(digit)
            if value > Cell.maxInteger { overflowed = true }
        }

        @inline(__always)
        mutating func takeDigits(of text: Span<UInt8>, at index: inout Int, most: Int = .max) {
            let end = text.count - index > most ? index + most : text.count
            while index < end {
                let digit = text[index] &- 0x30
                guard digit < 10 else { return }
                append(digit)
                index += 1
            }
        }
    }
}

/// The words people write for yes and no, in any case.
struct BooleanRule: ValueRule {
    static let yes = ["true", "yes", "y", "t", "on", "1"]
    static let no = ["false", "no", "n", "f", "off", "0"]

    private let words: [(packed: UInt64, value: Int64)] =
        yes.map { (Self.pack($0), 1) } + no.map { (Self.pack($0), 0) }

    func read(_ text: Span<UInt8>) -> Reading<Int64> {
        guard text.count <= 5 else { return .problem(.malformed(.notABoolean)) }
        var packed: UInt64 = 0
        for index in text.indices { packed = packed << 8 | UInt64(ASCII.lowercase(text[index])) }
        for word in words where word.packed == packed { return .value(word.value) }
        return .problem(.malformed(.notABoolean))
    }

    private static func pack(_ word: String) -> UInt64 {
        word.utf8.reduce(0) { $0 << 8 | UInt64($1) }
    }
}

enum ASCII {
    /// A letter in lower case; any other byte as it is.
    @inline(__always)
    static func lowercase(_ byte: UInt8) -> UInt8 {
        byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte
    }

    /// Space or tab: what may stand around a value that is not a text.
    @inline(__always)
    static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09
    }
}
