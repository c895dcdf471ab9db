import ListFilters
import Records
import Testing

@testable import Pipeline

@Suite("Selection of records by where")
struct RecordSelectionTests {
    private static let type = RecordType(
        name: "visit", plural: "visits",
        fields: [
            Field(name: "site", kind: .text, isRequired: true), Field(name: "age", kind: .integer),
            Field(name: "email", kind: .email),
        ],
        keys: [["site"]], allowsNoKey: false, limit: .records(10))

    private static let plans = type.fields.enumerated().map {
        FieldPlan(field: $1, plane: $0, sourceColumn: $0)
    }

    /// What is wrong with the one record of a batch.
    private func reject(_ code: String, field: String?) -> Reject {
        Reject(record: 0, issues: [Records.Issue(code: code, field: field, message: "")])
    }

    /// A batch of ages, whose other fields are blank.
    private func batch(
        _ ages: [Int64?], rejects: [Reject] = [], order: [UInt32], fault: RecordPlace.Fault = .none
    ) -> CheckedBatch {
        let storage = BatchStorage(maxRecords: 8, planeCount: 3, sourceCapacity: 1)
        storage.places[0] = RecordPlace(fault: fault)
        for (record, age) in ages.enumerated() {
            storage.plane(1)[record] = age.map { .integer($0) } ?? .blank
        }
        let records = RecordBatch(
            storage: storage, count: ages.count, start: Position(), end: Position(), blankLines: 0,
            blanksBefore: [])
        return CheckedBatch(records: records, fields: Self.plans, rejects: rejects, order: order)
    }

    private func select(_ batch: CheckedBatch, where text: String) throws -> CheckedBatch {
        RecordSelection(try ListFilter(text, for: Self.type), fields: Self.plans).select(batch)
    }

    @Test("records outside leave the order, which else stays as it was")
    func order() throws {
        let selected = try select(batch([1, 20, nil, 30, 5], order: [4, 3, 2, 1, 0]), where: "age > 9")
        #expect(selected.order == [3, 1])
        #expect(selected.leftOut == [0, 2, 4])
        #expect(selected.rejects.isEmpty)
        let whole = try select(batch([1, nil], order: [1, 0]), where: "not age > 9")
        #expect(whole.order == [1, 0] && whole.leftOut.isEmpty)
    }

    @Test(
        "a record outside stays a reject only where what is asked about could not be read",
        arguments: [
            ("integer_malformed", "age", true), ("value_not_mapped", "age", true),
            ("integer_too_long", "age", true), ("required_missing", "age", false),
            ("key_missing", "age", false), ("email_malformed", "email", false),
            ("required_missing", "site", false),
        ] as [(String, String, Bool)])
    func rejects(code: String, field: String, stays: Bool) throws {
        let given = batch([nil, 50], rejects: [reject(code, field: field)], order: [1])
        let selected = try select(given, where: "age > 9")
        #expect(selected.rejects == (stays ? given.rejects : []))
        #expect(selected.leftOut == (stays ? [] : [0]))
        #expect(selected.order == [1])
    }

    @Test("a record whose shape is at fault stays a reject, wherever it seems to lie")
    func shape() throws {
        for (code, field) in [("field_count", nil), ("text_after_quote", "email")] {
            let given = batch(
                [nil, 1], rejects: [reject(code, field: field)], order: [1], fault: .fieldCount)
            let selected = try select(given, where: "age > 9")
            #expect(selected.rejects == given.rejects)
            #expect(selected.leftOut == [1] && selected.order.isEmpty)
        }
    }

    @Test("a record within stays a reject whatever is wrong with it")
    func within() throws {
        let given = batch([10], rejects: [reject("required_missing", field: "site")], order: [])
        let selected = try select(given, where: "age > 9")
        #expect(selected.rejects == given.rejects && selected.leftOut.isEmpty)
    }
}
