import FixtureGenerator
import Foundation
import Testing

@Suite("Imports with where")
struct WhereTests {
    private static let filter = """
        name: f
        recordType: contact
        columns:
          - {field: contactNumber, from: Id}
          - {field: lastName, from: Last}
          - {field: state, from: State, optional: true}
          - {field: paymentBalance, from: Balance}
          - {field: dateOfBirth, from: Born}
        where: "state in ('CA', 'NV') and paymentBalance > 10"

        """

    private func folder(_ file: String) throws -> Workdir {
        let folder = try Workdir()
        try folder.write("f.yaml", Self.filter)
        try folder.write("in.csv", "Id,Last,State,Balance,Born\n" + file)
        return folder
    }

    @Test(
        "records outside are skipped, whatever else is wrong with them; those that cannot be judged are not")
    func fates() throws {
        let folder = try folder(
            """
            1,Ann,CA,100.50,1980-01-31
            2,Bob,NV,5,1980-01-31
            3,Cy,CA,x,1980-01-31
            ,Dan,NY,7,1980-01-31
            ,Eve,CA,700,1980-01-31
            6,Fay,,900,1980-31-31
            7,Gus,NY,900,1980-31-31
            8,Hal,"C""A",900,1980-01-31
            9,Ida,CA,900,1980-31-31

            10,Joe,NV,10.01,1980-01-31
            11,Kim,NV,1

            """)
        let run = try folder.importing("contacts", "in.csv", "--filter", "f.yaml")
        #expect(run.exitCode == 3)
        let task = try run.task()
        #expect(task.counts == ShownCounts(read: 12, created: 2, skipped: 6, rejected: 4))
        #expect(
            task.byCode == [
                "decimal_malformed": 1, "required_missing": 1, "date_malformed": 1, "field_count": 1,
            ])
        let rows = try Database(folder).rows("SELECT contact_number FROM contacts ORDER BY id")
        #expect(rows == [["1"], ["10"]])
        let rejects = try #require(RejectFile(folder.rejects(of: task.id))).entries
        #expect(rejects.map(\.line) == ["4", "6", "10", "13"])
    }

    @Test("a record that is left out is no earlier record to anyone")
    func duplicates() throws {
        for (policy, name) in [("last", "Ann3"), ("first", "Ann1"), ("reject", "Ann1")] {
            let folder = try folder("1,Ann0,TX,20,\n1,Ann1,CA,20,\n1,Ann2,CA,1,\n1,Ann3,NV,20,\n")
            let run = try folder.importing(
                "contacts", "in.csv", "--filter", "f.yaml", "--duplicates", policy, "--commit-every", "1")
            let counts = try run.task().counts
            #expect(
                counts
                    == ShownCounts(
                        read: 4, created: 1, duplicate: policy == "reject" ? 0 : 1, skipped: 2,
                        rejected: policy == "reject" ? 1 : 0))
            #expect(try Database(folder).rows("SELECT last_name FROM contacts") == [[name]])
        }
    }

    @Test("records that are left out do not count toward --max-rejects")
    func maxRejects() throws {
        let folder = try folder("1,Ann,CA,20,\n2,Bob,TX,20,never\n,Cy,TX,20,\n")
        let run = try folder.importing("contacts", "in.csv", "--filter", "f.yaml", "--max-rejects", "0")
        #expect(run.exitCode == 0)
        #expect(try run.task().counts == ShownCounts(read: 3, created: 1, skipped: 2))
    }

    @Test("a file without an optional column that where asks about is refused")
    func columnMissing() throws {
        let folder = try folder("")
        try folder.write("in.csv", "Id,Last,Balance,Born\n1,Ann,20,\n")
        let run = try folder.importing("contacts", "in.csv", "--filter", "f.yaml")
        #expect(run.exitCode == 2)
        let failure = try #require(run.task().failure)
        #expect(failure.code == "where_column_missing")
        #expect(failure.message.contains("state"))
    }

    @Test(
        "a wrong where is refused with its line and its character",
        arguments: [
            ("stat = 'CA'", "unknown_field", "at character 1", "Did you mean 'state'?"),
            ("state = 'CA' or Born = 1", "unknown_field", "at character 17", "Known: "),
            ("state = CA", "bad_list_filter", "at character 9", "Write 'CA'."),
            ("email is empty", "where_not_mapped", "'email'", "columns"),
        ])
    func refused(text: String, code: String, place: String, hint: String) throws {
        let folder = try folder("1,Ann,CA,20,\n")
        try folder.write("f.yaml", Self.filter.split(separator: "where:")[0] + "where: \"\(text)\"\n")
        let run = try folder.importing("contacts", "in.csv", "--filter", "f.yaml")
        #expect(run.exitCode == 2)
        let failure = try run.failure()
        #expect(failure.code == code)
        #expect(failure.message.hasPrefix("f.yaml, line 9, column 8 (where): "), "\(failure.message)")
        #expect(failure.message.contains(place), "\(failure.message)")
        #expect(failure.hint?.contains(hint) == true)
        #expect(!folder.has("a.db"))
    }

    // MARK: Made-up contacts

    private static let condition = "state in ('CA', 'TX', 'NY') and (paymentBalance > 40 or email is empty)"

    /// A filter of ours with a condition on it, and contacts of which some are faulty and some come again.
    private func made(records: UInt64, seed: UInt64) throws -> (filter: String, file: [UInt8]) {
        let filter = try Workdir().sluice("filters", "show", "livevox-contacts").text
        let file = FixtureFile(
            .contacts(.usual), size: .records(records), seed: seed, rejectsPerMillion: 150_000,
            duplicatesPerMillion: 150_000)
        return (filter + "where: \"\(Self.condition)\"\n", Given.made(file).bytes)
    }

    /// Whether a record is within the condition or cannot be judged, by the plainest reading.
    private func isKept(_ record: PlainRecords.Record, _ table: PlainTable) throws -> Bool {
        guard record.fields.count == table.header.fields.count else { return true }
        let email = record.text(try #require(table.column("Email"))).trimmingCharacters(in: .whitespaces)
        let state = record.text(try #require(table.column("State"))).trimmingCharacters(in: .whitespaces)
        let balance = record.text(try #require(table.column("Balance")))
        let isReadable =
            balance.isEmpty || balance.wholeMatch(of: /-?[0-9]+(\.[0-9]{1,2})?/) != nil
        let isEmail = email.isEmpty || email.wholeMatch(of: /[^@]+@[^@]+/) != nil && email.utf8.count < 255
        guard isReadable, isEmail else { return true }
        return ["CA", "TX", "NY"].contains(state.uppercased())
            && ((Double(balance) ?? 0) > 40 || email.isEmpty)
    }

    @Test(
        "an import with where comes to what an import of the records within does",
        arguments: ["last", "first", "reject"])
    func sameAsFewerRecords(duplicates: String) throws {
        let (filter, file) = try made(records: 3_000, seed: 5)
        let table = try #require(PlainTable(file))
        let kept = try table.records.filter { try isKept($0, table) }
        #expect((300...2_000).contains(kept.count), "the condition parts the file")
        func importing(_ bytes: [UInt8], _ filter: String) throws -> (Workdir, ShownTask) {
            let folder = try Workdir()
            try folder.write("in.csv", bytes)
            try folder.write("mine.yaml", filter)
            let options = ["--filter", filter.isEmpty ? "livevox-contacts" : "mine.yaml"]
            let run = try folder.importing(
                "contacts", "in.csv", options + ["--duplicates", duplicates, "--commit-every", "100"])
            return (folder, try run.task())
        }
        let (whole, task) = try importing(file, filter)
        let (fewer, expected) = try importing(table.header.bytes + kept.flatMap(\.bytes), "")
        var counts = expected.counts
        counts.skipped += UInt64(table.records.count - kept.count)
        counts.read = UInt64(table.records.count)
        #expect(task.counts == counts)
        #expect(task.counts.reconcile && task.counts.rejected > 20)
        #expect(task.byCode == expected.byCode)
        let rows = try Database(whole).content(of: "contacts", by: "contact_number")
        #expect(rows.count > 200)
        #expect(try rows == Database(fewer).content(of: "contacts", by: "contact_number"))
        let records = try #require(RejectFile(whole.rejects(of: task.id))).entries.map(\.record)
        #expect(try records == RejectFile(fewer.rejects(of: expected.id))?.entries.map(\.record))
    }

    @Test(
        "killed around a commit and resumed, an import with where ends as if it had never been killed",
        arguments: ["last", "first", "reject"])
    func killed(duplicates: String) throws {
        let (filter, file) = try made(records: 1_000, seed: 9)
        func folder() throws -> Workdir {
            let folder = try Workdir()
            try folder.write("in.csv", file)
            try folder.write("mine.yaml", filter)
            return folder
        }
        let options = ["--filter", "mine.yaml", "--duplicates", duplicates, "--commit-every", "50"]
        let clean = try folder()
        let expected = try Outcome(clean, clean.importing("contacts", "in.csv", options).task())
        #expect(expected.counts.reconcile && expected.counts.skipped > 400)
        for failpoint in ["before-commit:1", "after-commit:4", "before-commit:11", "after-commit:17"] {
            let folder = try folder()
            let killed = try folder.startImport(
                "contacts", "in.csv", "--filter", "mine.yaml", "--duplicates", duplicates, "--commit-every",
                "50", environment: ["SLUICE_FAILPOINT": failpoint]
            ).wait()
            #expect(killed.exitCode == -SIGKILL)
            let resumed = try folder.ask("tasks", "resume", folder.newestTask().id)
            let outcome = try Outcome(folder, resumed.task())
            #expect(outcome.differences(from: expected) == [], "\(failpoint)")
        }
    }
}
