import Foundation
import Testing

@testable import Records

@Suite("Names of encodings")
struct TextEncodingTests {
    @Test(
        "An encoding is found by the names that users and other programs give it, however they are written",
        arguments: [
            ("UTF-8", "utf-8"), ("utf8", "utf-8"), ("US-ASCII", "utf-8"), ("cp1252", "windows-1252"),
            ("Windows 1252", "windows-1252"), ("WIN-1251", "windows-1251"), ("latin1", "iso-8859-1"),
            ("ISO8859-15", "iso-8859-15"), ("ISO_8859-1", "iso-8859-1"), ("Latin-9", "iso-8859-15"),
            ("sjis", "shift-jis"), ("Shift_JIS", "shift-jis"), ("CP932", "shift-jis"), ("eucJP", "euc-jp"),
            ("GB2312", "gbk"), ("gb18030", "gb18030"), ("Big5", "big5"), ("KS_C_5601-1987", "euc-kr"),
            ("utf16", "utf-16"), ("UTF-16LE", "utf-16le"), ("UTF-32BE", "utf-32be"), ("koi8r", "koi8-r"),
            ("MacRoman", "macintosh"), ("cp850", "ibm850"), ("437", "ibm437"),
        ])
    func names(written: String, name: String) throws {
        #expect(try TextEncoding(named: written).name == name)
    }

    @Test("Every encoding is found by its own name, and no name means two")
    func ownNames() throws {
        for encoding in TextEncoding.all { #expect(try TextEncoding(named: encoding.name) == encoding) }
        let names = EncodingNames.table.flatMap { $0.aliases + [EncodingNames.comparable($0.name)] }
        #expect(Set(names).count == names.count)
        #expect(names.allSatisfy { $0 == EncodingNames.comparable($0) })
        #expect(EncodingNames.ofSeveralBytes.isSubset(of: EncodingNames.table.map(\.name)))
    }

    @Test("An unknown name is refused with the nearest one")
    func unknown() {
        let failure = #expect(throws: Failure.self) { try TextEncoding(named: "windwos-1252") }
        #expect(failure?.code == "unknown_encoding" && failure?.kind == .refused)
        #expect(failure?.hint == "Did you mean 'windows-1252'?")
        #expect(EncodingNames.hint(for: "cp1259") == "Did you mean 'cp1250'?")
        #expect(EncodingNames.hint(for: "klingon").hasPrefix("Known: utf-8, "))
        #expect(throws: Failure.self) { try TextEncoding(named: "") }
    }

    @Test(
        "Encodings that cannot be given back a record at a time are refused for what they are",
        arguments: [
            "iso-2022-jp", "ISO-2022-KR", "utf-7", "HZ", "Big5-HKSCS", "EBCDIC-US", "IBM037", "cp500",
        ])
    func unsupported(name: String) {
        let failure = #expect(throws: Failure.self) { try TextEncoding(named: name) }
        #expect(failure?.code == "encoding_unsupported" && failure?.hint?.contains("iconv") == true)
    }

    @Test("A plan of an earlier version, without an encoding, can be read")
    func earlierPlans() throws {
        var plan = ImportPlan(
            path: "/a", isSpooled: false, recordType: "contact", filterYAML: nil, mode: .upsert,
            duplicates: .last, maxRejects: nil, maxRecords: nil, maxBytes: nil,
            batch: BatchLimits(records: 1, bytes: 1), commitRecords: 1, rejectsPath: nil,
            overwritesRejects: false)
        let earlier = try JSONEncoder().encode(plan)
        #expect(!String(decoding: earlier, as: UTF8.self).contains("encoding"))
        #expect(try JSONDecoder().decode(ImportPlan.self, from: earlier) == plan)
        plan.encoding = try TextEncoding(named: "sjis")
        let written = try JSONEncoder().encode(plan)
        #expect(String(decoding: written, as: UTF8.self).contains("\"encoding\":\"shift-jis\""))
        #expect(try JSONDecoder().decode(ImportPlan.self, from: written) == plan)
    }
}
