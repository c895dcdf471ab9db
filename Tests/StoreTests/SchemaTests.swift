import GRDB
import Records
import Testing

@testable import Store

@Suite("Tables, indexes and views")
struct SchemaTests {
    private let database = TestDatabase()

    private static func type(_ fields: [Field], keys: [[String]] = [["number"]]) -> RecordType {
        RecordType(
            name: "bigOrder", plural: "bigOrders",
            fields: [Field(name: "number", kind: .identifier, isUnique: true)] + fields, keys: keys,
            allowsNoKey: false, limit: .records(10))
    }

    private func columns(_ table: String) throws -> [String] {
        try database.sql("SELECT name, type FROM pragma_table_info(?)", arguments: [table]).map { row in
            "\(row["name"] as String) \(row["type"] as String)"
        }
    }

    private func uniqueColumns() throws -> Set<[String]> {
        let indexes = try database.sql(
            "SELECT name FROM pragma_index_list('big_orders') WHERE \"unique\"")
        return Set(
            try indexes.map { index in
                try database.sql(
                    "SELECT name FROM pragma_index_info(?)", arguments: [index["name"] as String]
                ).map { $0["name"] }
            })
    }

    @Test("each kind of field has its column type, names are in snake case, encrypted fields have two")
    func columnTypes() throws {
        let kinds: [(String, FieldKind)] = [
            ("someText", .text), ("code", .identifier), ("size", .integer), ("price", .decimal(places: 2)),
            ("dueDate", .date), ("changedAt", .dateTime), ("active", .boolean), ("email", .email),
            ("phone1", .phone), ("group", .choice(["a"])),
        ]
        let secret = Field(name: "secret", kind: .identifier, isEncrypted: true)
        let writer = try database.makeWriter()
        try writer.prepareTables([Self.type(kinds.map { Field(name: $0.0, kind: $0.1) } + [secret])])
        #expect(
            try columns("big_orders") == [
                "id INTEGER", "number TEXT", "some_text TEXT", "code TEXT", "size INTEGER", "price INTEGER",
                "due_date TEXT", "changed_at INTEGER", "active INTEGER", "email TEXT", "phone1 TEXT",
                "group TEXT", "secret BLOB", "secret_hash TEXT",
            ])
        try database.sql("INSERT INTO big_orders (number, secret) VALUES ('1', x'01'), ('2', NULL)")
        let shown = try database.sql("SELECT secret FROM big_orders_view ORDER BY number")
        #expect(shown.map { $0["secret"] as String? } == ["****", nil])
    }

    @Test("a table is STRICT and never uses an id again")
    func strict() throws {
        let writer = try database.makeWriter()
        try writer.prepareTables([Self.type([Field(name: "size", kind: .integer)])])
        #expect(throws: DatabaseError.self) {
            try database.sql("INSERT INTO big_orders (number, size) VALUES ('1', 'large')")
        }
        try database.sql("INSERT INTO big_orders (number) VALUES ('1')")
        try database.sql("DELETE FROM big_orders")
        try database.sql("INSERT INTO big_orders (number) VALUES ('2')")
        #expect(try database.sql("SELECT id FROM big_orders")[0]["id"] == 2)
    }

    @Test("keys and unique fields have unique indexes, indexed fields others, and nothing else has one")
    func indexes() throws {
        let type = Self.type(
            [
                Field(name: "site", kind: .text), Field(name: "day", kind: .date),
                Field(name: "ticket", kind: .text, isUnique: true),
                Field(name: "city", kind: .text, isIndexed: true), Field(name: "note", kind: .text),
            ], keys: [["number"], ["site", "day"]])
        try database.makeWriter().prepareTables([type])
        #expect(try uniqueColumns() == [["number"], ["site", "day"], ["ticket"]])
        let all = try database.sql("SELECT name FROM pragma_index_list('big_orders')").count
        #expect(all == 4)
    }

    @Test("a table grows by the columns that its type has grown by; rows stay, and the view shows them")
    func growth() throws {
        try database.makeWriter().prepareTables([Self.type([Field(name: "size", kind: .integer)])])
        try database.sql("INSERT INTO big_orders (number, size) VALUES ('1', 7)")
        let grown = Self.type([
            Field(name: "price", kind: .decimal(places: 2)), Field(name: "size", kind: .integer),
            Field(name: "mail", kind: .text, isUnique: true),
        ])
        for _ in 1...2 { try database.makeWriter().prepareTables([grown]) }
        #expect(
            try columns("big_orders")
                == ["id INTEGER", "number TEXT", "size INTEGER", "price INTEGER", "mail TEXT"])
        #expect(try uniqueColumns() == [["number"], ["mail"]])
        try database.sql("UPDATE big_orders SET price = 1999, mail = 'm'")
        let row = try #require(try database.sql("SELECT * FROM big_orders_view").first)
        #expect(row["size"] == 7)
        #expect(row["price"] == "19.99")
        #expect(row["mail"] == "m")
    }

    @Test("the view shows decimals exactly")
    func decimals() throws {
        let fields = [0, 1, 2, 9].map { Field(name: "places\($0)", kind: .decimal(places: $0)) }
        try database.makeWriter().prepareTables([Self.type(fields)])
        let greatest = Cell.maxInteger
        for value in [nil, 0, 1, -1, 5, -5, 99, -99, 100, -100, 1_234_567, -1_234_567, greatest, -greatest]
            as [Int64?]
        {
            try database.sql("DELETE FROM big_orders")
            try database.sql(
                "INSERT INTO big_orders (places0, places1, places2, places9) VALUES (?1, ?1, ?1, ?1)",
                arguments: [value])
            let row = try #require(try database.sql("SELECT * FROM big_orders_view").first)
            #expect(row["places0"] == value)
            for places in [1, 2, 9] {
                let shown = row["places\(places)"] as String?
                #expect(shown == value.map { Self.decimal($0, places) }, "\(String(describing: value))")
            }
        }
    }

    /// By cutting digits, with no arithmetic.
    private static func decimal(_ value: Int64, _ places: Int) -> String {
        let digits = String(value.magnitude)
        let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
        return (value < 0 ? "-" : "") + padded.dropLast(places) + "." + padded.suffix(places)
    }

    @Test("the view shows moments to the millisecond")
    func moments() throws {
        try database.makeWriter().prepareTables([Self.type([Field(name: "at", kind: .dateTime)])])
        for text in [
            "1970-01-01T00:00:00.000Z", "2026-11-23T17:16:13.042Z", "1969-12-31T23:59:59.999Z",
            "2038-01-19T03:14:08.001Z", "1900-02-28T12:00:00.500Z", "9999-12-31T23:59:59.999Z",
        ] {
            try database.sql("DELETE FROM big_orders")
            try database.sql(
                "INSERT INTO big_orders (at) VALUES (?)",
                arguments: [try #require(Timestamp(text: text)).milliseconds])
            #expect(try database.sql("SELECT at FROM big_orders_view")[0]["at"] == text)
        }
        try database.sql("UPDATE big_orders SET at = NULL")
        #expect(try database.sql("SELECT at FROM big_orders_view")[0]["at"] == nil as String?)
    }

    @Test("the built-in types make their tables, and an import of every field fits one statement")
    func builtIn() throws {
        let writer = try database.makeWriter()
        let types = try Catalogue.builtIn().types
        try writer.prepareTables(types)
        for type in types {
            let shown = try database.sql("SELECT * FROM \(type.table)_view")
            #expect(shown.isEmpty)
            let fields = type.fields.filter { !$0.isEncrypted }.enumerated().map { index, field in
                FieldPlan(field: field, plane: index, sourceColumn: index)
            }
            let match = type.keys.map { key in
                key.compactMap { name in fields.firstIndex { $0.field.name == name } }
            }
            for mode in ImportMode.allCases {
                _ = try ImportWriter(
                    writer: writer, type: type, fields: fields, match: match, mode: mode, duplicates: .last,
                    taskNumber: 1, lastForeignID: nil)
            }
        }
    }
}
