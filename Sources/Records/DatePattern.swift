/// How dates and date-times are written in a file: a subset of the patterns of Unicode TR 35.
///
/// | letters | meaning |
/// | --- | --- |
/// | `yyyy` | year, four digits |
/// | `MM` `M` `MMM` | month: two digits, one or two, English abbreviation (`Jan`, any case) |
/// | `dd` `d` | day of the month: two digits, one or two |
/// | `HH` `H` | hour 0–23 |
/// | `hh` `h` `a` | hour 1–12 with `AM` or `PM` |
/// | `mm` `ss` `SSS` | minute, second, milliseconds |
/// | `XXX` | zone: `Z` or `±hh:mm`; without it times are UTC |
///
/// All else stands for itself; letters do so between apostrophes (`'T'`), and `''` is one apostrophe.
/// A two-digit year is refused: nobody can say for a date of birth which century `24` is.
package struct DatePattern: Hashable, Sendable {
    /// The pattern as it was declared.
    package let text: String
    /// Whether it reads an hour.
    package let hasTime: Bool

    let steps: [Step]
    /// Whether hours are 1–12 with AM or PM.
    let hasHalfDays: Bool
    /// The quick way to read, where the pattern has one.
    let fixed: Fixed?

    enum Part: Hashable, Sendable {
        case literal, year, month, monthName, day, hour, hour12, halfDay, minute, second, millisecond, zone
    }

    /// One thing to read or write.
    struct Step: Hashable, Sendable {
        var part: Part
        /// The byte of a literal.
        var byte: UInt8 = 0
        /// Least and most digits of a number.
        var minDigits: UInt8 = 0
        var maxDigits: UInt8 = 0
    }

    /// Compiles a pattern.
    ///
    /// - Throws: `bad_date_pattern`, with what is wrong and how it is written.
    package init(_ text: String) throws(Failure) {
        self.text = text
        steps = try Self.compile(text)
        fixed = Fixed(steps)
        hasHalfDays = steps.contains { $0.part == .hour12 }
        hasTime = hasHalfDays || steps.contains { $0.part == .hour }
    }

    private static func compile(_ text: String) throws(Failure) -> [Step] {
        let bytes = Array(text.utf8)
        var steps: [Step] = []
        var at = 0
        while at < bytes.count {
            let byte = bytes[at]
            if byte == UInt8(ascii: "'") {
                at = try quoted(bytes, from: at, into: &steps, of: text)
            } else if isLetter(byte) {
                var end = at + 1
                while end < bytes.count, bytes[end] == byte { end += 1 }
                let letters = String(decoding: bytes[at..<end], as: UTF8.self)
                guard let step = elements[letters] else { throw unknown(letters, in: text) }
                guard !steps.contains(where: { names($0.part) == names(step.part) }) else {
                    throw bad(text, "'\(letters)' names a part that was there before")
                }
                if let last = steps.last, last.minDigits != last.maxDigits, step.maxDigits > 0 {
                    throw bad(
                        text, "digits run together before '\(letters)'", hint: "Use two letters (MM, dd).")
                }
                steps.append(step)
                at = end
            } else {
                steps.append(Step(part: .literal, byte: byte))
                at += 1
            }
        }
        try checkParts(steps, of: text)
        return steps
    }

    private static let elements: [String: Step] = [
        "yyyy": Step(part: .year, minDigits: 4, maxDigits: 4),
        "MM": Step(part: .month, minDigits: 2, maxDigits: 2),
        "M": Step(part: .month, minDigits: 1, maxDigits: 2),
        "MMM": Step(part: .monthName),
        "dd": Step(part: .day, minDigits: 2, maxDigits: 2),
        "d": Step(part: .day, minDigits: 1, maxDigits: 2),
        "HH": Step(part: .hour, minDigits: 2, maxDigits: 2),
        "H": Step(part: .hour, minDigits: 1, maxDigits: 2),
        "hh": Step(part: .hour12, minDigits: 2, maxDigits: 2),
        "h": Step(part: .hour12, minDigits: 1, maxDigits: 2),
        "a": Step(part: .halfDay),
        "mm": Step(part: .minute, minDigits: 2, maxDigits: 2),
        "ss": Step(part: .second, minDigits: 2, maxDigits: 2),
        "SSS": Step(part: .millisecond, minDigits: 3, maxDigits: 3),
        "XXX": Step(part: .zone),
    ]

    /// The part of the date that two spellings share; `nil` for literals, which may repeat.
    private static func names(_ part: Part) -> Part? {
        switch part {
        case .literal: nil
        case .monthName: .month
        case .hour12: .hour
        default: part
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    /// Takes a run between apostrophes, or a doubled apostrophe; gives where it ends.
    private static func quoted(
        _ bytes: [UInt8], from start: Int, into steps: inout [Step], of text: String
    ) throws(Failure) -> Int {
        let apostrophe = UInt8(ascii: "'")
        var at = start + 1
        guard at < bytes.count, bytes[at] != apostrophe else {
            guard at < bytes.count else { throw bad(text, "an apostrophe is left open") }
            steps.append(Step(part: .literal, byte: apostrophe))
            return at + 1
        }
        while at < bytes.count {
            if bytes[at] == apostrophe {
                guard at + 1 < bytes.count, bytes[at + 1] == apostrophe else { return at + 1 }
                at += 1
            }
            steps.append(Step(part: .literal, byte: bytes[at]))
            at += 1
        }
        throw bad(text, "an apostrophe is left open")
    }

    /// Refuses patterns that leave part of a moment open.
    private static func checkParts(_ steps: [Step], of text: String) throws(Failure) {
        let parts = Set(steps.compactMap { names($0.part) })
        for (part, letters) in [(Part.year, "yyyy"), (.month, "MM"), (.day, "dd")] where !parts.contains(part)
        {
            let minutes = part == .month && parts.contains(.minute)
            throw bad(
                text, "it has no \(letters)",
                hint: minutes ? "MM is the month, mm the minute." : "A date has yyyy, MM and dd.")
        }
        let isHalf = steps.contains { $0.part == .hour12 }
        guard isHalf == parts.contains(.halfDay) else {
            throw bad(text, "h and a go together", hint: "HH is the hour 0–23; hh with a is 1–12 AM or PM.")
        }
        for (part, needed, letters) in [
            (Part.minute, Part.hour, "hour"), (.second, .minute, "minute"), (.millisecond, .second, "second"),
            (.zone, .hour, "hour"),
        ] where parts.contains(part) && !parts.contains(needed) {
            throw bad(text, "it has no \(letters), but something that needs one")
        }
    }

    private static func unknown(_ letters: String, in text: String) -> Failure {
        switch letters {
        case "yy", "y", "YY":
            return bad(
                text, "years of two digits are not read, for nobody can say which century 24 is",
                hint: "Have the file written with four digits, and use yyyy.")
        case "D", "DD", "Y", "YYYY":
            let meant = text.replacing("D", with: "d").replacing("Y", with: "y")
            return bad(text, "'\(letters)' is not read", hint: "Did you mean '\(meant)'?")
        default:
            let known = elements.keys.sorted().joined(separator: ", ")
            return bad(
                text, "'\(letters)' is not read",
                hint: "Known: \(known); other letters go between apostrophes.")
        }
    }

    private static func bad(_ text: String, _ message: String, hint: String? = nil) -> Failure {
        Failure(.refused, code: "bad_date_pattern", message: "date pattern '\(text)': \(message)", hint: hint)
    }
}

extension String {
    /// The text with one character put for another.
    fileprivate func replacing(_ old: Character, with new: Character) -> String {
        String(map { $0 == old ? new : $0 })
    }
}
