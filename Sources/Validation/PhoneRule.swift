internal import Records

/// Phones as people write them, turned into E.164.
///
/// Spaces, dots, hyphens, slashes and parentheses are passed over. A number that begins with `+`, or with the
/// country's international prefix, carries its dialling code; any other is a national number of the country
/// that the input filter names, with or without its trunk prefix.
struct PhoneRule: ValueRule {
    private let plan: Plan?
    private let isNorthAmerican: Bool

    /// - Parameter country: where numbers without a dialling code belong; `nil` where each needs one.
    init(country: PhoneCountry?) {
        plan = country.map(Plan.init)
        isNorthAmerican = country?.isNorthAmerican ?? false
    }

    func read(_ text: Span<UInt8>) -> Reading<E164> {
        if isNorthAmerican, let number = tenDigits(text) { return .value(number) }
        return readStepwise(text)
    }

    /// A number of North America as most are written, ten digits and separators; `nil` for any other.
    ///
    /// Without a branch on what a byte is: where separators stand differs from number to number.
    @inline(__always)
    private func tenDigits(_ text: Span<UInt8>) -> E164? {
        guard (10...16).contains(text.count) else { return nil }
        let separators = separators
        var packed: UInt64 = 0
        var count = 0
        var isOther = false
        for index in text.indices {
            let byte = text[index]
            let digit = byte &- 0x30
            let isDigit = digit < 10
            packed = isDigit ? packed &<< 4 | UInt64(digit) : packed
            count &+= isDigit ? 1 : 0
            isOther = isOther || !(isDigit || Self.isSeparator(byte, separators))
        }
        guard count == 10, !isOther, packed >> 36 >= 2, packed >> 24 & 0xF >= 2 else { return nil }
        return E164(packed: 1 << 40 | packed, count: 11)
    }

    /// Any number; what takes the short way comes to the same.
    func readStepwise(_ text: Span<UInt8>) -> Reading<E164> {
        var digits = PhoneDigits()
        let separators = separators
        let hasPlus = text[0] == UInt8(ascii: "+")
        var at = hasPlus ? 1 : 0
        while at < text.count {
            let digit = text[at] &- 0x30
            if digit < 10 {
                digits.append(digit)
            } else {
                guard Self.isSeparator(text[at], separators) else {
                    return .problem(.malformed(Self.reason(against: text, at: at, digits)))
                }
                if hasPlus, Self.isTrunkZero(text, at: at, after: digits) { at += 2 }
            }
            at += 1
        }
        guard digits.count > 0 else { return .problem(.malformed(.phoneLength)) }
        if hasPlus {
            let reading = international(digits)
            // Nothing was passed over: the text is the number.
            if case .value = reading, digits.count == text.count - 1 { return .asItIs }
            return reading
        }
        guard let plan else { return .problem(.malformed(.phoneNeedsCountry)) }
        return national(digits, plan)
    }

    private func international(_ digits: PhoneDigits) -> Reading<E164> {
        guard digits.digit(0) != 0 else { return .problem(.malformed(.phoneStart)) }
        return digits.e164().map(Reading.value) ?? .problem(.malformed(.phoneLength))
    }

    @inline(__always)
    private func national(_ digits: PhoneDigits, _ plan: Plan) -> Reading<E164> {
        if let number = plan.number(digits) { return .value(number) }
        for prefix in plan.internationalPrefixes where digits.goOn(after: prefix) {
            guard let rest = digits.dropping(prefix.count) else { return .problem(.malformed(.phoneLength)) }
            return international(rest)
        }
        if let number = plan.numberWithDiallingCode(digits) { return .value(number) }
        return .problem(.malformed(.phoneNational))
    }

    /// Bit *n* is set where byte *n* is passed over.
    private let separators: UInt64 = " \t-.()/".utf8.reduce(0) { $0 | 1 << UInt64($1) }

    @inline(__always)
    private static func isSeparator(_ byte: UInt8, _ separators: UInt64) -> Bool {
        byte < 64 && separators &>> UInt64(byte) & 1 == 1
    }

    /// Dialling codes after which a 0 belongs to the number.
    private static let zeroKeeping = Set(PhoneCountry.zeroKeepingDiallingCodes.map { PhoneDigits($0) })

    /// Whether `(0)` follows the dialling code, as in `+44 (0)20 7946 0958`: it is dialled at home only.
    private static func isTrunkZero(_ text: Span<UInt8>, at index: Int, after code: PhoneDigits) -> Bool {
        guard text[index] == UInt8(ascii: "("), index + 2 < text.count, text[index + 1] == 0x30,
            text[index + 2] == UInt8(ascii: ")"), (1...3).contains(code.count)
        else { return false }
        return !zeroKeeping.contains(code)
    }

    /// Why a byte that is neither digit nor separator keeps a number out.
    private static func reason(against text: Span<UInt8>, at index: Int, _ digits: PhoneDigits) -> Reason {
        let byte = ASCII.lowercase(text[index])
        if digits.count >= 4 {
            let isExt =
                byte == UInt8(ascii: "e") && index + 2 < text.count
                && ASCII.lowercase(text[index + 1]) == UInt8(ascii: "x")
                && ASCII.lowercase(text[index + 2]) == UInt8(ascii: "t")
            if isExt
                || [UInt8(ascii: "x"), UInt8(ascii: "#"), UInt8(ascii: ","), UInt8(ascii: ";")].contains(byte)
            {
                return .phoneExtension
            }
        }
        return byte &- UInt8(ascii: "a") < 26 ? .phoneLetter : .phoneCharacter
    }
}

extension PhoneRule {
    /// A country's numbering plan, ready to be compared with digits.
    struct Plan {
        let internationalPrefixes: [PhoneDigits]
        private let diallingCode: PhoneDigits
        private let trunkPrefixes: [PhoneDigits]
        private let nationalDigits: ClosedRange<Int>
        private let keepsLeadingZero: Bool
        private let isNorthAmerican: Bool

        init(_ country: PhoneCountry) {
            internationalPrefixes = country.internationalPrefixes.map { PhoneDigits($0) }
            diallingCode = PhoneDigits(country.diallingCode)
            trunkPrefixes = country.trunkPrefixes.map { PhoneDigits($0) }
            nationalDigits = country.nationalDigits
            keepsLeadingZero = country.keepsLeadingZero
            isNorthAmerican = country.isNorthAmerican
        }

        /// The number that digits mean when dialled at home, with or without the trunk prefix.
        @inline(__always)
        func number(_ digits: PhoneDigits) -> E164? {
            if isNorthAmerican, digits.count == 10 { return significant(digits) }
            for prefix in trunkPrefixes where digits.goOn(after: prefix) {
                if let number = digits.dropping(prefix.count).flatMap(significant) { return number }
            }
            return significant(digits)
        }

        /// The number that digits mean where only the `+` was left out.
        func numberWithDiallingCode(_ digits: PhoneDigits) -> E164? {
            guard digits.count > nationalDigits.upperBound, digits.goOn(after: diallingCode) else {
                return nil
            }
            return digits.dropping(diallingCode.count).flatMap(significant)
        }

        /// The number whose national significant number these digits are.
        @inline(__always)
        private func significant(_ digits: PhoneDigits) -> E164? {
            guard nationalDigits.contains(digits.count) else { return nil }
            if isNorthAmerican {
                guard digits.digit(0) >= 2, digits.digit(3) >= 2 else { return nil }
            } else {
                // Even where numbers begin with 0, two of them begin a number abroad.
                guard digits.digit(0) != 0 || (keepsLeadingZero && digits.digit(1) != 0) else { return nil }
            }
            return digits.e164(after: diallingCode)
        }
    }
}
