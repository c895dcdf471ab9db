import Foundation
import Testing

@Suite("Encodings that sluice filters guess tells")
struct GuessEncodingTests {
    private static let header = "Contact ID,First Name,Last Name\n"

    private static func utf16(_ text: String, lowFirst: Bool, mark: Bool) -> [UInt8] {
        ((mark ? [0xFEFF] : []) + Array(text.utf16)).flatMap { unit in
            let bytes = [UInt8(truncatingIfNeeded: unit), UInt8(unit >> 8)]
            return lowFirst ? bytes : bytes.reversed()
        }
    }

    /// Two records whose last names are these bytes.
    private static func records(_ first: [UInt8], _ second: [UInt8]) -> [UInt8] {
        Array(header.utf8) + Array("1,Ann,".utf8) + first + Array("\n2,Bob,".utf8) + second + [0x0A]
    }

    private static let latin = header + "1,Ann,Müller\n2,Bob,García\n"

    static let files: [(name: String, bytes: [UInt8], encoding: String, lastName: String)] = [
        ("UTF-8", Array(latin.utf8), "utf-8", "Müller"),
        ("UTF-16 with mark", utf16(latin, lowFirst: true, mark: true), "utf-16", "Müller"),
        ("UTF-16 without", utf16(latin, lowFirst: true, mark: false), "utf-16le", "Müller"),
        ("UTF-16, high byte first", utf16(latin, lowFirst: false, mark: false), "utf-16be", "Müller"),
        (
            "Windows-1252",
            records(Array("M".utf8) + [0xFC] + Array("ller".utf8), Array("Garc".utf8) + [0xED, 0x61]),
            "windows-1252", "Müller"
        ),
        (
            "ISO-8859-15", records([0xA6] + Array("imek".utf8), Array("Du".utf8) + [0xA8]), "iso-8859-15",
            "Šimek"
        ),
        ("Shift-JIS", records([0x8E, 0x52, 0x93, 0x63], [0x97, 0xE9, 0x96, 0xD8]), "shift-jis", "山田"),
        (
            "Windows-1251",
            records([0xC8, 0xE2, 0xE0, 0xED, 0xEE, 0xE2], [0xCF, 0xE5, 0xF2, 0xF0, 0xEE, 0xE2]),
            "windows-1251", "Иванов"
        ),
    ]

    @Test("The encoding is found, and the file imports by the filter", arguments: files.map(\.name))
    func encodings(name: String) throws {
        let file = try #require(Self.files.first { $0.name == name })
        let folder = try Workdir()
        try folder.write("in.csv", file.bytes)
        let guessed = try folder.sluice(
            "filters", "guess", "in.csv", "--type", "contact", "--output", "in.yaml")
        #expect(guessed.exitCode == 0, "\(guessed.errors)")
        let yaml = String(decoding: try folder.read("in.yaml"), as: UTF8.self)
        #expect(yaml.contains("encoding: \(file.encoding)"), "\(yaml)")
        let task = try folder.importing("contacts", "in.csv", "--filter", "in.yaml").task()
        #expect(task.counts == ShownCounts(read: 2, created: 2))
        let rows = try Database(folder).rows("SELECT last_name FROM contacts WHERE contact_number = '1'")
        #expect(rows == [[file.lastName]])
    }
}
