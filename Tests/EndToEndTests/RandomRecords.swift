import Foundation
import TestSupport
import Testing

/// Made-up records of one type with values of all its fields, in the very form in which an export writes them.
struct RandomRecords {
    /// A record type as `sluice types --json` tells it.
    struct Kind: Decodable {
        struct Field: Decodable {
            var name: String
            /// None of an encrypted field.
            var column: String?
            var kind: String
            var maxLength: Int
            var required: Bool
            var unique: Bool
            var encrypted: Bool
            var choices: [String]?
            var places: Int?
        }
        var name: String
        var plural: String
        var table: String
        var keys: [[String]]
        var appendOnly: Bool
        var fields: [Field]

        /// The column of a key that every record of these tests has.
        var order: String {
            fields.first { $0.name == keys[0][0] }?.column ?? ""
        }
    }

    let header: [String]
    let rows: [[String]]

    /// The record types that ship.
    static func types() throws -> [Kind] {
        struct Page: Decodable {
            var types: [Kind]
        }
        let run = try Workdir().sluice("types", "list", "--json")
        return try JSONDecoder().decode(Page.self, from: Data(run.output)).types
    }

    init(of type: Kind, count: Int, using random: inout SeededGenerator) {
        let fields = type.fields.filter { !$0.encrypted }
        let keys = Set(type.keys.joined())
        header = fields.map(\.name)
        rows = (0..<count).map { number in
            fields.map { field in
                // Whether an account's parent is there is a matter of its own.
                if field.name == "parentAccount" { return "" }
                if keys.contains(field.name) || field.unique { return Self.key(number, field.kind) }
                if !field.required, random.chance(30) { return "" }
                return Self.value(of: field, using: &random)
            }
        }
    }

    /// As a file, written in the plainest way.
    var csv: String { ([header] + rows).map(Self.line).joined() }

    static func line(_ values: [String]) -> String {
        values.map { "\"\($0.replacing("\"", with: "\"\""))\"" }.joined(separator: ",") + "\n"
    }

    private static func key(_ number: Int, _ kind: String) -> String {
        switch kind {
        case "email": "k\(number)@example.com"
        case "integer": "\(number)"
        case "dateTime": "2024-02-29T00:\(padded(number / 60, 2)):\(padded(number % 60, 2)).007Z"
        default: number.isMultiple(of: 2) ? "000\(number)" : "K-\(number)é"
        }
    }

    private static func value(of field: Kind.Field, using random: inout SeededGenerator) -> String {
        switch field.kind {
        case "text", "identifier":
            return text(isOneLine: field.kind == "identifier", most: field.maxLength, using: &random)
        case "integer": return number(places: 0, using: &random)
        case "decimal": return number(places: field.places ?? 2, using: &random)
        case "date": return day(using: &random)
        case "dateTime":
            let time = [23, 59, 59].map { padded(.random(in: 0...$0, using: &random), 2) }
            let thousandths = padded(.random(in: 0...999, using: &random), 3)
            return "\(day(using: &random))T\(time.joined(separator: ":")).\(thousandths)Z"
        case "boolean": return random.chance(50) ? "true" : "false"
        case "email": return "p+\(Int.random(in: 0...9999, using: &random))@b\u{fc}ro.example.com"
        case "phone": return "+1202555\(padded(.random(in: 100...199, using: &random), 4))"
        case "choice": return field.choices?.randomElement(using: &random) ?? ""
        default: preconditionFailure("a kind of field that these tests do not know: \(field.kind)")
        }
    }

    private static let pieces = [
        "a", "Zoë", "0", "007", " ", "\"", "\"\"", ",", ";", "'", "\\", "=", "=1+1", "+", "-", "-5",
        "@SUM(A1)",
        "+1 (202) 555-0101", "\u{1F469}\u{200D}\u{1F680}", "漢字", "e\u{301}", "\u{202E}x", "NULL", "1e5", "|",
        "#",
        "null", "2026-02-30", "true", "\u{feff}", "\u{a0}",
    ]
    private static let breaks = ["\n", "\r\n", "\r", "\t", "\n\n"]

    private static func text(
        isOneLine: Bool, most: Int, using random: inout SeededGenerator
    ) -> String {
        let pieces = isOneLine ? pieces : pieces + breaks
        // At its longest now and then.
        let count = random.chance(3) ? most : Int.random(in: 1...5, using: &random)
        var text = ""
        while text.unicodeScalars.count < count {
            text += pieces.randomElement(using: &random) ?? ""
        }
        let cut = String(String.UnicodeScalarView(text.unicodeScalars.prefix(most)))
        return cut.allSatisfy(\.isWhitespace) ? "x" + cut.dropFirst() : cut
    }

    /// At most 18 digits, a sign now and then, zero included.
    private static func number(places: Int, using random: inout SeededGenerator) -> String {
        let digits = Int.random(in: 1...(18 - places), using: &random)
        let limit = (0..<digits).reduce(1) { product, _ in product * 10 }
        let whole = Int.random(in: 0..<limit, using: &random)
        let scale = (0..<places).reduce(1) { product, _ in product * 10 }
        let fraction = Int.random(in: 0..<scale, using: &random)
        let isNegative = random.chance(40) && whole + fraction > 0
        return (isNegative ? "-" : "") + "\(whole)" + (places > 0 ? "." + padded(fraction, places) : "")
    }

    private static func day(using random: inout SeededGenerator) -> String {
        if random.chance(5) { return "2024-02-29" }
        let year = Int.random(in: 1900...2099, using: &random)
        let month = Int.random(in: 1...12, using: &random)
        return "\(year)-\(padded(month, 2))-\(padded(.random(in: 1...28, using: &random), 2))"
    }

    private static func padded(_ value: Int, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
