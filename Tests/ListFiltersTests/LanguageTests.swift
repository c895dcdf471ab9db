import ListFiltersTestSupport
import Records
import TestSupport
import Testing

@testable import ListFilters

@Suite("The list-filter language")
struct LanguageTests {
    @Test(
        "what is written is understood, and written again in one form",
        arguments: [
            ("state = 'CA'", "state = 'CA'"),
            ("STATE='CA'", "state = 'CA'"),
            ("last_name != \"O'Brien\"", "lastName != 'O''Brien'"),
            ("last-name = 'say \"hi\"'", "lastName = 'say \"hi\"'"),
            ("lastName = \"a\"\"b\"", "lastName = 'a\"b'"),
            ("not state = 'CA'", "state != 'CA'"),
            ("not not state = 'CA'", "state = 'CA'"),
            ("not age < 5", "not age < 5"),
            ("state = 'a' or state = 'b' and age = 1", "state = 'a' or state = 'b' and age = 1"),
            ("(state = 'a' or state = 'b') and age = 1", "(state = 'a' or state = 'b') and age = 1"),
            ("((state = 'a') AND (age = 1 And active = TRUE))", "state = 'a' and age = 1 and active = yes"),
            ("not state = 'a' and age = 1", "state != 'a' and age = 1"),
            ("not (state = 'a' and age = 1)", "not (state = 'a' and age = 1)"),
            ("not (not (state = 'a' or age = 1))", "state = 'a' or age = 1"),
            ("state in ('CA','NV')", "state in ('CA', 'NV')"),
            ("state Not In ('CA')", "state not in ('CA')"),
            ("not state in ('CA')", "state not in ('CA')"),
            ("state is empty or email IS NOT EMPTY", "state is empty or email is not empty"),
            ("lastName starts with 'Mc'", "lastName starts with 'Mc'"),
            ("lastName not ends  with 'son'", "lastName not ends with 'son'"),
            ("lastName not contains 'x'", "lastName not contains 'x'"),
            ("age between 18 and 65 and active = no", "age between 18 and 65 and active = no"),
            ("age not between -5 and +5", "age not between -5 and 5"),
            ("balance > 100", "balance > 100"),
            ("balance <= -0.5", "balance <= -0.50"),
            ("balance = 100.500", "balance = 100.50"),
            ("balance = '7.25'", "balance = 7.25"),
            ("rate = 7.0", "rate = 7"),
            ("dueDate >= 2026-12-31", "dueDate >= 2026-12-31"),
            ("dueDate >= '2026-12-31'", "dueDate >= 2026-12-31"),
            ("changedAt < 2026-12-31", "changedAt < 2026-12-31T00:00:00.000Z"),
            ("changedAt < 2026-12-31T01:30:00+01:00", "changedAt < 2026-12-31T00:30:00.000Z"),
            ("changedAt < '2026-12-31 01:30'", "changedAt < 2026-12-31T01:30:00.000Z"),
            ("active != False", "active != no"),
            ("outcome = PLANNED", "outcome = 'planned'"),
            ("outcome in ('no show', 'STRASSE', done)", "outcome in ('No Show', 'Straße', 'done')"),
            ("phone1 = '+14155550100'", "phone1 = '+14155550100'"),
            (
                "phone1 starts with '+1415' or phone1 contains '555'",
                "phone1 starts with '+1415' or phone1 contains '555'"
            ),
            ("visitNumber < '000417'", "visitNumber < '000417'"),
            ("in in ('in', 'and') and in = 'or'", "in in ('in', 'and') and in = 'or'"),
            ("state\n=\t'日本' ", "state = '日本'"),
            ("dueDate < today", "dueDate < today"), ("dueDate<TODAY-30 days", "dueDate < today - 30 days"),
            ("dueDate = today -1 Day", "dueDate = today - 1 day"),
            ("dueDate >= today + 2 weeks", "dueDate >= today + 2 weeks"),
            ("dueDate >= today+2 week", "dueDate >= today + 2 weeks"),
            ("dueDate != today - 0 months", "dueDate != today"),
            (
                "dueDate between today - 1 month and today + 10 years",
                "dueDate between today - 1 month and today + 10 years"
            ),
            ("dueDate in (today, 2026-12-31)", "dueDate in (today, 2026-12-31)"),
            ("changedAt > now - 90 minutes", "changedAt > now - 90 minutes"),
            ("changedAt > now", "changedAt > now"), ("changedAt >= today", "changedAt >= today"),
            ("changedAt >= today + 8 hours", "changedAt >= today + 8 hours"),
            ("outcome = 'done' and dueDate = today", "outcome = 'done' and dueDate = today"),
        ])
    func canonicalForm(text: String, canonical: String) throws {
        let filter = try Visits.filter(text)
        #expect(filter.text == canonical)
        #expect(try Visits.filter(canonical) == filter)
    }

    @Test("any filter that is written is read back as it was")
    func roundTrip() throws {
        var made = RandomFilters(random: SeededGenerator.printingSeed())
        made.isRelative = true
        for _ in 0..<2000 {
            let filter = ListFilter(made.condition())
            let again = try Visits.filter(filter.text)
            let isSame = bytes(of: again) == bytes(of: filter)
            #expect(isSame, "\(filter.text) became \(again.text)")
            #expect(again.text == filter.text)
        }
    }

    @Test("a filter names its fields once each, in the order they are asked")
    func fields() throws {
        let filter = try Visits.filter("age > 1 and (state = 'a' or not age = 2 or email is empty)")
        #expect(filter.fields.map(\.name) == ["age", "state", "email"])
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        var text: String
        /// From 1.
        var character: Int
        var message: String
        var hint: String?
        var code = "bad_list_filter"

        var testDescription: String { text }
    }

    static let refusals = [
        Refusal(text: "", character: 1, message: "is empty", hint: "state = 'CA'"),
        Refusal(text: " \n ", character: 1, message: "is empty"),
        Refusal(
            text: "stat = 'CA'", character: 1, message: "visit has no field 'stat'", hint: "'state'",
            code: "unknown_field"),
        Refusal(
            text: "age = 1 and\nlastNam = 'x'", character: 13, message: "'lastNam'", hint: "'lastName'",
            code: "unknown_field"),
        Refusal(text: "é = 'x'", character: 1, message: "'é'", hint: "Known: ", code: "unknown_field"),
        Refusal(text: "ssn = '1'", character: 1, message: "kept encrypted"),
        Refusal(
            text: "state", character: 6, message: "expected an operator after 'state', found the end",
            hint: "starts with"),
        Refusal(
            text: "state 'CA'", character: 7,
            message: "expected an operator after 'state', found the text 'CA'"),
        Refusal(text: "state =", character: 8, message: "expected a value, found the end"),
        Refusal(
            text: "state = CA", character: 9, message: "expected a text in quotes for state, found 'CA'",
            hint: "Write 'CA'."),
        Refusal(text: "state = 5", character: 9, message: "in quotes", hint: "Write '5'."),
        Refusal(text: "state = ''", character: 9, message: "an empty text", hint: "state is empty"),
        Refusal(text: "state == 'CA'", character: 7, message: "'==' is no operator", hint: "Write =."),
        Refusal(text: "state <> 'CA'", character: 7, message: "'<>'", hint: "Write !=."),
        Refusal(text: "state = 'CA", character: 9, message: "no closing '", hint: "O''Brien"),
        Refusal(text: "state = “CA”", character: 9, message: "'“' is no quote", hint: "'CA'"),
        Refusal(text: "state = 'CA'; age = 1", character: 13, message: "';' has no meaning"),
        Refusal(
            text: "state\u{200B} = 'CA'", character: 6, message: "'\\u{200B}' has no meaning",
            hint: "Texts stand in quotes"),
        Refusal(text: "age = 'a\nb'", character: 7, message: "'a\\u{A}b' is no number"),
        Refusal(text: "state = 'C\0A'", character: 11, message: "NUL"),
        Refusal(
            text: "state = 'CA' age = 1", character: 14,
            message: "expected 'and', 'or' or the end, found 'age'"),
        Refusal(text: "state = 'CA' and", character: 17, message: "expected a field's name, found the end"),
        Refusal(
            text: "state = 'CA' and or age = 1", character: 18, message: "expected a field's name, found 'or'"
        ),
        Refusal(text: "'CA' = state", character: 1, message: "expected a field's name, found the text 'CA'"),
        Refusal(
            text: "(state = 'CA'", character: 14, message: "found the end",
            hint: "( at character 1 is still open"),
        Refusal(text: "state = 'CA')", character: 13, message: "found ')'", hint: "closes nothing"),
        Refusal(text: "state in 'CA'", character: 10, message: "expected '(' after 'in'", hint: "state in ("),
        Refusal(text: "state in ()", character: 11, message: "expected a value, found ')'"),
        Refusal(text: "state in ('a' 'b')", character: 15, message: "expected ',' or ')'"),
        Refusal(text: "age between 1 or 2", character: 15, message: "expected 'and' and the second value"),
        Refusal(text: "age between 2 and 1", character: 5, message: "nothing lies between '2' and '1'"),
        Refusal(text: "state between 'b' and 'a'", character: 7, message: "nothing lies between 'b' and 'a'"),
        Refusal(text: "state starts 'a'", character: 14, message: "expected 'with' after 'starts'"),
        Refusal(text: "state is null", character: 10, message: "expected 'empty' or 'not empty'"),
        Refusal(text: "state not = 'a'", character: 11, message: "after 'not'"),
        Refusal(
            text: "age contains '1'", character: 5,
            message: "'contains' does not go with age, which is of the kind integer",
            hint: "=, !=, <, <=, >, >=, in, between, is empty."),
        Refusal(text: "age starts with '1'", character: 5, message: "'starts with' does not go with age"),
        Refusal(
            text: "active < yes", character: 8,
            message: "'<' does not go with active, which is of the kind boolean", hint: "=, !=, in, is empty."
        ),
        Refusal(text: "outcome between done and planned", character: 9, message: "of the kind choice"),
        Refusal(text: "dueDate ends with '1'", character: 9, message: "of the kind date"),
        Refusal(text: "age = x", character: 7, message: "'x' is no number", hint: "-5 or 1200"),
        Refusal(text: "age = 1.5", character: 7, message: "more places than age, which holds whole numbers"),
        Refusal(text: "age = 1e5", character: 7, message: "no number"),
        Refusal(text: "age = .5", character: 7, message: "no number"),
        Refusal(text: "age = -", character: 7, message: "no number"),
        Refusal(text: "balance = 1.005", character: 11, message: "which holds numbers with 2 places"),
        Refusal(text: "balance = 1,5", character: 12, message: "found ','"),
        Refusal(
            text: "balance = 23058430092136939.52", character: 11, message: "greater than balance can be"),
        Refusal(text: "dueDate = 2026-02-30", character: 11, message: "no day of the calendar"),
        Refusal(
            text: "dueDate = 31.12.2026", character: 11, message: "'31.12.2026' is no day", hint: "2026-12-31"
        ),
        Refusal(text: "dueDate = 2026-12-31T10:00", character: 11, message: "is no day"),
        Refusal(text: "changedAt = 10:00", character: 13, message: "no moment", hint: "2026-12-31T17:30:00Z"),
        Refusal(text: "active = 1", character: 10, message: "neither yes nor no"),
        Refusal(
            text: "outcome = plannd", character: 11, message: "'plannd' is no word of outcome",
            hint: "'planned'"),
        Refusal(
            text: "outcome = 'x'", character: 11, message: "no word",
            hint: "Known: planned, No Show, Straße, done."),
        Refusal(
            text: "phone1 = '415 555 0100'", character: 10, message: "other than + and digits",
            hint: "+14155550100"),
        Refusal(
            text: "phone1 = '4155550100'", character: 10, message: "no whole phone", hint: "+14155550100"),
        Refusal(text: "phone1 in ('+1')", character: 12, message: "no whole phone"),
        Refusal(text: "dueDate < now", character: 11, message: "is a moment", hint: "today - 30 days"),
        Refusal(text: "dueDate < today - 3 hours", character: 11, message: "'today - 3 hours' is a moment"),
        Refusal(
            text: "dueDate < today - 30", character: 21,
            message: "expected a unit after 'today - 30', found the end",
            hint: "days, weeks, months, years"),
        Refusal(text: "dueDate < today - 30 dais", character: 22, message: "found 'dais'"),
        Refusal(text: "dueDate < today - x days", character: 11, message: "how long", hint: "whole number"),
        Refusal(text: "dueDate < today - 1000000 days", character: 11, message: "how long", hint: "100000"),
        Refusal(text: "dueDate < 'today'", character: 11, message: "no day"),
        Refusal(
            text: "dueDate between today and today - 1 day", character: 9,
            message: "nothing lies between 'today' and 'today - 1 day'"),
        Refusal(text: "state = today", character: 9, message: "in quotes", hint: "Write 'today'."),
        Refusal(
            text: "account.name = 'x'", character: 1, message: "only fields of the record itself",
            code: "unknown_field"),
        Refusal(text: "phone1 starts with '0'", character: 20, message: "not the beginning of a phone"),
    ]

    @Test("what is wrong is told with its place, what was expected and the nearest name", arguments: refusals)
    func refused(refusal: Refusal) throws {
        let error = try #require(Visits.error(refusal.text))
        #expect(error.code == refusal.code)
        #expect(error.offset + 1 == refusal.character)
        #expect(error.message.contains(refusal.message), "\(error.message)")
        if let hint = refusal.hint {
            #expect(error.hint?.contains(hint) == true, "\(error.hint ?? "no hint")")
        }
        #expect(error.failure.kind == .refused)
        #expect(error.failure.message.hasPrefix("list filter, at character \(refusal.character): "))
    }

    @Test("parentheses may lie in one another up to a bound, and past it the place is told")
    func depth() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "(", count: depth) + "age = 1" + String(repeating: ")", count: depth)
        }
        #expect(try Visits.filter(nested(ListFilter.maxDepth)).text == "age = 1")
        for depth in [ListFilter.maxDepth + 1, 30_000] {
            let error = try #require(Visits.error(nested(depth)))
            #expect(error.message == "more than 50 parentheses lie in one another")
            #expect(error.offset == ListFilter.maxDepth)
        }
        let open = try #require(Visits.error(String(repeating: "(", count: 100_000)))
        #expect(open.message.contains("100000 bytes, at most 65536"))
        let nots = String(repeating: "not ", count: 16_001)
        #expect(try Visits.filter(nots + "state = 'a'").text == "state != 'a'")
    }

    @Test("long chains and long lists are read")
    func length() throws {
        let chain = Array(repeating: "age = 1", count: 5_000).joined(separator: " or ")
        #expect(try Visits.filter(chain).text == chain)
        let list = "age in (" + (0..<9_000).map(String.init).joined(separator: ", ") + ")"
        #expect(try Visits.filter(list).text == list)
        let days =
            "changedAt in (" + Array(repeating: "2026-12-31", count: 5_000).joined(separator: ",") + ")"
        let error = try #require(Visits.error(days))
        #expect(error.message.contains("bytes, at most 65536"), "it would be longer in the form that is kept")
    }

    @Test("no text at all makes the parser trap")
    func anyText() {
        var random = SeededGenerator.printingSeed()
        let pieces = [
            "state", "age", "outcome", "phone1", "dueDate", "=", "!=", "<", "in", "not", "(", ")", ",", "and",
            "or",
            "between", "is", "empty", "starts", "with", "contains", "'a'", "\"", "'", "5", "-", "2026-12-31",
            "é", "today", "now", "days", "- 3", "a.b",
            "\u{301}", "\0", "+", "yes", "😀", "\u{2028}", ";",
        ]
        for _ in 0..<5000 {
            let text = (0..<Int.random(in: 0...12, using: &random))
                .map { _ in pieces.randomElement(using: &random) ?? "" }
                .joined(separator: Bool.random(using: &random) ? " " : "")
            guard let error = Visits.error(text) else { continue }
            #expect((0...text.unicodeScalars.count).contains(error.offset), "\(text)")
            #expect(!error.message.isEmpty)
        }
    }
}
