/// Keeps texts from being run as formulas by the spreadsheet that opens a file.
///
/// A text that begins with `=`, `+`, `-`, `@`, TAB or CR is written with an apostrophe before it; a number with a
/// sign, and so a phone in E.164, is not, for no spreadsheet finds anything to run there. A text that begins with
/// apostrophes and one of these characters behind them gets one more, so that taking one away gives back exactly
/// what was there.
public enum FormulaGuard {
    /// What is put before a text.
    @inlinable
    public static var mark: UInt8 { UInt8(ascii: "'") }

    /// Whether a text gets a mark when it is written.
    @inlinable
    public static func needsMark(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let first = text.first, isSuspect(first) else { return false }
        return first == mark ? isMarked(text) : !isSignedNumber(text)
    }

    /// Whether a text that was read has a mark, its first byte.
    @inlinable
    public static func isMarked(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard text.first == mark, let rest = text.first(where: { $0 != mark }) else { return false }
        return beginsFormula(rest)
    }

    /// Whether a text with this first byte needs a closer look: nearly none has.
    @inlinable
    static func isSuspect(_ byte: UInt8) -> Bool {
        byte == mark || beginsFormula(byte)
    }

    @inlinable
    static func beginsFormula(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "@"), 0x09, 0x0D: true
        default: false
        }
    }

    /// Whether a text is a sign, digits and, at most, a decimal mark with digits behind it.
    @usableFromInline
    static func isSignedNumber(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard text.count > 1, text[0] == UInt8(ascii: "+") || text[0] == UInt8(ascii: "-") else {
            return false
        }
        var digits = 0
        var hasMark = false
        for byte in text.dropFirst() {
            if byte &- UInt8(ascii: "0") < 10 {
                digits += 1
            } else if !hasMark, digits > 0, byte == UInt8(ascii: ".") || byte == UInt8(ascii: ",") {
                hasMark = true
                digits = 0
            } else {
                return false
            }
        }
        return digits > 0
    }
}
