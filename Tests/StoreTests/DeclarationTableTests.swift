import GRDB
import Records
import Testing

@testable import Store

@Suite("Types and fields kept in the database")
struct DeclarationTableTests {
    private let database = TestDatabase()
    private let builtIn: Catalogue

    init() throws {
        builtIn = try Catalogue.builtIn()
    }

    private static func visits(_ fields: String...) -> String {
        "name: visit\nplural: visits\nlimit: {records: 10}\nkeys: [visitNumber]\nfields:\n"
            + (["{name: visitNumber, kind: identifier, unique: true}"] + fields).map { "  - \($0)\n" }
            .joined()
    }

    @discardableResult
    private func add(_ yaml: String, over writer: StoreWriter? = nil) throws -> DeclarationChange {
        try (writer ?? database.makeWriter()).declare { declarations throws(Failure) in
            try DeclarationChange.adding(
                yaml, name: "visit.yaml", to: declarations, builtIn: builtIn,
                Signature(at: Timestamp(milliseconds: 7), by: "ada"))
        }
    }

    @discardableResult
    private func addField(_ declaration: String, to type: String) throws -> DeclarationChange {
        try database.makeWriter().declare { declarations throws(Failure) in
            try DeclarationChange.addingField(
                declaration, toType: type, of: declarations, builtIn: builtIn,
                Signature(at: Timestamp(milliseconds: 8), by: "bob"))
        }
    }

    private func declarations() throws -> Declarations {
        try StoreReader(paths: database.paths).declarations()
    }

    private func code(_ work: () throws -> some Any) -> String? {
        do {
            _ = try work()
            return nil
        } catch {
            return (error as? any FailureConvertible)?.failure.code
        }
    }

    @Test("a type is kept as it was given, with version, time and name, and its table and view are there")
    func keeping() throws {
        let first = "# Visits.\n" + Self.visits()
        try add(first)
        #expect(
            try declarations().documents == [
                Declarations.Document(
                    name: "visit", version: 1, yaml: first, savedAt: Timestamp(milliseconds: 7),
                    savedBy: "ada")
            ])
        let second = Self.visits("{name: day, kind: date}")
        try add(second)
        #expect(try declarations().documents.map(\.version) == [2])
        #expect(try declarations().documents.map(\.yaml) == [second])
        #expect(try database.sql("SELECT * FROM sluice_types").count == 2, "older versions stay")
        try add(second)
        #expect(try database.sql("SELECT * FROM sluice_types").count == 2)
        #expect(try database.sql("SELECT visit_number, day FROM visits_view").isEmpty)
    }

    @Test("a table grows without a row being lost or written, and view and indexes follow")
    func growing() throws {
        try add(Self.visits("{name: size, kind: integer}"))
        for number in 1...500 {
            try database.sql(
                "INSERT INTO visits (visit_number, size) VALUES (?, 7)", arguments: ["\(number)"])
        }
        let root =
            try database.sql("SELECT rootpage FROM sqlite_schema WHERE name = 'visits'")[0]["rootpage"] as Int
        try add(
            Self.visits(
                "{name: price, kind: decimal}", "{name: size, kind: integer, indexed: true}",
                "{name: badge, kind: identifier, unique: true}"))
        try addField("{name: note, kind: text, required: true, indexed: true}", to: "visits")
        #expect(try database.sql("SELECT count(*) AS n FROM visits WHERE size = 7")[0]["n"] == 500)
        let same =
            try database.sql("SELECT rootpage FROM sqlite_schema WHERE name = 'visits'")[0]["rootpage"] as Int
        #expect(root == same)
        let indexes = try database.sql(
            "SELECT name || \"unique\" AS i FROM pragma_index_list('visits') ORDER BY name"
        ).map { $0["i"] as String }
        #expect(
            indexes == [
                "visits_by_badge1", "visits_by_note0", "visits_by_size0", "visits_by_visit_number1",
            ])
        try database.sql("UPDATE visits SET price = 1250, badge = 'B', note = 'n' WHERE visit_number = '9'")
        let row = try #require(try database.sql("SELECT * FROM visits_view WHERE visit_number = '9'").first)
        #expect(row["price"] == "12.50")
        #expect(row["note"] == "n")
        #expect(throws: DatabaseError.self) {
            try database.sql("UPDATE visits SET badge = 'B' WHERE visit_number = '10'")
        }
    }

    @Test("a field of a type that ships makes its table where it is not there yet")
    func fieldOfUnusedType() throws {
        try addField("{name: floor, kind: integer}", to: "tickets")
        #expect(try database.sql("SELECT ticket_number, floor FROM tickets_view").isEmpty)
        #expect(
            try declarations().fields == [
                Declarations.AddedField(
                    type: "ticket", name: "floor", declaration: "{name: floor, kind: integer}",
                    savedAt: Timestamp(milliseconds: 8), savedBy: "bob")
            ])
    }

    @Test("fields keep the order in which they came, also when one of them grows")
    func order() throws {
        for name in ["zeta", "alpha", "mid"] { try addField("{name: \(name), kind: text}", to: "contact") }
        try addField("{name: zeta, kind: text, maxLength: 300}", to: "contact")
        #expect(try declarations().fields.map(\.name) == ["zeta", "alpha", "mid"])
        #expect(try declarations().fields[0].declaration == "{name: zeta, kind: text, maxLength: 300}")
    }

    @Test("a field that a new document holds is an added one no longer")
    func takenOver() throws {
        try add(Self.visits())
        try addField("{name: note, kind: text}", to: "visit")
        try add(Self.visits("{name: note, kind: text, maxLength: 400}"))
        #expect(try declarations().fields.isEmpty)
        let type = try builtIn.adding(declarations()).type(named: "visit")
        #expect(type.field(named: "note")?.maxLength == 400)
    }

    @Test("a refused change writes nothing, and names that the database has for something else are refused")
    func refused() throws {
        let writer = try database.makeWriter()
        try database.sql("CREATE TABLE Visits (a)")
        #expect(code { try add(Self.visits(), over: writer) } == "name_taken")
        try database.sql("DROP TABLE Visits; ")
        try database.sql("CREATE VIEW visits_view AS SELECT 1")
        #expect(code { try add(Self.visits(), over: writer) } == "name_taken")
        try database.sql("DROP VIEW visits_view")
        #expect(try declarations() == Declarations())
        try add(Self.visits("{name: day, kind: date}"), over: writer)
        #expect(code { try add(Self.visits(), over: writer) } == "type_would_shrink")
        #expect(try declarations().documents.map(\.version) == [1])
    }

    @Test("of two that change a type at once, each sees what the other did")
    func atOnce() async throws {
        _ = try database.makeWriter()
        let names = (0..<6).map { "field\($0)" }
        let errors = await withTaskGroup(of: String?.self) { group in
            for name in names {
                group.addTask {
                    await onThread {
                        do {
                            try addField("{name: \(name), kind: text}", to: "contact")
                            return nil
                        } catch { return "\(error)" }
                    }
                }
            }
            return await group.reduce(into: [String]()) { errors, error in
                if let error { errors.append(error) }
            }
        }
        #expect(errors.isEmpty)
        #expect(try Set(declarations().fields.map(\.name)) == Set(names))
        let numbers = try database.sql("SELECT number FROM sluice_fields ORDER BY number").map {
            $0["number"] as Int
        }
        #expect(numbers == Array(1...6))
        let columns = try database.sql("SELECT name FROM pragma_table_info('contacts')").map {
            $0["name"] as String
        }
        #expect(Set(columns).isSuperset(of: names))
    }

    @Test("a type of as many fields as there may be takes an import of all of them")
    func mostFields() throws {
        let change = try add(Self.visits("{name: some, kind: text, repeat: 999}"))
        #expect(change.type.fields.count == 1000)
        let fields = change.type.fields.enumerated().map { index, field in
            FieldPlan(field: field, plane: index, sourceColumn: index)
        }
        let writer = try database.makeWriter()
        for mode in ImportMode.allCases {
            _ = try ImportWriter(
                writer: writer, type: change.type, fields: fields, match: [[0]], mode: mode,
                duplicates: .last,
                taskNumber: 1, lastForeignID: nil)
        }
    }

    @Test("a database that was made before it could keep types is read as one that has none")
    func earlierDatabase() throws {
        _ = try database.makeWriter()
        for table in ["sluice_types", "sluice_fields", "sluice_filters"] {
            try database.sql("DROP TABLE \(table)")
        }
        try database.sql(
            "DELETE FROM grdb_migrations WHERE identifier = 'record types, fields and input filters'")
        let reader = try StoreReader(paths: database.paths)
        #expect(try reader.declarations() == Declarations())
        #expect(try reader.latest(.inputFilter).isEmpty)
        #expect(try reader.document(saying: "x", .inputFilter) == nil)
        try add(Self.visits())
        #expect(try declarations().documents.count == 1)
    }

    @Test("a database that is not there, or is an empty file, has no reader; another program's is refused")
    func ifThere() throws {
        #expect(try StoreReader.ifThere(database.paths) == nil)
        #expect(try StoreReader.ifThere(StorePaths(database: database.paths.database + "/none")) == nil)
        try database.sql("CREATE TABLE theirs (a)")
        #expect(code { try StoreReader.ifThere(database.paths) } == "not_a_sluice_database")
    }
}
