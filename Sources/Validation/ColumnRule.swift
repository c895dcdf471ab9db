internal import Records

/// How one field is checked, with all that can be made ready before the first record.
enum ColumnRule {
    case text
    case identifier
    case integer(IntegerRule)
    case decimal(DecimalRule)
    case isoDate(ISODateRule)
    case patternDate(PatternDateRule)
    case dateTime(DateTimeRule)
    case boolean(BooleanRule)
    case email(EmailRule)
    case phone(PhoneRule)
    case choice(ChoiceRule)

    /// - Throws: `bad_date_pattern`, or `unknown_country` where the plan's phone country is not known.
    init(_ plan: FieldPlan) throws(Failure) {
        switch plan.field.kind {
        case .text: self = .text
        case .identifier: self = .identifier
        case .integer: self = .integer(IntegerRule())
        case .decimal(let places): self = .decimal(DecimalRule(places: places))
        case .date:
            guard let pattern = plan.datePattern else {
                self = .isoDate(ISODateRule())
                return
            }
            self = .patternDate(PatternDateRule(pattern: try DatePattern(pattern)))
        case .dateTime:
            guard let pattern = plan.datePattern else {
                self = .dateTime(DateTimeRule(pattern: nil))
                return
            }
            self = .dateTime(DateTimeRule(pattern: try DatePattern(pattern)))
        case .boolean: self = .boolean(BooleanRule())
        case .email: self = .email(EmailRule(maxLength: plan.field.maxLength))
        case .phone: self = .phone(PhoneRule(country: try Self.country(of: plan)))
        case .choice(let words): self = .choice(ChoiceRule(words))
        }
    }

    private static func country(of plan: FieldPlan) throws(Failure) -> PhoneCountry? {
        guard let code = plan.phoneCountry else { return nil }
        guard let country = PhoneCountry(code: code) else {
            throw Failure(
                .refused, code: "unknown_country",
                message: "\(plan.field.name): phone country '\(code)' is not known",
                hint: "Known: \(PhoneCountry.codes.joined(separator: ", ")).")
        }
        return country
    }

    /// Checks one column: the kind is looked at once here, and not once a value.
    func check(_ column: inout Column) {
        switch self {
        case .text: column.checkTexts(isIdentifier: false)
        case .identifier: column.checkTexts(isIdentifier: true)
        case .integer(let rule): column.read(by: rule)
        case .decimal(let rule): column.read(by: rule)
        case .isoDate(let rule): column.read(by: rule)
        case .patternDate(let rule): column.read(by: rule)
        case .dateTime(let rule): column.read(by: rule)
        case .boolean(let rule): column.read(by: rule)
        case .email(let rule): column.read(by: rule)
        case .phone(let rule): column.read(by: rule)
        case .choice(let rule): column.read(by: ChoiceInBatch(rule, in: column.storage))
        }
    }
}
