internal import InputFilters
internal import Records

/// How a column's values would feed a field: what the filter must say of them, and how many are taken then.
struct ColumnFit {
    /// Everything but the field's name and the column's.
    var rule: ColumnRule
    /// Tried values, and those of them that the field refuses.
    var tried: Int
    var refused = 0
    /// For the comment; what is not certain ends in a question for the reader.
    var notes: [String] = []
    /// Why the values do not fit; `nil` where they do.
    var objection: String?

    /// Whether no more values are refused than may be plainly bad.
    var isTolerable: Bool { Tolerance.allows(bad: refused, of: tried) }
    var fits: Bool { objection == nil && isTolerable }
}

/// Finds for a column and a kind of field what the filter must say.
struct FitMaker {
    let country: CountryGuess?
    /// Whether notes may repeat values of the file.
    let showsValues: Bool
    /// The order of day and month, by the byte between them, where some column of the file tells it.
    let dateOrders: [UInt8: DateGuess.Order]

    init(columns: [ColumnSample], country: CountryGuess?, showsValues: Bool) {
        self.country = country
        self.showsValues = showsValues
        var orders: [UInt8: DateGuess.Order] = [:]
        for column in columns where column.share(where: ValueShape.isDateLike) >= 0.9 {
            let order = DateGuess.Order(isDayFirst: false, reason: "")
            guard let date = DateGuess.guess(column, field: Self.anyDate, order: order),
                let pattern = date.pattern, date.alternative == nil, !pattern.hasPrefix("y"),
                let mark = Self.mark(in: pattern), orders[mark] == nil
            else { continue }
            orders[mark] = DateGuess.Order(
                isDayFirst: DateGuess.isDayFirst(pattern), reason: "as in \(column.title)")
        }
        dateOrders = orders
    }

    private static let anyDate = Field(name: "date", kind: .date)

    private static func mark(in text: some StringProtocol) -> UInt8? {
        text.utf8.first { "/-.".utf8.contains($0) }
    }

    /// What the filter must say for a column to feed a field.
    func fit(_ column: ColumnSample, to field: Field) -> ColumnFit {
        let rule = ColumnRule(field: field.name, source: .column(.position(column.index)))
        var fit = ColumnFit(rule: rule, tried: column.tried.count)
        var column = column
        if [.email, .phone].contains(field.kind), let first = column.before(ColumnSample.severalMark) {
            column = first
            fit.tried = first.tried.count
            fit.rule.split = Split(separator: ColumnSample.severalMark, part: .first)
            fit.notes.append("of several in one cell the first is taken")
        }
        if field.kind == .date, let whole = column.before(ColumnSample.yearlessMark) {
            column = whole
            fit.tried = whole.tried.count
            fit.rule.split = Split(separator: ColumnSample.yearlessMark, part: .first)
            fit.notes.append("dates without a year are left out")
        }
        switch field.kind {
        case .date, .dateTime: fitDate(column, field, &fit)
        case .phone: fitPhone(column, field, &fit)
        case .email:
            fit.refused = ValueCheck.refused(column.tried, field: field)
            let hasCapitals = column.filled.contains { $0.contains { $0 &- UInt8(ascii: "A") < 26 } }
            if hasCapitals { fit.rule.transform = TextTransform(trims: true, letterCase: .lower) }
        case .boolean: fitWords(column, field, ["true", "false"], &fit)
        case .choice(let words): fitWords(column, field, words, &fit)
        case .integer, .decimal: fitNumber(column, field, &fit)
        default:
            fit.refused = ValueCheck.refused(column.tried, field: field)
            if column.hasSpacesAtEnds { fit.rule.transform.trims = true }
            if !fit.isTolerable {
                fit.objection = "values are too long for \(field.name), or hold control characters"
            }
        }
        if !fit.fits, fit.objection == nil {
            fit.objection = "values are no \(field.kind.name) values"
        }
        return fit
    }

    // MARK: Kinds

    private func fitDate(_ column: ColumnSample, _ field: Field, _ fit: inout ColumnFit) {
        guard let example = column.filled.first else { return }
        let order = order(for: example)
        guard let date = DateGuess.guess(column, field: field, order: order) else {
            fit.refused = fit.tried
            fit.objection =
                DateGuess.hasShortYears(column)
                ? "years of two digits are not read: nobody can say which century 24 is"
                : "no date pattern reads the values"
            return
        }
        fit.rule.datePattern = date.pattern
        fit.refused = date.refused
        if let other = date.alternative {
            fit.notes.append("day and month could be the other way round (\(other)); taken \(order.reason)")
        }
    }

    /// Which of day and month is first where both may be.
    private func order(for example: [UInt8]) -> DateGuess.Order {
        let mark = example.first { "/-.".utf8.contains($0) } ?? UInt8(ascii: "/")
        if let known = dateOrders[mark] ?? dateOrders.values.first { return known }
        if mark == UInt8(ascii: ".") || mark == UInt8(ascii: "-") {
            return DateGuess.Order(
                isDayFirst: true, reason: "as usual with '\(UnicodeScalar(mark))' between them")
        }
        if let country {
            let isAmerican = country.code == "US"
            return DateGuess.Order(
                isDayFirst: !isAmerican, reason: "as usual in \(country.code) (\(country.reason))")
        }
        return DateGuess.Order(isDayFirst: false, reason: "as usual with '/' where nothing tells more")
    }

    private func fitPhone(_ column: ColumnSample, _ field: Field, _ fit: inout ColumnFit) {
        guard !column.isBlank else { return }
        fit.refused = ValueCheck.refused(column.tried, field: field)
        guard fit.refused > 0 else { return }
        let code = country?.code ?? "US"
        let refused = ValueCheck.refused(column.tried, field: field, phoneCountry: code)
        if refused < fit.refused {
            fit.refused = refused
            fit.rule.phoneCountry = code
            if let country {
                if !country.isSure { fit.notes.append("country \(code) \(country.reason) is not certain") }
            } else {
                fit.notes.append("country \(code) is not certain: the numbers fit, and nothing tells more")
            }
        }
        guard !fit.isTolerable else { return }
        let hasExtensions = column.share { value in
            value.contains { "xX#".utf8.contains($0) } && value.count(where: ValueShape.isDigit) >= 7
        }
        if column.share(where: ValueShape.isPhone) + hasExtensions > 0.8 {
            fit.objection =
                hasExtensions > 0.1
                ? "numbers with extensions are not read"
                : "the numbers name no country, and do not fit \(code); say which with --country"
        }
    }

    private func fitNumber(_ column: ColumnSample, _ field: Field, _ fit: inout ColumnFit) {
        fit.refused = ValueCheck.refused(column.tried, field: field)
        guard !fit.isTolerable else { return }
        if column.share(where: ValueShape.isWrittenAmount) > 0.1 {
            fit.objection =
                "numbers with currency signs, marks between thousands or a decimal comma are not read"
        }
    }

    /// Yes and no, or the words of a choice: words of the file's own are mapped.
    private func fitWords(
        _ column: ColumnSample, _ field: Field, _ words: [String], _ fit: inout ColumnFit
    ) {
        fit.refused = ValueCheck.refused(column.tried, field: field)
        // Words of an encrypted field would lie in the document in the clear.
        guard fit.refused > 0, column.times.count <= WordMap.mostWords, !field.isEncrypted else { return }
        let values = column.times.keys.map { String(decoding: $0, as: UTF8.self) }.sorted()
        let map = WordMap.entries(for: values, words: words) { value in
            ValueCheck.refused([Array(value.utf8)], field: field) == 0
        }
        guard !map.isEmpty else { return }
        fit.rule.valueMap = ValueMap(map)
        let mapped = Set(map.map { Array($0.key.utf8) })
        fit.refused = ValueCheck.refused(column.tried.filter { !mapped.contains($0) }, field: field)
        let unknown = values.filter { !mapped.contains(Array($0.utf8)) }
            .filter { ValueCheck.refused([Array($0.utf8)], field: field) > 0 }
        if !unknown.isEmpty {
            let shown = unknown.prefix(5).map(CommentText.quoted).joined(separator: ", ")
            fit.notes.append("not mapped yet: \(showsValues ? shown : "\(unknown.count) values")")
        }
    }
}

/// Words of other systems for yes, no and the words of a choice.
enum WordMap {
    /// More different values are no yes or no.
    static let mostWords = 12

    private static let yes: Set<String> = [
        "y", "yes", "j", "ja", "o", "oui", "s", "si", "true", "t", "1", "on", "optin", "optedin", "in",
        "granted",
        "given", "allowed", "active", "aktiv", "actif", "activo", "enabled", "subscribed", "wahr", "vrai",
        "verdadero",
        "consented", "agreed",
    ]
    private static let no: Set<String> = [
        "n", "no", "nein", "non", "false", "f", "0", "off", "optout", "optedout", "out", "denied", "refused",
        "revoked",
        "declined", "inactive", "inaktiv", "inactif", "inactivo", "disabled", "unsubscribed", "falsch",
        "faux", "falso",
        "notgiven", "closed",
    ]
    private static let unknown: Set<String> = [
        "u", "unknown", "na", "none", "notset", "pending", "unbekannt", "inconnu", "desconocido", "notasked",
        "unclear",
    ]

    /// Entries for the values that a field does not take as they are; empty where none can be told.
    static func entries(
        for values: [String], words: [String], isTaken: (String) -> Bool
    ) -> [ValueMap.Entry] {
        values.compactMap { value in
            guard !isTaken(value), let word = word(for: value, among: words, isOnlyValue: values.count == 1)
            else { return nil }
            return ValueMap.Entry(key: value, value: word)
        }
    }

    private static func word(for value: String, among words: [String], isOnlyValue: Bool) -> String? {
        // A cross says yes where there is nothing but crosses.
        let key = NameWords(value).key == "x" && isOnlyValue ? "yes" : NameWords(value).key
        if key.isEmpty { return words.first { NameWords($0).key == "unknown" } }
        let lower = words.map { NameWords($0).key }
        for (meanings, names) in [(yes, ["yes", "true"]), (no, ["no", "false"]), (unknown, ["unknown"])]
        where meanings.contains(key) {
            if let index = lower.firstIndex(where: names.contains) { return words[index] }
        }
        // The beginning of one word alone.
        let begun = lower.indices.filter { lower[$0].hasPrefix(key) || key.hasPrefix(lower[$0]) }
        return begun.count == 1 ? words[begun[0]] : nil
    }
}
