package import Records

extension ListFilter {
    /// The fields of the record whose indexes would find its rows without a look at every row; `nil` where no
    /// indexes would.
    ///
    /// Of several ways that of the fewest fields; of those the one that leaves the fewest rows, as far as the
    /// form of a test tells.
    package var fieldsToIndex: [Field]? { condition.served?.fields }
}

/// What indexes would serve a condition, and how many rows they would leave, roughly.
private struct Served {
    var fields: [Field]
    /// The less, the fewer rows are left.
    var rank: Int
}

extension Condition {
    fileprivate var served: Served? {
        switch self {
        case .all(let parts):
            return parts.compactMap(\.served).min { ($0.fields.count, $0.rank) < ($1.fields.count, $1.rank) }
        case .any(let parts):
            // One part that needs every row is enough to need every row.
            var whole = Served(fields: [], rank: 0)
            for part in parts {
                guard let served = part.served else { return nil }
                whole.fields += served.fields.filter { !whole.fields.contains($0) }
                whole.rank = max(whole.rank, served.rank)
            }
            return whole
        case .test(let test): return test.served
        default: return nil
        }
    }
}

extension FieldTest {
    /// An opposite leaves most rows, and where a text stands in the middle or at the end no order tells.
    fileprivate var served: Served? {
        guard relation == nil, !isNegated, field.kind != .boolean else { return nil }
        let rank: Int
        switch question {
        case .compare(.equal, _): rank = 0
        case .oneOf: rank = 1
        case .part(.startsWith, _): rank = 2
        case .between: rank = 3
        case .isEmpty: rank = 4
        // With one end alone SQLite takes the rows in their order instead.
        case .compare, .part: return nil
        }
        return Served(fields: [field], rank: rank)
    }
}
