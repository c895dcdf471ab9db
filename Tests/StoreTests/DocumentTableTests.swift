import Records
import Testing

@testable import Store

@Suite("Documents kept in the database")
struct DocumentTableTests {
    private static let kinds = [DocumentKind.inputFilter, .exportFormat]

    private let database = TestDatabase()

    /// The version that a text has then, and 1 where it is new.
    private func save(
        _ text: String, _ kind: DocumentKind, _ name: String = "clinic", type: String? = "contact",
        shipped: String? = nil
    ) throws -> [Int] {
        let saved = try database.makeWriter().save(
            text, as: name, kind, recordType: type, shipped: shipped,
            Signature(at: Timestamp(milliseconds: 5), by: "ada"))
        return [saved.version, saved.isNew ? 1 : 0]
    }

    @Test("each other document is a new version; the latest one again is none", arguments: kinds)
    func versions(kind: DocumentKind) throws {
        #expect(try save("one", kind) == [1, 1])
        #expect(try save("one", kind) == [1, 0])
        #expect(try save("two", kind) == [2, 1])
        #expect(try save("one", kind) == [3, 1], "only the latest counts")
        #expect(try save("e\u{301}", kind) == [4, 1])
        #expect(try save("\u{e9}", kind) == [5, 1], "compared byte by byte")
        let reader = try StoreReader(paths: database.paths)
        #expect(try reader.versions(of: "clinic", kind).map(\.version) == [1, 2, 3, 4, 5])
        #expect(try reader.versions(of: "clinic", kind).map(\.text)[1] == "two")
        #expect(try reader.versions(of: "Clinic", kind).isEmpty)
        #expect(try reader.document(saying: "one", kind)?.version == 3)
        #expect(try reader.document(saying: "three", kind) == nil)
    }

    @Test("a document that ships is version 1 of its name", arguments: kinds)
    func shipped(kind: DocumentKind) throws {
        #expect(try save("as it ships", kind, shipped: "as it ships") == [1, 0])
        #expect(try save("mine", kind, shipped: "as it ships") == [2, 1])
        #expect(try save("as it ships", kind, shipped: "as it ships") == [3, 1])
    }

    @Test("the latest version of each is listed by name, and no kind's documents are another's")
    func list() throws {
        for (text, name) in [("a", "zeta"), ("b", "alpha"), ("c", "zeta")] {
            _ = try save(text, .inputFilter, name)
        }
        _ = try save("a", .exportFormat, "zeta", type: nil)
        let reader = try StoreReader(paths: database.paths)
        func document(_ name: String, _ version: Int, _ type: String?, _ text: String) -> SavedDocument {
            SavedDocument(
                name: name, version: version, recordType: type, text: text,
                savedAt: Timestamp(milliseconds: 5), savedBy: "ada")
        }
        #expect(
            try reader.latest(.inputFilter)
                == [document("alpha", 1, "contact", "b"), document("zeta", 2, "contact", "c")])
        #expect(try reader.latest(.exportFormat) == [document("zeta", 1, nil, "a")])
        #expect(try reader.latest(.list).isEmpty)
    }

    @Test(
        "a database that an earlier version made has none of its own, and is read all the same",
        arguments: kinds)
    func olderDatabase(kind: DocumentKind) throws {
        _ = try save("one", kind)
        try database.sql("DROP TABLE \(kind.table)")
        let reader = try StoreReader(paths: database.paths)
        #expect(try reader.latest(kind).isEmpty)
        #expect(try reader.versions(of: "clinic", kind).isEmpty)
        #expect(try reader.document(saying: "one", kind) == nil)
    }
}
