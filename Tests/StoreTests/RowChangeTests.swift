import GRDB
import ListFilters
import ListFiltersTestSupport
import Records
import TestSupport
import Testing

@testable import Store

/// What a bulk change comes to when each row is looked at alone, in the plainest way.
private struct PlainChange {
    typealias Values = [String: FilterValue]

    enum Outcome: Equatable {
        case outside, same
        case left(field: String, code: String)
        case changed(Values)
    }

    let condition: Condition?
    let ids: [Int64]?
    let changes: [FieldChange]

    /// Values byte for byte: Swift's own comparison of texts takes two spellings of é for one.
    private static func bytes(of row: Values) -> [String: [UInt8]] {
        row.mapValues { Array("\($0)".utf8) }
    }

    func outcome(_ id: Int64, _ row: Values) -> Outcome {
        if let ids, !ids.contains(id) { return .outside }
        if let condition, !PlainRow.holds(condition, row) { return .outside }
        var new = row
        for change in changes {
            let name = change.field.name
            switch change.action {
            case .set(let value): new[name] = value.map(Self.filterValue)
            case .follow(let other, let its, let value):
                if row[other.name] != its.map(Self.filterValue) { new[name] = value.map(Self.filterValue) }
            case .add(let number):
                guard case .integer(let old) = row[name] else {
                    return .left(field: name, code: "blank_value")
                }
                let (sum, overflow) = old.addingReportingOverflow(number)
                let most = change.field.kind == .integer ? 999_999_999_999_999_999 : Cell.maxInteger
                guard !overflow, abs(sum) <= most else {
                    return .left(field: name, code: "value_out_of_range")
                }
                new[name] = .integer(sum)
            case .shift(let shift):
                guard let old = row[name] else { return .left(field: name, code: "blank_value") }
                guard let moved = Self.moved(old, shift) else {
                    return .left(field: name, code: "value_out_of_range")
                }
                new[name] = moved
            }
        }
        return Self.bytes(of: new) == Self.bytes(of: row) ? .same : .changed(new)
    }

    static func filterValue(_ value: RecordName.Value) -> FilterValue {
        switch value {
        case .text(let text): .text(text)
        case .integer(let integer): .integer(integer)
        }
    }

    private static func moved(_ value: FilterValue, _ shift: TimeShift) -> FilterValue? {
        switch value {
        case .integer(let milliseconds):
            let distance: Int64
            switch shift {
            case .milliseconds(let count): distance = count
            case .days(let days): distance = Int64(days) * 86_400_000
            case .months: preconditionFailure("made of days only")
            }
            let (moved, overflow) = milliseconds.addingReportingOverflow(distance)
            return !overflow && CivilTime.storable.contains(moved) ? .integer(moved) : nil
        case .text(let text):
            var day = text.split(separator: "-").compactMap { Int($0) }
            switch shift {
            case .milliseconds: preconditionFailure("of moments only")
            case .days(let count):
                for _ in 0..<abs(count) { step(&day, count > 0 ? 1 : -1) }
            case .months(let count):
                for _ in 0..<abs(count) {
                    day[1] += count > 0 ? 1 : -1
                    if day[1] == 13 { (day[0], day[1]) = (day[0] + 1, 1) }
                    if day[1] == 0 { (day[0], day[1]) = (day[0] - 1, 12) }
                }
                day[2] = min(day[2], CivilTime.daysIn(month: day[1], year: day[0]))
            }
            guard (1...9999).contains(day[0]) else { return nil }
            return .text(padded(day[0], 4) + "-" + padded(day[1], 2) + "-" + padded(day[2], 2))
        case .relative: preconditionFailure("stored values are plain")
        }
    }

    /// One day on or back, as a calendar on the wall goes.
    private static func step(_ day: inout [Int], _ direction: Int) {
        day[2] += direction
        if day[2] == 0 {
            day[1] -= 1
            if day[1] == 0 { (day[0], day[1]) = (day[0] - 1, 12) }
            day[2] = CivilTime.daysIn(month: day[1], year: day[0])
        } else if day[2] > CivilTime.daysIn(month: day[1], year: day[0]) {
            (day[1], day[2]) = (day[1] + 1, 1)
            if day[1] == 13 { (day[0], day[1]) = (day[0] + 1, 1) }
        }
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        String(repeating: "0", count: max(0, width - String(number).count)) + String(number)
    }
}

@Suite("Changes of many rows")
struct RowChangeTests {
    private typealias Values = PlainChange.Values

    private let database = TestDatabase()
    private let type = Visits.withoutUniqueness

    private func databaseValue(_ value: FilterValue?) -> DatabaseValue {
        switch value {
        case nil: .null
        case .integer(let integer): integer.databaseValue
        case .text(let text): text.databaseValue
        case .relative: preconditionFailure("stored values are plain")
        }
    }

    private func filterValue(_ value: DatabaseValue) -> FilterValue? {
        switch value.storage {
        case .int64(let integer): .integer(integer)
        case .string(let text): .text(text)
        default: nil
        }
    }

    private func fill(_ rows: [Values], _ writer: StoreWriter) throws {
        try writer.prepareTables([type])
        let fields = Visits.fields
        try writer.queue.inDatabase { db in
            let names = fields.map { TableSchema.quoted($0.column) }.joined(separator: ", ")
            let insert = try db.makeStatement(
                sql:
                    "INSERT INTO visits (\(names)) VALUES (\(fields.map { _ in "?" }.joined(separator: ", ")))"
            )
            for row in rows {
                try insert.execute(
                    arguments: StatementArguments(fields.map { databaseValue(row[$0.name]) }))
            }
        }
    }

    private func values(_ row: Row) -> Values {
        var values: Values = [:]
        for field in Visits.fields { values[field.name] = filterValue(row[field.column]) }
        return values
    }

    private func content() throws -> [Int64: Values] {
        try database.sql("SELECT * FROM visits").reduce(into: [:]) { $0[$1["id"]] = values($1) }
    }

    private func change<Generator: RandomNumberGenerator>(
        of field: Field, _ made: inout RandomFilters<Generator>
    ) -> FieldChange? {
        let sign = Bool.random(using: &made.random) ? 1 : -1
        switch (field.kind, Int.random(in: 0..<3, using: &made.random)) {
        case (.integer, 0), (.decimal, 0):
            guard case .integer(let number) = made.value(of: field.kind) else { return nil }
            return FieldChange(field: field, action: .add(number))
        case (.date, 0):
            let count = sign * Int.random(in: 0...70, using: &made.random)
            return FieldChange(
                field: field, action: .shift(Bool.random(using: &made.random) ? .days(count) : .months(count))
            )
        case (.dateTime, 0):
            return FieldChange(field: field, action: .shift(.milliseconds(Int64(sign) * 3_600_000)))
        case (_, 1) where field.name == "dueDate":
            let other = Visits.fields.first { $0.name == "outcome" }.map { $0 }
            return other.map {
                FieldChange(
                    field: field, action: .follow($0, its: .text("done"), value: .text("2026-01-02")))
            }
        default:
            let value: RecordName.Value? =
                switch made.stored(field.kind) {
                case .integer(let integer): .integer(integer)
                case .text(let text): .text(text)
                default: nil
                }
            return FieldChange(field: field, action: .set(value))
        }
    }

    /// Runs a job to its end, and gives what all its steps came to.
    private func run(
        _ job: RowJob, _ writer: StoreWriter, isDryRun: Bool = false
    ) throws -> (receipt: BatchReceipt, left: [LeftRow], number: Int64, counted: UInt64) {
        let task = makeTask(type)
        let number = try writer.insert(task, plan: .done)
        let counted = try writer.begin(job, after: nil)
        var (receipt, left, point): (BatchReceipt, [LeftRow], Int64?) = (BatchReceipt(), [], nil)
        while true {
            let step = try writer.perform(job, after: point, taskNumber: number, isDryRun: isDryRun) { _ in
                task
            }
            receipt.updated += step.receipt.updated
            receipt.unchanged += step.receipt.unchanged
            receipt.rejected += step.receipt.rejected
            receipt.deleted += step.receipt.deleted
            left += step.left
            point = step.point
            if step.isLast { return (receipt, left, number, counted) }
        }
    }

    /// What the journal says rows held.
    private func before(_ task: Int64, _ kind: JournalKind) throws -> [Int64: [String: DatabaseValue]] {
        var rows: [Int64: [String: DatabaseValue]] = [:]
        for row in try database.sql("SELECT * FROM sluice_journal ORDER BY number") {
            let entry = try JournalEntry(row)
            guard entry.task == task, entry.kind == kind, entry.table == "visits" else { continue }
            try entry.forEachRow { rows[$0.id] = $0.values }
        }
        return rows
    }

    @Test(
        "SQL changes what each row's own look changes, whatever filter, values and steps; counts and before-images agree"
    )
    func agreesWithTheModel() throws {
        var made = RandomFilters(random: SeededGenerator.printingSeed())
        let writer = try database.makeWriter()
        let rows: [Values] = (0..<120).map { _ in
            var row: Values = [:]
            for field in Visits.fields { row[field.name] = made.stored(field.kind) }
            return row
        }
        try fill(rows, writer)
        for round in 0..<250 {
            let before = try content()
            let filter =
                Int.random(in: 0..<4, using: &made.random) == 0 ? nil : ListFilter(made.condition(depth: 3))
            let ids =
                Int.random(in: 0..<4, using: &made.random) == 0
                ? before.keys.filter { _ in Bool.random(using: &made.random) } + [100_000] : nil
            let fields = Visits.fields.filter { _ in Int.random(in: 0..<4, using: &made.random) == 0 }
            let changes = fields.compactMap { change(of: $0, &made) }
            guard !changes.isEmpty else { continue }
            let model = PlainChange(condition: filter?.condition, ids: ids, changes: changes)
            let isDryRun = round % 5 == 0
            let job = RowJob.change(
                changes, of: type, filter: filter, ids: ids,
                rowsPerStep: Int.random(in: 1...80, using: &made.random), taskNumber: Int64(round + 1))
            let result = try run(job, writer, isDryRun: isDryRun)
            let after = try content()
            var expected = BatchReceipt()
            var left: [(Int64, String, String)] = []
            var held: [Int64: [String: DatabaseValue]] = [:]
            for id in before.keys.sorted() {
                let row = before[id] ?? [:]
                var now = row
                switch model.outcome(id, row) {
                case .outside: break
                case .same: expected.unchanged += 1
                case .left(let field, let code):
                    expected.rejected += 1
                    left.append((id, field, code))
                case .changed(let values):
                    expected.updated += 1
                    now = values
                    held[id] = Dictionary(
                        uniqueKeysWithValues: changes.map {
                            ($0.field.column, databaseValue(row[$0.field.name]))
                        })
                }
                let what = "row \(id), round \(round): \(changes), where \(filter?.text ?? "all")"
                #expect(after[id] == (isDryRun ? row : now), "\(what)")
            }
            #expect(result.receipt == expected)
            #expect(result.counted == expected.processed, "what was counted is what was settled")
            #expect(result.left.map(\.id) == left.map(\.0))
            #expect(result.left.map(\.field) == left.map(\.1))
            #expect(result.left.map(\.code) == left.map(\.2))
            #expect(try self.before(Int64(round + 1), .updated) == (isDryRun ? [:] : held))
            let logged = try database.sql(
                "SELECT row_id FROM sluice_left_rows WHERE task = ? ORDER BY number",
                arguments: [result.number]
            ).map { $0["row_id"] as Int64 }
            #expect(logged == left.map(\.0))
        }
    }

    @Test("Deleted rows are those of the filter, and all that they held is kept")
    func deletes() throws {
        var made = RandomFilters(random: SeededGenerator.printingSeed())
        let writer = try database.makeWriter()
        let rows: [Values] = (0..<400).map { _ in
            var row: Values = [:]
            for field in Visits.fields { row[field.name] = made.stored(field.kind) }
            return row
        }
        try fill(rows, writer)
        let links = LinkedRows(of: type, in: try Catalogue.builtIn())
        for round in 0..<60 {
            let before = try content()
            let filter = ListFilter(made.condition(depth: 2))
            let job = RowJob.delete(
                type, links: links, filter: filter, ids: nil,
                rowsPerStep: Int.random(in: 1...50, using: &made.random), taskNumber: Int64(round + 1))
            let isDryRun = round % 3 == 0
            let result = try run(job, writer, isDryRun: isDryRun)
            let gone = before.filter { PlainRow.holds(filter.condition, $0.value) }
            #expect(result.receipt.deleted == UInt64(gone.count) && result.counted == UInt64(gone.count))
            #expect(try content() == (isDryRun ? before : before.filter { gone[$0.key] == nil }))
            let kept = try self.before(Int64(round + 1), .deleted)
            let expected = gone.mapValues { row in
                Dictionary(
                    uniqueKeysWithValues: Visits.fields.map { ($0.column, databaseValue(row[$0.name])) })
            }
            // Columns that these rows have no values in, those of encrypted fields, are kept as well.
            let known = Set(Visits.fields.map(\.column))
            #expect(
                kept.mapValues { row in row.filter { known.contains($0.key) } } == (isDryRun ? [:] : expected)
            )
            let rest = kept.values.flatMap { row in row.filter { !known.contains($0.key) }.values }
            #expect(rest.allSatisfy { $0.isNull })
        }
    }

    @Test("Filters as deep as they may be choose rows to change")
    func deepFilter() throws {
        let writer = try database.makeWriter()
        try fill([["age": .integer(7), "state": .text("b")], ["age": .integer(8)], [:]], writer)
        for isFirst in [true, false] {
            for word in ["not ", ""] {
                var text = "age = 7"
                for level in 0..<ListFilter.maxDepth {
                    let beside = (0..<20).map { "age = \(100 + $0)" }.joined(separator: " and ")
                    let rest =
                        level % 2 == 0 ? "age = 1 or \(beside)" : "(age = 7 or state is empty) and age != 100"
                    let operation = level % 2 == 0 ? "or" : "and"
                    let inner = "\(word)(\(text))"
                    text = isFirst ? "\(inner) \(operation) \(rest)" : "\(rest) \(operation) \(inner)"
                }
                let filter = try ListFilter(text, for: type)
                let city = try #require(type.field(named: "lastName"))
                let job = RowJob.change(
                    [FieldChange(field: city, action: .set(.text("x")))], of: type, filter: filter, ids: nil,
                    rowsPerStep: 1, taskNumber: 1)
                let model = try content().filter { PlainRow.holds(filter.condition, $0.value) }.count
                let result = try run(job, writer)
                #expect(result.receipt.processed == UInt64(model))
            }
        }
    }
}
