internal import Records

/// E-mail addresses as people write them: RFC 5321 without the forms that only test suites use.
///
/// Taken: a dot-string, `@`, and a domain of letters, digits and hyphens; characters above ASCII in both
/// (RFC 6531), kept as they are. Refused with a reason: quoted local parts, addresses in brackets, comments.
struct EmailRule: ValueRule {
    static let maxCharacters = 254
    static let maxLocalCharacters = 64
    static let maxLabelBytes = 63

    /// Most characters (Unicode scalars): the field's own limit where it is less than the standard's.
    private let maxCharacters: Int
    /// The bytes that may stand before the `@` and after it, dots excluded.
    private let local: ByteSet
    private let domain: ByteSet

    init(maxLength: Int = Self.maxCharacters) {
        maxCharacters = min(maxLength, Self.maxCharacters)
        domain = ByteSet("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-")
        local = domain.union(ByteSet("!#$%&'*+/=?^_`{|}~"))
    }

    func read(_ text: Span<UInt8>) -> Reading<Cell> {
        if isCommon(text) { return .asItIs }
        return readStepwise(text)
    }

    /// Any address; what takes the short way comes to the same.
    func readStepwise(_ text: Span<UInt8>) -> Reading<Cell> {
        if text.count > maxCharacters {
            let characters = UTF8Check.scalarCount(text)
            if characters > maxCharacters { return .problem(.tooLong(characters, most: maxCharacters)) }
        }
        var seen: UInt8 = 0
        var at = 0
        if let problem = readLocalPart(text, &at, &seen) { return .problem(problem) }
        if let problem = readDomain(text, from: at + 1, &seen) { return .problem(problem) }
        if seen >= 0x80, holdsInvisible(text) { return .problem(.malformed(.space)) }
        return .asItIs
    }

    /// Whether this is an address of 8 to 64 bytes of which the plain form is all there is: most are.
    ///
    /// Letters and digits are passed over eight at a time, so that only what stands between them is looked at.
    @inline(__always)
    private func isCommon(_ text: Span<UInt8>) -> Bool {
        let count = text.count
        guard count >= 8, count <= min(64, maxCharacters) else { return false }
        let bytes = text.bytes
        var others: UInt64 = 0
        for start in stride(from: 0, through: count - 8, by: 8) {
            others |=
                Self.others(bytes.unsafeLoadUnaligned(fromByteOffset: start, as: UInt64.self))
                &<< UInt64(start)
        }
        // The last eight once more, whatever part of them is done.
        others |=
            Self.others(bytes.unsafeLoadUnaligned(fromByteOffset: count - 8, as: UInt64.self))
            &<< UInt64(count - 8)
        var partStart = 0
        var isInDomain = false
        while others != 0 {
            let at = others.trailingZeroBitCount
            others &= others &- 1
            let byte = text[at]
            if byte == UInt8(ascii: ".") || (byte == UInt8(ascii: "@") && !isInDomain) {
                guard at > partStart else { return false }
                partStart = at + 1
                isInDomain = isInDomain || byte == UInt8(ascii: "@")
            } else if isInDomain || byte >= 0x80 || !local.contains(byte) {
                return false
            }
        }
        return isInDomain && partStart < count
    }

    /// Bit *n* is set where byte *n* of the eight is no letter and no digit.
    @inline(__always)
    private static func others(_ word: UInt64) -> UInt64 {
        let everyByte: UInt64 = 0x0101_0101_0101_0101
        let word = UInt64(littleEndian: word)
        let low = word & (everyByte &* 0x7F)
        let small = low | (everyByte &* 0x20)
        let isLetter = (small &+ everyByte &* (0x80 - 0x61)) & ~(small &+ everyByte &* (0x80 - 0x7B))
        let isDigit = (low &+ everyByte &* (0x80 - 0x30)) & ~(low &+ everyByte &* (0x80 - 0x3A))
        let isOther = ~((isLetter | isDigit) & ~word) & (everyByte &* 0x80)
        // Gathers the top bits of the bytes.
        return ((isOther &>> 7) &* 0x0102_0408_1020_4080) &>> 56
    }

    /// Goes up to the `@`; `seen` gathers the bits of all bytes.
    @inline(__always)
    private func readLocalPart(_ text: Span<UInt8>, _ at: inout Int, _ seen: inout UInt8) -> Problem? {
        var partStart = 0
        while at < text.count {
            let byte = text[at]
            if !local.contains(byte) {
                if byte == UInt8(ascii: "@") { break }
                guard byte == UInt8(ascii: ".") else { return .malformed(Self.reasonAgainst(byte)) }
                guard at > partStart else { return .malformed(.localDots) }
                partStart = at + 1
            }
            seen |= byte
            at += 1
        }
        guard at < text.count else { return .malformed(.noAt) }
        guard at > 0 else { return .malformed(.emptyLocalPart) }
        guard at > partStart else { return .malformed(.localDots) }
        if at > Self.maxLocalCharacters {
            let characters = UTF8Check.scalarCount(text.extracting(0..<at))
            if characters > Self.maxLocalCharacters {
                return .tooLong(characters, most: Self.maxLocalCharacters)
            }
        }
        return nil
    }

    private static func reasonAgainst(_ byte: UInt8) -> Reason {
        switch byte {
        case UInt8(ascii: "\""): .quotedLocalPart
        case 0...0x20, 0x7F: .space
        default: .localCharacter
        }
    }

    @inline(__always)
    private func readDomain(_ text: Span<UInt8>, from start: Int, _ seen: inout UInt8) -> Problem? {
        guard start < text.count else { return .malformed(.emptyDomain) }
        var labelStart = start
        var at = start
        while at < text.count {
            let byte = text[at]
            if !domain.contains(byte) {
                guard byte == UInt8(ascii: ".") else { return .malformed(Self.reasonAgainstDomain(byte)) }
                guard isLabel(text, labelStart, at) else { return .malformed(.domainLabel) }
                labelStart = at + 1
            }
            seen |= byte
            at += 1
        }
        return isLabel(text, labelStart, at) ? nil : .malformed(.domainLabel)
    }

    @inline(__always)
    private func isLabel(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
        end > start && end - start <= Self.maxLabelBytes && text[start] != UInt8(ascii: "-")
            && text[end - 1] != UInt8(ascii: "-")
    }

    private static func reasonAgainstDomain(_ byte: UInt8) -> Reason {
        switch byte {
        case UInt8(ascii: "@"): .twoAts
        case UInt8(ascii: "["): .domainLiteral
        case 0...0x20, 0x7F: .space
        default: .domainCharacter
        }
    }

    /// Whether a character above ASCII cannot be seen: pasted no-break and zero-width spaces, controls.
    ///
    /// Joiners are let be: words of Persian and Indic scripts need them.
    private func holdsInvisible(_ text: Span<UInt8>) -> Bool {
        let scalars = text.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self).unicodeScalars }
        return scalars.contains { scalar in
            switch scalar.properties.generalCategory {
            case .control, .spaceSeparator, .lineSeparator, .paragraphSeparator: true
            case .format: scalar.value != 0x200C && scalar.value != 0x200D
            default: false
            }
        }
    }
}

/// A set of ASCII bytes, to which every byte above ASCII belongs as well.
struct ByteSet {
    private var low: UInt64 = 0
    private var high: UInt64 = 0

    init(_ characters: String) {
        for byte in characters.utf8 {
            if byte < 64 { low |= 1 << UInt64(byte) } else { high |= 1 << UInt64(byte & 63) }
        }
    }

    func union(_ other: ByteSet) -> ByteSet {
        var union = self
        union.low |= other.low
        union.high |= other.high
        return union
    }

    @inline(__always)
    func contains(_ byte: UInt8) -> Bool {
        byte >= 0x80 || (byte < 64 ? low : high) &>> UInt64(byte & 63) & 1 == 1
    }
}
