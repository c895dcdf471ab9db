import Records
import TestSupport
import Testing

@testable import Validation

/// Where a rule has a short way for what most values are, it must come to what the long way does.
@Suite("Short ways of rules")
struct ShortWayTests {
    /// A text of the given pieces, or one like it with a byte or two changed, taken out or put in.
    private func text(_ pieces: [String], odd: [UInt8], _ numbers: inout SeededGenerator) -> [UInt8] {
        var bytes: [UInt8] = []
        for _ in 0..<Int.random(in: 1...6, using: &numbers) {
            bytes += Array((pieces.randomElement(using: &numbers) ?? "").utf8)
        }
        for _ in 0..<Int.random(in: 0...2, using: &numbers) where !bytes.isEmpty {
            let at = Int.random(in: bytes.indices, using: &numbers)
            let byte = odd.randomElement(using: &numbers) ?? 0x20
            switch Int.random(in: 0...2, using: &numbers) {
            case 0: bytes[at] = byte
            case 1: bytes.insert(byte, at: at)
            default: bytes.remove(at: at)
            }
        }
        return bytes.isEmpty ? [odd[0]] : bytes
    }

    @Test("e-mail addresses")
    func emails() {
        var numbers = SeededGenerator.printingSeed("short e-mails")
        let odd = Array("@.-_+ \u{1}\u{7F}[`{/:0aZ".utf8) + [0xC3, 0xA9]
        let pieces = [
            "ann", "bob.lee", "@", ".", "example", "com", "x", "@example.org", "Long.Name123", "-", "_",
        ]
        for maxLength in [12, 254] {
            let rule = EmailRule(maxLength: maxLength)
            for _ in 0..<20_000 {
                let text = text(pieces, odd: odd, &numbers)
                #expect(rule.read(text.span) == rule.readStepwise(text.span), "\(text)")
            }
        }
        for byte in UInt8.min...UInt8.max {
            for at in 0..<16 {
                var text = Array("someone@site.org".utf8)
                text[at] = byte
                let rule = EmailRule()
                #expect(rule.read(text.span) == rule.readStepwise(text.span), "\(text)")
            }
        }
    }

    @Test("phones", arguments: ["US", "GB", "IT", nil])
    func phones(country: String?) {
        var numbers = SeededGenerator.printingSeed("short phones")
        let odd = Array("+0129()-. x/".utf8)
        let pieces = [
            "(704) ", "555-", "0199", "704", "555", "1", "+1", "011", "+44 (0)20", "20 7946 0958", ".",
        ]
        let rule = PhoneRule(country: country.flatMap { PhoneCountry(code: $0) })
        for _ in 0..<20_000 {
            let text = text(pieces, odd: odd, &numbers)
            #expect(rule.read(text.span) == rule.readStepwise(text.span), "\(text)")
        }
    }

    @Test("decimals", arguments: [0, 2, 6, 18])
    func decimals(places: Int) {
        var numbers = SeededGenerator.printingSeed("short decimals")
        let odd = Array("+-.0 9e,".utf8)
        let rule = DecimalRule(places: places)
        for _ in 0..<20_000 {
            let text = text(["1", "23", "00", ".", ".5", "987654321", "-", "+4"], odd: odd, &numbers)
            #expect(rule.read(text.span) == rule.readStepwise(text.span), "\(text)")
        }
    }

    @Test("control characters in identifiers of any length")
    func controls() {
        for length in 1...40 {
            for at in 0..<length {
                for byte: UInt8 in [1, 9, 0x1F, 0x20, 0x21, 0x7E, 0x7F] {
                    var text = [UInt8](repeating: 0x41, count: length)
                    text[at] = byte
                    let problem = TextRule.problem(
                        in: text.span, isPlain: true, isIdentifier: true, maxLength: 255)
                    let isControl = byte < 0x20 || byte == 0x7F
                    #expect(problem == (isControl ? .malformed(.controlCharacter) : nil), "\(text)")
                }
            }
        }
    }
}
