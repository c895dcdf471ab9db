import Foundation
import Records
import TestSupport
import Testing

@testable import ByteStreams

extension TextEncoding {
    /// Those that say the order of their bytes and are not read as they lie.
    static let transcoded = all.filter { $0 != .utf8 && !$0.needsMark }
}

/// Bytes as a whole file of an encoding.
private func decoded(_ bytes: [UInt8], _ name: String) throws -> DecodedHead {
    try DecodedHead(bytes, in: TextEncoding(named: name), isWhole: true)
}

@Suite("Decoding and encoding")
struct TextCodecTests {
    @Test(
        "This system converts from and to every encoding that has a name", arguments: TextEncoding.transcoded)
    func known(encoding: TextEncoding) throws {
        let ascii = Array("contactNumber,email\r\n\"0001\";a@example.com|\t'?'\n".utf8)
        let bytes = try TextEncoder(encoding).encode(ascii)
        #expect(try decoded(bytes, encoding.name).text == ascii)
        #expect(bytes.count == ascii.count * encoding.unitBytes)
    }

    @Test("A whole text is encoded as its characters are one by one", arguments: TextEncoding.transcoded)
    func wholeTexts(encoding: TextEncoding) throws {
        let encoder = try TextEncoder(encoding)
        let wide = "a,b\r\nMüller;Łódź;Иван;山田太郎;김;ｱｷﾗ;😀 – €\n"
        let text = Array(encoder.representable(wide).utf8)
        let buffer = ByteBuffer(capacity: 1)
        text.withUnsafeBytes { encoder.append($0, to: buffer) }
        #expect(Array(buffer.bytes) == encoder.encode(text))
        #expect(text.withUnsafeBufferPointer(encoder.firstMissing) == nil)
        // The first of them that the encoding lacks, and `?` in its place where somebody encodes it anyway.
        let lacking = wide.unicodeScalars.first { encoder.representable(String($0)) != String($0) }
        #expect(Array(wide.utf8).withUnsafeBufferPointer(encoder.firstMissing) == lacking)
        #expect(encoder.hasEverything == (lacking == nil))
        let other = ByteBuffer(capacity: 1)
        Array(wide.utf8).withUnsafeBytes { encoder.append($0, to: other) }
        #expect(Array(other.bytes) == encoder.encode(Array(wide.utf8)))
    }

    @Test("What can be encoded is decoded to the same text", arguments: TextEncoding.transcoded)
    func roundTrip(encoding: TextEncoding) throws {
        let encoder = try TextEncoder(encoding)
        let wide =
            "Müller, Łódź, Şahin, Ærø, Œuvre 5 €, Иван, Ҕ, Ελλάδα, שלום, سلام, ไทย, 山田太郎, 김, ｱｷﾗ, ソ, 😀 “…”"
        let text = encoder.representable(wide)
        let bytes = encoder.encode(Array(text.utf8))
        let again = try decoded(bytes, encoding.name)
        #expect(String(decoding: again.text, as: UTF8.self) == text && again.invalidSequences == 0)
        if encoding.unitBytes > 1 || encoding.name == "gb18030" { #expect(text == wide) }
    }

    @Test(
        "Each byte and each pair of bytes that is a character is given back by the encoder as some character")
    func everySign() throws {
        for encoding in TextEncoding.transcoded where encoding.isSingleByte {
            let encoder = try TextEncoder(encoding)
            for byte in UInt8.min...UInt8.max {
                let once = try decoded([byte], encoding.name)
                guard once.invalidSequences == 0 else {
                    #expect(once.text == [0xFF])
                    continue
                }
                #expect(String(validating: once.text, as: UTF8.self)?.unicodeScalars.count == 1)
                #expect(try decoded(encoder.encode(once.text), encoding.name).text == once.text)
            }
        }
    }

    @Test(
        "What is no character becomes as many bytes that are in no UTF-8, and what follows is kept",
        arguments: [
            ("windows-1252", [0x41, 0x81, 0x42], "A\u{0}B", 1),
            ("shift-jis", [0x41, 0x81, 0x0A, 0x42], "A\u{0}\nB", 1),
            ("shift-jis", [0x81, 0xAD, 0x42], "\u{0}\u{0}B", 1),
            ("shift-jis", [0xFF, 0x81, 0x40], "\u{0}\u{3000}", 1),
            ("shift-jis", [0x42, 0x81], "B\u{0}", 1),
            ("euc-jp", [0xA4, 0x0A, 0xA4, 0xA2], "\u{0}\nあ", 1),
            ("gb18030", [0x81, 0x30, 0x0A], "\u{0}0\n", 1),
            ("utf-16le", [0x41, 0, 0, 0xD8, 0x42, 0], "A\u{0}\u{0}B", 1),
            ("utf-16be", [0xDC, 0, 0, 0x42], "\u{0}\u{0}B", 1),
            ("utf-16le", [0x41, 0, 0x42], "A\u{0}", 1),
            ("utf-16le", [0x3D, 0xD8, 0x00], "\u{0}\u{0}\u{0}", 2),
            ("utf-32le", [0, 0xD8, 0, 0, 0x42, 0, 0, 0], "\u{0}\u{0}\u{0}\u{0}B", 1),
        ] as [(String, [UInt8], String, Int)])
    func invalid(name: String, bytes: [UInt8], text: String, sequences: Int) throws {
        let found = try decoded(bytes, name)
        #expect(found.text == text.utf8.map { $0 == 0 ? 0xFF : $0 })
        #expect(found.invalidSequences == sequences)
    }

    @Test("A character that is cut short at the end of a head is left out, and counts for nothing")
    func heads() throws {
        for (name, bytes) in [
            ("shift-jis", [0x41, 0x93]), ("utf-16le", [0x41, 0, 0x42]), ("utf-8", [0x41, 0xC3]),
        ]
            as [(String, [UInt8])]
        {
            let head = try DecodedHead(bytes, in: TextEncoding(named: name), isWhole: false)
            #expect(head.invalidSequences == 0 && head.text.first == 0x41)
        }
        #expect(try decoded([0x41, 0xC3], "utf-8").invalidSequences == 1)
        #expect(try decoded([0xC3, 0x28, 0xFF], "utf-8").invalidSequences == 2)
    }

    @Test("A head is plausible where it holds characters alone, and no controls")
    func plausible() throws {
        let curly = Array("a,b\r\n\t".utf8) + [0x93, 0x94]
        #expect(try decoded(curly, "windows-1252").isPlausible)
        #expect(try decoded(curly, "iso-8859-1").controlCharacters == 2)
        #expect(try decoded(curly, "utf-8").invalidSequences == 2)
        #expect(try decoded([0x41, 0, 0x42, 0], "utf-16").isPlausible)
        #expect(try decoded([0xFE, 0xFF, 0, 0x41], "utf-16").text == Array("\u{FEFF}A".utf8))
        #expect(try decoded([0x41, 0, 0x42, 0], "utf-8").controlCharacters == 2)
        #expect(try decoded(Array("é\u{85}".utf8), "utf-8").controlCharacters == 1)
    }

    @Test("Signs that an encoding lacks are written in plain ones, or as a question mark")
    func representable() throws {
        let latin = try TextEncoder(TextEncoding(named: "latin1"))
        #expect(latin.representable("Zoë “a” … 5 € 山") == "Zoë \"a\" ... 5 EUR ?")
        #expect(latin.encode(Array("ë山".utf8)) == [0xEB, 0x3F])
        let wide = try TextEncoder(.utf16BE)
        #expect(wide.representable("“山”") == "“山”" && wide.encode(Array("山".utf8)) == [0x5C, 0x71])
    }

    @Test("Line ends are found at the end of records in any encoding, and never within a character")
    func lineEnds() throws {
        for encoding in TextEncoding.transcoded {
            let encoder = try TextEncoder(encoding)
            for lineEnd in ["\r\n", "\n", "\r"] {
                let bytes = encoder.encode(Array(("a,b" + lineEnd).utf8))
                #expect(encoder.lineEnd(of: bytes) == encoder.encode(Array(lineEnd.utf8)))
            }
            #expect(encoder.lineEnd(of: encoder.encode(Array("a,b".utf8))) == nil)
        }
        let wide = try TextEncoder(.utf16LE)
        #expect(wide.lineEnd(of: [0x00, 0x0A]) == nil, "U+0A00")
        #expect(wide.lineEnd(of: [0x41, 0x0A, 0x00]) == nil && !wide.endsBetweenUnits([0x41, 0x0A, 0x00]))
    }

    @Test("A mark says what a file is, unless it may be two letters of what was declared")
    func marks() throws {
        func resolved(_ head: [UInt8], _ declared: String) throws -> ResolvedEncoding {
            try ResolvedEncoding(declared: TextEncoding(named: declared), head: head, fileName: "a.csv")
        }
        let wide: [UInt8] = [0xFF, 0xFE, 0x41, 0]
        #expect(try resolved(wide, "utf-8").encoding == .utf16LE && resolved(wide, "utf-8").isByMark)
        #expect(try resolved(wide, "utf-16").encoding == .utf16LE && !resolved(wide, "utf-16").isByMark)
        #expect(try !resolved(wide, "utf-16le").isByMark && resolved(wide, "utf-16be").isByMark)
        #expect(try resolved(wide, "windows-1252").encoding == .utf16LE)
        let letters: [UInt8] = [0xFF, 0xFE, 0xEF, 0x2C]
        #expect(try resolved(letters, "windows-1251").encoding.name == "windows-1251")
        #expect(try resolved([0xFE, 0xFF, 0, 0x41], "utf-8").encoding == .utf16BE)
        #expect(try resolved([0xFF, 0xFE, 0, 0], "utf-8").encoding == .utf32LE)
        #expect(try resolved([0, 0, 0xFE, 0xFF], "utf-32").encoding == .utf32BE)
        let eight: [UInt8] = [0xEF, 0xBB, 0xBF, 0x41]
        #expect(
            try resolved(eight, "windows-1252").encoding == .utf8 && resolved(eight, "windows-1252").isByMark)
        #expect(try !resolved(eight, "utf-8").isByMark)
        let error = #expect(throws: ByteStreamError.self) { try resolved([0x41, 0, 0x42, 0], "utf-16") }
        #expect(error?.code == .encodingOrderUnknown && error?.hint?.contains("utf-16le") == true)
    }
}
