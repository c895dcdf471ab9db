internal import Records

extension ListFilter {
    /// The filter as text, in the one form that is written for all that mean the same tests in the same order:
    /// read again it gives an equal filter.
    package var text: String { FilterText.text(of: condition) }
}

/// Writes conditions as text.
enum FilterText {
    /// How tight what surrounds a condition binds, and so whether it needs parentheses.
    private enum Binding: Int {
        case any, all, not
    }

    static func text(of condition: Condition) -> String { text(condition, within: .any) }

    private static func text(_ condition: Condition, within outer: Binding) -> String {
        switch condition {
        case .any(let parts):
            let text = parts.map { Self.text($0, within: .any) }.joined(separator: " or ")
            return outer == .any ? text : "(\(text))"
        case .all(let parts):
            let text = parts.map { Self.text($0, within: .all) }.joined(separator: " and ")
            return outer == .not ? "(\(text))" : text
        case .not(let part): return "not " + text(part, within: .not)
        case .test(let test): return text(test)
        case .linked(let relation, let isNegated):
            return "\(relation.name) is \(isNegated ? "" : "not ")empty"
        case .search(let test):
            return "\(test.isNegated ? "not " : "")search \(quoted(test.search.text))"
        }
    }

    private static func text(_ test: FieldTest) -> String {
        let name = (test.relation.map { "\($0.name)." } ?? "") + test.field.name
        let not = test.isNegated ? "not " : ""
        func text(_ value: FilterValue) -> String { Self.text(value, of: test.field.kind) }
        switch test.question {
        case .compare(.equal, let value): return "\(name) \(test.isNegated ? "!=" : "=") \(text(value))"
        case .compare(let comparison, let value): return "\(not)\(name) \(comparison.sign) \(text(value))"
        case .part(let part, let value): return "\(name) \(not)\(part.words) \(quoted(value))"
        case .oneOf(let values): return "\(name) \(not)in (\(values.map(text).joined(separator: ", ")))"
        case .between(let first, let second):
            return "\(name) \(not)between \(text(first)) and \(text(second))"
        case .isEmpty: return "\(name) is \(not)empty"
        }
    }

    private static func text(_ value: FilterValue, of kind: FieldKind) -> String {
        switch value {
        case .text(let text): return kind == .date ? text : quoted(text)
        case .relative(let time): return time.text
        case .integer(let integer):
            switch kind {
            case .boolean: return integer == 0 ? "no" : "yes"
            case .dateTime: return Timestamp(milliseconds: integer).text
            case .decimal(let places): return decimal(integer, places: places)
            default: return String(integer)
            }
        }
    }

    /// `1200.50`; without places where they are all 0.
    private static func decimal(_ scaled: Int64, places: Int) -> String {
        let text = DecimalText.of(scaled, places: places)
        let hasFraction = text.suffix(places).contains { $0 != "0" }
        return places == 0 || hasFraction ? text : String(text.dropLast(places + 1))
    }

    /// A text in quotes, those within doubled.
    static func quoted(_ text: String) -> String {
        var out = "'"
        for scalar in text.unicodeScalars {
            if scalar == "'" { out += "'" }
            out.unicodeScalars.append(scalar)
        }
        return out + "'"
    }
}

extension FieldTest.Comparison {
    fileprivate var sign: String {
        switch self {
        case .equal: "="
        case .less: "<"
        case .lessOrEqual: "<="
        case .greater: ">"
        case .greaterOrEqual: ">="
        }
    }
}

extension FieldTest.TextPart {
    fileprivate var words: String {
        switch self {
        case .contains: "contains"
        case .startsWith: "starts with"
        case .endsWith: "ends with"
        }
    }
}
