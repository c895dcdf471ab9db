/// What two bytes mean of which the first is a backslash, in a dialect that escapes so.
///
/// Four letters stand for bytes that writers do not like to write: `\n` LF, `\r` CR, `\t` tab, `\0` NUL. Any
/// other byte stands for itself. A whole field `\N` outside of quotes has no value: MySQL writes NULL so.
package enum EscapedByte {
    package static let backslash = UInt8(ascii: "\\")
    /// What cannot be delimiter or quote, as it would mean two things behind a backslash.
    package static let taken: [UInt8] = Array("\\0nrtN".utf8)

    /// The byte meant by `byte` behind a backslash.
    package static func meaning(of byte: UInt8) -> UInt8 {
        switch byte {
        case UInt8(ascii: "n"): UInt8(ascii: "\n")
        case UInt8(ascii: "r"): UInt8(ascii: "\r")
        case UInt8(ascii: "t"): UInt8(ascii: "\t")
        case UInt8(ascii: "0"): 0
        default: byte
        }
    }

    /// Whether a field outside of quotes is written as one that has no value.
    package static func isNoValue(_ field: some Collection<UInt8>) -> Bool {
        field.count == 2 && field.elementsEqual([backslash, UInt8(ascii: "N")])
    }
}
