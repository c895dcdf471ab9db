/// Reads a list filter's text: `not` binds tighter than `and`, `and` tighter than `or`.
///
///     any  = all { "or" all }
///     all  = part { "and" part }
///     part = { "not" } ( "(" any ")" | test )
///     test = name sign value
///          | name ["not"] ( "contains" | "starts" "with" | "ends" "with" ) value
///          | name ["not"] "in" "(" value { "," value } ")"
///          | name ["not"] "between" value "and" value
///          | name "is" ["not"] "empty"
///          | "search" text
///     value = text | word | ( "today" | "now" ) [ ( "+" | "-" ) number unit ]
///
/// A word where a name is expected is a name, also one that is a keyword elsewhere, but for `not`.
struct ExpressionParser {
    private var tokens: Tokenizer
    private var token: Token
    private var depth = 0

    private static let keywords: Set<String> = [
        "and", "or", "in", "between", "is", "contains", "starts", "ends", "with", "empty",
    ]

    init(_ text: String) throws(ListFilterError) {
        tokens = try Tokenizer(text)
        token = try tokens.next()
    }

    /// The whole text as one expression.
    mutating func parse() throws(ListFilterError) -> Expression {
        guard token.kind != .end else {
            throw ListFilterError(
                "the list filter is empty", at: 0, hint: "Write for example: state = 'CA'.")
        }
        let expression = try any()
        switch token.kind {
        case .end: return expression
        case .close: throw expected("the end", hint: "This ) closes nothing.")
        default: throw expected("'and', 'or' or the end")
        }
    }

    private mutating func advance() throws(ListFilterError) { token = try tokens.next() }

    /// Takes a keyword where it is next.
    private mutating func take(_ keyword: String) throws(ListFilterError) -> Bool {
        guard token.isWord(keyword) else { return false }
        try advance()
        return true
    }

    private mutating func any() throws(ListFilterError) -> Expression {
        var parts = [try all()]
        while try take("or") { parts.append(try all()) }
        return parts.count == 1 ? parts[0] : .any(parts)
    }

    private mutating func all() throws(ListFilterError) -> Expression {
        var parts = [try part()]
        while try take("and") { parts.append(try part()) }
        return parts.count == 1 ? parts[0] : .all(parts)
    }

    private mutating func part() throws(ListFilterError) -> Expression {
        // In a loop, so that thousands of them take no stack.
        var isNegated = false
        while try take("not") { isNegated.toggle() }
        let part = token.kind == .open ? try group() : try test()
        return isNegated ? .not(part) : part
    }

    private mutating func group() throws(ListFilterError) -> Expression {
        guard depth < ListFilter.maxDepth else {
            throw ListFilterError(
                "more than \(ListFilter.maxDepth) parentheses lie in one another", at: token.offset)
        }
        let opened = token.offset
        try advance()
        depth += 1
        let inner = try any()
        depth -= 1
        guard token.kind == .close else {
            throw expected(
                "'and', 'or' or ')'", hint: "The ( at character \(opened + 1) is still open.")
        }
        try advance()
        return inner
    }

    // MARK: One test

    private mutating func test() throws(ListFilterError) -> Expression {
        let name = token
        guard case .word(let word) = name.kind else { throw expected("a field's name") }
        try advance()
        guard isOperator else {
            if name.isWord("search") { return .search(try searchedText()) }
            if Self.keywords.contains(word.lowercased()) {
                throw ListFilterError("expected a field's name, found \(name.shown)", at: name.offset)
            }
            throw expected(
                "an operator after '\(Shown.short(word))'",
                hint: "Operators: = != < <= > >=, contains, starts with, ends with, in, between, is empty.")
        }
        var test = WrittenTest(
            name: word, nameOffset: name.offset, question: .equal, operatorOffset: token.offset,
            isNegated: false, values: [])
        if case .comparison(let sign) = token.kind {
            (test.question, test.isNegated) = Self.meaning(of: sign)
            try advance()
            test.values = [try value()]
        } else if try take("is") {
            test.question = .isEmpty
            test.isNegated = try take("not")
            guard try take("empty") else {
                throw expected("'empty' or 'not empty' after 'is'", hint: "For values write = and the value.")
            }
        } else {
            test.isNegated = try take("not")
            try wordOperator(&test)
        }
        return .test(test)
    }

    /// What stands behind `search`, which is a field's name where an operator follows.
    private mutating func searchedText() throws(ListFilterError) -> WrittenValue {
        guard case .quoted = token.kind else {
            throw expected("a text in quotes after 'search'", hint: "Write for example: search 'smith'.")
        }
        return try value()
    }

    /// Whether an operator is next.
    private var isOperator: Bool {
        if case .comparison = token.kind { return true }
        return ["is", "not", "in", "between", "contains", "starts", "ends"].contains { token.isWord($0) }
    }

    private static func meaning(of sign: ComparisonSign) -> (WrittenOperator, isNegated: Bool) {
        switch sign {
        case .equal: (.equal, false)
        case .notEqual: (.equal, true)
        case .less: (.less, false)
        case .lessOrEqual: (.lessOrEqual, false)
        case .greater: (.greater, false)
        case .greaterOrEqual: (.greaterOrEqual, false)
        }
    }

    private mutating func wordOperator(_ test: inout WrittenTest) throws(ListFilterError) {
        if try take("in") {
            test.question = .oneOf
            test.values = try list()
        } else if try take("between") {
            test.question = .between
            let first = try value()
            guard try take("and") else { throw expected("'and' and the second value of 'between'") }
            test.values = [first, try value()]
        } else if try take("contains") {
            test.question = .contains
            test.values = [try value()]
        } else if try take("starts") {
            test.question = .startsWith
            try takeWith("starts")
            test.values = [try value()]
        } else if try take("ends") {
            test.question = .endsWith
            try takeWith("ends")
            test.values = [try value()]
        } else {
            throw expected("'in', 'between', 'contains', 'starts with' or 'ends with' after 'not'")
        }
    }

    private mutating func takeWith(_ word: String) throws(ListFilterError) {
        guard try take("with") else { throw expected("'with' after '\(word)'") }
    }

    private mutating func list() throws(ListFilterError) -> [WrittenValue] {
        guard token.kind == .open else {
            throw expected("'(' after 'in'", hint: "Write for example: state in ('CA', 'NV').")
        }
        var values: [WrittenValue] = []
        repeat {
            try advance()
            values.append(try value())
        } while token.kind == .comma
        guard token.kind == .close else { throw expected("',' or ')' in the list of 'in'") }
        try advance()
        return values
    }

    private mutating func value() throws(ListFilterError) -> WrittenValue {
        let value: WrittenValue
        switch token.kind {
        case .word(let word):
            if let base = Self.relativeBase(word) { return try relativeValue(base, word) }
            value = WrittenValue(text: word, isQuoted: false, offset: token.offset)
        case .quoted(let text): value = WrittenValue(text: text, isQuoted: true, offset: token.offset)
        default: throw expected("a value")
        }
        try advance()
        return value
    }

    // MARK: Days and moments that are told from today or now on

    /// Of `today`, or of `today-30` where nothing stands between.
    private static func relativeBase(_ word: String) -> RelativeTime.Base? {
        let letters = word.lowercased().prefix { $0 != "-" && $0 != "+" }
        return RelativeTime.Base(rawValue: String(letters))
    }

    /// base [ ("+" | "-") count unit ], with or without spaces before and behind the sign.
    private mutating func relativeValue(
        _ base: RelativeTime.Base, _ word: String
    ) throws(ListFilterError) -> WrittenValue {
        let offset = token.offset
        try advance()
        var text = word
        var rest = String(word.dropFirst(base.rawValue.count))
        if rest.isEmpty, case .word(let next) = token.kind, next.hasPrefix("-") || next.hasPrefix("+") {
            rest = next
            text += " " + next
            try advance()
        }
        guard let sign = rest.first else {
            let time = RelativeTime(base: base)
            return WrittenValue(text: text, isQuoted: false, offset: offset, relative: time)
        }
        rest.removeFirst()
        if rest.isEmpty, case .word(let next) = token.kind {
            rest = next
            text += " " + next
            try advance()
        }
        guard let count = Int(rest), !rest.hasPrefix("+"), (0...RelativeTime.maxCount).contains(count) else {
            throw ListFilterError(
                "'\(Shown.short(text))' does not say how long before or after \(base.rawValue)", at: offset,
                hint: "Write a whole number up to \(RelativeTime.maxCount) and a unit: today - 30 days.")
        }
        guard case .word(let word) = token.kind, let unit = Self.unit(word) else {
            throw expected(
                "a unit after '\(Shown.short(text))'",
                hint: "Units: days, weeks, months, years; for moments also hours and minutes.")
        }
        let time = RelativeTime(base: base, count: sign == "-" ? -count : count, unit: unit)
        text += " " + word
        try advance()
        return WrittenValue(text: text, isQuoted: false, offset: offset, relative: time)
    }

    /// `day` or `days`.
    private static func unit(_ word: String) -> RelativeTime.Unit? {
        let lowered = word.lowercased()
        return RelativeTime.Unit(rawValue: lowered.hasSuffix("s") ? String(lowered.dropLast()) : lowered)
    }

    private func expected(_ what: String, hint: String? = nil) -> ListFilterError {
        ListFilterError("expected \(what), found \(token.shown)", at: token.offset, hint: hint)
    }
}
