import Foundation
import Testing

@Suite("Saved input filters")
struct SavedFilterTests {
    private static func filter(_ column: String, name: String = "clinic") -> String {
        "name: \(name)\nrecordType: contact\ncolumns:\n  - {field: contactNumber, from: No}\n"
            + "  - {field: firstName, from: \(column)}\n"
    }

    private static let file = "No,A,B\n1,a1,b1\n2,a2,b2\n"

    private func folder() throws -> Workdir {
        let folder = try Workdir()
        try folder.write("in.csv", Self.file)
        try folder.write("clinic.yaml", Self.filter("A"))
        return folder
    }

    /// The filter's name and version in the task's JSON.
    private func used(_ run: Run) throws -> [String] {
        struct Task: Decodable {
            struct Filter: Decodable {
                var name: String
                var version: Int
            }
            var inputFilter: Filter
        }
        let filter = try JSONDecoder().decode(Task.self, from: Data(run.output)).inputFilter
        return [filter.name, "\(filter.version)"]
    }

    private func names(_ folder: Workdir) throws -> [String?] {
        try Database(folder).texts("SELECT first_name FROM contacts ORDER BY contact_number")
    }

    @Test("A filter is saved in versions, and an import takes the latest or the one that is named")
    func versions() throws {
        let folder = try folder()
        let first = try folder.sluice("filters", "save", "clinic.yaml", "--database", "a.db")
        #expect(first.text == "input filter clinic for contact: saved, version 1\n")
        #expect(first.errors == "sluice: made the database a.db\n")
        let same = try folder.sluice("filters", "save", "clinic.yaml", "--database", "a.db")
        #expect(same.text == "input filter clinic for contact: unchanged, version 1\n")
        try folder.write("clinic.yaml", Self.filter("B"))
        let second = try folder.sluice("filters", "save", "clinic.yaml", "--database", "a.db")
        #expect(second.text == "input filter clinic for contact: saved, version 2\n")

        #expect(try used(folder.importing("contacts", "in.csv", "--filter", "clinic")) == ["clinic", "2"])
        #expect(try names(folder) == ["b1", "b2"])
        #expect(try used(folder.importing("contacts", "in.csv", "--filter", "clinic@1")) == ["clinic", "1"])
        #expect(try names(folder) == ["a1", "a2"])
        #expect(
            try folder.sluice("filters", "show", "clinic@1", "--database", "a.db").text == Self.filter("A"))
        #expect(try folder.sluice("filters", "show", "clinic", "--database", "a.db").text == Self.filter("B"))
        for wrong in ["clinic@3", "clinic@0", "clinic@", "clinic@x"] {
            let failure = try folder.importing("contacts", "in.csv", "--filter", wrong).failure()
            #expect(failure.code == "unknown_filter")
            #expect(failure.hint?.contains("1, 2") == true)
        }
        let near = try folder.importing("contacts", "in.csv", "--filter", "clinik").failure()
        #expect(near.hint?.contains("'clinic'") == true)
    }

    @Test("A document given by its path has version 0, or the one that says the same")
    func path() throws {
        let folder = try folder()
        let byPath = ["--filter", "clinic.yaml"]
        #expect(try used(folder.importing("contacts", "in.csv", byPath)) == ["clinic", "0"])
        _ = try folder.ask("filters", "save", "clinic.yaml")
        #expect(try used(folder.importing("contacts", "in.csv", byPath)) == ["clinic", "1"])
        try folder.write("clinic.yaml", Self.filter("A") + "# a comment\n")
        #expect(try used(folder.importing("contacts", "in.csv", byPath)) == ["clinic", "0"])
        let shipped = try folder.sluice("filters", "show", "livevox-contacts")
        try folder.write("mine.yaml", shipped.output)
        #expect(
            try used(folder.importing("contacts", Given.contacts, "--filter", "mine.yaml"))
                == ["livevox-contacts", "1"])
        #expect(
            try used(folder.importing("contacts", Given.contacts, "--max-records", "1")) == ["default", "1"])
    }

    @Test("A filter that is saved under the name of one that ships goes on with version 2")
    func shippedName() throws {
        let folder = try folder()
        let shipped = try folder.sluice("filters", "show", "livevox-contacts", "--database", "a.db")
        try folder.write("mine.yaml", shipped.output)
        let same = try folder.sluice("filters", "save", "mine.yaml", "--database", "a.db")
        #expect(same.text == "input filter livevox-contacts for contact: unchanged, version 1\n")
        try folder.write("mine.yaml", Self.filter("A", name: "livevox-contacts"))
        let other = try folder.sluice("filters", "save", "mine.yaml", "--database", "a.db")
        #expect(other.text == "input filter livevox-contacts for contact: saved, version 2\n")
        let filter = ["--filter", "livevox-contacts"]
        #expect(try used(folder.importing("contacts", "in.csv", filter)) == ["livevox-contacts", "2"])
        let first = try folder.sluice("filters", "show", "livevox-contacts@1", "--database", "a.db")
        #expect(first.output == shipped.output)
        let elsewhere = try folder.sluice("filters", "show", "livevox-contacts")
        #expect(elsewhere.output == shipped.output, "another database does not know it")
    }

    private struct Page: Decodable {
        struct Filter: Decodable, Equatable {
            var name: String
            var version: Int
            var recordType: String
            var savedBy: String?
        }
        var filters: [Filter]
    }

    private func listed(_ folder: Workdir) throws -> [Page.Filter] {
        let run = try folder.ask("filters", "list")
        let page = try JSONDecoder().decode(Page.self, from: Data(run.output))
        return page.filters
    }

    @Test("Filters are listed with version and record type, those that ship also without a database")
    func list() throws {
        let folder = try folder()
        let shipped = try listed(folder)
        #expect(shipped.allSatisfy { $0.version == 1 && $0.savedBy == nil })
        #expect(shipped.contains { $0.name == "livevox-accounts" && $0.recordType == "account" })
        #expect(!folder.has("a.db"))
        try folder.write("other.yaml", Self.filter("A", name: "livevox-accounts"))
        for file in ["clinic.yaml", "other.yaml"] { _ = try folder.ask("filters", "save", file) }
        let all = try listed(folder)
        #expect(all.map(\.name) == all.map(\.name).sorted() && all.count == shipped.count + 1)
        let changed = all.first { $0.name == "livevox-accounts" }
        #expect(changed?.version == 2 && changed?.recordType == "contact" && changed?.savedBy != nil)
        let text = try folder.sluice("filters", "--database", "a.db").text
        #expect(text.contains(#/clinic +version 1  contact +saved 20.* by /#), "\(text)")
    }

    @Test("A killed import goes on with the version it began with, whatever is saved or edited meanwhile")
    func resume() throws {
        for argument in ["clinic", "clinic.yaml"] {
            let folder = try folder()
            _ = try folder.ask("filters", "save", "clinic.yaml")
            let run = try folder.importing(
                "contacts", "in.csv", "--filter", argument, "--commit-every", "1",
                environment: ["SLUICE_FAILPOINT": "after-commit:1"])
            #expect(run.exitCode == -SIGKILL)
            try folder.write("clinic.yaml", Self.filter("B"))
            #expect(try folder.ask("filters", "save", "clinic.yaml").exitCode == 0)
            let resumed = try folder.ask("tasks", "resume", folder.newestTask().id)
            #expect(resumed.exitCode == 0)
            #expect(try used(resumed) == ["clinic", "1"])
            #expect(try names(folder) == ["a1", "a2"])
        }
    }

    @Test("A filter is checked before it is saved, against the database's own types too")
    func checked() throws {
        let folder = try folder()
        func refused(_ text: String, _ code: String, _ word: String) throws {
            try folder.write("bad.yaml", text)
            let before = folder.names
            let run = try folder.ask("filters", "save", "bad.yaml")
            #expect(run.exitCode == 2)
            #expect(try run.failure().code == code)
            #expect(try run.failure().message.contains(word), "\(run.text)")
            #expect(folder.names == before)
        }
        let visits = Self.filter("A").replacing("contact\n", with: "visit\n")
            .replacing("contactNumber", with: "visitNumber").replacing("firstName", with: "site")
        try refused(Self.filter("A").replacing("firstName", with: "fristName"), "unknown_field", "line 5")
        try refused(Self.filter("A", name: "a b"), "bad_name", "a b")
        try refused(visits, "unknown_record_type", "visit")
        try folder.write(
            "visit.yaml",
            "name: visit\nplural: visits\nlimit: {records: 9}\nkeys: [visitNumber]\nfields:\n"
                + "  - {name: visitNumber, kind: text, unique: true}\n  - {name: site, kind: text}\n")
        #expect(try folder.ask("types", "add", "visit.yaml").exitCode == 0)
        try folder.write("visits.yaml", visits)
        #expect(try folder.ask("filters", "save", "visits.yaml").exitCode == 0)
        let run = try folder.importing("visits", "in.csv", "--filter", "clinic")
        #expect(try run.task().counts.created == 2)
        #expect(try used(run) == ["clinic", "1"])
        #expect(try Database(folder).texts("SELECT site FROM visits ORDER BY 1") == ["a1", "a2"])
    }

    @Test("Two that save at once get a version each")
    func atOnce() throws {
        let folder = try folder()
        let programs = try (0..<4).map { number in
            try folder.write("f\(number).yaml", Self.filter("A") + "# \(number)\n")
            return try folder.start(["filters", "save", "f\(number).yaml", "--json", "--database", "a.db"])
        }
        for program in programs { #expect(program.wait().exitCode == 0) }
        #expect(
            try Database(folder).rows("SELECT version FROM sluice_filters ORDER BY 1") == [
                ["1"], ["2"], ["3"], ["4"],
            ])
    }
}
