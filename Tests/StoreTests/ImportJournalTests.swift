import Foundation
import GRDB
import Records
import TestSupport
import Testing

@testable import Store

/// Rows by id, as they lie in a table.
private typealias Rows = [Int64: [String: DatabaseValue]]

@Suite("The journal of imports")
struct ImportJournalTests {
    private static func rows(of table: String, _ queue: DatabaseQueue) throws -> Rows {
        try queue.inDatabase { db in
            var rows: Rows = [:]
            for row in try Row.fetchAll(db, sql: "SELECT * FROM \(TableSchema.quoted(table))") {
                rows[row["id"]] = Dictionary(
                    uniqueKeysWithValues: row.columnNames.filter { $0 != "id" }.map { ($0, row[$0]) })
            }
            return rows
        }
    }

    private static func entries(_ queue: DatabaseQueue) throws -> [JournalEntry] {
        try queue.inDatabase { db in
            try Row.fetchAll(db, sql: "SELECT * FROM sluice_journal ORDER BY number").map(JournalEntry.init)
        }
    }

    /// Takes back what entries say, the newest first, row by row.
    private static func takenBack(_ rows: Rows, _ entries: [JournalEntry]) throws -> Rows {
        var rows = rows
        for entry in entries.reversed() {
            switch entry.kind {
            case .created:
                let made = rows.keys.filter(entry.ids.contains)
                #expect(made.count == entry.rowCount, "\(entry)")
                for id in made { rows[id] = nil }
            case .updated:
                var changes: [JournalRow] = []
                try entry.forEachRow { changes.append($0) }
                #expect(changes.count == entry.rowCount)
                for change in changes.reversed() {
                    #expect(rows[change.id] != nil && !change.values.isEmpty)
                    // What is noted was changed, and nothing else.
                    for (column, value) in change.values { rows[change.id]?[column] = value }
                }
            case .deleted, .linked, .unlinked, .touched: Issue.record("an import does none of it: \(entry)")
            }
        }
        return rows
    }

    @Test("takes the rows back to what they were before each import, whatever was interrupted")
    func takesBack() throws {
        var random = SeededGenerator.printingSeed()
        for _ in 0..<150 {
            let history = History.random(using: &random)
            guard let type = history.imports.first?.type else { continue }
            var runner = try ImportRunner(type)
            var states = [try Self.rows(of: type.table, runner.writer.queue)]
            var ends: [Int] = []
            for work in history.imports {
                _ = try runner.run(work)
                states.append(try Self.rows(of: type.table, runner.writer.queue))
                ends.append(try Self.entries(runner.writer.queue).count)
            }
            let entries = try Self.entries(runner.writer.queue)
            for (index, end) in ends.enumerated() {
                let own = Array(entries[(index > 0 ? ends[index - 1] : 0)..<end])
                #expect(Set(own.map(\.task)).count <= 1)
                let before = try Self.takenBack(states[index + 1], own)
                #expect(before == states[index], "import \(index + 1) of\n\(history)")
            }
        }
    }

    @Test("says which fields were changed, and no others")
    func changedFieldsAlone() throws {
        let type = SampleTypes.contact
        let database = TestDatabase()
        let writer = try database.makeWriter()
        try writer.prepareTables([type])
        let fields = [type.fields[0], type.fields[1]].enumerated().map { plane, field in
            FieldPlan(field: field, plane: plane, sourceColumn: plane)
        }
        for (keepsBefore, values) in [(true, "A"), (true, "B"), (false, "C")] {
            let task = makeTask(type)
            let number = try writer.insert(task, plan: .import(makePlan(type)))
            let importer = try ImportWriter(
                writer: writer, type: type, fields: fields, match: [[0]], mode: .upsert, duplicates: .last,
                taskNumber: number, lastForeignID: nil, keepsBefore: keepsBefore)
            let file = SampleFile(
                [
                    SampleRecord(values: [.text("1"), .text(values)]),
                    SampleRecord(values: [.text("2"), .text("Z")]),
                ],
                fields: fields)
            _ = try importer.write(file.batch(0..<2))
            try importer.commit(task, at: ResumePoint(step: 0))
        }
        let entries = try Self.entries(writer.queue)
        #expect(entries.map(\.kind) == [.created, .updated, .touched])
        #expect(entries.map(\.rowCount) == [2, 1, 1])
        var rows: [JournalRow] = []
        for entry in entries { try entry.forEachRow { rows.append($0) } }
        #expect(
            rows == [
                JournalRow(id: 1, values: [fields[1].field.column: "A".databaseValue]), JournalRow(id: 1),
            ])
    }

    @Test("of links holds each pair that was linked or unlinked, once")
    func pairs() throws {
        let sample = try LinkCase([["a", "b"], ["x", "y"]])
        for (mode, pairs) in [
            (LinkMode.link, [("a", "x"), ("b", "y"), ("a", "x")]), (.link, [("a", "x"), ("a", "y")]),
            (.unlink, [("b", "y"), ("b", "x"), ("b", "y")]),
        ] {
            let importer = try sample.makeImporter(mode)
            for batch in sample.batches([pairs]) { _ = try importer.write(batch) }
            try sample.commit(importer)
        }
        let entries = try Self.entries(sample.writer.queue)
        #expect(entries.map(\.kind) == [.linked, .linked, .unlinked])
        let rows = try entries.map { entry in
            var rows: [JournalRow] = []
            try entry.forEachRow { rows.append($0) }
            return rows.map { [$0.id, $0.second] }
        }
        #expect(rows == [[[1, 1], [2, 2]], [[1, 2]], [[2, 2]]])
    }
}
