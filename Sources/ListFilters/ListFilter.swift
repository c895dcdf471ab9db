package import Records

/// A list filter, checked against its record type: which records are meant.
///
/// Every field is known and every value has its field's type, so whoever evaluates it (``RowPredicate`` here,
/// SQL in the store) decides nothing any more. What is meant is two-valued: each record is within or outside.
/// A blank equals nothing and lies on no side of anything, and a negated test is the exact opposite of the
/// test: `state != 'CA'` holds for a blank state.
package struct ListFilter: Hashable, Sendable {
    /// Most bytes of a filter's text, both as it is written and in the one form that ``text`` has.
    package static let maxTextBytes = 64 << 10
    /// Most parentheses that may lie in one another.
    package static let maxDepth = 50

    package let condition: Condition

    package init(_ condition: Condition) {
        self.condition = condition
    }

    /// Reads and checks a filter's text.
    ///
    /// `relations` are the ways to linked records; `nil` where these cannot be asked about.
    ///
    /// - Throws: ``ListFilterError`` that says at which character what was expected.
    package init(
        _ text: String, for type: RecordType, relations: [Relation]? = nil
    ) throws(ListFilterError) {
        var parser = try ExpressionParser(text)
        condition = try ConditionCheck(type, relations: relations).condition(try parser.parse())
        // Longer where a day stands for a moment: what is kept must be read again.
        try Self.expectFitting(self.text)
    }

    /// - Throws: where a text is longer than a filter may be.
    static func expectFitting(_ text: String) throws(ListFilterError) {
        let count = text.utf8.count
        guard count <= maxTextBytes else {
            throw ListFilterError(
                "the list filter has \(count) bytes, at most \(maxTextBytes) are read", at: 0)
        }
    }

    /// The fields it asks about, each once, in the order they are first asked.
    package var fields: [Field] {
        var fields: [Field] = []
        condition.forEachTest { test in
            if !fields.contains(test.field) { fields.append(test.field) }
        }
        return fields
    }

    /// Whether it asks about a field of the record itself.
    package func asks(_ field: Field) -> Bool {
        var isAsked = false
        condition.forEachTest { test in
            if test.relation == nil, test.field == field { isAsked = true }
        }
        return isAsked
    }

    /// The ways to linked records that it asks about, each once, in the order they are first asked.
    package var relations: [Relation] {
        condition.relations.reduce(into: []) { found, relation in
            if !found.contains(relation) { found.append(relation) }
        }
    }

    /// Whether quick search is among its tests.
    package var searches: Bool { condition.searches }
}

/// Tests of fields, put together.
///
/// In its one normal form: `all` and `any` hold two parts or more, no part is of the same case, and `not`
/// stands before `all` and `any` only, for a test has its opposite. ``all(of:)``, ``any(of:)`` and
/// ``negated`` keep it so.
package indirect enum Condition: Hashable, Sendable {
    case all([Condition])
    case any([Condition])
    case not(Condition)
    case test(FieldTest)
    /// Whether any record is linked that way.
    case linked(Relation, isNegated: Bool)
    /// A test of all searched fields of the type at once.
    case search(SearchTest)

    /// What holds where all the parts do.
    ///
    /// - Precondition: there is at least one part.
    package static func all(of parts: [Condition]) -> Condition {
        let flat = parts.flatMap { part in
            if case .all(let inner) = part { inner } else { [part] }
        }
        precondition(!flat.isEmpty, "nothing to put together")
        return flat.count == 1 ? flat[0] : .all(flat)
    }

    /// What holds where one of the parts does.
    ///
    /// - Precondition: there is at least one part.
    package static func any(of parts: [Condition]) -> Condition {
        let flat = parts.flatMap { part in
            if case .any(let inner) = part { inner } else { [part] }
        }
        precondition(!flat.isEmpty, "nothing to put together")
        return flat.count == 1 ? flat[0] : .any(flat)
    }

    /// The exact opposite.
    package var negated: Condition {
        switch self {
        case .not(let condition): condition
        case .test(let test): .test(test.negated)
        case .linked(let relation, let isNegated): .linked(relation, isNegated: !isNegated)
        case .search(let test): .search(test.negated)
        case .all, .any: .not(self)
        }
    }

    fileprivate var relations: [Relation] {
        switch self {
        case .all(let parts), .any(let parts): parts.flatMap(\.relations)
        case .not(let part): part.relations
        case .test(let test): test.relation.map { [$0] } ?? []
        case .linked(let relation, _): [relation]
        case .search: []
        }
    }

    /// Whether quick search is among its tests.
    fileprivate var searches: Bool {
        switch self {
        case .all(let parts), .any(let parts): parts.contains { $0.searches }
        case .not(let part): part.searches
        case .test, .linked: false
        case .search: true
        }
    }

    /// Tells every test of a field, from left to right.
    func forEachTest(_ body: (FieldTest) -> Void) {
        switch self {
        case .all(let parts), .any(let parts): for part in parts { part.forEachTest(body) }
        case .not(let part): part.forEachTest(body)
        case .test(let test): body(test)
        case .linked: break
        case .search: break
        }
    }
}

/// One question about one field: of the record, or of the records linked with it.
///
/// Of linked records it holds where one of them meets the question; the opposite where none does.
package struct FieldTest: Hashable, Sendable {
    package enum Question: Hashable, Sendable {
        case compare(Comparison, FilterValue)
        /// A text, and where it must stand in the value.
        case part(TextPart, String)
        /// Equals one of these; at least one.
        case oneOf([FilterValue])
        /// Both ends included; of plain values the first is not above the second.
        case between(FilterValue, FilterValue)
        case isEmpty
    }

    package enum Comparison: Hashable, Sendable, CaseIterable {
        case equal, less, lessOrEqual, greater, greaterOrEqual
    }

    package enum TextPart: Hashable, Sendable, CaseIterable {
        case contains, startsWith, endsWith
    }

    /// The way to the records whose field it is; `nil` for the record itself.
    package var relation: Relation?
    package var field: Field
    package var question: Question
    /// Whether it holds where the question's answer is no.
    package var isNegated: Bool

    package init(
        relation: Relation? = nil, field: Field, question: Question, isNegated: Bool = false
    ) {
        self.relation = relation
        self.field = field
        self.question = question
        self.isNegated = isNegated
    }

    package var negated: FieldTest {
        FieldTest(relation: relation, field: field, question: question, isNegated: !isNegated)
    }
}

/// A value as it is stored, and so as it is compared; or one that becomes such a value when it is resolved.
package enum FilterValue: Hashable, Sendable {
    /// Texts, words of a choice as declared, phones in E.164, days as `yyyy-MM-dd`; ordered by their bytes.
    case text(String)
    /// Whole numbers, decimals scaled by their field's places, moments in milliseconds, booleans as 0 and 1.
    case integer(Int64)
    /// Of a date or a moment, until it is resolved.
    case relative(RelativeTime)
}
