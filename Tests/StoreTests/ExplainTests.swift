import ListFilters
import ListFiltersTestSupport
import Records
import Testing

@testable import Store

@Suite("How the rows of a query would be found")
struct ExplainTests {
    private let database = TestDatabase()
    private let type: RecordType = {
        var type = Visits.type
        for index in type.fields.indices where ["state", "age"].contains(type.fields[index].name) {
            type.fields[index].isIndexed = true
        }
        return type
    }()

    private func plan(_ text: String?, sort: String? = nil) throws -> RowPlan {
        try database.makeWriter().prepareTables([type])
        let order = try sort.map {
            [RowQuery.Order(path: try FieldPath($0, of: type, relations: []))]
        }
        let filter = try text.map { try ListFilter($0, for: type) }
        return try RowSnapshot(paths: database.paths).explain(
            RowQuery(type: type, columns: [.id], filter: filter, order: order ?? []))
    }

    @Test(
        "a test of an indexed field finds rows by the index, and one of any other looks at every row",
        arguments: [
            ("state = 'CA'", [["state"]]), ("state in ('CA', 'NV')", [["state"]]),
            ("state starts with 'Mc'", [["state"]]), ("state is empty", [["state"]]),
            ("visitNumber = '1' and balance > 5", [["visitNumber"]]),
            ("state = 'CA' or age = 5", [["state"], ["age"]]), ("balance > 5", []),
            ("state = 'CA' or balance > 5", []), ("state contains 'A'", []), ("state != 'CA'", []),
            ("not (state = 'CA' and age = 1)", []),
        ])
    func access(text: String, indexes: [[String]]) throws {
        let plan = try plan(text)
        #expect(plan.indexes == indexes)
        #expect(plan.isScan == indexes.isEmpty)
        #expect(!plan.scansLinked)
    }

    @Test("rows are sorted where no index has them in the order that is asked")
    func sorting() throws {
        #expect(try !plan(nil).isSorted && plan(nil).isScan)
        #expect(try plan(nil, sort: "lastName").isSorted)
        #expect(try !plan("state = 'CA'").isSorted)
        #expect(try plan("state = 'CA'", sort: "lastName").isSorted)
    }

    @Test("rows of ticked ids are taken by their ids")
    func ids() throws {
        try database.makeWriter().prepareTables([type])
        let plan = try RowSnapshot(paths: database.paths).explain(
            RowQuery(type: type, columns: [.id], ids: [3, 1]))
        #expect(plan.accesses == [.ids])
    }

    @Test("linked records that no index leads to are told")
    func linked() throws {
        try database.makeWriter().prepareTables([type])
        func plan(to key: String) throws -> RowPlan {
            let relation = Relation(
                name: "other", type: type,
                way: .reference(
                    own: try #require(type.field(named: "lastName")),
                    key: try #require(type.field(named: key))))
            let filter = try ListFilter("other.balance > 5", for: type, relations: [relation])
            return try RowSnapshot(paths: database.paths).explain(
                RowQuery(type: type, columns: [.id], filter: filter))
        }
        #expect(try !plan(to: "visitNumber").scansLinked)
        #expect(try plan(to: "email").scansLinked)
    }
}
