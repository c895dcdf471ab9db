import ListFiltersTestSupport
import Records
import TestSupport
import Testing

@testable import ListFilters

@Suite("Quick search, plainly evaluated")
struct SearchTests {
    private static let type = RecordType(
        name: "person", plural: "people",
        fields: [
            Field(name: "number", kind: .identifier, isUnique: true, isSearchable: true),
            Field(name: "name", kind: .text, isSearchable: true), Field(name: "search", kind: .text),
        ],
        keys: [["number"]], allowsNoKey: false, limit: .records(1))

    private func words(_ text: String, isPhone: Bool = false) -> [String] {
        var cutter = SearchWords()
        var words: [String] = []
        var text = text
        text.withUTF8 { bytes in
            cutter.forEachWord(of: bytes, isPhone: isPhone) {
                words.append(String(decoding: $0, as: UTF8.self))
            }
        }
        return words
    }

    private func matches(_ asked: String, _ values: String..., phone: String = "") throws -> Bool {
        var matcher = SearchMatcher(try SearchText(asked))
        matcher.begin()
        for var value in values { value.withUTF8 { matcher.look(into: $0, isPhone: false) } }
        var phone = phone
        phone.withUTF8 { matcher.look(into: $0, isPhone: true) }
        return matcher.isWithin
    }

    @Test(
        "words are runs of letters and digits without case and accents",
        arguments: [
            ("", []), ("Ann-Marie  Smith", ["ann", "marie", "smith"]), ("O'Brien", ["obrien"]),
            ("O\u{2019}Brien", ["obrien"]), ("JOSÉ", ["jose"]), ("jose\u{301}", ["jose"]),
            ("ann.smith@example.com", ["ann", "smith", "example", "com"]),
            ("A-100/0042", ["a", "100", "0042"]),
            ("Straße STRASSE", ["strasse", "strasse"]), ("Σίσυφος", ["σισυφοσ"]),
            ("Ørsted Łódź", ["orsted", "lodz"]),
            ("Æsir", ["aesir"]), ("日本 一", ["日本", "一"]), ("a\u{200B}b\u{AD}c", ["abc"]), ("😀x😀", ["x"]),
            ("--", []),
            ("İstanbul", ["istanbul"]), ("ﬁn", ["fin"]),
        ] as [(String, [String])])
    func cut(text: String, expected: [String]) {
        #expect(words(text).map { Array($0.utf8) } == expected.map { Array($0.utf8) })
    }

    @Test("of a word the first 64 characters count, in any script")
    func longWords() throws {
        #expect(words(String(repeating: "a", count: 100)) == [String(repeating: "a", count: 64)])
        #expect(words(String(repeating: "日", count: 100)) == [String(repeating: "日", count: 64)])
        #expect(words(String(repeating: "a", count: 63) + "æb") == [String(repeating: "a", count: 63)])
        #expect(try matches(String(repeating: "x", count: 90), String(repeating: "x", count: 80)))
    }

    @Test(
        "a phone has a word with its country's code and one without",
        arguments: [
            ("+14155550100", ["+14155550100", "+4155550100"]),
            ("+493012345678", ["+493012345678", "+3012345678"]),
            ("+390612345678", ["+390612345678", "+612345678"]), ("+9991234567", ["+9991234567"]), ("", []),
        ])
    func phones(phone: String, expected: [String]) {
        #expect(words(phone, isPhone: true) == expected)
    }

    @Test(
        "a phone is found as people write it",
        arguments: [
            "4155550100", "415 555", "(415) 555-0100", "+1 415 555 0100", "1-415", "0014155", "41", "0415 55",
            "415 smith", "smith 415 555",
        ])
    func writtenPhones(asked: String) throws {
        #expect(try matches(asked, "Smith", phone: "+14155550100"))
    }

    @Test(
        "a phone is not found by its middle or by zeros",
        arguments: ["555", "0100", "415 556", "0", "000", "041", "0004155", "smith 555", "415 0100"])
    func otherPhones(asked: String) throws {
        #expect(try !matches(asked, "Smith", phone: "+14155550100"))
    }

    @Test(
        "every word must be the beginning of one",
        arguments: [
            ("smi", true), ("SMITH ann", true), ("ann.smith@ex", true), ("mith", false), ("smith bob", false),
            ("0042", true), ("42", false), ("a 0042", true), ("0042 7", true), ("0042 8", false),
            ("00427", false),
        ])
    func everyWord(asked: String, expected: Bool) throws {
        #expect(try matches(asked, "Ann Smith", "ann.smith@example.com", "A-0042-7") == expected)
    }

    @Test("bytes that are no UTF-8 stand between words")
    func brokenText() {
        var cutter = SearchWords()
        var words: [[UInt8]] = []
        for bytes in [[0x61, 0xFF, 0x62], [0xC3], [0x61, 0xE2, 0x82]] as [[UInt8]] {
            bytes.withUnsafeBufferPointer { bytes in
                cutter.forEachWord(of: bytes, isPhone: false) { words.append(Array($0)) }
            }
        }
        #expect(words == [[0x61], [0x62], [0x61]])
    }

    // MARK: In the language

    @Test(
        "a search stands where a test does, and is written again in one form",
        arguments: [
            ("search 'smith'", "search 'smith'"), ("SEARCH \"O'Brien\"", "search 'O''Brien'"),
            ("not search 'a'", "not search 'a'"), ("not not search 'a'", "search 'a'"),
            (
                "(search 'a' or name = 'b') and not search 'c'",
                "(search 'a' or name = 'b') and not search 'c'"
            ),
            (
                "search = 'a' and search 'b' and search is empty",
                "search = 'a' and search 'b' and search is empty"
            ),
            ("not (search 'a' and search 'b')", "not (search 'a' and search 'b')"),
        ])
    func canonicalForm(text: String, canonical: String) throws {
        let filter = try ListFilter(text, for: Self.type)
        #expect(filter.text == canonical)
        #expect(try ListFilter(canonical, for: Self.type) == filter)
        #expect(filter.searches)
    }

    @Test("a filter that does not search says so")
    func doesNotSearch() throws {
        #expect(try !ListFilter("search = 'a' or not name = 'b'", for: Self.type).searches)
    }

    @Test(
        "what cannot be searched for is refused with its place",
        arguments: [
            ("search smith", 7), ("search", 6), ("name = 'a' and search '--'", 22), ("search ('a')", 7),
            ("search 'a' 'b'", 11), ("search '\(String(repeating: "a ", count: 21))'", 7), ("search ''", 7),
        ])
    func refused(text: String, offset: Int) {
        #expect {
            try ListFilter(text, for: Self.type)
        } throws: { error in
            let error = error as? ListFilterError
            return error?.offset == offset && error?.code == "bad_list_filter"
        }
    }

    @Test("a type without a searched field is not searched")
    func nothingSearched() {
        #expect(throws: ListFilterError.self) { try ListFilter("search 'a'", for: Visits.type) }
    }

    @Test("as many beginnings as a text may have are told apart")
    func mostWords() throws {
        let numbers = (1...SearchText.maxWords).map { String($0 * 111) }.joined(separator: " ")
        #expect(try matches(numbers, numbers))
        #expect(try !matches(numbers, String(numbers.dropLast(4))))
    }
}
