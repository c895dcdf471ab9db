internal import Records

/// A value of a file as it may stand in a message: short, on one line, every character to be seen.
enum ShownValue {
    /// Most characters shown.
    static let maxCharacters = 40

    /// The value between double quotes; what is left out is shown as `…`.
    ///
    /// Controls, invisible and bidirectional characters are written as `\n`, `\u{202E}`; bytes that are not
    /// UTF-8 as `\xFF`.
    static func quoted(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
        var shown = "\""
        var at = 0
        for _ in 0..<maxCharacters where at < bytes.count {
            let length = UTF8Check.sequenceLength(bytes.span, at: at)
            if length == 0 {
                shown += "\\x" + hexadecimal(bytes[at])
                at += 1
            } else {
                let character = String(decoding: bytes[at..<at + length], as: UTF8.self)
                character.unicodeScalars.forEach { shown += $0.visible }
                at += length
            }
        }
        return shown + (at < bytes.count ? "…\"" : "\"")
    }

    private static func hexadecimal(_ value: UInt8) -> String {
        let digits = String(value, radix: 16, uppercase: true)
        return digits.utf8.count < 2 ? "0" + digits : digits
    }
}
