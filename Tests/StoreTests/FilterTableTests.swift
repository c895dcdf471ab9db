import Records
import Testing

@testable import Store

@Suite("Input filters kept in the database")
struct FilterTableTests {
    private let database = TestDatabase()

    private func save(_ yaml: String, _ name: String = "clinic", shipped: String? = nil) throws -> [Int] {
        let saved = try database.makeWriter().save(
            yaml, filter: name, recordType: "contact", shipped: shipped,
            Signature(at: Timestamp(milliseconds: 5), by: "ada"))
        return [saved.version, saved.isNew ? 1 : 0]
    }

    @Test("each other document is a new version; the latest one again is none")
    func versions() throws {
        #expect(try save("one") == [1, 1])
        #expect(try save("one") == [1, 0])
        #expect(try save("two") == [2, 1])
        #expect(try save("one") == [3, 1], "only the latest counts")
        #expect(try save("e\u{301}") == [4, 1])
        #expect(try save("\u{e9}") == [5, 1], "compared byte by byte")
        let reader = try StoreReader(paths: database.paths)
        #expect(try reader.versions(ofFilter: "clinic").map(\.version) == [1, 2, 3, 4, 5])
        #expect(try reader.versions(ofFilter: "clinic").map(\.yaml)[1] == "two")
        #expect(try reader.versions(ofFilter: "Clinic").isEmpty)
        #expect(try reader.filter(saying: "one")?.version == 3)
        #expect(try reader.filter(saying: "three") == nil)
    }

    @Test("a filter that ships is version 1 of its name")
    func shipped() throws {
        #expect(try save("as it ships", shipped: "as it ships") == [1, 0])
        #expect(try save("mine", shipped: "as it ships") == [2, 1])
        #expect(try save("as it ships", shipped: "as it ships") == [3, 1])
    }

    @Test("the latest version of each is listed by name")
    func list() throws {
        for (yaml, name) in [("a", "zeta"), ("b", "alpha"), ("c", "zeta")] { _ = try save(yaml, name) }
        let found = try StoreReader(paths: database.paths).latestFilters()
        #expect(
            found == [
                SavedFilter(
                    name: "alpha", version: 1, recordType: "contact", yaml: "b",
                    savedAt: Timestamp(milliseconds: 5), savedBy: "ada"),
                SavedFilter(
                    name: "zeta", version: 2, recordType: "contact", yaml: "c",
                    savedAt: Timestamp(milliseconds: 5), savedBy: "ada"),
            ])
    }
}
