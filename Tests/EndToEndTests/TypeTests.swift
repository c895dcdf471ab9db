import Foundation
import Testing

@Suite("Record types and fields of an administrator's own")
struct TypeTests {
    private static func visits(_ fields: String...) -> String {
        "# Visits to a site.\nname: visit\nplural: visits\nlimit: {records: 5000}\nkeys: [visitNumber]\nfields:\n"
            + ([
                "{name: visitNumber, kind: identifier, unique: true, required: true}",
                "{name: site, kind: text, maxLength: 12}", "{name: price, kind: decimal}",
            ] + fields).map { "  - \($0)\n" }.joined()
    }

    /// A folder with a database that knows visits.
    private func folder(_ fields: String...) throws -> Workdir {
        let folder = try Workdir()
        try folder.write("visit.yaml", Self.visits())
        let run = try folder.ask("types", "add", "visit.yaml")
        #expect(run.exitCode == 0, "\(run.text)")
        return folder
    }

    /// Visits, each tenth of which is rejected, and each hundredth a duplicate.
    private static func file(_ count: Int) -> String {
        "Visit Number,Site,Price\n"
            + (1...count).map { number in
                let key = number % 100 == 0 ? number - 1 : number
                return
                    "V\(key),\(number % 10 == 3 ? "much too long a site" : "here \(number % 7)"),\(number).50\n"
            }.joined()
    }

    @Test("A type is declared, imported with rejects, updated and seen through its view")
    func declareAndImport() throws {
        let folder = try folder()
        try folder.write("in.csv", "visit_number,SITE,price,other\n1,here,1.5,x\n2,there,cheap,\n3,,-2,\n")
        let run = try folder.importing("visits", "in.csv", "--rejects", "out.csv")
        #expect(run.exitCode == 3)
        let task = try run.task()
        #expect(task.recordType == "visit")
        #expect(task.counts == ShownCounts(read: 3, created: 2, rejected: 1))
        #expect(task.byCode == ["decimal_malformed": 1])
        let rejects = String(decoding: try folder.read("out.csv"), as: UTF8.self)
        #expect(rejects.contains("2,there,cheap,"))
        #expect(
            try Database(folder).rows("SELECT * FROM visits_view ORDER BY visit_number") == [
                ["1", "1", "here", "1.50"], ["2", "3", "-", "-2.00"],
            ])
        try folder.write("more.csv", "visitNumber,price\n1,7\n4,8\n")
        let more = try folder.importing("Visit", "more.csv").task()
        #expect(more.counts == ShownCounts(read: 2, created: 1, updated: 1))
        #expect(try Database(folder).text("SELECT site FROM visits WHERE visit_number = '1'") == "here")
        try folder.write("none.csv", "site\nhere\n")
        #expect(try folder.importing("visits", "none.csv").task().failure?.code == "key_not_mapped")
        try folder.write("long.csv", Self.file(5001))
        #expect(try folder.importing("visits", "long.csv").task().failure?.code == "too_many_records")
    }

    @Test(
        "Killed before or after any commit, an import of a declared type ends as if it had not been",
        arguments: ["before-commit:1", "after-commit:1", "before-commit:5", "after-commit:9"])
    func killed(failpoint: String) throws {
        let clean = try folder()
        try clean.write("in.csv", Self.file(1000))
        let whole = try clean.importing("visits", "in.csv", "--commit-every", "100").task()
        let expected = try Outcome(clean, whole, table: "visits", key: "visit_number")
        #expect(expected.counts.rejected == 100 && expected.counts.duplicate == 10)

        let folder = try folder()
        try folder.write("in.csv", Self.file(1000))
        let run = try folder.importing(
            "visits", "in.csv", "--commit-every", "100", environment: ["SLUICE_FAILPOINT": failpoint])
        #expect(run.exitCode == -SIGKILL)
        let resumed = try folder.ask("tasks", "resume", folder.newestTask().id)
        #expect(resumed.exitCode == 3)
        let outcome = try Outcome(folder, resumed.task(), table: "visits", key: "visit_number")
        #expect(outcome.differences(from: expected) == [])
        #expect(try Database(folder).damage() == [])
    }

    @Test("A type that grows during a killed import does not touch what its resume does")
    func growsMeanwhile() throws {
        for (type, file) in [("visits", Self.file(1000)), ("leads", Self.leads)] {
            let folder = try folder()
            try folder.write("in.csv", file)
            let run = try folder.importing(
                type, "in.csv", "--commit-every", "100", environment: ["SLUICE_FAILPOINT": "after-commit:2"])
            #expect(run.exitCode == -SIGKILL)
            let task = try folder.newestTask()
            #expect(
                try folder.ask("types", "add-field", type, "--name", "mood", "--kind", "text", "--required")
                    .exitCode == 0)
            let column = type == "visits" ? "site" : "company"
            #expect(
                try folder.ask(
                    "types", "add-field", type, "--name", column, "--kind", "text", "--max-length", "900"
                ).exitCode == 0)
            let resumed = try folder.ask("tasks", "resume", task.id)
            #expect(resumed.exitCode == 3)
            #expect(try resumed.task().counts.rejected == 100)
            #expect(try resumed.task().counts.unprocessed == 0)
            let anew = try folder.importing(type, "in.csv")
            #expect(try anew.task().failure?.code == "required_field_unmapped")
        }
    }

    private static let leads =
        "leadNumber,company\n"
        + (1...1000).map {
            "\($0),\($0 % 10 == 3 ? String(repeating: "x", count: 256) : "c")\n"
        }.joined()

    @Test("A field that is added is fed by the next import, by header and by an input filter")
    func addField() throws {
        let folder = try folder()
        try folder.write("in.csv", "visitNumber,site,mood,badge\n1,here,GOOD,B1\n2,there,sad,B2\n3,,,B1\n")
        #expect(try folder.importing("visits", "in.csv").task().counts.created == 3)
        let mood = try folder.sluice(
            "types", "add-field", "visit", "--name", "mood", "--kind", "choice", "--choices", "good,bad",
            "--database", "a.db")
        #expect(mood.text == "record type visit: new field mood, choice\n")
        #expect(
            try folder.ask(
                "types", "add-field", "visits", "--name", "badge", "--kind", "identifier", "--unique"
            )
            .exitCode == 0)
        let task = try folder.importing("visits", "in.csv").task()
        #expect(task.counts == ShownCounts(read: 3, updated: 1, rejected: 2))
        #expect(task.byCode == ["choice_unknown": 1, "badge_taken": 1])
        try folder.write(
            "f.yaml",
            "name: f\nrecordType: visit\ncolumns:\n  - {field: visitNumber, from: visitNumber}\n"
                + "  - {field: mood, from: mood, map: {sad: bad}}\n")
        #expect(try folder.importing("visits", "in.csv", "--filter", "f.yaml").task().counts.updated == 1)
        #expect(
            try Database(folder).rows("SELECT visit_number, mood, badge FROM visits_view ORDER BY 1") == [
                ["1", "good", "B1"], ["2", "bad", "-"], ["3", "-", "-"],
            ])
    }

    @Test("A field of a type that ships is fed as the others are")
    func fieldOfBuiltIn() throws {
        let folder = try Workdir()
        try folder.write("in.csv", "contactNumber,loyaltyTier1,Loyalty Tier 2\n1,gold,silver\n")
        let run = try folder.sluice(
            "types", "add-field", "contacts", "--name", "loyaltyTier", "--kind", "text", "--repeat", "2",
            "--database", "a.db")
        #expect(run.exitCode == 0)
        #expect(run.errors == "sluice: made the database a.db\n")
        #expect(try folder.importing("contacts", "in.csv").task().counts.created == 1)
        #expect(
            try Database(folder).rows("SELECT loyalty_tier1, loyalty_tier2 FROM contacts_view") == [
                ["gold", "silver"]
            ])
    }

    @Test("Every type that ships is imported by its field names, and its table is made when it is first used")
    func shipped() throws {
        struct Page: Decodable {
            struct Described: Decodable {
                struct Field: Decodable {
                    var name: String
                    var kind: String
                    var choices: [String]?
                }
                var plural: String
                var table: String
                var fields: [Field]
            }
            var types: [Described]
        }
        let folder = try Workdir()
        let list = try folder.ask("types", "list")
        #expect(list.exitCode == 0 && folder.names == [], "asking makes no database")
        #expect(try folder.sluice("keys", "create", "keys").exitCode == 0)
        let values = [
            "text": "t", "identifier": "007", "integer": "12", "decimal": "1.25", "date": "2026-02-28",
            "dateTime": "2026-02-28T17:30:00Z", "boolean": "yes", "email": "a@example.com",
            "phone": "+12025550123",
        ]
        for type in try JSONDecoder().decode(Page.self, from: Data(list.output)).types {
            let fields = type.fields
            let header = fields.map(\.name).joined(separator: ",")
            // No account is its own parent.
            let cells = fields.map { field -> String in
                field.name == "parentAccount" ? "008" : field.choices?.first ?? values[field.kind] ?? ""
            }
            try folder.write("in.csv", "\(header)\n\(cells.joined(separator: ","))\n")
            let wasThere = try folder.has("a.db") ? Database(folder).hasTable(type.table) : false
            #expect(wasThere == ["contacts", "customers"].contains(type.table), "\(type.table)")
            let task = try folder.importing(type.plural, "in.csv", "--key-file", "keys").task()
            #expect(task.counts == ShownCounts(read: 1, created: 1), "\(type.plural): \(task.errors)")
            let nulls = try Database(folder).content(of: type.table, by: "id").joined().filter { $0 == "-" }
            #expect(nulls.isEmpty)
        }
    }

    @Test("What is printed of a type declares it again, added fields and all")
    func roundTrip() throws {
        let folder = try folder()
        _ = try folder.ask("types", "add-field", "visit", "--name", "pet", "--kind", "text", "--repeat", "3")
        let shown = try folder.sluice("types", "show", "visits", "--database", "a.db")
        #expect(shown.text.contains("{name: pet, kind: text, repeat: 3}"))
        try folder.write("shown.yaml", shown.output)
        let same = try folder.sluice("types", "add", "shown.yaml", "--database", "a.db")
        #expect(same.text == "record type visit: unchanged\n")
        let other = try folder.sluice("types", "add", "shown.yaml", "--database", "b.db")
        #expect(other.text == "record type visit: new, table visits, view visits_view\n")
        #expect(try folder.sluice("types", "show", "visit", "--database", "b.db").output == shown.output)
        let again = try folder.sluice("types", "add", "visit.yaml", "--database", "a.db")
        #expect(again.text == "record type visit: unchanged\n", "the added fields stay")
    }

    @Test("A type that grows says how, and its filter and its rows go on")
    func grow() throws {
        let folder = try folder()
        try folder.write(
            "f.yaml",
            "name: f\nrecordType: visit\ncolumns:\n  - {field: visitNumber, from: visitNumber}\n"
                + "  - {field: site, from: site}\n")
        #expect(try folder.ask("filters", "save", "f.yaml").exitCode == 0)
        try folder.write("in.csv", "visitNumber,site\n1,here\n2,a site of 20 letters\n")
        #expect(try folder.importing("visits", "in.csv", "--filter", "f").task().counts.created == 1)
        try folder.write(
            "visit.yaml", Self.visits("{name: day, kind: date, required: true}").replacing("12}", with: "40}")
        )
        let run = try folder.sluice("types", "add", "visit.yaml", "--database", "a.db")
        #expect(
            run.text == "record type visit: site takes 40 characters, not 12; new field day, date\n"
                + "required is asked of new records only: the rows that are there have no value in day\n")
        let task = try folder.importing("visits", "in.csv", "--filter", "f", "--mode", "update").task()
        #expect(task.counts == ShownCounts(read: 2, unchanged: 1, skipped: 1))
        #expect(try Database(folder).damage() == [])
    }

    @Test("What cannot be declared is refused with its reason, and no database is made")
    func refusals() throws {
        let folder = try Workdir()
        func refused(_ arguments: [String], _ code: String, _ words: String...) throws {
            let before = folder.names
            let run = try folder.start(arguments + ["--json", "--database", "new.db"]).wait()
            #expect(run.exitCode == 2, "\(arguments)")
            let failure = try run.failure()
            #expect(failure.code == code, "\(failure)")
            for word in words {
                #expect((failure.message + (failure.hint ?? "")).contains(word), "\(failure)")
            }
            #expect(folder.names == before)
        }
        func add(_ yaml: String, _ code: String, _ words: String...) throws {
            try folder.write("t.yaml", yaml)
            try refused(["types", "add", "t.yaml"], code, words.joined(separator: " "))
        }
        let visits = Self.visits()
        try refused(["types", "add", "none.yaml"], "cannot_read_document", "none.yaml")
        try add(visits.replacing("name: visit\n", with: "name: lead\n"), "built_in_type", "add-field lead")
        try add(
            visits.replacing("visits\n", with: "Leads\n").replacing("plural: Leads", with: "plural: leads"),
            "name_taken", "'leads' is taken by the record type 'lead'")
        try add(visits.replacing("plural: visits", with: "plural: sluiceTasks"), "name_reserved", "sluice_")
        try add(
            visits.replacing("maxLength: 12", with: "encrypted: true, indexed: true"), "bad_document",
            "'site'")
        try add(visits.replacing("maxLength: 12", with: "repeat: 999"), "too_many_fields", "1001 fields")
        try add(visits.replacing("kind: text", with: "kind: txet"), "bad_document", "line 8, column 24")
        let field = ["types", "add-field"]
        try refused(
            field + ["lead", "--name", "a-b", "--kind", "text"], "bad_document", "'a-b' is not a name")
        try refused(field + ["lead", "--name", "a", "--kind", "tetx"], "bad_document", "'text'")
        let choice = try folder.start(field + ["lead", "--name", "a", "--kind", "choice"]).wait()
        #expect(choice.exitCode == 64, "a choice needs its words")
        try refused(field + ["lead", "--name", "a, unique: true", "--kind", "text"], "bad_document", "name")
        try refused(field + ["laed", "--name", "a", "--kind", "text"], "unknown_type", "leads")
        try refused(field + ["lead", "--name", "firstname", "--kind", "text"], "name_taken", "'firstName'")
        try refused(field + ["lead", "--name", "title", "--kind", "phone"], "type_would_shrink", "'title'")
        try refused(["types", "show", "laeds"], "unknown_type", "leads")
    }

    @Test("Where no database is named and none is there, what would be kept is refused")
    func noDatabase() throws {
        let folder = try Workdir()
        try folder.write("visit.yaml", Self.visits())
        for arguments in [
            ["types", "add", "visit.yaml"], ["types", "add-field", "lead", "--name", "a", "--kind", "text"],
            ["filters", "save", "visit.yaml"],
        ] {
            let run = try folder.start(arguments + ["--json"]).wait()
            #expect(run.exitCode == 2)
            #expect(try run.failure().code == "no_database")
        }
        #expect(folder.names == ["visit.yaml"])
        for arguments in [["types"], ["types", "show", "lead"], ["filters"], ["filters", "list"]] {
            #expect(try folder.start(arguments).wait().exitCode == 0)
        }
    }

    @Test("A type refused for what it would lose stays as it is, and the nearest name is among the new ones")
    func shrink() throws {
        let folder = try folder()
        try folder.write("less.yaml", Self.visits().replacing("12}", with: "9}"))
        let failure = try folder.ask("types", "add", "less.yaml").failure()
        #expect(failure.code == "type_would_shrink")
        #expect(failure.message.contains("field 'site' is shorter: 9 instead of 12"))
        try folder.write("in.csv", "visitNumber,site\n1,twelve chars\n")
        #expect(try folder.importing("visits", "in.csv").task().counts.created == 1)
        let unknown = try folder.importing("vists", "in.csv").failure()
        #expect(unknown.code == "unknown_type")
        #expect(unknown.hint?.contains("'visits'") == true)
    }

    @Test("A field may be added while an import writes to its table")
    func addedDuringImport() throws {
        let folder = try Workdir()
        try folder.write("in.csv", Given.bytes(Given.contacts))
        let program = try folder.startImport(
            "contacts", "in.csv", "--filter", "livevox-contacts", "--commit-every", "100")
        let watch = try CommitWatch(folder)
        while program.poll() == nil, try watch.processed() ?? 0 == 0 { usleep(500) }
        for number in 1...5 {
            let run = try folder.ask(
                "types", "add-field", "contacts", "--name", "more\(number)", "--kind", "text", "--unique")
            #expect(run.exitCode == 0, "\(run.text)")
        }
        let task = try program.wait().task()
        expect(task.counts, is: try Given.summary("contacts-30k.json"))
        #expect(try Database(folder).damage() == [])
        #expect(
            try Database(folder).number("SELECT count(*) FROM contacts_view WHERE more5 IS NULL")
                == Int64(task.counts.created))
    }
}
