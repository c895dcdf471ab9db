internal import Records

/// Binds an expression to a record type: names become fields, what is written becomes values of their kinds.
struct ConditionCheck {
    private let type: RecordType
    /// `nil` where linked records cannot be asked about.
    private let relations: [Relation]?

    init(_ type: RecordType, relations: [Relation]?) {
        self.type = type
        self.relations = relations
    }

    func condition(_ expression: Expression) throws(ListFilterError) -> Condition {
        switch expression {
        case .all(let parts): return .all(of: try conditions(parts))
        case .any(let parts): return .any(of: try conditions(parts))
        case .not(let part): return try condition(part).negated
        case .test(let test):
            if test.question == .isEmpty, let relation = relation(called: test.name),
                field(test.name, type) == nil
            {
                return .linked(relation, isNegated: !test.isNegated)
            }
            return .test(try fieldTest(test))
        case .search(let value): return .search(SearchTest(search: try searchText(value)))
        }
    }

    private func searchText(_ value: WrittenValue) throws(ListFilterError) -> SearchText {
        guard !type.searchedFields.isEmpty else {
            throw ListFilterError(
                "no field of \(type.name) is one that 'search' looks into", at: value.offset,
                hint: "Test a field of its own, for example: \(type.fields[0].name) contains "
                    + "\(Shown.quoted(value.text)).")
        }
        do throws(SearchText.Fault) {
            return try SearchText(value.text)
        } catch {
            switch error {
            case .noWord:
                throw ListFilterError(
                    "\(value.shown) has no letter and no digit to search for", at: value.offset,
                    hint: "Write for example: search 'smith'.")
            case .tooManyWords(let count):
                throw ListFilterError(
                    "\(count) words to search for, at most \(SearchText.maxWords) are looked for at once",
                    at: value.offset)
            }
        }
    }

    private func conditions(_ parts: [Expression]) throws(ListFilterError) -> [Condition] {
        var conditions: [Condition] = []
        for part in parts { conditions.append(try condition(part)) }
        return conditions
    }

    private func fieldTest(_ test: WrittenTest) throws(ListFilterError) -> FieldTest {
        let (relation, field) = try place(test)
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
            relation: relation, field: field, question: try question(test, values, field),
            isNegated: test.isNegated)
    }

    private func relation(called name: some StringProtocol) -> Relation? {
        let wanted = Field.comparableName(String(name))
        return relations?.first { Field.comparableName($0.name) == wanted }
    }

    private func field(_ name: some StringProtocol, _ type: RecordType) -> Field? {
        type.field(matchingHeader: String(name))
    }

    /// Whose field a test is about, and which.
    private func place(_ test: WrittenTest) throws(ListFilterError) -> (Relation?, Field) {
        let parts = test.name.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return (nil, try field(test.name, of: type, test.nameOffset)) }
        guard let relations else {
            throw ListFilterError(
                "'\(Shown.short(test.name))' would be of linked records, and here only fields of the record itself "
                    + "can be asked about", at: test.nameOffset, code: "unknown_field")
        }
        guard let relation = relation(called: parts[0]) else {
            let name = Shown.short(String(parts[0]))
            throw ListFilterError(
                "nothing called '\(name)' is linked with a \(type.name)", at: test.nameOffset,
                code: "unknown_field",
                hint: relations.isEmpty ? nil : NearestName.hint(for: name, among: relations.map(\.name)))
        }
        let offset = test.nameOffset + parts[0].unicodeScalars.count + 1
        return (relation, try field(String(parts[1]), of: relation.type, offset))
    }

    private func field(
        _ name: String, of type: RecordType, _ offset: Int
    ) throws(ListFilterError) -> Field {
        guard let field = field(name, type) else {
            let name = Shown.short(name)
            throw ListFilterError(
                "\(type.name) has no field '\(name)'", at: offset, code: "unknown_field",
                hint: NearestName.hint(for: name, among: type.fields.filter { !$0.isEncrypted }.map(\.name)))
        }
        guard !field.isEncrypted else {
            throw ListFilterError(
                "'\(field.name)' is kept encrypted, and so cannot be filtered by", at: offset)
        }
        return field
    }

    /// Whether the second stands before the first, on any day where both are told from it on.
    private static func isReversed(_ first: FilterValue, _ last: FilterValue, _ field: Field) -> Bool {
        switch (first, last) {
        case (.relative, .relative):
            let someDay = Timestamp(milliseconds: 0)
            return last.resolved(at: someDay, for: field.kind).isBelow(
                first.resolved(at: someDay, for: field.kind))
        case (.relative, _), (_, .relative): return false
        default: return last.isBelow(first)
        }
    }

    private func question(
        _ test: WrittenTest, _ values: [FilterValue], _ field: Field
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
            guard !Self.isReversed(values[0], values[1], field) else {
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
