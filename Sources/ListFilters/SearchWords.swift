internal import Records

/// Cuts values into the words that quick search looks for.
///
/// A word is a run of letters and digits, folded as ``SearchFold`` says: `Ann-Marie O'Brien` has the words `ann`, `marie`
/// and `obrien`. A phone has one word for each way to dial it: its digits with and without the country's code, each
/// with a `+` before it, which no other word has, and without zeros before the first other digit.
package struct SearchWords {
    /// Most characters of a word; of a longer one no more are looked at, in what is searched and in what is asked.
    package static let maxCharacters = 64

    private var word: [UInt8] = []
    private var characters = 0

    package init() {
        word.reserveCapacity(4 * Self.maxCharacters)
    }

    /// Tells each word of a value; the bytes are gone when `body` returns.
    package mutating func forEachWord(
        of value: UnsafeBufferPointer<UInt8>, isPhone: Bool, _ body: (UnsafeBufferPointer<UInt8>) -> Void
    ) {
        if isPhone {
            forEachNumber(of: value, body)
        } else {
            forEachWord(of: value, body)
        }
    }

    private mutating func forEachWord(
        of text: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) -> Void
    ) {
        var at = 0
        while at < text.count {
            let byte = text[at]
            if byte < 0x80 {
                at += 1
                switch byte {
                case 0x61...0x7A, 0x30...0x39: append(byte)
                case 0x41...0x5A: append(byte | 0x20)
                case 0x27, 0x60: continue  // apostrophes
                default: end(body)
                }
                continue
            }
            let (scalar, length) = Self.scalar(text, at)
            at += length
            switch scalar.map(SearchFold.fold) ?? .separator {
            case .letters(let bytes, let count):
                guard characters + count <= Self.maxCharacters else {
                    characters = Self.maxCharacters
                    continue
                }
                word += bytes
                characters += count
            case .nothing: continue
            case .separator: end(body)
            }
        }
        end(body)
    }

    @inline(__always)
    private mutating func append(_ byte: UInt8) {
        guard characters < Self.maxCharacters else { return }
        word.append(byte)
        characters += 1
    }

    @inline(__always)
    private mutating func end(_ body: (UnsafeBufferPointer<UInt8>) -> Void) {
        if !word.isEmpty { word.withUnsafeBufferPointer(body) }
        word.removeAll(keepingCapacity: true)
        characters = 0
    }

    /// The character that begins at a byte, and its bytes; none where the bytes are no UTF-8.
    private static func scalar(_ text: UnsafeBufferPointer<UInt8>, _ at: Int) -> (Unicode.Scalar?, Int) {
        var bytes = text[at...].makeIterator()
        var decoder = UTF8()
        guard case .scalarValue(let scalar) = decoder.decode(&bytes) else { return (nil, 1) }
        return (scalar, UTF8.width(scalar))
    }

    // MARK: Phones

    private mutating func forEachNumber(
        of phone: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) -> Void
    ) {
        let digits = phone.filter { $0 &- 0x30 < 10 }
        tellNumber(digits[...], body)
        let code = PhoneCountry.diallingCodeLength(of: digits)
        if code > 0 { tellNumber(digits.dropFirst(code), body) }
    }

    private mutating func tellNumber(
        _ digits: ArraySlice<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) -> Void
    ) {
        let significant = digits.drop { $0 == 0x30 }.prefix(Self.maxCharacters)
        guard !significant.isEmpty else { return }
        word.append(UInt8(ascii: "+"))
        word += significant
        end(body)
    }
}
