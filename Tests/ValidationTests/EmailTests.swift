import Records
import Testing

@testable import Validation

@Suite("E-mail addresses")
struct EmailTests {
    @Test(
        "addresses as people write them are kept as they are",
        arguments: [
            "a@b", "jo@example.com", "First.Last+tag@Sub.Example.CO.UK", "o'brien@example.com",
            "x_y-z@a-b.example",
            "!#$%&'*+-/=?^_`{|}~@example.com", "1@2.3", "user@xn--bcher-kva.example", "用户@例子.公司",
            "jörg@bücher.example",
        ])
    func taken(value: String) throws {
        #expect(try fate(of: value, plan(.email)) == .text(value))
        #expect(try fate(of: " \(value)\t", plan(.email)) == .text(value))
    }

    @Test(
        "an address with a fault is rejected with its reason",
        arguments: [
            ("plain", "no @"), ("@example.com", "before the @"), ("a@", "after the @"), ("@", "before the @"),
            ("a@b@c", "more than one @"), ("a b@example.com", "space"), ("a@exa mple.com", "space"),
            ("a\u{1}@b", "space or an invisible"), (".a@b", "dot"), ("a.@b", "dot"), ("a..b@c", "dot"),
            ("a@.b", "domain"), ("a@b.", "domain"), ("a@b..c", "domain"), ("a@-b.c", "hyphen"),
            ("a@b-.c", "hyphen"), ("a@b_c.d", "domain"), ("\"a b\"@c", "quotes"),
            ("a@[10.0.0.1]", "brackets"),
            ("a,b@c.d", "not allowed"), ("<a@b.c>", "not allowed"), ("a@b.c,d@e.f", "domain"),
            ("a\u{A0}b@c.d", "invisible"), ("a@b\u{200B}.c", "invisible"), ("mailto:a@b.c", "not allowed"),
        ])
    func malformed(value: String, reason: String) throws {
        #expect(try fate(of: value, plan(.email)) == .rejected("email_malformed"))
        let text = try message(of: Array(value.utf8), plan(.email))
        #expect(text?.contains(reason) == true, "\(text ?? "none")")
    }

    @Test("at most 254 characters, 64 of them before the @, 63 bytes in a label")
    func lengths() throws {
        let local = String(repeating: "l", count: 64)
        let label = String(repeating: "d", count: 63)
        let longest = "\(local)@\(label).\(label).\(String(repeating: "d", count: 61))"
        #expect(longest.count == 254)
        #expect(try fate(of: longest, plan(.email)) == .text(longest))
        #expect(try fate(of: longest + "d", plan(.email)) == .rejected("email_too_long"))
        #expect(try fate(of: "l\(local)@b.c", plan(.email)) == .rejected("email_too_long"))
        #expect(try fate(of: "a@\(label)d.c", plan(.email)) == .rejected("email_malformed"))
        #expect(try fate(of: "a@example.com", plan(.email, maxLength: 12)) == .rejected("email_too_long"))
        // Counted in characters, not bytes.
        let accents = String(repeating: "é", count: 64) + "@example.com"
        #expect(try fate(of: accents, plan(.email)) == .text(accents))
        // Never shortened: that would be another's address.
        let truncating = plan(.email, maxLength: 12, tooLong: .truncate)
        #expect(try fate(of: "a@example.com", truncating) == .rejected("email_too_long"))
    }
}

@Suite("Choices")
struct ChoiceTests {
    @Test(
        "a word in any case is stored as declared",
        arguments: [
            ("yes", .text("yes")), ("YES", .text("yes")), (" No ", .text("no")),
            ("Unknown", .text("unknown")),
            ("", .blank), ("ye", .rejected("choice_unknown")), ("yess", .rejected("choice_unknown")),
            ("maybe", .rejected("choice_unknown")), ("ÿes", .rejected("choice_unknown")),
        ] as [(String, Fate)])
    func words(value: String, expected: Fate) throws {
        #expect(try fate(of: value, plan(.choice(["yes", "no", "unknown"]))) == expected)
    }

    @Test(
        "words beyond ASCII are compared as Unicode does",
        arguments: [
            ("ÄRGER", "Ärger"), ("a\u{308}rger", "Ärger"), ("STRASSE", "Straße"), ("ΟΔΟΣ", "Οδος"),
            ("ОПЛАЧЕНО", "Оплачено"),
        ])
    func unicode(value: String, word: String) throws {
        let words = ["Ärger", "Straße", "Οδος", "Оплачено"]
        #expect(try fate(of: value, plan(.choice(words))) == .text(word))
    }

    @Test("every word of a long list is found in every case, and stands in the arena once")
    func longList() throws {
        let words = (0..<500).map { "Status \($0) of \($0 * 7 % 13)" }
        let batch = HandBatch([plan(.choice(words))], texts: words.flatMap { [[$0], [$0.uppercased()]] })
        let rejects = try batch.check().rejects
        #expect(rejects.isEmpty)
        for (index, word) in words.enumerated() {
            #expect(batch.stored(2 * index) == .text(word))
            #expect(batch.stored(2 * index + 1) == .text(word))
            #expect(batch.records.storage.plane(0)[2 * index].kind == .source)
        }
        #expect(batch.records.storage.arenaCount == words.reduce(0) { $0 + $1.utf8.count })
    }

    @Test("a message lists the words")
    func listsWords() throws {
        let text = try message(of: Array("si".utf8), plan(.choice(["yes", "no"]), name: "smsConsent"))
        #expect(text == "smsConsent: \"si\" is not one of: yes, no")
        let many = try message(of: Array("si".utf8), plan(.choice((1...25).map { "w\($0)" })))
        #expect(many?.hasSuffix("w20 and 5 more") == true)
    }
}
