import Foundation
import Testing

@Suite("Modes and duplicates")
struct ModeTests {
    private static let before = "contactNumber,lastName,city\n1,Ann,Oslo\n2,Bob,Rome\n"
    /// Twice a known key, twice a new one, once a known one unchanged.
    private static let after =
        "contactNumber,lastName,city\n1,Anna,Bern\n3,Cy,Kyiv\n1,Anne,\n3,Cyd,\n2,Bob,Rome\n"

    struct Expected: Sendable, CustomTestStringConvertible {
        var mode: String
        var duplicates: String
        var counts: ShownCounts
        var rows: [[String]]
        var duplicateLines: [Int64]

        var testDescription: String { "--mode \(mode) --duplicates \(duplicates)" }
    }

    static let expectations = [
        Expected(
            mode: "upsert", duplicates: "last",
            counts: ShownCounts(read: 5, created: 1, updated: 1, unchanged: 1, duplicate: 2),
            rows: [["1", "Anne", "Bern"], ["2", "Bob", "Rome"], ["3", "Cyd", "Kyiv"]], duplicateLines: [4, 5]),
        Expected(
            mode: "upsert", duplicates: "first",
            counts: ShownCounts(read: 5, created: 1, updated: 1, unchanged: 1, duplicate: 2),
            rows: [["1", "Anna", "Bern"], ["2", "Bob", "Rome"], ["3", "Cy", "Kyiv"]], duplicateLines: [4, 5]),
        Expected(
            mode: "upsert", duplicates: "reject",
            counts: ShownCounts(read: 5, created: 1, updated: 1, unchanged: 1, rejected: 2),
            rows: [["1", "Anna", "Bern"], ["2", "Bob", "Rome"], ["3", "Cy", "Kyiv"]], duplicateLines: []),
        Expected(
            mode: "create", duplicates: "last",
            counts: ShownCounts(read: 5, created: 1, duplicate: 2, skipped: 2),
            rows: [["1", "Ann", "Oslo"], ["2", "Bob", "Rome"], ["3", "Cyd", "Kyiv"]], duplicateLines: [4, 5]),
        Expected(
            mode: "create", duplicates: "first",
            counts: ShownCounts(read: 5, created: 1, duplicate: 2, skipped: 2),
            rows: [["1", "Ann", "Oslo"], ["2", "Bob", "Rome"], ["3", "Cy", "Kyiv"]], duplicateLines: [4, 5]),
        Expected(
            mode: "create", duplicates: "reject",
            counts: ShownCounts(read: 5, created: 1, skipped: 2, rejected: 2),
            rows: [["1", "Ann", "Oslo"], ["2", "Bob", "Rome"], ["3", "Cy", "Kyiv"]], duplicateLines: []),
        Expected(
            mode: "update", duplicates: "last",
            counts: ShownCounts(read: 5, updated: 1, unchanged: 1, duplicate: 2, skipped: 1),
            rows: [["1", "Anne", "Bern"], ["2", "Bob", "Rome"]], duplicateLines: [4, 5]),
        Expected(
            mode: "update", duplicates: "first",
            counts: ShownCounts(read: 5, updated: 1, unchanged: 1, duplicate: 2, skipped: 1),
            rows: [["1", "Anna", "Bern"], ["2", "Bob", "Rome"]], duplicateLines: [4, 5]),
        Expected(
            mode: "update", duplicates: "reject",
            counts: ShownCounts(read: 5, updated: 1, unchanged: 1, skipped: 1, rejected: 2),
            rows: [["1", "Anna", "Bern"], ["2", "Bob", "Rome"]], duplicateLines: []),
    ]

    @Test(
        "Each mode treats known, new and repeated keys as documented, however the batches fall",
        arguments: expectations, ["1", "2", "3", "100"])
    func modeAndDuplicates(expected: Expected, commitEvery: String) throws {
        let folder = try Workdir()
        try folder.write("before.csv", Self.before)
        try folder.write("after.csv", Self.after)
        #expect(try folder.importing("contacts", "before.csv").exitCode == 0)
        let run = try folder.importing(
            "contacts", "after.csv", "--mode", expected.mode, "--duplicates", expected.duplicates,
            "--commit-every", commitEvery)
        let task = try run.task()
        #expect(task.counts == expected.counts)
        #expect(run.exitCode == (expected.counts.rejected > 0 ? 3 : 0))
        #expect(task.mode == expected.mode)
        #expect(task.duplicates == expected.duplicates)
        let database = try Database(folder)
        let rows = try database.rows("SELECT contact_number, last_name, city FROM contacts ORDER BY 1")
        #expect(rows == expected.rows)
        #expect(try duplicateLines(folder, task.id) == expected.duplicateLines)
        let rejected = try #require(RejectFile(folder.rejects(of: task.id))).entries
        #expect(rejected.map(\.line) == (expected.counts.rejected > 0 ? ["4", "5"] : []))
        #expect(rejected.allSatisfy { $0.code == "duplicate_in_file" && $0.field == "contactNumber" })
    }

    @Test("Columns that a file lacks leave their fields alone")
    func absentColumns() throws {
        let folder = try Workdir()
        try folder.write("before.csv", Self.before)
        try folder.write("after.csv", "contactNumber,firstName\n1,Eve\n")
        _ = try folder.importing("contacts", "before.csv")
        let task = try folder.importing("contacts", "after.csv").task()
        #expect(task.counts == ShownCounts(read: 1, updated: 1))
        let rows = try Database(folder).rows(
            "SELECT contact_number, first_name, last_name, city FROM contacts ORDER BY 1")
        #expect(rows == [["1", "Eve", "Ann", "Oslo"], ["2", "-", "Bob", "Rome"]])
    }

    @Test("A blank cell leaves the stored value alone, or takes it away where the input filter says clear")
    func blanks() throws {
        let folder = try Workdir()
        try folder.write(
            "blank.yaml",
            """
            name: blank
            recordType: contact
            columns:
              - {field: contactNumber, from: contactNumber}
              - {field: lastName, from: lastName, blank: keep}
              - {field: city, from: city, blank: clear}
            """)
        try folder.write("before.csv", Self.before)
        try folder.write("after.csv", "contactNumber,lastName,city\n1,,\n2,,Rome\n")
        _ = try folder.importing("contacts", "before.csv")
        let task = try folder.importing("contacts", "after.csv", "--filter", "blank.yaml").task()
        #expect(task.counts == ShownCounts(read: 2, updated: 1, unchanged: 1))
        let rows = try Database(folder).rows(
            "SELECT contact_number, last_name, city FROM contacts ORDER BY 1")
        #expect(rows == [["1", "Ann", "-"], ["2", "Bob", "Rome"]])
    }

    @Test(
        "An unchanged row is not written: an import of unchanged rows alone leaves the table's pages as they were"
    )
    func unchangedRowsAreNotWritten() throws {
        let folder = try Workdir()
        _ = try folder.importing(
            "contacts", Given.contacts, "--filter", "livevox-contacts", "--duplicates", "first")
        // What SQLite itself counts, by a trigger that anybody may add.
        let writer = try WriteLock(folder)
        try writer.execute(
            """
            CREATE TABLE touched (id INTEGER);
            CREATE TRIGGER touch AFTER UPDATE ON contacts BEGIN INSERT INTO touched VALUES (new.id); END;
            """)
        let options = ["--filter", "livevox-contacts", "--duplicates", "first"]
        let task = try folder.importing("contacts", Given.contacts, options).task()
        #expect(task.counts.unchanged == 29_820)
        #expect(try Database(folder).number("SELECT count(*) FROM touched") == 0)

        try writer.execute("UPDATE contacts SET city = 'Elsewhere' WHERE id <= 3; DELETE FROM touched")
        let mended = try folder.importing("contacts", Given.contacts, options).task()
        #expect(mended.counts.updated == 3)
        #expect(try Database(folder).texts("SELECT id FROM touched ORDER BY id") == ["1", "2", "3"])
    }
}

@Suite("Keys")
struct KeyTests {
    @Test("An account is found by its original id, else by its account number")
    func accounts() throws {
        let folder = try Workdir()
        try folder.write("before.csv", "originalId,accountNumber,name\nA,1,Alpha\nB,,Beta\n,3,Gamma\n")
        #expect(try folder.importing("accounts", "before.csv").exitCode == 0)
        try folder.write(
            "after.csv", "originalId,accountNumber,name,city\nA,,Alpha,Oslo\nB,2,Beta,Rome\n,3,Gamma,Kyiv\n")
        let task = try folder.importing("accounts", "after.csv").task()
        #expect(task.counts == ShownCounts(read: 3, updated: 3))
        let rows = try Database(folder).rows(
            "SELECT original_id, account_number, name, city FROM accounts ORDER BY id")
        #expect(
            rows == [["A", "1", "Alpha", "Oslo"], ["B", "2", "Beta", "Rome"], ["-", "3", "Gamma", "Kyiv"]])
    }

    @Test("An account with neither key is created, with a warning that repeating the import will double it")
    func keylessAccounts() throws {
        let folder = try Workdir()
        try folder.write("in.csv", "originalId,accountNumber,name\nA,1,Alpha\n,,Nobody\n,,Nobody\n")
        let task = try folder.importing("accounts", "in.csv").task()
        #expect(task.counts == ShownCounts(read: 3, created: 3))
        #expect(task.state == "completed")
        #expect(task.warnings.map(\.code) == ["no_key"])
        #expect(task.warnings.first?.count == 2)
        #expect(task.warnings.first?.firstLine == 3)
        let again = try folder.importing("accounts", "in.csv").task()
        #expect(again.counts == ShownCounts(read: 3, created: 2, unchanged: 1))
        #expect(try Database(folder).number("SELECT count(*) FROM accounts WHERE name = 'Nobody'") == 4)
    }

    @Test("An account without a name is rejected")
    func namelessAccount() throws {
        let folder = try Workdir()
        try folder.write("in.csv", "originalId,name\nA,\nB,Beta\n")
        let task = try folder.importing("accounts", "in.csv").task()
        #expect(task.counts == ShownCounts(read: 2, created: 1, rejected: 1))
        #expect(task.errors.map(\.code) == ["required_missing"])
        #expect(task.errors.map(\.field) == ["name"])
    }

    @Test("An account number that another account has is rejected, naming the field")
    func takenAccountNumber() throws {
        let folder = try Workdir()
        try folder.write("in.csv", "originalId,accountNumber,name\nA,1,Alpha\nB,1,Beta\n")
        let task = try folder.importing("accounts", "in.csv").task()
        #expect(task.counts == ShownCounts(read: 2, created: 1, rejected: 1))
        #expect(task.errors.map(\.code) == ["account_number_taken"])
        #expect(task.errors.map(\.field) == ["accountNumber"])
        #expect(task.errors.map(\.firstLine) == [3])
    }

    private static let header = "customerNumber,email,firstName,lastName\n"

    @Test("A customer is found by its number, else by its e-mail address")
    func customers() throws {
        let folder = try Workdir()
        try folder.write("before.csv", Self.header + "1,a@example.com,Ann,Lee\n,b@example.com,Bob,Ray\n")
        #expect(try folder.importing("customers", "before.csv").exitCode == 0)
        try folder.write("after.csv", Self.header + "1,a2@example.com,Ann,Lee\n,b@example.com,Rob,Ray\n")
        let task = try folder.importing("customers", "after.csv").task()
        #expect(task.counts == ShownCounts(read: 2, updated: 2))
        let rows = try Database(folder).rows(
            "SELECT customer_number, email, first_name FROM customers ORDER BY id")
        #expect(rows == [["1", "a2@example.com", "Ann"], ["-", "b@example.com", "Rob"]])
    }

    @Test("A customer with an e-mail address that is another's is rejected, in the table or in the file")
    func takenEmail() throws {
        let folder = try Workdir()
        try folder.write("before.csv", Self.header + "1,a@example.com,Ann,Lee\n")
        _ = try folder.importing("customers", "before.csv")
        try folder.write(
            "after.csv",
            Self.header + "2,a@example.com,Bob,Ray\n3,c@example.com,Cy,Kim\n4,c@example.com,Di,Ng\n"
                + "1,d@example.com,Ann,Lee\n5,a@example.com,Eve,Fox\n")
        let run = try folder.importing("customers", "after.csv")
        #expect(run.exitCode == 3)
        let task = try run.task()
        #expect(task.counts == ShownCounts(read: 5, created: 2, updated: 1, rejected: 2))
        #expect(task.byCode == ["email_taken": 2])
        let rejected = try #require(RejectFile(folder.rejects(of: task.id))).entries
        #expect(rejected.map(\.line) == ["2", "4"])
        #expect(rejected.allSatisfy { $0.field == "email" && $0.column == "2" })
        let rows = try Database(folder).rows("SELECT customer_number, email FROM customers ORDER BY 1")
        #expect(
            rows == [["1", "d@example.com"], ["3", "c@example.com"], ["5", "a@example.com"]],
            "an address that its owner gave up in an earlier record is free for a later one")
    }

    @Test("A customer without number and e-mail address, or without a name, is rejected")
    func keylessCustomer() throws {
        let folder = try Workdir()
        try folder.write("in.csv", Self.header + ",,Ann,Lee\n2,b@example.com,,Ray\n3,c@example.com,Cy,\n")
        let task = try folder.importing("customers", "in.csv").task()
        #expect(task.counts == ShownCounts(read: 3, rejected: 3))
        #expect(task.byCode == ["key_missing": 1, "required_missing": 2])
    }
}
