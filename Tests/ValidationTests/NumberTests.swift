import Records
import TestSupport
import Testing

@testable import Validation

@Suite("Numbers and booleans")
struct NumberTests {
    @Test(
        "whole numbers are a sign and at most 18 digits",
        arguments: [
            ("0", .integer(0)), ("-0", .integer(0)), ("007", .integer(7)), ("+5", .integer(5)),
            ("-12", .integer(-12)), ("  42\t", .integer(42)), ("   ", .blank),
            ("999999999999999999", .integer(999_999_999_999_999_999)),
            ("-999999999999999999", .integer(-999_999_999_999_999_999)),
            ("000000000000000000000001", .integer(1)),
            ("1000000000000000000", .rejected("integer_too_long")),
            ("99999999999999999999999999", .rejected("integer_too_long")),
            ("1e5", .rejected("integer_malformed")), ("1,000", .rejected("integer_malformed")),
            ("1.0", .rejected("integer_malformed")), ("-", .rejected("integer_malformed")),
            ("+-1", .rejected("integer_malformed")), ("0x1F", .rejected("integer_malformed")),
            ("1 2", .rejected("integer_malformed")), ("$1", .rejected("integer_malformed")),
            ("١٢", .rejected("integer_malformed")), ("NULL", .rejected("integer_malformed")),
        ] as [(String, Fate)])
    func integers(value: String, expected: Fate) throws {
        #expect(try fate(of: value, plan(.integer)) == expected)
    }

    @Test(
        "decimals are kept exactly, and never rounded",
        arguments: [
            ("0", .integer(0)), ("1", .integer(100)), ("1.5", .integer(150)), ("-1.05", .integer(-105)),
            ("+0.01", .integer(1)), ("1.500000", .integer(150)), ("0019.99", .integer(1999)),
            (" 12.30 ", .integer(1230)), ("-0.00", .integer(0)),
            ("23058430092136939.51", .integer(Cell.maxInteger)),
            ("-23058430092136939.51", .integer(-Cell.maxInteger)),
            ("23058430092136939.52", .rejected("decimal_malformed")),
            ("99999999999999999999999999.99", .rejected("decimal_malformed")),
            ("184467440737095516.16", .rejected("decimal_malformed")),
            ("0.001", .rejected("decimal_malformed")), ("1.005", .rejected("decimal_malformed")),
            ("1.", .rejected("decimal_malformed")), (".5", .rejected("decimal_malformed")),
            (".", .rejected("decimal_malformed")), ("-", .rejected("decimal_malformed")),
            ("1e2", .rejected("decimal_malformed")), ("1,000.00", .rejected("decimal_malformed")),
            ("1,5", .rejected("decimal_malformed")), ("$5", .rejected("decimal_malformed")),
            ("(5.00)", .rejected("decimal_malformed")), ("1.5.0", .rejected("decimal_malformed")),
            ("1.00x", .rejected("decimal_malformed")), ("1.0 0", .rejected("decimal_malformed")),
        ] as [(String, Fate)])
    func decimals(value: String, expected: Fate) throws {
        #expect(try fate(of: value, plan(.decimal(places: 2))) == expected)
    }

    @Test("a decimal's integer is its digits, whatever the places", arguments: 0...6)
    func decimalsAreExact(places: Int) throws {
        var generator = SeededGenerator.printingSeed()
        var scale: Int64 = 1
        for _ in 0..<places { scale *= 10 }
        for _ in 0..<2000 {
            let scaled = Int64.random(in: -1_000_000_000_000...1_000_000_000_000, using: &generator)
            let fraction = String(scaled.magnitude % scale.magnitude)
            let zeros = String(repeating: "0", count: max(0, places - fraction.count))
            let tail = places == 0 ? "" : "." + zeros + fraction
            let text = (scaled < 0 ? "-" : "") + String(scaled.magnitude / scale.magnitude) + tail
            #expect(DecimalRule(places: places).read(text.utf8.span) == .value(scaled), "\(text)")
        }
    }

    @Test("yes and no are written in six ways each, in any case")
    func booleans() throws {
        for (words, value) in [(BooleanRule.yes, Int64(1)), (BooleanRule.no, 0)] {
            #expect(words.count == 6)
            for word in words {
                for text in [word, word.uppercased(), " " + word + " "] {
                    #expect(try fate(of: text, plan(.boolean)) == .integer(value), "\(text)")
                }
            }
        }
        for text in ["2", "10", "tr", "truee", "yess", "ja", "-1", "\u{11}", "ÿ", "y\u{0}"] {
            #expect(try fate(of: text, plan(.boolean)) != .integer(1), "\(text)")
            guard case .rejected = try fate(of: text, plan(.boolean)) else {
                Issue.record("\(text) was taken")
                continue
            }
        }
    }

    @Test("a message says the field, the value and what is expected")
    func messages() throws {
        let text = try message(of: Array("1.005".utf8), plan(.decimal(places: 2), name: "paymentBalance"))
        #expect(
            text
                == "paymentBalance: \"1.005\" is not a decimal such as 1200.5, with at most 2 places and no other "
                + "signs: it has more decimal places, and would have to be rounded")
    }
}
