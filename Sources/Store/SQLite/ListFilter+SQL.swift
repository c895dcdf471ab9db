package import ListFilters
internal import Records

/// A condition on rows in SQL, and what its parameters stand for, in order.
///
/// A value is never part of the text.
struct SQLCondition: Hashable {
    var sql: String
    var arguments: [FilterValue] = []
}

extension ListFilter {
    /// The condition on the row of the table that goes by the name `row`.
    ///
    /// It is 1 or 0 for every row, never NULL.
    func sql(row: String) -> SQLCondition {
        var writer = ConditionWriter(row: row)
        writer.write(condition)
        return SQLCondition(sql: writer.sql, arguments: writer.arguments)
    }
}

private struct ConditionWriter {
    let row: String
    var sql = ""
    var arguments: [FilterValue] = []

    init(row: String) {
        self.row = row
    }

    mutating func write(_ condition: Condition) {
        switch condition {
        case .all(let parts): write(parts, joinedBy: " AND ")
        case .any(let parts): write(parts, joinedBy: " OR ")
        case .not(let part):
            sql += "NOT "
            write(part)
        case .test(let test): write(test)
        }
    }

    private mutating func write(_ parts: [Condition], joinedBy operation: String) {
        sql += "("
        for (index, part) in parts.enumerated() {
            if index > 0 { sql += operation }
            write(part)
        }
        sql += ")"
    }

    private mutating func parameter(_ value: FilterValue) -> String {
        arguments.append(value)
        return "?"
    }

    private mutating func write(_ test: FieldTest) {
        let column = "\(row).\(TableSchema.quoted(test.field.column))"
        if case .isEmpty = test.question {
            sql += "\(column) IS \(test.isNegated ? "NOT " : "")NULL"
            return
        }
        let holds: String
        switch test.question {
        case .isEmpty: return
        case .compare(let comparison, let value): holds = "\(column) \(comparison.sql) \(parameter(value))"
        case .between(let first, let last):
            holds = "\(column) BETWEEN \(parameter(first)) AND \(parameter(last))"
        case .oneOf(let values):
            let list = values.map { parameter($0) }.joined(separator: ", ")
            holds = "\(column) IN (\(list))"
        case .part(.contains, let text): holds = "instr(\(column), \(parameter(.text(text)))) > 0"
        case .part(.startsWith, let text):
            let count = text.unicodeScalars.count
            holds = "substr(\(column), 1, \(count)) = \(parameter(.text(text)))"
        case .part(.endsWith, let text):
            let count = text.unicodeScalars.count
            holds = "substr(\(column), -\(count)) = \(parameter(.text(text)))"
        }
        // A blank makes NULL of a comparison: it counts as no.
        sql += test.isNegated ? "NOT ifnull(\(holds), 0)" : "(\(column) IS NOT NULL AND \(holds))"
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
