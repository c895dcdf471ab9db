import Records
import TestSupport
import Testing

@testable import InputFilters

/// The mapper against a model of a few lines, on random rows and random rules.
@Suite("The mapper and its model")
struct MapperModelTests {
    private static let pieces = [
        " ", "\t", "\u{A0}", "\u{3000}", "\u{2009}", "\u{1680}", "\u{202F}", "\u{205F}", "a", "Z", "m", "@",
        "[", "`", "{",
        "0", "é", "É", "ß", "ŉ", "İ", "σ", "Σ", "😀", "\"", "\u{0}", "abcdefgh", "ABCDEFGH", ".", "Y", "N",
    ]

    private static let spaces = Set("\t \u{A0}\u{1680}\u{202F}\u{205F}\u{3000}".unicodeScalars).union(
        (0x2000...0x200A).compactMap(Unicode.Scalar.init))

    private static func trim(_ text: String) -> String {
        var scalars = Array(text.unicodeScalars)
        while let last = scalars.last, spaces.contains(last) { scalars.removeLast() }
        let kept = scalars.drop(while: spaces.contains)
        var out = ""
        out.unicodeScalars.append(contentsOf: kept)
        return out
    }

    private static func transform(_ text: String, _ transform: TextTransform) -> String {
        var text = transform.trims ? trim(text) : text
        switch transform.letterCase {
        case .lower: text = text.unicodeScalars.map(\.properties.lowercaseMapping).joined()
        case .upper: text = text.unicodeScalars.map(\.properties.uppercaseMapping).joined()
        case nil: break
        }
        return text
    }

    private static func value(_ rule: ColumnRule, _ row: [String]) -> String {
        var text = ""
        switch rule.source {
        case .constant(let constant): return constant
        case .column(.position(let index)): text = transform(row[index], rule.transform)
        case .column: preconditionFailure("the model goes by positions")
        case .join(let parts, let separator):
            let texts = parts.compactMap { part -> String? in
                guard case .position(let index) = part else { return nil }
                let text = transform(row[index], rule.transform)
                return text.isEmpty ? nil : text
            }
            text = texts.joined(separator: separator)
        }
        let wanted = Array(trim(text).utf8)
        return rule.valueMap?.entries.first { Array($0.key.utf8) == wanted }?.value ?? text
    }

    private static func rules(_ random: inout SeededGenerator, columns: Int) -> [ColumnRule] {
        let fields = Types.account.fields.shuffled(using: &random).prefix(
            Int.random(in: 1...8, using: &random))
        return fields.enumerated().map { index, field in
            var rule = ColumnRule(
                field: field.name, source: .column(.position(Int.random(in: 0..<columns, using: &random))))
            rule.transform.trims = Bool.random(using: &random)
            rule.transform.letterCase = [nil, .lower, .upper].randomElement(using: &random) ?? nil
            switch Int.random(in: index == 0 ? 1...3 : 0...3, using: &random) {
            case 0: return ColumnRule(field: field.name, source: .constant("constant É"))
            case 1 where columns > 1:
                let parts = (0..<columns).shuffled(using: &random).prefix(
                    Int.random(in: 2...columns, using: &random))
                rule.source = .join(
                    parts.map(ColumnReference.position),
                    separator: ["", ", ", " – "].randomElement(using: &random) ?? "")
            case 2:
                rule.valueMap = ValueMap([
                    .init(key: "Y", value: "yes"), .init(key: "", value: "blank"), .init(key: "é", value: ""),
                    .init(key: "abcdefgh", value: "Ünd"),
                ])
            default: break
            }
            return rule
        }
    }

    @Test("both give the same values")
    func sameValues() throws {
        var random = SeededGenerator.printingSeed("sameValues")
        for _ in 0..<300 {
            let columns = Int.random(in: 1...4, using: &random)
            let document = InputFilterDocument(
                name: "model", recordType: "account", columns: Self.rules(&random, columns: columns))
            let rows = (0..<Int.random(in: 1...20, using: &random)).map { _ in
                (0..<columns).map { _ in
                    (0..<Int.random(in: 0...5, using: &random)).map { _ in
                        Self.pieces.randomElement(using: &random) ?? ""
                    }
                    .joined()
                }
            }
            let map = try FieldMap(
                document: document, type: Types.account,
                columns: FileColumns(names: (0..<columns).map { "column \($0)" }))
            let raw = rows.map { row in
                row.map { text in
                    let isEscaped = text.contains("\"")
                    return RawCell(
                        isEscaped ? text.replacing("\"", with: "\"\"") : text, isEscaped: isEscaped)
                }
            }
            let mapped = FieldMapper(map).map(makeBatch(raw, map.projection))
            #expect(mapped.rejects.isEmpty)
            for rule in document.columns {
                // By bytes: strings are equal over normal forms, and a mapper must not change those.
                let found = try values(mapped, rule.field).map { Array(($0 ?? "").utf8) }
                let wanted = rows.map { Array(Self.value(rule, $0).utf8) }
                #expect(found == wanted, "\(rule)")
            }
        }
    }

    @Test("letters change eight at a time as they do one at a time, for every byte and length")
    func fastCase() {
        var random = SeededGenerator.printingSeed("fastCase")
        for length in 0...40 {
            for letterCase in [TextTransform.LetterCase.lower, .upper] {
                for _ in 0..<20 {
                    let text = (0..<length).map { _ in UInt8.random(in: 1...127, using: &random) }
                    var room = [UInt8](repeating: 0xFF, count: length + 1)
                    let changed = text.withUnsafeBufferPointer { text in
                        room.withUnsafeMutableBufferPointer { room in
                            room.baseAddress.map { TextCase.copyASCII(text, to: $0, letterCase) } ?? false
                        }
                    }
                    let plain = text.withUnsafeBufferPointer { TextCase.changed($0, to: letterCase) }
                    #expect(changed == (plain != nil))
                    #expect(Array(room[..<length]) == plain ?? text)
                    #expect(room[length] == 0xFF)
                }
            }
        }
    }

    @Test("bytes that are no UTF-8 go through case and trim as they are")
    func invalidBytes() throws {
        var cell = RawCell("")
        cell.bytes = [0x20, 0x41, 0xFF, 0xC2, 0x20]
        let document = InputFilterDocument(
            name: "model", recordType: "account",
            columns: [
                ColumnRule(
                    field: "name", source: .column(.position(0)),
                    transform: TextTransform(trims: true, letterCase: .lower))
            ])
        let map = try FieldMap(document: document, type: Types.account, columns: FileColumns(names: ["A"]))
        let storage = FieldMapper(map).map(makeBatch([[cell]], map.projection)).records.storage
        // The text is good for as long as its storage is held, and no longer.
        let bytes = withExtendedLifetime(storage) { Array(storage.text(storage.plane(0)[0])) }
        #expect(bytes == [0x41, 0xFF, 0xC2])
    }
}
