internal import ListFilters
internal import Records

/// Reads what a bulk change sets: `group=vip`, `paymentBalance+=10.50`, `accountDueDate-=2w`.
///
/// Values go the way that those of a file go: what an import rejects is refused here, with its code and words.
struct AssignmentReading {
    let type: RecordType
    /// What `today` and `now` are told from.
    let moment: Timestamp

    private enum Operator: String {
        case set = "="
        case add = "+="
        case subtract = "-="
    }

    /// The changes in the order of the fields' declaration, with those that come of others.
    ///
    /// - Throws: `bad_assignment`, `unknown_field`, `field_twice`, `encrypted_field`, `unique_field`, `key_missing`, and
    ///   the codes of rejects.
    func changes(_ assignments: [String]) throws(Failure) -> [FieldChange] {
        var changes: [FieldChange] = []
        for text in assignments {
            let change = try change(text)
            guard !changes.contains(where: { $0.field.name == change.field.name }) else {
                throw Failure(
                    .refused, code: "field_twice", message: "\(change.field.name) is set twice",
                    hint: "Give each field one --set.")
            }
            changes.append(change)
        }
        changes += consentDates(besides: changes)
        return try ordered(changes)
    }

    private func ordered(_ changes: [FieldChange]) throws(Failure) -> [FieldChange] {
        let isCleared = { (name: String) in
            changes.contains { $0.field.name == name && $0.action == .set(nil) }
        }
        if !type.allowsNoKey, !type.keys.isEmpty, type.keys.allSatisfy({ $0.contains(where: isCleared) }) {
            throw Failure(
                .refused, code: "key_missing",
                message: "no \(type.name) would have a key left, by which it could be found again",
                hint:
                    "Leave one of \(type.keys.map { $0.joined(separator: " with ") }.joined(separator: ", "))."
            )
        }
        return type.fields.compactMap { field in changes.first { $0.field.name == field.name } }
    }

    private func change(_ text: String) throws(Failure) -> FieldChange {
        guard let equals = text.firstIndex(of: "=") else {
            throw Failure(
                .refused, code: "bad_assignment", message: "'\(text)' sets nothing",
                hint: "Write FIELD=VALUE; FIELD= clears; FIELD+=10 and FIELD-=2w change what is stored.")
        }
        var name = text[..<equals]
        let value = String(text[text.index(after: equals)...])
        var operation = Operator.set
        if let sign = name.last, let found = Operator(rawValue: "\(sign)="), found != .set {
            operation = found
            name.removeLast()
        }
        let field = try field(name.filter { $0 != " " })
        guard operation != .set else {
            return FieldChange(field: field, action: .set(try plainValue(value, of: field)))
        }
        return FieldChange(field: field, action: try change(by: value, operation, field))
    }

    private func field(_ name: String) throws(Failure) -> Field {
        guard let field = type.field(matchingHeader: name) else {
            throw Failure(
                .refused, code: "unknown_field", message: "\(type.name) has no field '\(name)'",
                hint: NearestName.hint(
                    for: name, among: type.fields.filter { !$0.isEncrypted }.map(\.name)))
        }
        guard !field.isEncrypted else {
            throw Failure(
                .refused, code: "encrypted_field",
                message: "'\(field.name)' is kept encrypted, and so cannot be changed in bulk",
                hint: "Change it record by record, or by an import.")
        }
        return field
    }

    // MARK: Setting

    private func plainValue(_ text: String, of field: Field) throws(Failure) -> RecordName.Value? {
        if field.kind == .date || field.kind == .dateTime, let time = try relative(text, field) {
            return time
        }
        return try checked(text, of: field)
    }

    /// The value as an import stores it.
    private func checked(_ text: String, of field: Field) throws(Failure) -> RecordName.Value? {
        let value = try RecordCheck.changed([FieldText(field, text)])[field]?.value
        guard value != nil || !field.isRequired else {
            throw Failure(
                .refused, code: "required_missing",
                message: "\(field.name): the field is required, and is blank")
        }
        guard value != nil || field.generatedPrefix == nil else {
            throw Failure(
                .refused, code: "required_missing",
                message: "\(field.name): the field is given a value where it has none, and so is not cleared")
        }
        return value
    }

    /// `today + 30 days` and the like, read as list filters read it; `nil` where the text begins otherwise.
    private func relative(_ text: String, _ field: Field) throws(Failure) -> RecordName.Value? {
        let start = text.drop { $0 == " " }.lowercased()
        guard RelativeTime.Base.allCases.contains(where: { start.hasPrefix($0.rawValue) }) else { return nil }
        let alone = Field(name: "value", kind: field.kind)
        let place = RecordType(
            name: type.name, plural: type.plural, fields: [alone], keys: [], allowsNoKey: true,
            limit: .records(1))
        let condition: Condition
        do throws(ListFilterError) {
            condition = try ListFilter("value = \(text)", for: place).resolved(at: moment).condition
        } catch {
            throw Failure(
                .refused, code: "bad_assignment", message: "\(field.name): \(error.message)",
                hint: error.hint ?? "Write for example: \(field.name)='today + 30 days'")
        }
        if case .test(let test) = condition, !test.isNegated, case .compare(.equal, let value) = test.question
        {
            switch value {
            case .text(let day): return .text(day)
            case .integer(let milliseconds): return .integer(milliseconds)
            case .relative: break
            }
        }
        throw Failure(
            .refused, code: "bad_assignment", message: "\(field.name): '\(text)' is not one day or moment",
            hint: "Write for example: \(field.name)='today + 30 days'")
    }

    // MARK: Adding and moving

    private func change(
        by value: String, _ operation: Operator, _ field: Field
    ) throws(Failure) -> FieldChange.Action {
        let isUnique = field.isUnique || type.keys.contains { $0.contains(field.name) }
        guard !isUnique else {
            throw Failure(
                .refused, code: "unique_field",
                message: "\(field.name) tells records apart, and so is not counted up or down",
                hint: "Give one record a value of its own with =.")
        }
        switch field.kind {
        case .integer, .decimal:
            guard case .integer(let number) = try checked(value, of: field) else {
                throw Failure(
                    .refused, code: "bad_assignment",
                    message: "\(field.name)\(operation.rawValue) needs a number")
            }
            return .add(operation == .subtract ? -number : number)
        case .date, .dateTime:
            return .shift(try shift(value, isBack: operation == .subtract, field))
        default:
            throw Failure(
                .refused, code: "bad_assignment",
                message: "'\(operation.rawValue)' does not go with \(field.name), which is of the kind "
                    + field.kind.name,
                hint: "It goes with numbers, days and moments.")
        }
    }

    /// `30d`, `2 weeks`.
    private func shift(_ text: String, isBack: Bool, _ field: Field) throws(Failure) -> TimeShift {
        let digits = text.drop { $0 == " " }.prefix { $0.isASCII && $0.isNumber }
        let unit = text.drop { $0 == " " }.dropFirst(digits.count).lowercased().filter { $0 != " " }
        guard let size = Int(digits), (0...RelativeTime.maxCount).contains(size) else {
            throw badShift(text, field)
        }
        let count = isBack ? -size : size
        switch unit {
        case "d", "day", "days": return .days(count)
        case "w", "week", "weeks": return .days(count * 7)
        case "mo", "month", "months": return .months(count)
        case "y", "year", "years": return .months(count * 12)
        case "h", "hour",
            "hours" where field.kind == .dateTime:
            return .milliseconds(Int64(count) * 3_600_000)
        case "min", "minute",
            "minutes" where field.kind == .dateTime:
            return .milliseconds(Int64(count) * 60_000)
        default: throw badShift(text, field)
        }
    }

    private func badShift(_ text: String, _ field: Field) -> Failure {
        Failure(
            .refused, code: "bad_assignment",
            message: "\(field.name): '\(text)' does not say how far",
            hint: "Write a whole number up to \(RelativeTime.maxCount) and d, w, mo or y"
                + (field.kind == .dateTime ? ", h or min: " : ": ") + "\(field.name)+=30d")
    }

    // MARK: Consent

    /// Whoever sets a consent without its date means today, wherever that changes the consent; what was neither given
    /// nor refused has no date.
    private func consentDates(besides changes: [FieldChange]) -> [FieldChange] {
        changes.compactMap { change in
            guard change.field.name.hasSuffix("Consent"), case .choice = change.field.kind,
                case .set(let consent) = change.action,
                let date = type.field(named: change.field.name + "Date"), date.kind == .date,
                !changes.contains(where: { $0.field.name == date.name })
            else { return nil }
            let isGiven = consent != nil && consent != .text("unknown")
            let today = RecordName.Value.text(RelativeTime(base: .today).day(at: moment))
            return FieldChange(
                field: date, action: .follow(change.field, its: consent, value: isGiven ? today : nil))
        }
    }
}
