package import Records

@testable package import ListFilters

/// Made-up list filters and values over `Visits`, from few values, so that tests of them often hold.
package struct RandomFilters<Generator: RandomNumberGenerator> {
    package var random: Generator
    /// Whether values may be told from today or now on.
    package var isRelative = false

    package init(random: Generator) {
        self.random = random
    }

    private static var texts: [String] {
        [
            "a", "A", "ab", "b", "'", "''", "O'Brien", "\"", "é", "e\u{301}", "ß", "日本", "😀", " ", "a b",
            "\n", "or", "%_", "~",
        ]
    }
    private static var phones: [String] { ["+14155550100", "+14155550101", "+493012345678", "+4930123456"] }
    private static var days: [String] { ["0001-01-01", "2024-02-29", "2026-12-31", "9999-12-31"] }
    private static var moments: [Int64] {
        [CivilTime.storable.lowerBound, -1, 0, 1_767_225_599_999, CivilTime.storable.upperBound]
    }
    private static var numbers: [Int64] {
        [-Cell.maxInteger, -100, -50, -1, 0, 1, 5, 99, 100, 12_345, Cell.maxInteger]
    }

    private mutating func one<Value>(of values: [Value]) -> Value {
        values[Int.random(in: 0..<values.count, using: &random)]
    }

    package mutating func value(of kind: FieldKind) -> FilterValue {
        if isRelative, kind == .date || kind == .dateTime, Int.random(in: 0..<2, using: &random) == 0 {
            return .relative(relative(kind))
        }
        return switch kind {
        case .text, .identifier, .email: .text(one(of: Self.texts))
        case .phone: .text(one(of: Self.phones))
        case .integer, .decimal: .integer(one(of: Self.numbers))
        case .date: .text(one(of: Self.days))
        case .dateTime: .integer(one(of: Self.moments))
        case .boolean: .integer(Int64.random(in: 0...1, using: &random))
        case .choice(let words): .text(one(of: words))
        }
    }

    private mutating func relative(_ kind: FieldKind) -> RelativeTime {
        let units: [RelativeTime.Unit] =
            kind == .date ? [.day, .week, .month, .year] : RelativeTime.Unit.allCases
        let base: RelativeTime.Base = kind == .date ? .today : one(of: RelativeTime.Base.allCases)
        let count = Int.random(in: -40...40, using: &random)
        return RelativeTime(base: base, count: count, unit: count == 0 ? .day : one(of: units))
    }

    /// A value, or `nil` for a blank.
    package mutating func stored(_ kind: FieldKind) -> FilterValue? {
        let wasRelative = isRelative
        isRelative = false
        defer { isRelative = wasRelative }
        return Int.random(in: 0..<4, using: &random) == 0 ? nil : value(of: kind)
    }

    private mutating func part(of kind: FieldKind, _ part: FieldTest.TextPart) -> String {
        guard kind == .phone else { return one(of: Self.texts) }
        return one(of: part == .startsWith ? ["+1", "+4930", "+"] : ["0", "5010", "+14155550100"])
    }

    package mutating func question(_ kind: FieldKind) -> FieldTest.Question {
        let first = value(of: kind)
        let second = value(of: kind)
        switch one(of: WrittenOperator.fitting(kind)) {
        case .equal: return .compare(.equal, first)
        case .less: return .compare(.less, first)
        case .lessOrEqual: return .compare(.lessOrEqual, first)
        case .greater: return .compare(.greater, first)
        case .greaterOrEqual: return .compare(.greaterOrEqual, first)
        case .contains: return .part(.contains, part(of: kind, .contains))
        case .startsWith: return .part(.startsWith, part(of: kind, .startsWith))
        case .endsWith: return .part(.endsWith, part(of: kind, .endsWith))
        case .oneOf: return .oneOf((0..<Int.random(in: 1...5, using: &random)).map { _ in value(of: kind) })
        case .between:
            if case .relative = first { return .between(first, first) }
            if case .relative = second { return .between(first, second) }
            return second.isBelow(first) ? .between(second, first) : .between(first, second)
        case .isEmpty: return .isEmpty
        }
    }

    package mutating func condition(depth: Int = 4) -> Condition {
        let choice = depth == 0 ? 3 : Int.random(in: 0..<6, using: &random)
        switch choice {
        case 0:
            return .all(
                of: (0..<Int.random(in: 2...3, using: &random)).map { _ in condition(depth: depth - 1) })
        case 1:
            return .any(
                of: (0..<Int.random(in: 2...3, using: &random)).map { _ in condition(depth: depth - 1) })
        case 2: return condition(depth: depth - 1).negated
        default:
            let field = one(of: Visits.fields)
            return .test(
                FieldTest(
                    field: field, question: question(field.kind), isNegated: Bool.random(using: &random)))
        }
    }
}

/// The texts of a condition byte for byte: Swift's own comparison of texts takes two spellings of é for one.
package func bytes(of filter: ListFilter) -> [UInt8] { Array("\(filter.condition)".utf8) }
