internal import GRDB
internal import Records

/// A rule that keeps a row as it is, and what is said of the row then.
struct RowRule {
    /// On the row `t` before it is changed.
    var condition: SQLQuery
    var field: String?
    var code: String
    var message: String
}

/// What a bulk change's fields become, and what keeps a row from it, in SQL on the row `t`.
struct ChangeRules {
    let type: RecordType
    let changes: [FieldChange]

    private func column(_ field: Field) -> String { "t.\(TableSchema.quoted(field.column))" }

    /// The value that a field has after the change.
    func newValue(of field: Field) -> SQLQuery {
        guard let change = changes.first(where: { $0.field.name == field.name }) else {
            return SQLQuery(sql: column(field))
        }
        switch change.action {
        case .set(let value): return SQLQuery(sql: "?", arguments: [value.databaseValue])
        case .add(let number):
            return SQLQuery(sql: "(\(column(field)) + ?)", arguments: [number.databaseValue])
        case .shift(let shift):
            return SQLQuery(sql: "sluice_shift(\(column(field)), ?, ?)", arguments: shift.arguments)
        case .follow(let other, let its, let value):
            return SQLQuery(
                sql: "CASE WHEN \(column(other)) IS NOT ? THEN ? ELSE \(column(field)) END",
                arguments: [its.databaseValue, value.databaseValue])
        }
    }

    /// What UPDATE sets.
    var assignments: SQLQuery {
        joined(
            changes.map { change in
                var value = newValue(of: change.field)
                value.sql = "\(TableSchema.quoted(change.field.column)) = \(value.sql)"
                return value
            }, by: ", ")
    }

    /// Whether a row would become another than it is.
    var differs: SQLQuery {
        joined(
            changes.map { change in
                var value = newValue(of: change.field)
                value.sql = "\(column(change.field)) IS NOT \(value.sql)"
                return value
            }, by: " OR ")
    }

    private func joined(_ parts: [SQLQuery], by word: String) -> SQLQuery {
        SQLQuery(
            sql: parts.map(\.sql).joined(separator: word), arguments: parts.flatMap(\.arguments))
    }

    // MARK: What keeps a row as it is

    /// The rules that can be told of each row alone.
    var rowRules: [RowRule] { changes.flatMap(numberRules) + keyRule + draftRules }

    private func numberRules(_ change: FieldChange) -> [RowRule] {
        let field = change.field
        let name = field.name
        let isBlank = SQLQuery(sql: "\(column(field)) IS NULL")
        switch change.action {
        case .set, .follow: return []
        case .add:
            guard let numbers = field.kind.storableNumbers else { return [] }
            var sum = newValue(of: field)
            sum.sql += " NOT BETWEEN ? AND ?"
            sum.arguments += [numbers.lowerBound.databaseValue, numbers.upperBound.databaseValue]
            return [
                RowRule(
                    condition: isBlank, field: name, code: "blank_value",
                    message: "\(name) is blank, so nothing can be added to it or subtracted from it"),
                RowRule(
                    condition: sum, field: name, code: "value_out_of_range",
                    message: "\(name) would be too great to be kept exactly"),
            ]
        case .shift:
            var moved = newValue(of: field)
            moved.sql += " IS NULL"
            return [
                RowRule(
                    condition: isBlank, field: name, code: "blank_value",
                    message: "\(name) is blank, so it cannot be moved"),
                RowRule(
                    condition: moved, field: name, code: "value_out_of_range",
                    message: "\(name) would lie before the year 1 or after 9999"),
            ]
        }
    }

    /// A record that must have a key keeps one.
    private var keyRule: [RowRule] {
        guard !type.allowsNoKey, changes.contains(where: { type.isOfKey($0.field) }) else { return [] }
        let keys = type.keys.map { key in
            joined(
                key.compactMap(type.field(named:)).map { field in
                    var value = newValue(of: field)
                    value.sql += " IS NOT NULL"
                    return value
                }, by: " AND ")
        }
        var condition = joined(keys.map { SQLQuery(sql: "(\($0.sql))", arguments: $0.arguments) }, by: " OR ")
        condition.sql = "NOT (\(condition.sql))"
        return [
            RowRule(
                condition: condition, field: type.keys.first?.first, code: "key_missing",
                message: "the record would have no whole key, by which it could be found again")
        ]
    }

    /// A record that is no draft any more has what it must have.
    private var draftRules: [RowRule] {
        guard let draft = type.drafts, changes.contains(where: { $0.field.name == draft.name }) else {
            return []
        }
        return type.fields.filter { $0.isRequired && !$0.isEncrypted }.map { field in
            let (isDraft, value) = (newValue(of: draft), newValue(of: field))
            return RowRule(
                condition: SQLQuery(
                    sql: "\(isDraft.sql) IS NOT 1 AND \(value.sql) IS NULL",
                    arguments: isDraft.arguments + value.arguments),
                field: field.name, code: "required_missing",
                message: "\(field.name): the field is required, and is blank")
        }
    }
}

extension RecordType {
    func isOfKey(_ field: Field) -> Bool { keys.contains { $0.contains(field.name) } }
}

extension RecordName.Value? {
    var databaseValue: DatabaseValue { self?.databaseValue ?? .null }
}
