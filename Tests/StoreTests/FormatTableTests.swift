import GRDB
import Records
import Testing

@testable import Store

@Suite("Export formats kept in the database")
struct FormatTableTests {
    private let database = TestDatabase()

    private func save(_ yaml: String, _ name: String = "clinic", shipped: String? = nil) throws -> [Int] {
        let saved = try database.makeWriter().save(
            yaml, format: name, recordType: nil, shipped: shipped,
            Signature(at: Timestamp(milliseconds: 5), by: "ada"))
        return [saved.version, saved.isNew ? 1 : 0]
    }

    @Test(
        "each other document is a new version, the latest one again is none, and one that ships is the first")
    func versions() throws {
        #expect(try save("one") == [1, 1])
        #expect(try save("one") == [1, 0])
        #expect(try save("two") == [2, 1])
        #expect(try save("one") == [3, 1])
        #expect(try save("ships", "data", shipped: "ships") == [1, 0])
        #expect(try save("mine", "data", shipped: "ships") == [2, 1])
        let reader = try StoreReader(paths: database.paths)
        #expect(try reader.versions(ofFormat: "clinic").map(\.yaml) == ["one", "two", "one"])
        #expect(try reader.format(saying: "one")?.version == 3)
        #expect(try reader.format(saying: "three") == nil)
        #expect(
            try reader.latestFormats() == [
                SavedFormat(
                    name: "clinic", version: 3, recordType: nil, yaml: "one",
                    savedAt: Timestamp(milliseconds: 5), savedBy: "ada"),
                SavedFormat(
                    name: "data", version: 2, recordType: nil, yaml: "mine",
                    savedAt: Timestamp(milliseconds: 5), savedBy: "ada"),
            ])
    }

    @Test("a database that an earlier version made has no formats of its own, and is read all the same")
    func olderDatabase() throws {
        _ = try save("one")
        let queue = try DatabaseQueue(path: database.paths.database)
        try queue.write { try $0.execute(sql: "DROP TABLE sluice_formats") }
        let reader = try StoreReader(paths: database.paths)
        #expect(try reader.latestFormats().isEmpty)
        #expect(try reader.versions(ofFormat: "clinic").isEmpty)
        #expect(try reader.format(saying: "one") == nil)
    }
}
