import Records
import TestSupport
import Testing

@testable import InputFilters

@Suite("Splitting values")
struct SplitTests {
    private static let parts: [(String, Split.Part)] = [
        ("1", .number(0)), ("2", .number(1)), ("3", .number(2)), ("first", .first), ("last", .last),
        ("afterFirst", .afterFirst), ("beforeLast", .beforeLast),
    ]

    /// The parts of one text, in the order of `parts`.
    private func split(_ texts: [String], _ separator: String) throws -> [[String?]] {
        let fields = Types.account.fields.filter { $0.kind == .text }.map(\.name)
        let document = InputFilterDocument(
            name: "test", recordType: "account",
            columns: zip(fields, Self.parts).map { field, part in
                ColumnRule(
                    field: field, source: .column(.position(0)),
                    split: Split(separator: separator, part: part.1))
            })
        let map = try FieldMap(document: document, type: Types.account, columns: FileColumns(names: ["A"]))
        let mapped = FieldMapper(map).map(makeBatch(texts.map { [RawCell($0)] }, map.projection))
        let columns = try document.columns.map { try values(mapped, $0.field) }
        return texts.indices.map { record in columns.map { $0[record] } }
    }

    static let names: [(String, String, [String?])] = [
        ("John Smith", " ", ["John", "Smith", nil, "John", "Smith", "Smith", "John"]),
        ("  John   Smith ", " ", ["John", "Smith", nil, "John", "Smith", "Smith", "John"]),
        ("Smith, John", ",", ["Smith", "John", nil, "Smith", "John", "John", "Smith"]),
        ("Smith , John , Jr", ", ", ["Smith", "John", "Jr", "Smith", "Jr", "John , Jr", "Smith , John"]),
        (
            "Mary Ann de la Cruz", " ",
            ["Mary", "Ann", "de", "Mary", "Cruz", "Ann de la Cruz", "Mary Ann de la"]
        ),
        ("Cher", " ", ["Cher", nil, nil, "Cher", "Cher", nil, nil]),
        ("", " ", [nil, nil, nil, nil, nil, nil, nil]),
        ("   ", " ", [nil, nil, nil, nil, nil, nil, nil]),
        ("Smith,", ",", ["Smith", nil, nil, "Smith", nil, nil, "Smith"]),
        ("a,,b", ",", ["a", nil, "b", "a", "b", ",b", "a,"]),
        ("a---b", "--", ["a", "-b", nil, "a", "-b", "-b", "a"]),
        ("Łukasz–Żak", "–", ["Łukasz", "Żak", nil, "Łukasz", "Żak", "Żak", "Łukasz"]),
    ]

    @Test("a part is what lies between separators, without spaces at its ends", arguments: names)
    func examples(text: String, separator: String, expected: [String?]) throws {
        #expect(try split([text], separator) == [expected])
    }

    private static func trim(_ text: Substring) -> String? {
        let kept = text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()
        return kept.isEmpty ? nil : String(kept)
    }

    private static func model(_ text: String, _ separator: String, _ part: Split.Part) -> String? {
        var text = Substring(text)
        if separator == " " { text = Substring(trim(text) ?? "") }
        let pieces =
            separator == " "
            ? text.split(separator: " ", omittingEmptySubsequences: true)
            : text.split(separator: separator, omittingEmptySubsequences: false)
        func rest(_ some: ArraySlice<Substring>) -> String? {
            guard let first = some.first, let last = some.last else { return nil }
            return trim(text[first.startIndex..<last.endIndex])
        }
        return switch part {
        case .number(let number): number < pieces.count ? trim(pieces[number]) : nil
        case .first: pieces.first.flatMap(trim)
        case .last: pieces.last.flatMap(trim)
        case .afterFirst: rest(pieces.dropFirst())
        case .beforeLast: rest(pieces.dropLast())
        }
    }

    @Test("parts are as a model gives them")
    func sameAsModel() throws {
        var random = SeededGenerator.printingSeed("splitSameAsModel")
        let letters: [String] = ["a", "é", " ", " ", ",", ",", "b", "😀"]
        for separator in [" ", ",", ", ", ",,", "é"] {
            let texts = (0..<200).map { _ in
                (0..<Int.random(in: 0...9, using: &random)).map { _ in
                    letters.randomElement(using: &random) ?? ""
                }.joined()
            }
            for (text, found) in zip(texts, try split(texts, separator)) {
                #expect(
                    found == Self.parts.map { Self.model(text, separator, $0.1) },
                    "'\(text)' at '\(separator)'")
            }
        }
    }

    @Test("a split comes behind the transform and before the map, and also of quoted values")
    func order() throws {
        let document = try contactDocument(
            "{field: firstName, from: Name, transform: uppercase, split: {separator: X, part: 1}}",
            "{field: lastName, from: Name, split: {separator: \" \", part: afterFirst}, map: {Q: found}}")
        let map = try FieldMap(
            document: document, type: Types.contact, columns: FileColumns(names: ["Id", "Name"]))
        let rows = [
            [RawCell("1"), RawCell("axb Q")], [RawCell("2"), RawCell("a\"\"x \"\"b", isEscaped: true)],
        ]
        let mapped = FieldMapper(map).map(makeBatch(rows, map.projection))
        #expect(try values(mapped, "firstName") == ["A", "A\""])
        #expect(try values(mapped, "lastName") == ["found", "\"b"])
    }

    static let refused: [(String, String, String)] = [
        ("{field: city, from: A, split: first}", "bad_document", "expected keys and values"),
        ("{field: city, from: A, split: {separator: \" \"}}", "bad_document", "'part' is missing"),
        ("{field: city, from: A, split: {part: 1}}", "bad_document", "'separator' is missing"),
        ("{field: city, from: A, split: {separator: \"\", part: 1}}", "bad_document", "1 to 16 bytes"),
        ("{field: city, from: A, split: {separator: \" \", part: 0}}", "bad_position", "counted from 1"),
        ("{field: city, from: A, split: {separator: \" \", part: middle}}", "bad_document", "first, last"),
        (
            "{field: city, join: [A, B], split: {separator: \" \", part: 1}}", "bad_document",
            "not for a 'join'"
        ),
        (
            "{field: city, constant: A, split: {separator: \" \", part: 1}}", "bad_document",
            "'split' has no use"
        ),
    ]

    @Test("a wrong split is refused with its line", arguments: refused)
    func refusals(column: String, code: String, words: String) throws {
        let refusal = try #require(failure { try contactDocument(column) })
        #expect(refusal.code == code)
        #expect(refusal.message.contains(words), "\(refusal.message)")
        #expect(refusal.message.hasPrefix("test.yaml, line 6, column "), "\(refusal.message)")
    }
}
