import Testing

@Suite("Real people and offices", .enabled(if: Suites.have("real-us-legislators")))
struct RealDataTests {
    private func source(_ name: String) throws -> (path: String, table: PlainTable) {
        let path = Suites.path("real-us-legislators/\(name)")
        return (path, try #require(PlainTable(Given.bytes(path))))
    }

    /// The values of one column, by the values of another.
    private func values(_ table: PlainTable, _ column: String, by key: String) throws -> [String: String] {
        let column = try #require(table.column(column))
        let key = try #require(table.column(key))
        return Dictionary(uniqueKeysWithValues: table.records.map { ($0.text(key), $0.text(column)) })
    }

    @Test("Each legislator becomes one contact, with the columns that the input filter names")
    func legislators() throws {
        let (path, table) = try source("legislators-current.csv")
        let records = UInt64(table.records.count)
        #expect(records > 500)
        let folder = try Workdir()
        let run = try folder.importing("contacts", path, "--filter", "us-legislators")
        #expect(run.exitCode == 0)
        let task = try run.task()
        #expect(task.counts == ShownCounts(read: records, created: records))

        let database = try Database(folder)
        func stored(_ column: String) throws -> [String: String] {
            let rows = try database.rows("SELECT contact_number, \(column) FROM contacts")
            return Dictionary(uniqueKeysWithValues: rows.map { ($0[0], $0[1]) })
        }
        let id = "bioguide_id"
        #expect(try stored("last_name") == values(table, "last_name", by: id))
        #expect(try stored("date_of_birth") == values(table, "birthday", by: id))
        #expect(try stored("\"group\"") == values(table, "party", by: id))
        let titles = ["sen": "Senator", "rep": "Representative"]
        #expect(try stored("title") == values(table, "type", by: id).mapValues { titles[$0] ?? "?" })
        let phones = try values(table, "phone", by: id)
            .mapValues { $0.isEmpty ? "-" : "+1" + $0.filter(\.isNumber) }
        #expect(try stored("phone1") == phones)
        #expect(try stored("department").values.allSatisfy { $0 == "United States Congress" })

        let again = try folder.importing("contacts", path, "--filter", "us-legislators").task()
        #expect(again.counts == ShownCounts(read: records, unchanged: records))
    }

    @Test("Each office becomes one account, named after its city and state")
    func offices() throws {
        let (path, table) = try source("legislators-district-offices.csv")
        let records = UInt64(table.records.count)
        #expect(records > 1_000)
        let folder = try Workdir()
        let run = try folder.importing("accounts", path, "--filter", "us-district-offices")
        #expect(run.exitCode == 0)
        #expect(try run.task().counts == ShownCounts(read: records, created: records))

        let database = try Database(folder)
        func stored(_ column: String) throws -> [String: String] {
            let rows = try database.rows("SELECT original_id, \(column) FROM accounts")
            return Dictionary(uniqueKeysWithValues: rows.map { ($0[0], $0[1]) })
        }
        let cities = try values(table, "city", by: "id")
        let states = try values(table, "state", by: "id")
        #expect(try stored("name") == cities.merging(states) { "\($0), \($1)" })
        #expect(try stored("city") == cities)
        #expect(
            try stored("postal_code") == values(table, "zip", by: "id").mapValues { $0.isEmpty ? "-" : $0 })
        let buildings = try values(table, "building", by: "id")
        let suites = try values(table, "suite", by: "id")
        let second = buildings.merging(suites) { [$0, $1].filter { !$0.isEmpty }.joined(separator: ", ") }
        #expect(try stored("address2") == second.mapValues { $0.isEmpty ? "-" : $0 })
        #expect(try stored("country").values.allSatisfy { $0 == "US" })
    }

    @Test("Each office is linked with its member, by the columns of the offices' own file")
    func officesOfMembers() throws {
        let (offices, table) = try source("legislators-district-offices.csv")
        let (legislators, people) = try source("legislators-current.csv")
        let folder = try Workdir()
        _ = try folder.importing("accounts", offices, "--filter", "us-district-offices")
        _ = try folder.importing("contacts", legislators, "--filter", "us-legislators")
        try folder.write(
            "office-members.yaml",
            """
            name: office-members
            recordType: accountContact
            columns:
              - {field: account.originalId, from: id}
              - {field: contact.contactNumber, from: bioguide}
            """)
        func link(_ options: String...) throws -> ShownCounts {
            try folder.importing("links", offices, ["--filter", "office-members.yaml"] + options).task()
                .counts
        }
        let members = Set(try values(people, "bioguide_id", by: "bioguide_id").values)
        let pairs = try values(table, "bioguide", by: "id")
        let sound = UInt64(pairs.values.count { members.contains($0) })
        let read = UInt64(table.records.count)
        #expect(sound > 1_000)
        #expect(try link() == ShownCounts(read: read, created: sound, rejected: read - sound))
        let stored = try Database(folder).rows(
            """
            SELECT a.original_id, c.contact_number FROM account_contacts l
            JOIN accounts a ON a.id = l.account_id JOIN contacts c ON c.id = l.contact_id
            """)
        #expect(
            Dictionary(uniqueKeysWithValues: stored.map { ($0[0], $0[1]) })
                == pairs.filter { members.contains($0.value) })
        #expect(try link() == ShownCounts(read: read, unchanged: sound, rejected: read - sound))
        #expect(try link("--unlink") == ShownCounts(read: read, rejected: read - sound, deleted: sound))
        #expect(try Database(folder).damage().isEmpty)
    }
}
