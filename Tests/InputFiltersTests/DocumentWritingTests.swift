import ListFilters
import Records
import TestSupport
import Testing

@testable import InputFilters

@Suite("Input-filter documents as YAML")
struct DocumentWritingTests {
    @Test("any document that is written is read back as it was")
    func roundTrip() throws {
        var random = SeededGenerator.printingSeed("roundTrip")
        for _ in 0..<400 {
            let document = Self.document(&random)
            let yaml = document.yaml()
            let again = try InputFilterDocument(document: "again", yaml: yaml, recordTypes: Types.all)
            let isSame = again == document
            #expect(isSame, "\(yaml)")
        }
    }

    @Test("what is plain is written plain")
    func plainWords() {
        #expect(YAMLText.plain("Contact ID") == "Contact ID")
        for text in ["yes", "N", "null", "", "a: b", "2", "~", "a ", "é", "- a", "'"] {
            #expect(YAMLText.plain(text).hasPrefix("\""), "\(text)")
        }
    }

    /// All but U+FEFF, which the YAML reader takes off the start of any text.
    private static let scalars: [Unicode.Scalar] = [
        "a", "Z", "0", "9", " ", "_", "-", "\"", "\\", "'", "#", ":", ",", "{", "]", "&", "*", "%", "@", "~",
        "\t",
        "\n", "\r", "\u{0}", "\u{1}", "\u{7F}", "\u{85}", "\u{A0}", "é", "e", "\u{301}", "\u{2028}",

        "\u{FFFD}", "😀", "\u{E000}", "\u{10FFFF}",
    ]

    private static func text(_ random: inout SeededGenerator, upTo count: Int = 6) -> String {
        var text = ""
        for _ in 0..<Int.random(in: 1...count, using: &random) {
            text.unicodeScalars.append(scalars.randomElement(using: &random) ?? "a")
        }
        return Bool.random(using: &random)
            ? text : ["yes", "No", "null", "Contact ID", "7", "x"].randomElement(using: &random) ?? text
    }

    private static func reference(_ random: inout SeededGenerator, _ dialect: Dialect) -> ColumnReference {
        if dialect.fixedWidth != nil {
            return .slice(
                Slice(
                    start: Int.random(in: 0..<1000, using: &random),
                    length: Int.random(in: 1...100, using: &random)))
        }
        guard dialect.hasHeader, Int.random(in: 0..<4, using: &random) > 0 else {
            return .position(Int.random(in: 0..<1000, using: &random))
        }
        var names: [String] = []
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            let name = text(&random)
            if !names.contains(name) { names.append(name) }
        }
        return .header(names)
    }

    private static func rule(_ field: Field, _ random: inout SeededGenerator, _ dialect: Dialect)
        -> ColumnRule
    {
        var rule = ColumnRule(field: field.name, source: .column(reference(&random, dialect)))
        switch Int.random(in: 0..<5, using: &random) {
        case 0:
            rule.source = .constant(text(&random))
            rule.tooLong = TooLongPolicy.allCases.randomElement(using: &random)
            return rule
        case 1:
            let parts = (0..<2).map { _ in reference(&random, dialect) }
            if parts[0] != parts[1] { rule.source = .join(parts, separator: text(&random, upTo: 3)) }
        default: break
        }
        switch Int.random(in: 0..<4, using: &random) {
        case 0: rule.isRequired = true
        case 1: rule.isOptional = dialect.fixedWidth == nil
        default: break
        }
        if Bool.random(using: &random) { rule.blank = BlankPolicy.allCases.randomElement(using: &random) }
        if Bool.random(using: &random) { rule.tooLong = TooLongPolicy.allCases.randomElement(using: &random) }
        if field.kind == .date || field.kind == .dateTime { rule.datePattern = "dd.MM.yyyy" }
        if field.kind == .phone { rule.phoneCountry = ["US", "NO", "DE"].randomElement(using: &random) }
        rule.transform.trims = Bool.random(using: &random)
        rule.transform.letterCase = [nil, .lower, .upper].randomElement(using: &random) ?? nil
        if case .column = rule.source, Bool.random(using: &random) {
            let part: [Split.Part] = [.first, .last, .afterFirst, .beforeLast, .number(0), .number(17)]
            rule.split = Split(
                separator: text(&random, upTo: 3), part: part.randomElement(using: &random) ?? .first)
        }
        if Bool.random(using: &random) {
            var map = ValueMap([], otherwise: Bool.random(using: &random) ? .keep : .reject)
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let key = String(decoding: TextTrim.trimmed(Array(text(&random).utf8)), as: UTF8.self)
                if !map.entries.contains(where: { $0.key == key }) {
                    map.entries.append(.init(key: key, value: text(&random)))
                }
            }
            rule.valueMap = map
        }
        return rule
    }

    private static func document(_ random: inout SeededGenerator) -> InputFilterDocument {
        var dialect = Dialect(
            delimiter: [44, 59, 9, 124, 32, 1, 31].randomElement(using: &random) ?? 44,
            quote: [34, 39, nil].randomElement(using: &random) ?? nil, hasHeader: Bool.random(using: &random),
            skippedLines: Int.random(in: 0...3, using: &random),
            escape: Dialect.Escape.allCases.randomElement(using: &random) ?? .doubled,
            allowsTextAfterQuote: Bool.random(using: &random))
        if Int.random(in: 0..<4, using: &random) == 0 {
            let recordLength = Bool.random(using: &random) ? 2000 : nil
            dialect = Dialect(
                fixedWidth: FixedWidth(recordLength: recordLength), hasHeader: dialect.hasHeader,
                skippedLines: dialect.skippedLines)
        }
        var fields = Types.contact.fields.dropFirst().shuffled(using: &random)
        fields = [Types.contact.fields[0]] + fields.prefix(Int.random(in: 0...8, using: &random))
        var document = InputFilterDocument(
            name: "a-\(Int.random(in: 0..<100, using: &random))", recordType: "contact", dialect: dialect,
            encoding: TextEncoding.all.randomElement(using: &random) ?? .utf8,
            namePattern: Bool.random(using: &random) ? FileNamePattern("*\(text(&random))") : nil,
            match: Bool.random(using: &random) ? [["contactNumber"]] : [],
            blank: BlankPolicy.allCases.randomElement(using: &random) ?? .keep,
            tooLong: TooLongPolicy.allCases.randomElement(using: &random) ?? .reject,
            unknownColumns: dialect.fixedWidth != nil || Bool.random(using: &random) ? .ignore : .refuse,
            columns: fields.map { rule($0, &random, dialect) },
            listFilter: Bool.random(using: &random) ? listFilter(fields, &random) : nil)
        document.hasGuardedFormulas = Bool.random(using: &random)
        return document
    }

    /// A list filter over some of the fields, its texts of all characters.
    private static func listFilter(_ fields: [Field], _ random: inout SeededGenerator) -> ListFilter {
        let tests = fields.map { field in
            let isText = field.kind == .text || field.kind == .identifier
            // NUL is in no value, and so in no list filter.
            let value = text(&random).filter { $0 != "\0" } + "x"
            return Condition.test(
                FieldTest(
                    field: field, question: isText ? .compare(.equal, .text(value)) : .isEmpty,
                    isNegated: Bool.random(using: &random)))
        }
        return ListFilter(Bool.random(using: &random) ? .all(of: tests) : .any(of: tests))
    }
}
