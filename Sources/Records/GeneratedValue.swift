/// The values that are made for new records that bring none, such as account numbers.
///
/// A value is the field's prefix and a number that grows with every record that is written; where somebody else's
/// value is just that, a letter is added until it is nobody's.
package enum GeneratedValue {
    /// Digits of the longest number.
    static let mostDigits = 19
    /// Digits that a number has at least, so that values sort as they were made.
    private static let leastDigits = 8

    /// The value of a number; `attempt` counts those before it that were taken.
    package static func text(prefix: String, number: Int64, attempt: Int = 0) -> String {
        let digits = String(number)
        let zeros = String(repeating: "0", count: max(0, leastDigits - digits.utf8.count))
        return prefix + zeros + digits + suffix(attempt)
    }

    /// Whether a text is what is made of a number, whichever attempt it was.
    package static func isText(_ text: UnsafeBufferPointer<UInt8>, prefix: String, number: Int64) -> Bool {
        let first = Array(self.text(prefix: prefix, number: number).utf8)
        return text.starts(with: first)
            && text.dropFirst(first.count).allSatisfy { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
    }

    /// Nothing for the first attempt, then A to Z, AA to ZZ and so on.
    private static func suffix(_ attempt: Int) -> String {
        var rest = attempt
        var letters = ""
        while rest > 0 {
            let letter = UInt8((rest - 1) % 26) + UInt8(ascii: "A")
            letters = String(UnicodeScalar(letter)) + letters
            rest = (rest - 1) / 26
        }
        return letters
    }
}
