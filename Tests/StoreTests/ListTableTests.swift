import Records
import Testing

@testable import Store

@Suite("Saved lists kept in the database")
struct ListTableTests {
    private let database = TestDatabase()
    private let signature = Signature(at: Timestamp(milliseconds: 5), by: "ada")

    private func definition(_ filter: String?) -> ListDefinition {
        ListDefinition(
            recordType: "contact", listFilter: filter, columns: ["id", "lastName"],
            sort: [ExportPlan.SortKey(text: "-lastName")])
    }

    private func save(_ filter: String?, _ name: String = "debtors") throws -> [Int] {
        let saved = try database.makeWriter().save(definition(filter), list: name, signature)
        return [saved.version, saved.isNew ? 1 : 0]
    }

    @Test("each other definition is a new version; the latest one again is none")
    func versions() throws {
        #expect(try save(nil) == [1, 1])
        #expect(try save(nil) == [1, 0])
        #expect(try save("city = 'e\u{301}'") == [2, 1])
        #expect(try save("city = '\u{e9}'") == [3, 1], "compared byte by byte")
        #expect(try save(nil) == [4, 1], "only the latest counts")
        let reader = try StoreReader(paths: database.paths)
        let versions = try reader.versions(ofList: "debtors")
        #expect(versions.map(\.version) == [1, 2, 3, 4])
        #expect(
            versions[0]
                == SavedList(
                    name: "debtors", version: 1, definition: definition(nil),
                    savedAt: Timestamp(milliseconds: 5), savedBy: "ada"))
        #expect(try reader.versions(ofList: "Debtors").isEmpty)
    }

    @Test("the latest version of each is listed by name")
    func list() throws {
        for (filter, name) in [("a", "zeta"), ("b", "alpha"), ("c", "zeta")] { _ = try save(filter, name) }
        let found = try StoreReader(paths: database.paths).latestLists()
        #expect(found.map { "\($0.name)@\($0.version)" } == ["alpha@1", "zeta@2"])
        #expect(found.map(\.definition.listFilter) == ["b", "c"])
    }

    @Test("a deleted list is gone with all its versions, and no version's number is given twice")
    func delete() throws {
        for filter in ["a", "b"] { _ = try save(filter) }
        _ = try save("z", "zeta")
        #expect(try database.makeWriter().deleteList("debtors", signature) == 2)
        #expect(try database.makeWriter().deleteList("debtors", signature) == 0)
        let reader = try StoreReader(paths: database.paths)
        #expect(try reader.versions(ofList: "debtors").isEmpty)
        #expect(try reader.latestLists().map(\.name) == ["zeta"])
        #expect(try save("b") == [3, 1])
        #expect(try reader.latestLists().map(\.version) == [3, 1])
    }

    @Test("a database that was made before there were lists has none")
    func earlier() throws {
        _ = try save("a")
        try database.sql("DROP TABLE sluice_lists")
        let reader = try StoreReader(paths: database.paths)
        #expect(try reader.latestLists().isEmpty && reader.versions(ofList: "debtors").isEmpty)
    }
}
