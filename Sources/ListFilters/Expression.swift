/// A list filter as it is written, before anything is known of its record type.
indirect enum Expression: Hashable {
    case all([Expression])
    case any([Expression])
    case not(Expression)
    case test(WrittenTest)
    case search(WrittenValue)
}

/// A field's name, what is asked of it, and the values that stand behind.
struct WrittenTest: Hashable {
    var name: String
    /// Of the name.
    var nameOffset: Int
    var question: WrittenOperator
    /// Of the operator.
    var operatorOffset: Int
    var isNegated: Bool
    /// As many as the operator asks for: one; two for `between`; one or more for `in`; none for `is empty`.
    var values: [WrittenValue]
}

/// A value as it is written: what it means is its field's affair.
struct WrittenValue: Hashable {
    var text: String
    var isQuoted: Bool
    var offset: Int
    /// What it means for a date or a moment, where it is told from today or now on.
    var relative: RelativeTime?

    /// The value as a message names it.
    var shown: String { isQuoted ? Shown.quoted(text) : "'\(Shown.short(text))'" }
}

/// What can be asked of a field, without the negation.
enum WrittenOperator: String, Hashable, CaseIterable {
    case equal = "="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case contains
    case startsWith = "starts with"
    case endsWith = "ends with"
    case oneOf = "in"
    case between
    case isEmpty = "is empty"
}
