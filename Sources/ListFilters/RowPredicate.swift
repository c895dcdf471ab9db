package import Records

/// A list filter made ready for batches: finds the records outside it, one column after the other.
///
/// The modules' border is crossed once a batch. Each test makes a mask of the whole batch by one loop over its
/// field's plane, and masks are put together a word at a time; nothing is allocated for a record.
package struct RowPredicate: Sendable {
    private indirect enum Step: Sendable {
        case all([Step])
        case any([Step])
        case not(Step)
        case test(ColumnTest, plane: Int, isNegated: Bool)
    }

    private let step: Step

    /// Binds a filter's fields to the planes of the batches to come.
    ///
    /// - Precondition: each field of the filter is among the plans; it neither searches nor asks about linked
    ///   records, and its values are plain.
    package init(_ filter: ListFilter, fields: [FieldPlan]) {
        step = Self.step(filter.condition, fields)
    }

    private static func step(_ condition: Condition, _ fields: [FieldPlan]) -> Step {
        switch condition {
        case .all(let parts): return .all(parts.map { step($0, fields) })
        case .any(let parts): return .any(parts.map { step($0, fields) })
        case .not(let part): return .not(step(part, fields))
        case .linked: preconditionFailure("records of a file have no links")
        case .test(let test):
            precondition(test.relation == nil, "records of a file have no links")
            guard let plan = fields.first(where: { $0.field.name == test.field.name }) else {
                preconditionFailure("'\(test.field.name)' of a list filter has no plane")
            }
            return .test(ColumnTest(test.question), plane: plan.plane, isNegated: test.isNegated)
        case .search: preconditionFailure("records of a file cannot be searched")
        }
    }

    /// The records outside the filter among the first `count` of a batch, ascending.
    ///
    /// Cells are values as they will be stored. Of a record whose value could not be read the answer means
    /// nothing, but there is one.
    package func recordsOutside(of storage: BatchStorage, count: Int) -> [UInt32] {
        var mask = mask(step, storage, count)
        mask.invert()
        return mask.records
    }

    private func mask(_ step: Step, _ storage: BatchStorage, _ count: Int) -> RowMask {
        switch step {
        case .all(let parts):
            var whole = mask(parts[0], storage, count)
            for part in parts.dropFirst() { whole.intersect(mask(part, storage, count)) }
            return whole
        case .any(let parts):
            var whole = mask(parts[0], storage, count)
            for part in parts.dropFirst() { whole.unite(mask(part, storage, count)) }
            return whole
        case .not(let part):
            var mask = mask(part, storage, count)
            mask.invert()
            return mask
        case .test(let test, let plane, let isNegated):
            var mask = test.mask(storage, plane: plane, count: count)
            if isNegated { mask.invert() }
            return mask
        }
    }
}
