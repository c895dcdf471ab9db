import Records
import Testing

@testable import Store

@Suite("User tasks in the database")
struct TaskTableTests {
    private let database = TestDatabase()
    private let type = SampleTypes.contact

    @Test("a task comes back as it was written, with its plan and the last resume point")
    func roundTrip() throws {
        let writer = try database.makeWriter()
        try writer.prepareTables([type])
        var task = makeTask(type)
        var plan = makePlan(type)
        plan.maxRejects = .percent(2.5)
        plan.filterYAML = "name: é\n"
        let number = try writer.insert(task, plan: .import(plan))
        let importer = try ImportWriter(
            writer: writer, type: type, fields: [FieldPlan(field: type.fields[0], plane: 0, sourceColumn: 0)],
            match: [[0]], mode: .upsert, duplicates: .last, taskNumber: number, lastForeignID: nil)
        task.state = .running
        let point = ResumePoint(
            position: Position(byteOffset: 9, lineIndex: 2, recordIndex: 1), lastForeignRowID: 0)
        try importer.commit(task, at: point)
        task.state = .interrupted
        task.version = 5
        try writer.update(task)
        let stored = try #require(try writer.storedTask(task.id))
        #expect(stored.number == number)
        #expect(stored.task == task)
        #expect(stored.plan == .import(plan))
        #expect(stored.resumePoint == point, "an update without a resume point keeps the last one")
        #expect(try writer.storedTask("nobody") == nil)
        #expect(try StoreReader(paths: database.paths).task(task.id).task == task)
    }

    @Test("a task is found by the beginning of its id where only one begins so")
    func prefixes() throws {
        let writer = try database.makeWriter()
        for id in ["aa10", "aa20", "b%_1"] {
            _ = try writer.insert(makeTask(type, id: id), plan: .import(makePlan(type)))
        }
        let reader = try StoreReader(paths: database.paths)
        #expect(try reader.task("aa1").task.id == "aa10")
        #expect(try reader.task("b").task.id == "b%_1")
        for unknown in ["", "a", "aa", "c", "aa100", "%", "AA1"] {
            #expect(storeErrorCode { try reader.task(unknown) } == .unknownTask, "\(unknown)")
        }
    }

    @Test("tasks are listed newest first, page by page")
    func listing() throws {
        let writer = try database.makeWriter()
        for id in ["a", "b", "c", "d", "e"] {
            _ = try writer.insert(makeTask(type, id: id), plan: .import(makePlan(type)))
        }
        let reader = try StoreReader(paths: database.paths)
        let first = try reader.tasks(limit: 2, before: nil)
        #expect(first.map(\.task.id) == ["e", "d"])
        let second = try reader.tasks(limit: 9, before: first.last?.number)
        #expect(second.map(\.task.id) == ["c", "b", "a"])
        #expect(try reader.tasks(limit: 9, before: second.last?.number).isEmpty)
    }

    @Test("the source's form is kept byte for byte")
    func sourceForm() throws {
        let writer = try database.makeWriter()
        let number = try writer.insert(makeTask(type), plan: .import(makePlan(type)))
        let reader = try StoreReader(paths: database.paths)
        #expect(try reader.sourceForm(taskNumber: number) == nil)
        for form in [
            SourceForm(dialect: Dialect(), header: []),
            SourceForm(
                dialect: Dialect(delimiter: 9, quote: nil, hasHeader: true, skippedLines: 3),
                header: [0xEF, 0xBB, 0xBF, 0xFF, 0, 13, 10]),
            SourceForm(dialect: Dialect(fixedWidth: FixedWidth(recordLength: 80)), header: []),
        ] {
            try writer.setSourceForm(form, taskNumber: number)
            #expect(try reader.sourceForm(taskNumber: number) == form)
        }
    }

    @Test("the form of a source is read from a database that was made before encodings were kept")
    func earlierSourceForm() throws {
        let form = SourceForm(dialect: Dialect(delimiter: UInt8(ascii: ";")), header: Array("a;b\n".utf8))
        var number: Int64 = 0
        do {
            let writer = try database.makeWriter()
            number = try writer.insert(makeTask(type), plan: .import(makePlan(type)))
            try writer.setSourceForm(form, taskNumber: number)
        }
        for column in ["encoding", "mark"] {
            _ = try database.sql("ALTER TABLE sluice_tasks DROP COLUMN \(column)")
        }
        #expect(try StoreReader(paths: database.paths).sourceForm(taskNumber: number) == form)
    }
}
