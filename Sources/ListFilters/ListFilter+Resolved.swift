package import Records

extension ListFilter {
    /// The filter as it is meant at a moment: whatever it tells from today or now on is a plain value.
    package func resolved(at moment: Timestamp) -> ListFilter {
        ListFilter(condition.resolved(at: moment))
    }
}

extension Condition {
    fileprivate func resolved(at moment: Timestamp) -> Condition {
        switch self {
        case .all(let parts): .all(parts.map { $0.resolved(at: moment) })
        case .any(let parts): .any(parts.map { $0.resolved(at: moment) })
        case .not(let part): .not(part.resolved(at: moment))
        case .test(let test): .test(test.resolved(at: moment))
        case .linked, .search: self
        }
    }
}

extension FieldTest {
    fileprivate func resolved(at moment: Timestamp) -> FieldTest {
        func plain(_ value: FilterValue) -> FilterValue { value.resolved(at: moment, for: field.kind) }
        var test = self
        switch question {
        case .compare(let comparison, let value): test.question = .compare(comparison, plain(value))
        case .oneOf(let values): test.question = .oneOf(values.map(plain))
        case .between(let first, let last):
            let (first, last) = (plain(first), plain(last))
            // Of two that are both told from today on, the later may come to be the first.
            test.question = last.isBelow(first) ? .nothing(first) : .between(first, last)
        case .part, .isEmpty: break
        }
        return test
    }
}

extension FieldTest.Question {
    /// What holds for no value of the kind of `value`.
    fileprivate static func nothing(_ value: FilterValue) -> FieldTest.Question {
        if case .integer = value { .compare(.less, .integer(.min + 1)) } else { .compare(.less, .text("")) }
    }
}

extension FilterValue {
    func resolved(at moment: Timestamp, for kind: FieldKind) -> FilterValue {
        guard case .relative(let time) = self else { return self }
        return kind == .date ? .text(time.day(at: moment)) : .integer(time.milliseconds(at: moment))
    }
}
