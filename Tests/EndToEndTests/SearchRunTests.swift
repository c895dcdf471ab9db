import FixtureGenerator
import Foundation
import GRDB
import Testing

@Suite("Quick search, as users have it")
struct SearchRunTests {
    private static let people = """
        Contact Number,First Name,Last Name,Email,Phone1,City
        0001,Ann,Smith,ann.smith@example.com,+14155550100,Oslo
        0002,José,O'Brien,,+14155559999,Smithtown
        0003,Bob,Jones,bob@smith.org,,Oslo
        0004,Eve,Stone,,+493012345678,Oslo

        """

    private func folder() throws -> Workdir {
        let folder = try Workdir()
        try folder.write("people.csv", Self.people)
        #expect(try folder.importing("contacts", "people.csv").exitCode == 0)
        return folder
    }

    /// Contact numbers that a list filter has.
    private func found(_ filter: String, in folder: Workdir) throws -> [String] {
        let run = try folder.sluice(
            "export", "contacts", "--where", filter, "--columns", "contactNumber", "--output", "-", "--quiet",
            "--database", "a.db")
        #expect(run.exitCode == 0, "\(run.errors)")
        return Array(run.text.split(whereSeparator: \.isNewline).map(String.init).dropFirst())
    }

    @Test(
        "records are found by the beginnings of their words, by e-mail and by phone as it is written",
        arguments: [
            ("search 'smith'", ["0001", "0003"]), ("search 'jose obrien'", ["0002"]),
            ("search '415 555'", ["0001", "0002"]),
            ("search '(415) 555-99'", ["0002"]), ("search 'ann.smith@ex'", ["0001"]),
            ("search '0004'", ["0004"]),
            ("search 's' and city = 'Oslo' and not search 'bob'", ["0001", "0004"]), ("search 'oslo'", []),
            ("not search 's'", ["0002"]),
        ])
    func finds(filter: String, expected: [String]) throws {
        let folder = try folder()
        #expect(try found(filter, in: folder) == expected)
        // So many rows are asked themselves, until an index is asked for.
        #expect(try Database(folder).number("SELECT count(*) FROM sluice_search_indexes") == 0)
        #expect(try folder.ask("lists", "index", "contacts").exitCode == 0)
        #expect(try found(filter, in: folder) == expected)
    }

    @Test("lists index says how many rows were put in, for one type or for all that have records")
    func index() throws {
        let folder = try folder()
        let all = try folder.ask("lists", "index")
        #expect(all.exitCode == 0)
        let text = all.text.filter { !$0.isWhitespace }
        #expect(text.contains(#"{"recordType":"contact","rows":4}"#), "\(text)")
        #expect(text.contains(#"{"recordType":"account","rows":0}"#), "\(text)")
        let again = try folder.sluice("lists", "index", "contact", "--database", "a.db")
        #expect(again.text == "contacts: 0 rows indexed\n")
        #expect(try folder.ask("lists", "index", "persons").failure().code == "unknown_type")
        try folder.write(
            "visit.yaml",
            """
            name: visit
            plural: visits
            keys: [visitNumber]
            fields:
              - {name: visitNumber, kind: integer, unique: true}
            """)
        #expect(try folder.ask("types", "add", "visit.yaml").exitCode == 0)
        let visits = try folder.ask("lists", "index", "visits")
        #expect(try visits.exitCode == 2 && visits.failure().code == "not_searched")
    }

    @Test("a field that is declared as searchable is searched at once, whatever the index knows")
    func newField() throws {
        let folder = try folder()
        #expect(try folder.ask("lists", "index").exitCode == 0)
        #expect(try found("search 'smithtown'", in: folder) == [])
        let grown = try folder.ask(
            "types", "add-field", "contacts", "--name", "city", "--kind", "text", "--searchable")
        #expect(grown.text.contains("city is searched"), "\(grown.text)")
        #expect(try found("search 'smithtown'", in: folder) == ["0002"])
        #expect(try folder.ask("lists", "index").exitCode == 0)
        #expect(try found("search 'smithtown'", in: folder) == ["0002"])
    }

    @Test("an input filter cannot search, and says why")
    func whereSearches() throws {
        let folder = try folder()
        try folder.write(
            "filter.yaml",
            """
            name: f
            recordType: contact
            columns:
              - {field: contactNumber, from: Contact Number}
            where: "search 'smith'"
            """)
        let run = try folder.importing("contacts", "people.csv", "--filter", "filter.yaml")
        #expect(try run.exitCode == 2 && run.failure().code == "where_searches")
    }

    /// People enough that a search has the index made first.
    private func crowd() throws -> Workdir {
        let folder = try folder()
        try WriteLock(folder).execute(
            """
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10001)
            INSERT INTO contacts (contact_number, last_name) SELECT 'N' || i, iif(i % 5000 = 0, 'Smith', 'Jones') FROM n
            """)
        return folder
    }

    @Test("a list that searches has the index brought up to date, as an export does")
    func upkeep() throws {
        for command in [["show", "smiths"], ["count", "--type", "contacts", "--where", "search 'smith'"]] {
            let folder = try crowd()
            let saved = try folder.ask(
                "lists", "save", "smiths", "--type", "contacts", "--where", "search 'smith'")
            #expect(saved.exitCode == 0)
            let run = try folder.start(["lists"] + command + ["--json", "--database", "a.db"]).wait()
            #expect(
                run.exitCode == 0 && run.errors.isEmpty && run.text.contains(#""count":4"#), "\(run.text)")
            #expect(try Database(folder).number("SELECT highest_id FROM sluice_search_indexes") == 10_005)
        }
    }

    @Test("where the index cannot be brought up to date, a search is as right and says so")
    func notIndexed() throws {
        let folder = try crowd()
        // Another program's table has the name that the index is to have.
        try WriteLock(folder).execute("CREATE TABLE sluice_search_1 (a)")
        let count = try folder.sluice(
            "lists", "count", "--type", "contacts", "--where", "search 'smith'", "--database", "a.db")
        #expect(count.exitCode == 0 && count.text == "4\n")
        #expect(count.errors.hasPrefix("sluice: the search index could not be brought up to date"))
        let export = try folder.ask(
            "export", "contacts", "--where", "search 'smith'", "--output", "smiths.csv")
        let task = try export.task()
        #expect(task.counts.exported == 4 && task.warnings.map(\.code) == ["search_not_indexed"])
    }

    @Test("killed at any moment while it is indexed or imported, it finds what an index made anew finds")
    func killed() throws {
        func file(_ seed: UInt64) -> [UInt8] {
            Given.made(
                FixtureFile(
                    .contacts(.usual), size: .records(12_000), seed: seed, rejectsPerMillion: 0,
                    duplicatesPerMillion: 20_000)
            ).bytes
        }
        let folder = try Workdir()
        try folder.write("one.csv", file(5))
        try folder.write("two.csv", file(6))
        let queries = [
            "search 'smith'", "search 'a' and not search 'ma'", "search '1'", "search 'j example.com'",
        ]
        func importing(_ file: String, failpoint: String) throws {
            let run = try folder.importing(
                "contacts", file, "--filter", "livevox-contacts", "--commit-every", "500",
                environment: ["SLUICE_FAILPOINT": failpoint])
            #expect(run.exitCode == -SIGKILL)
        }
        func kills() throws {
            for delay in [0, 5, 10, 20, 40, 80] {
                let program = try folder.start(["lists", "index", "--database", "a.db"])
                usleep(UInt32(delay * 1000))
                program.send(SIGKILL)
                _ = program.wait()
            }
        }
        func compare() throws {
            var results: [[String]] = []
            for query in queries { results.append(try found(query, in: folder)) }
            #expect(try folder.ask("lists", "index", "contacts").exitCode == 0)
            for (query, result) in zip(queries, results) { #expect(try found(query, in: folder) == result) }
            try WriteLock(folder).execute("UPDATE sluice_search_indexes SET signature = 'of old'")
            #expect(try folder.ask("lists", "index", "contacts").exitCode == 0)
            for (query, result) in zip(queries, results) { #expect(try found(query, in: folder) == result) }
            #expect(results.allSatisfy { !$0.isEmpty })
            #expect(try Database(folder).damage() == [])
        }
        try importing("one.csv", failpoint: "after-commit:20")
        try kills()
        try compare()
        try importing("two.csv", failpoint: "before-commit:15")
        let interrupted = try folder.newestTask().id
        try compare()
        #expect(try folder.ask("tasks", "resume", interrupted).task().state.hasPrefix("completed"))
        try kills()
        try compare()
        let number = try Database(folder).number("SELECT max(number) FROM sluice_search_indexes") ?? 0
        try WriteLock(folder).execute(
            "INSERT INTO sluice_search_\(number) (sluice_search_\(number)) VALUES ('integrity-check')")
    }
}
