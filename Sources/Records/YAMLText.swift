/// Texts as YAML scalars.
package enum YAMLText {
    /// Words that readers of YAML take for something other than a text.
    private static let taken: Set<String> = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"]

    /// Without quotes where no reader of YAML could take the text for anything else.
    package static func plain(_ text: String) -> String {
        let isPlain = text.utf8.enumerated().allSatisfy { index, byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"): index > 0
            case UInt8(ascii: " "): index > 0 && index < text.utf8.count - 1
            default: false
            }
        }
        return isPlain && !text.isEmpty && !taken.contains(text.lowercased()) ? text : quoted(text)
    }

    /// In double quotes, with every byte escaped that YAML would change or refuse.
    package static func quoted(_ text: String) -> String {
        var out = "\""
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x22, 0x5C: out += "\\\(scalar)"
            case 0x09: out += "\\t"
            case 0x0A: out += "\\n"
            case 0x20...0x7E, 0xA1...0x1FFF, 0x2030...0xD7FF, 0x1_0000...0xF_FFFF:
                out.unicodeScalars.append(scalar)
            default: out += "\\U" + padded(String(scalar.value, radix: 16), to: 8)
            }
        }
        return out + "\""
    }

    package static func quotedByte(_ byte: UInt8) -> String {
        quoted(String(UnicodeScalar(byte)))
    }

    private static func padded(_ digits: String, to count: Int) -> String {
        String(repeating: "0", count: max(0, count - digits.count)) + digits
    }
}
