import TestSupport
import Testing

@testable import Records

@Suite("Record types as documents")
struct TypePrintingTests {
    @Test("every type that ships is read back from what is printed of it")
    func builtIn() throws {
        for type in try Catalogue.builtIn().types {
            #expect(try RecordTypeDocument.parse(type.yaml, name: "printed") == type, "\(type.yaml)")
        }
    }

    @Test("numbered fields that are alike are printed as one declaration")
    func repetition() throws {
        let yaml = try Catalogue.builtIn().type(named: "contact").yaml
        #expect(yaml.contains("  - {name: phone, kind: phone, repeat: 30}\n"))
        #expect(yaml.contains("  - {name: address, kind: text, repeat: 2}\n"))
        let fields = [
            Field(name: "number", kind: .identifier, isUnique: true), Field(name: "a1", kind: .text),
            Field(name: "b1", kind: .text), Field(name: "b2", kind: .text, maxLength: 9),
            Field(name: "c1", kind: .date, isIndexed: true), Field(name: "c2", kind: .date, isIndexed: true),
            Field(name: "c3", kind: .date), Field(name: "d11", kind: .text), Field(name: "d12", kind: .text),
            Field(name: "e1", kind: .text, isUnique: true), Field(name: "e2", kind: .text, isUnique: true),
        ]
        let type = RecordType(
            name: "visit", plural: "visits", fields: fields, keys: [["number"], ["a1", "b1"]],
            allowsNoKey: true, limit: .bytes(7))
        #expect(try RecordTypeDocument.parse(type.yaml, name: "printed") == type, "\(type.yaml)")
        #expect(type.yaml.split(separator: "repeat").count == 3, "\(type.yaml)")
    }

    @Test("a type of any kind is read back from what is printed of it")
    func random() throws {
        var random = SeededGenerator.printingSeed()
        for _ in 0..<300 {
            let type = RandomTypes.type(&random)
            #expect(try RecordTypeDocument.parse(type.yaml, name: "printed") == type, "\(type.yaml)")
        }
    }

    @Test("a field is read back from its declaration")
    func field() throws {
        var random = SeededGenerator.printingSeed()
        for _ in 0..<300 {
            let field = RandomTypes.field("f", &random)
            #expect(
                try RecordTypeDocument.parseField(field.declaration, name: "printed") == [field],
                "\(field.declaration)")
        }
    }

    @Test("a declaration that is wrong is told by the name it was given under")
    func wrongField() throws {
        let failure = try #require(throws: Failure.self) {
            try RecordTypeDocument.parseField("{name: size, kind: txet}", name: "the field")
        }
        #expect(failure.message.hasPrefix("the field, line 1, column 20 (kind): unknown kind 'txet'"))
        for wrong in [
            "{name: c, kind: choice, choices: [a, A]}", "{name: c, kind: choice, choices: [\"\"]}",
            "{name: \(String(repeating: "n", count: 61)), kind: text}",
            "{name: \(String(repeating: "n", count: 58)), kind: text, repeat: 100}", "[]", "",
        ] {
            #expect(throws: Failure.self) { try RecordTypeDocument.parseField(wrong, name: "the field") }
        }
    }
}

/// Made-up record types, sound ones.
enum RandomTypes {
    static func field(_ name: String, _ random: inout SeededGenerator) -> Field {
        let words = [
            "yes", "no", "null", "Z z", "ü", "1", "-", "#", "[x", "\"", "'", "~", "\n", "a: b",
        ]
        let kinds: [FieldKind] = [
            .text, .identifier, .integer, .decimal(places: Int.random(in: 0...9, using: &random)), .date,
            .dateTime, .boolean, .email, .phone,
            .choice(Array(words.shuffled(using: &random).prefix(Int.random(in: 1...4, using: &random)))),
        ]
        let kind = kinds.randomElement(using: &random) ?? .text
        let choices: [FieldKind] = [.choice(["null", "~"])]
        var field = Field(
            name: name, kind: random.chance(3) ? choices[0] : kind,
            maxLength: random.chance(30) ? Int.random(in: 1...9999, using: &random) : kind.standardLength,
            isRequired: random.chance(20), isUnique: random.chance(20), isIndexed: random.chance(20))
        if !field.isUnique, !field.isIndexed { field.isEncrypted = random.chance(20) }
        return field
    }

    static func type(_ random: inout SeededGenerator) -> RecordType {
        var fields = [Field(name: "number", kind: .identifier, isUnique: true)]
        for index in 0..<Int.random(in: 0...12, using: &random) {
            if random.chance(30) {
                let base = field("x", &random)
                for number in 1...Int.random(in: 1...4, using: &random) {
                    var next = base
                    next.name = "r\(index)x\(number)"
                    fields.append(next)
                }
            } else {
                fields.append(field(["someName\(index)", "z\(index)1"][index % 2], &random))
            }
        }
        var keys = [["number"]]
        if fields.count > 2, !fields[1].isEncrypted, !fields[2].isEncrypted {
            keys.append([fields[1].name, fields[2].name])
        }
        if random.chance(30) { fields.append(Field(name: "unfinished", kind: .boolean)) }
        if random.chance(30) { fields.append(Field(name: "keptDays", kind: .integer)) }
        if random.chance(30) { fields.append(Field(name: "lastCall", kind: .date)) }
        var type = RecordType(
            name: "thing", plural: "things", fields: fields, keys: keys, allowsNoKey: random.chance(50),
            limit: random.chance(50) ? .bytes(1 << 40) : .records(5))
        type.protectedBy = random.chance(30) ? ["thing", "no"] : []
        type.isAppendOnly = random.chance(20)
        type.draftField = type.field(named: "unfinished") == nil ? nil : "unfinished"
        if random.chance(30) { type.fields[0].generatedPrefix = "AC" }
        if type.field(named: "keptDays") != nil {
            type.retention = Retention(
                days: "keptDays", since: type.field(named: "lastCall") == nil ? nil : "lastCall")
        }
        return type
    }
}
