import Records
import TestSupport
import Testing

@testable import Validation

@Suite("Texts and identifiers")
struct TextTests {
    @Test(
        "a text keeps every character it has",
        arguments: [
            "  spaces at both ends  ", " ", "0012", "1e5", "NULL", "=1+1", "O'Brien", "José", "👩‍👩‍👧‍👦", "שלום",
            "a\tb\nc", "\u{202E}txt", "\u{FFFD}", "\u{7F}",
        ])
    func kept(value: String) throws {
        #expect(try fate(of: value, plan(.text)) == .text(value))
    }

    @Test(
        "bytes that are not UTF-8 are rejected, and so is NUL",
        arguments: [
            ([0xFF], "invalid_utf8"), ([0x61, 0x80], "invalid_utf8"), ([0xC3], "invalid_utf8"),
            ([0xC0, 0x80], "invalid_utf8"), ([0xC1, 0xBF], "invalid_utf8"),
            ([0xE0, 0x80, 0xAF], "invalid_utf8"),
            ([0xE0, 0x9F, 0xBF], "invalid_utf8"), ([0xED, 0xA0, 0x80], "invalid_utf8"),
            ([0xED, 0xBF, 0xBF], "invalid_utf8"), ([0xF0, 0x8F, 0xBF, 0xBF], "invalid_utf8"),
            ([0xF4, 0x90, 0x80, 0x80], "invalid_utf8"), ([0xF5, 0x80, 0x80, 0x80], "invalid_utf8"),
            ([0xF0, 0x9F, 0x98], "invalid_utf8"), ([0xE2, 0x82, 0x28], "invalid_utf8"),
            ([0x61, 0x00], "nul_byte"),
            ([0x00], "nul_byte"), ([0xC3, 0xA9, 0x00], "nul_byte"), ([0x00, 0xFF], "nul_byte"),
        ] as [([UInt8], String)])
    func wrongBytes(bytes: [UInt8], code: String) throws {
        let kinds: [FieldKind] = [
            .text, .identifier, .integer, .date, .boolean, .email, .phone, .choice(["a"]),
        ]
        for kind in kinds { #expect(try fates(of: [bytes], plan(kind)) == [.rejected(code)], "\(kind.name)") }
    }

    @Test("a wrong byte is named by its place in the source")
    func bytePosition() throws {
        let name = plan(.text, name: "lastName")
        let text = try message(of: Array("abc".utf8) + [0xE9], name, byteOffset: 1000)
        #expect(
            text == "lastName: invalid UTF-8 at byte 1003 of the source; is the file in another encoding?")
        let number = try message(of: Array("  12".utf8) + [0], plan(.integer), byteOffset: 1000)
        #expect(number == "field: a NUL byte at byte 1004 of the source")
    }

    @Test("UTF-8 is judged as Swift judges it")
    func agreesWithSwift() {
        var generator = SeededGenerator.printingSeed()
        // Bytes near the borders of the standard's table, so that valid and nearly valid both occur.
        let lead: [UInt8] = [
            0x61, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xED, 0xEF, 0xF0,
            0xF3,
            0xF4, 0xF5,
        ]
        var valid = 0
        for _ in 0..<200_000 {
            let count = Int.random(in: 1...6, using: &generator)
            let bytes = (0..<count).map { _ in
                Int.random(in: 0..<8, using: &generator) == 0
                    ? UInt8.random(in: 1...255, using: &generator)
                    : lead.randomElement(using: &generator) ?? 1
            }
            let expected = String(validating: bytes, as: UTF8.self) != nil
            if expected { valid += 1 }
            #expect((UTF8Check.problem(in: bytes.span) == nil) == expected, "\(bytes)")
        }
        #expect(valid > 1000)
    }

    @Test(
        "length counts characters, not bytes",
        arguments: [
            ("abcde", .text("abcde")), ("abcdef", .rejected("text_too_long")), ("ééééé", .text("ééééé")),
            ("éééééé", .rejected("text_too_long")), ("🙂🙂🙂🙂🙂", .text("🙂🙂🙂🙂🙂")),
            ("e\u{301}e\u{301}e\u{301}", .rejected("text_too_long")),
        ] as [(String, Fate)])
    func length(value: String, expected: Fate) throws {
        #expect(try fate(of: value, plan(.text, maxLength: 5)) == expected)
    }

    @Test(
        "a text is shortened where a reader sees a boundary",
        arguments: [
            ("abcdef", "abcde"), ("éééééé", "ééééé"), ("abcde\u{301}f", "abcd"), ("abcd👩‍👩‍👧x", "abcd"),
            ("abc🇩🇪🇫🇷", "abc🇩🇪"), ("abcd🇩🇪", "abcd"), ("🙂🙂🙂🙂🙂🙂", "🙂🙂🙂🙂🙂"), ("abcd\r\n", "abcd"),
            ("a\u{301}\u{302}\u{303}\u{304}\u{305}\u{306}", "a\u{301}\u{302}\u{303}\u{304}"),
        ])
    func truncated(value: String, expected: String) throws {
        let plan = plan(.text, maxLength: 5, tooLong: .truncate)
        let batch = HandBatch([plan], texts: [[value]])
        let rejects = try batch.check().rejects
        #expect(rejects.isEmpty)
        let cell = batch.records.storage.plane(0)[0]
        #expect(batch.records.storage.text(cell).elementsEqual(expected.utf8))
        #expect(cell.notPlain == expected.utf8.contains { $0 > 127 })
    }

    @Test("a wrong text is rejected, not shortened")
    func truncationChecks() throws {
        let plan = plan(.text, maxLength: 2, tooLong: .truncate)
        #expect(try fates(of: [[0x61, 0x61, 0x61, 0xFF]], plan) == [.rejected("invalid_utf8")])
    }

    @Test("identifiers keep their zeros and spaces, hold no controls, and are never shortened")
    func identifiers() throws {
        let identifier = plan(.identifier, maxLength: 6)
        for value in ["000123", " A-1 ", "Ä-7", "a b"] {
            #expect(try fate(of: value, identifier) == .text(value))
        }
        for value in ["a\tb", "a\n", "\u{1}", "\u{7F}", "é\u{85}", "\u{9F}"] {
            #expect(try fate(of: value, identifier) == .rejected("identifier_malformed"), "\(value)")
        }
        #expect(try fate(of: "é\u{A0}", identifier) == .text("é\u{A0}"))
        #expect(try fate(of: "1234567", identifier) == .rejected("identifier_too_long"))
        let truncating = plan(.identifier, maxLength: 6, tooLong: .truncate)
        #expect(try fate(of: "1234567", truncating) == .rejected("identifier_too_long"))
    }

    @Test("values in messages are short, on one line, and wholly visible")
    func shown() {
        func shown(_ bytes: [UInt8]) -> String { bytes.withUnsafeBufferPointer { ShownValue.quoted($0) } }
        #expect(shown(Array("plain".utf8)) == "\"plain\"")
        #expect(shown(Array("a\nb\tc\u{1}".utf8)) == "\"a\\nb\\tc\\u{01}\"")
        #expect(shown(Array("\u{202E}\u{A0}é".utf8)) == "\"\\u{202E}\\u{A0}é\"")
        #expect(shown([0x61, 0xFF, 0x00]) == "\"a\\xFF\\u{00}\"")
        #expect(shown(Array(repeating: 0x61, count: 40)) == "\"\(String(repeating: "a", count: 40))\"")
        #expect(shown(Array(repeating: 0x61, count: 41)) == "\"\(String(repeating: "a", count: 40))…\"")
    }

    @Test("values that were cut are counted by field, those of rejected records left out")
    func shortenedAreCounted() throws {
        let fields = [
            plan(.text, name: "city", maxLength: 3, tooLong: .truncate),
            plan(.text, name: "state", plane: 1, maxLength: 3, tooLong: .truncate),
            plan(.integer, name: "number", plane: 2),
        ]
        let batch = HandBatch(
            fields,
            texts: [
                ["abc", "abc", "1"], ["abcd", "abc", "x"], ["abcd", "ab", "1"], [nil, "abcde", "y"],
                ["äöüß", nil, "2"],
            ])
        let checked = try batch.check()
        #expect(checked.rejects.map(\.record) == [1, 3])
        #expect(
            checked.shortenedValues() == [
                ShortenedValues(field: "city", count: 2, first: batch.records.position(of: 2))
            ])
        #expect(batch.stored(4) == .text("äöü"))
    }
}
