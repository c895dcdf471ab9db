package import ListFilters
internal import Records

/// The model of list filters: one row at a time, in the plainest way.
package enum PlainRow {
    package static func holds(_ condition: Condition, _ row: [String: FilterValue]) -> Bool {
        switch condition {
        case .all(let parts): parts.allSatisfy { holds($0, row) }
        case .any(let parts): parts.contains { holds($0, row) }
        case .not(let part): !holds(part, row)
        case .test(let test): holds(test.question, row[test.field.name]) != test.isNegated
        case .linked, .search: preconditionFailure("a row alone has no links")
        }
    }

    package static func holds(_ question: FieldTest.Question, _ value: FilterValue?) -> Bool {
        guard let value else { return question == .isEmpty }
        switch question {
        case .isEmpty: return false
        case .compare(.equal, let other): return order(value, other) == 0
        case .compare(.less, let other): return order(value, other) < 0
        case .compare(.lessOrEqual, let other): return order(value, other) <= 0
        case .compare(.greater, let other): return order(value, other) > 0
        case .compare(.greaterOrEqual, let other): return order(value, other) >= 0
        case .oneOf(let others): return others.contains { order(value, $0) == 0 }
        case .between(let first, let last): return order(value, first) >= 0 && order(value, last) <= 0
        case .part(let part, let text):
            guard case .text(let whole) = value else { return false }
            let (bytes, wanted) = (Array(whole.utf8), Array(text.utf8))
            switch part {
            case .startsWith: return bytes.starts(with: wanted)
            case .endsWith: return bytes.reversed().starts(with: wanted.reversed())
            case .contains: return bytes.indices.contains { bytes[$0...].starts(with: wanted) }
            }
        }
    }

    private static func order(_ left: FilterValue, _ right: FilterValue) -> Int {
        switch (left, right) {
        case (.integer(let left), .integer(let right)): return left == right ? 0 : left < right ? -1 : 1
        case (.text(let left), .text(let right)):
            let (left, right) = (Array(left.unicodeScalars), Array(right.unicodeScalars))
            return left == right ? 0 : left.lexicographicallyPrecedes(right) ? -1 : 1
        default: preconditionFailure("values of one field are of one kind")
        }
    }
}
