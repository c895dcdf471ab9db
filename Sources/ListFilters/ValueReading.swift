internal import Records

/// What a value that is written in a list filter means for its field.
struct ValueReading {
    let field: Field
    /// Whether it is part of a text, as behind `contains`.
    let isPart: Bool

    /// - Throws: where the field cannot have the value, with how it is written.
    func read(
        _ value: WrittenValue, for question: WrittenOperator
    ) throws(ListFilterError) -> FilterValue {
        guard !value.text.isEmpty else {
            throw ListFilterError(
                "an empty text, which no value is", at: value.offset,
                hint: "Blanks are asked for with: \(field.name) is empty.")
        }
        switch field.kind {
        case .text, .identifier, .email: return .text(try quoted(value))
        case .phone: return .text(try phone(quoted(value), value, question))
        case .integer: return .integer(try number(value, places: 0))
        case .decimal(let places): return .integer(try number(value, places: places))
        case .date:
            if let time = value.relative { return .relative(try relativeDay(time, value)) }
            return .text(try day(value))
        case .dateTime:
            if let time = value.relative { return .relative(time) }
            return .integer(try moment(value))
        case .boolean: return .integer(try boolean(value))
        case .choice(let words): return .text(try word(value, of: words))
        }
    }

    private func wrong(_ value: WrittenValue, _ what: String, hint: String? = nil) -> ListFilterError {
        ListFilterError("\(value.shown) \(what)", at: value.offset, hint: hint)
    }

    private func quoted(_ value: WrittenValue) throws(ListFilterError) -> String {
        guard value.isQuoted else {
            throw ListFilterError(
                "expected a text in quotes for \(field.name), found \(value.shown)", at: value.offset,
                hint: "Write \(Shown.quoted(value.text)).")
        }
        return value.text
    }

    // MARK: Phones

    /// Phones are stored as `+` and digits: any other text would match none, which nobody means.
    private func phone(
        _ text: String, _ value: WrittenValue, _ question: WrittenOperator
    ) throws(ListFilterError) -> String {
        let hint = "Phones are stored as + with country and number, for example '+14155550100'."
        let digits = text.utf8.first == UInt8(ascii: "+") ? text.utf8.dropFirst() : text.utf8[...]
        guard digits.allSatisfy({ $0 &- 0x30 < 10 }) else {
            throw wrong(value, "holds something other than + and digits", hint: hint)
        }
        let hasPlus = digits.count < text.utf8.count
        let isSound =
            switch question {
            case .contains: true
            case .endsWith: !hasPlus || (7...15).contains(digits.count)
            case .startsWith: hasPlus
            default: hasPlus && (7...15).contains(digits.count) && digits.first != UInt8(ascii: "0")
            }
        guard isSound else {
            let what =
                question == .startsWith
                ? "is not the beginning of a phone as it is stored" : "is no whole phone"
            throw wrong(value, what, hint: hint)
        }
        return text
    }

    // MARK: Numbers

    /// A number with at most so many places, scaled by them.
    private func number(_ value: WrittenValue, places: Int) throws(ListFilterError) -> Int64 {
        var digits = Array(value.text.utf8)
        let isNegative = digits.first == UInt8(ascii: "-")
        if isNegative || digits.first == UInt8(ascii: "+") { digits.removeFirst() }
        let parts = digits.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count <= 2, parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy { $0 &- 0x30 < 10 } }) else {
            throw wrong(
                value, "is no number",
                hint: "Write \(places == 0 ? "-5 or 1200" : "-5, 1200 or 1200.5"), without other signs.")
        }
        var fraction = parts.count == 2 ? parts[1] : []
        while fraction.last == UInt8(ascii: "0") { fraction.removeLast() }
        guard fraction.count <= places else {
            let most =
                switch places {
                case 0: "whole numbers"
                case 1: "numbers with one place"
                default: "numbers with \(places) places"
                }
            throw wrong(value, "has more places than \(field.name), which holds \(most)")
        }
        var scaled: Int64 = 0
        for digit in parts[0] + fraction + Array(repeating: 0x30, count: places - fraction.count) {
            // Up to this bound ten times the number and a digit cannot wrap.
            guard scaled <= Cell.maxInteger / 10 else { throw tooGreat(value) }
            scaled = scaled * 10 + Int64(digit &- 0x30)
        }
        guard scaled <= Cell.maxInteger else { throw tooGreat(value) }
        return isNegative ? -scaled : scaled
    }

    private func tooGreat(_ value: WrittenValue) -> ListFilterError {
        wrong(value, "is greater than \(field.name) can be")
    }

    // MARK: Days and moments

    private func relativeDay(
        _ time: RelativeTime, _ value: WrittenValue
    ) throws(ListFilterError) -> RelativeTime {
        guard time.base == .today, time.unit != .minute, time.unit != .hour else {
            throw wrong(
                value, "is a moment, and \(field.name) holds days",
                hint: "Write for example: today - 30 days.")
        }
        return time
    }

    private func day(_ value: WrittenValue) throws(ListFilterError) -> String {
        let bytes = Array(value.text.utf8)
        let reading = CivilTime.readISODate(bytes.span)
        _ = try time(value, reading, form: "day", example: "2026-12-31")
        return value.text
    }

    private func moment(_ value: WrittenValue) throws(ListFilterError) -> Int64 {
        let bytes = Array(value.text.utf8)
        let reading = CivilTime.readISO8601(bytes.span)
        return try time(value, reading, form: "moment", example: "2026-12-31T17:30:00Z").milliseconds
    }

    private func time(
        _ value: WrittenValue, _ reading: CivilReading, form: String, example: String
    ) throws(ListFilterError) -> CivilTime {
        switch reading {
        case .time(let time): return time
        case .otherForm: throw wrong(value, "is no \(form)", hint: "Write it as \(example).")
        case .noSuchMoment: throw wrong(value, "is no \(form) of the calendar")
        }
    }

    // MARK: Words

    private func boolean(_ value: WrittenValue) throws(ListFilterError) -> Int64 {
        switch value.text.lowercased() {
        case "yes", "true": return 1
        case "no", "false": return 0
        default: throw wrong(value, "is neither yes nor no", hint: "Write yes, no, true or false.")
        }
    }

    private func word(_ value: WrittenValue, of words: [String]) throws(ListFilterError) -> String {
        let wanted = WordFold.fold(value.text)
        guard let word = words.first(where: { WordFold.fold($0) == wanted }) else {
            throw wrong(
                value, "is no word of \(field.name)",
                hint: NearestName.hint(for: Shown.short(value.text), among: words))
        }
        return word
    }
}
