/// What a change of many records does to one field of each.
package struct FieldChange: Hashable, Sendable {
    package enum Action: Hashable, Sendable {
        /// To a value; a blank where it is `nil`.
        case set(RecordName.Value?)
        /// To what is stored and this, scaled as it is stored.
        case add(Int64)
        case shift(TimeShift)
        /// To `value` where another field gets a value that it did not have, and left alone elsewhere.
        case follow(Field, its: RecordName.Value?, value: RecordName.Value?)
    }

    package var field: Field
    package var action: Action

    package init(field: Field, action: Action) {
        self.field = field
        self.action = action
    }
}

extension FieldKind {
    /// What a number of this kind can be, as it is stored; `nil` for what is no number.
    package var storableNumbers: ClosedRange<Int64>? {
        switch self {
        case .integer: -999_999_999_999_999_999...999_999_999_999_999_999
        case .decimal: -Cell.maxInteger...Cell.maxInteger
        default: nil
        }
    }
}
