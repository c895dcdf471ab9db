internal import ListFilters
internal import Records

/// A condition on rows in SQL, and what its parameters stand for, in order.
///
/// A value is never part of the text.
struct SQLCondition: Hashable {
    var sql: String
    /// Plain values.
    var arguments: [FilterValue] = []
    /// How many symbols SQLite's parser holds at most while it reads this; it takes 100.
    var depth = 1
    /// Whether all of it is in one pair of parentheses.
    var isClosed = false
}

extension ListFilter {
    /// The condition on the row of the table that goes by the name `row`; NULL counts as no.
    ///
    /// `search` says how rows are searched of the type whose table it is.
    ///
    /// - Precondition: its values are plain.
    func sql(row: String, search: SearchAccess) -> SQLCondition {
        ConditionSQL(row: row, search: search).sql(condition)
    }
}

/// Writes conditions as SQL.
///
/// A blank makes NULL of a test, and so of all that is put together of it, but for what is true anyhow: as long as
/// nothing is negated, to take NULL for no at the end is to take it for no in every test. Each negation takes it so
/// at once. Tests stay bare that way, and an index can serve them.
private struct ConditionSQL {
    let row: String
    let search: SearchAccess

    func sql(_ condition: Condition) -> SQLCondition {
        switch condition {
        case .all(let parts): joined(parts.map(sql), by: "AND")
        case .any(let parts): joined(parts.map(sql), by: "OR")
        case .not(let part): negated(sql(part))
        case .test(let test): sql(test)
        case .search(let test): searching(test)
        case .linked(let relation, let isNegated):
            SQLCondition(
                sql: "\(isNegated ? "NOT " : "")EXISTS (SELECT 1 FROM \(relation.joined(to: row)))", depth: 12
            )
        }
    }

    private func searching(_ test: SearchTest) -> SQLCondition {
        var condition = search.condition(test, row: row)
        // Two SELECTs in one another, and what they ask.
        condition.depth = 34
        return condition
    }

    private func negated(_ condition: SQLCondition) -> SQLCondition {
        var condition = condition
        // Behind what is negated: a word or a call before it would stay in the parser's hands.
        condition.sql = (condition.isClosed ? condition.sql : "(\(condition.sql))") + " IS NOT TRUE"
        condition.depth += condition.isClosed ? 0 : 1
        condition.isClosed = false
        return condition
    }

    /// Puts parts together two by two, those that SQLite can read with the least in hand first: thousands of parts
    /// would else be an expression too deep for it, and nested ones more than its parser holds.
    private func joined(_ parts: [SQLCondition], by operation: String) -> SQLCondition {
        var levels: [Int: [SQLCondition]] = [:]
        for part in parts { levels[part.depth, default: []].append(part) }
        while let depth = levels.keys.min(), var pool = levels.removeValue(forKey: depth) {
            if levels.isEmpty, pool.count == 1 { return pool[0] }
            var rest: [SQLCondition] = []
            while pool.count > 1 {
                let right = pool.removeLast()
                let left = pool.removeLast()
                rest.append(pair(left, right, operation))
            }
            if let single = pool.first {
                // The next deeper one stands before it.
                let next = levels.keys.min()
                if let next, var deeper = levels.removeValue(forKey: next), let left = deeper.popLast() {
                    if !deeper.isEmpty { levels[next] = deeper }
                    rest.append(pair(left, single, operation))
                } else if let left = rest.popLast() {
                    rest.append(pair(left, single, operation))
                } else {
                    rest.append(single)
                }
            }
            for part in rest { levels[part.depth, default: []].append(part) }
        }
        preconditionFailure("there is at least one part")
    }

    private func pair(_ left: SQLCondition, _ right: SQLCondition, _ operation: String) -> SQLCondition {
        SQLCondition(
            sql: "(\(left.sql) \(operation) \(right.sql))", arguments: left.arguments + right.arguments,
            depth: max(left.depth + 1, right.depth + 3), isClosed: true)
    }

    // MARK: One test

    private func sql(_ test: FieldTest) -> SQLCondition {
        guard let relation = test.relation else {
            let column = "\(row).\(TableSchema.quoted(test.field.column))"
            if test.isNegated, test.question == .isEmpty { return SQLCondition(sql: "\(column) IS NOT NULL") }
            let holds = question(test.question, of: column)
            return test.isNegated ? negated(holds) : holds
        }
        var some = question(test.question, of: "o.\(TableSchema.quoted(test.field.column))")
        some.sql =
            "\(test.isNegated ? "NOT " : "")EXISTS (SELECT 1 FROM \(relation.joined(to: row)) AND \(some.sql))"
        some.depth += 12
        return some
    }

    private func question(_ question: FieldTest.Question, of column: String) -> SQLCondition {
        switch question {
        case .isEmpty: SQLCondition(sql: "\(column) IS NULL")
        case .compare(let comparison, let value):
            SQLCondition(sql: "\(column) \(comparison.sql) ?", arguments: [value])
        case .between(let first, let last):
            SQLCondition(sql: "\(column) BETWEEN ? AND ?", arguments: [first, last], depth: 4)
        case .oneOf(let values): oneOf(values, column)
        case .part(.contains, let text):
            SQLCondition(sql: "instr(\(column), ?) > 0", arguments: [.text(text)], depth: 5)
        case .part(.startsWith, let text): startsWith(text, column)
        case .part(.endsWith, let text):
            SQLCondition(
                sql: "substr(\(column), -\(text.unicodeScalars.count)) = ?", arguments: [.text(text)],
                depth: 5)
        }
    }

    /// A range of texts, which an index can serve: texts are compared by their bytes, and in UTF-8 these are in the
    /// order of the characters.
    private func startsWith(_ text: String, _ column: String) -> SQLCondition {
        guard let end = Self.textBehindAll(startingWith: text) else {
            return SQLCondition(sql: "\(column) >= ?", arguments: [.text(text)])
        }
        return SQLCondition(
            sql: "(\(column) >= ? AND \(column) < ?)", arguments: [.text(text), .text(end)], depth: 5)
    }

    /// The least text that is greater than all with a beginning; `nil` where there is none.
    static func textBehindAll(startingWith text: String) -> String? {
        var scalars = Array(text.unicodeScalars)
        while let last = scalars.popLast() {
            // What lies between the two halves of the range are no characters.
            let next = last.value == 0xD7FF ? 0xE000 : last.value + 1
            guard let scalar = Unicode.Scalar(next) else { continue }
            scalars.append(scalar)
            var end = String.UnicodeScalarView()
            end.append(contentsOf: scalars)
            return String(end)
        }
        return nil
    }

    /// Up to here values are parameters of their own.
    private static let fewValues = 100

    private func oneOf(_ values: [FilterValue], _ column: String) -> SQLCondition {
        guard values.count > Self.fewValues else {
            let places = values.map { _ in "?" }.joined(separator: ", ")
            return SQLCondition(sql: "\(column) IN (\(places))", arguments: values, depth: 5)
        }
        // A statement takes 32,766 parameters: many values are one.
        return SQLCondition(
            sql: "\(column) IN (SELECT value FROM json_each(?))", arguments: [.text(JSONText.array(values))],
            depth: 12)
    }
}

/// Values as a JSON array.
private enum JSONText {
    static func array(_ values: [FilterValue]) -> String {
        "[" + values.map(text).joined(separator: ",") + "]"
    }

    private static func text(_ value: FilterValue) -> String {
        switch value {
        case .integer(let integer): return String(integer)
        case .text(let text):
            var out = "\""
            for scalar in text.unicodeScalars {
                switch scalar {
                case "\"", "\\": out += "\\\(scalar)"
                case _ where scalar.value < 0x20:
                    let digits = String(scalar.value, radix: 16)
                    out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                default: out.unicodeScalars.append(scalar)
                }
            }
            return out + "\""
        case .relative: preconditionFailure("values are plain when they are asked for")
        }
    }
}

extension FieldTest.Comparison {
    fileprivate var sql: String {
        switch self {
        case .equal: "="
        case .less: "<"
        case .lessOrEqual: "<="
        case .greater: ">"
        case .greaterOrEqual: ">="
        }
    }
}
