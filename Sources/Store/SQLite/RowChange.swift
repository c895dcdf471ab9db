internal import GRDB
internal import GRDBSQLite
package import ListFilters
package import Records

/// Gives fields of many rows new values.
///
/// A step is one statement: SQLite looks at each row once, asks the rules, notes what the row held, and changes it. Where
/// rows get values that no two may have, they are changed one by one instead.
struct RowChange: RowWork {
    private let selection: RowSelection
    private let rules: ChangeRules
    private let rowsPerStep: Int
    private let journal: JournalWriter

    private var type: RecordType { selection.type }

    /// Most rows of a step where they are changed one by one.
    private static let mostSingleRows = 5000

    init(_ selection: RowSelection, _ changes: [FieldChange], rowsPerStep: Int, taskNumber: Int64) {
        self.selection = selection
        rules = ChangeRules(type: selection.type, changes: changes)
        self.rowsPerStep = rowsPerStep
        journal = JournalWriter(task: taskNumber, keepsValues: true)
    }

    func begin(after point: Int64?, _ db: Database) throws -> UInt64 {
        let count = try selection.count(after: point, db)
        try rules.check(count: count)
        return count
    }

    func warnings(_ db: Database) throws -> [UserTask.Tally] { try selection.missing(db) }

    func step(after point: Int64?, _ db: Database) throws -> RowStep {
        let isSingle = !rules.touchedConstraints.isEmpty
        let part = try selection.part(
            after: point, most: isSingle ? min(rowsPerStep, Self.mostSingleRows) : rowsPerStep, db)
        var hand = InHand(rules.rowRules + (try parentRules(db)))
        hand.buffer = JournalBuffer(
            table: type.table, kind: .updated, columns: rules.changes.map(\.field.column))
        try JournalFunctions.register(hand.buffer, db)
        try hand.verdicts.register(db)
        if isSingle {
            try changeOneByOne(part, &hand, db)
        } else {
            try change(RowSelection.reach(part), tests: selection.tests(db), hand, db)
        }
        var step = RowStep(point: part.last, isLast: part.isLast)
        step.receipt.updated = UInt64(hand.buffer.rowCount)
        step.receipt.unchanged = hand.verdicts.same
        step.left = try hand.verdicts.leftRows(of: type, by: hand.rules, db)
        step.receipt.rejected = UInt64(step.left.count)
        try SearchChanges.write(hand.buffer.ids, of: type, db)
        try journal.write(hand.buffer, db)
        return step
    }

    /// What a step has come to so far.
    private struct InHand {
        var rules: [RowRule]
        var buffer = JournalBuffer(table: "", kind: .updated)
        let verdicts = RowVerdicts()
        /// The rules that SQLite asks; those behind them tell why it would not take a row.
        let askedRules: Int

        init(_ rules: [RowRule]) {
            self.rules = rules
            askedRules = rules.count
        }
    }

    /// Changes the rows within reach that meet the tests.
    private func change(_ reach: SQLQuery, tests: SQLQuery, _ hand: InHand, _ db: Database) throws {
        let before = hand.buffer.rowCount
        let assignments = rules.assignments
        let differs = rules.differs
        // All in one CASE: SQLite asks the parts of an AND in an order of its own.
        var sql =
            "UPDATE \(TableSchema(type).table) AS t SET \(assignments.sql) "
            + "WHERE \(reach.sql) AND CASE WHEN (\(tests.sql)) THEN CASE "
        var arguments = assignments.arguments + reach.arguments + tests.arguments
        for (number, rule) in hand.rules.prefix(hand.askedRules).enumerated() {
            sql += "WHEN \(rule.condition.sql) THEN sluice_left(t.id, \(number)) "
            arguments += rule.condition.arguments
        }
        let columns = rules.changes.map { "t.\(TableSchema.quoted($0.field.column))" }
        sql +=
            "WHEN \(differs.sql) THEN \(JournalFunctions.call(id: "t.id", columns)) "
            + "ELSE sluice_same() END ELSE 0 END"
        arguments += differs.arguments
        try db.cachedStatement(sql: sql).execute(arguments: StatementArguments(arguments))
        try hand.buffer.expect(rows: db.changesCount, since: before)
    }

    // MARK: One by one

    private func changeOneByOne(_ part: RowSelection.Part, _ hand: inout InHand, _ db: Database) throws {
        let parents = rules.movesParents ? ParentCheck(type) : nil
        for id in try selection.ids(in: part, db) {
            let (mark, verdictsMark) = (hand.buffer.mark, hand.verdicts.mark)
            func takeBack(_ rule: RowRule) {
                hand.buffer.takeBack(to: mark)
                hand.verdicts.takeBack(to: verdictsMark)
                hand.verdicts.leave(id, rule: hand.rules.count)
                hand.rules.append(rule)
            }
            if parents != nil { try db.execute(sql: "SAVEPOINT sluice_row") }
            do {
                let reach = SQLQuery(sql: "t.id = ?", arguments: [id.databaseValue])
                try change(reach, tests: SQLQuery(sql: "1"), hand, db)
            } catch let error as DatabaseError
                where error.extendedResultCode == .SQLITE_CONSTRAINT_UNIQUE
            {
                takeBack(rules.takenRule(error.message ?? ""))
            }
            guard let parents else { continue }
            if hand.buffer.rowCount > mark.rowCount, try parents.isCycle(above: [id], db) {
                let issue = parents.issue(try parents.cycle(through: id, db) ?? [String(id)])
                try db.execute(sql: "ROLLBACK TO sluice_row")
                takeBack(RowRule(issue))
            }
            try db.execute(sql: "RELEASE sluice_row")
        }
    }

    /// Records that get a parent which is they themselves, or comes of them, stay as they are.
    ///
    /// All others come to hang below that parent, whose own ancestors stay what they were: no cycle can come to be.
    private func parentRules(_ db: Database) throws -> [RowRule] {
        guard let parents = ParentCheck(type), let parent = rules.newParent else { return [] }
        let ancestors = try parents.ancestors(from: parent.databaseValue, db)
        guard !ancestors.isEmpty else { return [] }
        return [
            RowRule(
                condition: SQLQuery(
                    sql: "t.id IN (SELECT value FROM json_each(?))", arguments: [ancestors.json.databaseValue]
                ),
                field: type.parent?.own.name, code: "parent_cycle",
                message: "the \(type.name) would be its own ancestor")
        ]
    }
}

extension ChangeRules {
    /// Columns of which no two rows may have the same values, and of which some are set.
    var touchedConstraints: [[Field]] {
        TableSchema(type).uniqueConstraints.filter { $0.contains(where: setsValue) }
    }

    private func setsValue(_ field: Field) -> Bool {
        changes.contains { change in
            if change.field.name == field.name, case .set(.some) = change.action { true } else { false }
        }
    }

    /// A field that gets a value which only one record may have.
    private var fieldOfOneRecord: Field? { touchedConstraints.first { $0.allSatisfy(setsValue) }?.first }

    /// Makes sure that a value which only one record may have is not given to several.
    ///
    /// - Throws: `unique_field`.
    func check(count: UInt64) throws(StoreError) {
        guard count > 1, let field = fieldOfOneRecord else { return }
        throw StoreError(
            .uniqueField,
            "no two \(type.plural) may have the same \(field.name), and \(count) would get it",
            hint: "Choose one record, or leave \(field.name) out.")
    }

    /// The parent that all records get; `nil` where they get none.
    var newParent: RecordName.Value? {
        guard let own = type.parent?.own, let change = changes.first(where: { $0.field.name == own.name }),
            case .set(let value) = change.action
        else { return nil }
        return value
    }

    /// Whether records may come to be other records' parents, or get another one.
    var movesParents: Bool {
        guard let (own, key) = type.parent else { return false }
        return changes.contains { [own.name, key.name].contains($0.field.name) }
    }

    /// For a row whose new value is another's; `message` is SQLite's, which names the columns.
    fileprivate func takenRule(_ message: String) -> RowRule {
        let field =
            touchedConstraints.first { fields in
                fields.allSatisfy { message.contains("\(type.table).\($0.column)") }
            }?.first(where: setsValue) ?? changes[0].field
        return RowRule(
            condition: SQLQuery(sql: "0"), field: field.name, code: "\(field.column)_taken",
            message: "another record has this \(field.name) already")
    }
}

extension RowRule {
    fileprivate init(_ issue: Issue) {
        self.init(
            condition: SQLQuery(sql: "0"), field: issue.field, code: issue.code, message: issue.message)
    }
}

extension JournalBuffer {
    /// What was noted must be what was changed: a journal that says otherwise would undo what was never done.
    ///
    /// - Throws: `statementFailed`, so that the step is rolled back.
    func expect(rows: Int, since before: Int) throws(StoreError) {
        guard rowCount - before == rows else {
            throw StoreError(
                .statementFailed, "\(rowCount - before) rows were noted, and \(rows) changed; nothing is kept"
            )
        }
    }
}

extension RowVerdicts {
    /// The rows that rules kept as they are, in the order of their ids.
    func leftRows(of type: RecordType, by rules: [RowRule], _ db: Database) throws -> [LeftRow] {
        guard !left.isEmpty else { return [] }
        let names = try RowKeys(of: type).names(of: left.map(\.id), db)
        return left.sorted { $0.id < $1.id }.map { id, number in
            let rule = rules[number]
            return LeftRow(
                id: id, key: names[id], field: rule.field, code: rule.code,
                message: rule.message)
        }
    }
}

extension RowJob {
    /// Makes sure that changes may be made to so many records at once.
    ///
    /// - Throws: `unique_field`.
    package static func check(
        _ changes: [FieldChange], of type: RecordType, count: UInt64
    ) throws(StoreError) {
        try ChangeRules(type: type, changes: changes).check(count: count)
    }

    /// A job that changes rows.
    ///
    /// `filter` has plain values: what was relative has been resolved.
    package static func change(
        _ changes: [FieldChange], of type: RecordType, filter: ListFilter?, ids: [Int64]?,
        withDrafts: Bool = false, rowsPerStep: Int, taskNumber: Int64
    ) -> RowJob {
        RowJob(
            RowChange(
                RowSelection(type: type, filter: filter, ids: ids, withDrafts: withDrafts), changes,
                rowsPerStep: rowsPerStep, taskNumber: taskNumber))
    }
}
