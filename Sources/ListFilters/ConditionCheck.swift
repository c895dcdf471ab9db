internal import Records

/// Binds an expression to a record type: names become fields, what is written becomes values of their kinds.
struct ConditionCheck {
    private let type: RecordType

    init(_ type: RecordType) {
        self.type = type
    }

    func condition(_ expression: Expression) throws(ListFilterError) -> Condition {
        switch expression {
        case .all(let parts): return .all(of: try conditions(parts))
        case .any(let parts): return .any(of: try conditions(parts))
        case .not(let part): return try condition(part).negated
        case .test(let test): return .test(try fieldTest(test))
        }
    }

    private func conditions(_ parts: [Expression]) throws(ListFilterError) -> [Condition] {
        var conditions: [Condition] = []
        for part in parts { conditions.append(try condition(part)) }
        return conditions
    }

    private func fieldTest(_ test: WrittenTest) throws(ListFilterError) -> FieldTest {
        let field = try field(test)
        let fitting = WrittenOperator.fitting(field.kind)
        guard fitting.contains(test.question) else {
            throw ListFilterError(
                "'\(test.question.rawValue)' does not go with \(field.name), which is of the kind "
                    + field.kind.name,
                at: test.operatorOffset,
                hint: "Operators for it: \(fitting.map(\.shown).joined(separator: ", ")).")
        }
        let reading = ValueReading(field: field, isPart: test.question.isPart)
        var values: [FilterValue] = []
        for value in test.values { values.append(try reading.read(value, for: test.question)) }
        return FieldTest(
            field: field, question: try question(test, values), isNegated: test.isNegated)
    }

    private func field(_ test: WrittenTest) throws(ListFilterError) -> Field {
        guard let field = type.field(matchingHeader: test.name) else {
            let name = Shown.short(test.name)
            throw ListFilterError(
                "\(type.name) has no field '\(name)'", at: test.nameOffset, code: "unknown_field",
                hint: NearestName.hint(for: name, among: type.fields.filter { !$0.isEncrypted }.map(\.name)))
        }
        guard !field.isEncrypted else {
            throw ListFilterError(
                "'\(field.name)' is kept encrypted, and so cannot be filtered by", at: test.nameOffset)
        }
        return field
    }

    private func question(
        _ test: WrittenTest, _ values: [FilterValue]
    ) throws(ListFilterError) -> FieldTest.Question {
        switch test.question {
        case .equal: return .compare(.equal, values[0])
        case .less: return .compare(.less, values[0])
        case .lessOrEqual: return .compare(.lessOrEqual, values[0])
        case .greater: return .compare(.greater, values[0])
        case .greaterOrEqual: return .compare(.greaterOrEqual, values[0])
        case .contains: return .part(.contains, test.values[0].text)
        case .startsWith: return .part(.startsWith, test.values[0].text)
        case .endsWith: return .part(.endsWith, test.values[0].text)
        case .oneOf: return .oneOf(values)
        case .isEmpty: return .isEmpty
        case .between:
            guard !values[1].isBelow(values[0]) else {
                throw ListFilterError(
                    "nothing lies between \(test.values[0].shown) and \(test.values[1].shown)",
                    at: test.operatorOffset, hint: "The lesser value stands first; both are included.")
            }
            return .between(values[0], values[1])
        }
    }
}

extension WrittenOperator {
    /// What can be asked of a kind of field.
    static func fitting(_ kind: FieldKind) -> [WrittenOperator] {
        switch kind {
        case .text, .identifier, .email, .phone: allCases
        case .integer, .decimal, .date, .dateTime: allCases.filter { !$0.isPart }
        case .boolean, .choice: [.equal, .oneOf, .isEmpty]
        }
    }

    /// Whether its value is part of a text.
    var isPart: Bool { self == .contains || self == .startsWith || self == .endsWith }

    /// The operator with its opposite, where that is a sign of its own.
    var shown: String { self == .equal ? "=, !=" : rawValue }
}

extension FilterValue {
    /// Whether it stands before another of its field: numbers by value, texts by their bytes.
    func isBelow(_ other: FilterValue) -> Bool {
        switch (self, other) {
        case (.integer(let left), .integer(let right)): left < right
        case (.text(let left), .text(let right)): left.utf8.lexicographicallyPrecedes(right.utf8)
        default: preconditionFailure("values of one field are of one kind")
        }
    }
}
