import Foundation
import Testing

/// A record's history as programs are shown it.
private struct ShownHistory: Decodable {
    struct Event: Decodable {
        struct Task: Decodable {
            var id: String
            var kind: String?
            var file: String
            var undoes: String?
        }
        struct Change: Decodable, Equatable {
            var field: String
            var old: String?
            var new: String?
            var newKnown: Bool
        }
        struct Linked: Decodable, Equatable {
            var link: String
            var role: String
            var key: String?
        }

        var what: String
        var requestedBy: String
        var task: Task
        var fields: [Change]
        var linked: Linked?
        var takenBackBy: String?

        /// `field: old → new`, a blank as `-` and what is not known as `?`.
        var changes: [String] {
            fields.map { "\($0.field): \($0.old ?? "-") → \($0.newKnown ? $0.new ?? "-" : "?")" }
        }
    }

    var recordType: String
    var id: Int64
    var history: [Event]
}

@Suite("A record's history")
struct HistoryTests {
    private func history(_ folder: Workdir, _ type: String, _ key: String) throws -> ShownHistory {
        let run = try folder.ask("records", "history", type, key)
        #expect(run.exitCode == 0, "\(run.text)")
        return try JSONDecoder().decode(ShownHistory.self, from: Data(run.output))
    }

    @Test("Tells each change with what was before and after, the newest first, and what was taken back")
    func changes() throws {
        let folder = try Workdir()
        try folder.write(
            "a.csv", "Contact Number,First Name,Payment Balance,Active\nC-1,Ann,12.50,true\nC-2,Bob,1,false\n"
        )
        try folder.write("b.csv", "Contact Number,Payment Balance,City\nC-1,-0.05,Rome\n")
        try folder.write("c.csv", "Contact Number,City,Active\nC-1,Oslo,false\n")
        let first = try folder.importing("contacts", "a.csv").task()
        let second = try folder.importing("contacts", "b.csv").task()
        let third = try folder.importing("contacts", "c.csv").task()
        let undo = try folder.ask("tasks", "undo", third.id, "--yes").task()
        let shown = try history(folder, "contact", "C-1")
        #expect(shown.recordType == "contact" && shown.id == 1)
        #expect(shown.history.map(\.what) == ["changed", "changed", "changed", "created"])
        #expect(shown.history.map(\.task.id) == [undo.id, third.id, second.id, first.id])
        #expect(shown.history.map(\.task.undoes) == [third.id, nil, nil, nil])
        #expect(shown.history.map(\.takenBackBy) == [nil, undo.id, nil, nil])
        #expect(shown.history.map(\.task.file) == ["c.csv", "c.csv", "b.csv", "a.csv"])
        #expect(shown.history.allSatisfy { $0.requestedBy == first.requestedBy })
        #expect(
            shown.history.map(\.changes) == [
                ["active: false → true", "city: Oslo → Rome"], ["active: true → false", "city: Rome → Oslo"],
                ["city: - → Rome", "paymentBalance: 12.50 → -0.05"],
                [
                    "contactNumber: - → C-1", "firstName: - → Ann", "active: - → true",
                    "paymentBalance: - → 12.50",
                ],
            ])
        #expect(try history(folder, "contacts", "contactNumber=C-2").history.count == 1)
    }

    @Test("Tells of links at both ends, with the other record's key")
    func links() throws {
        let links = try LinkFolder()
        let task = try links.linking("A-1,C-1\nA-1,C-2\nA-2,C-1\n").task()
        #expect(try links.folder.ask("unlink", "account", "A-1", "contact", "C-1").exitCode == 0)
        let contact = try history(links.folder, "contact", "C-1").history
        #expect(contact.map(\.what).prefix(3) == ["unlinked", "linked", "linked"])
        #expect(contact.compactMap(\.linked?.key).sorted() == ["A-1", "A-1", "A-2"])
        #expect(contact[0].task.kind == "link" && contact[1].task.id == task.id)
        let account = try history(links.folder, "account", "A-1").history
        #expect(account.map(\.what) == ["unlinked", "linked", "linked", "created"])
        #expect(account.compactMap(\.linked?.key) == ["C-1", "C-2", "C-1"])
    }

    @Test("Of a record that is gone is told by its id; of one that never was, nothing")
    func gone() throws {
        let folder = try Workdir()
        try folder.write("a.csv", "Contact Number,City\nC-1,Rome\n")
        let task = try folder.importing("contacts", "a.csv").task()
        #expect(try folder.ask("tasks", "undo", task.id, "--yes").exitCode == 0)
        let gone = try history(folder, "contact", "id=1").history
        #expect(gone.map(\.what) == ["deleted", "created"])
        #expect(
            gone.map(\.changes) == [
                ["contactNumber: C-1 → -", "city: Rome → -"], ["contactNumber: - → C-1", "city: - → Rome"],
            ])
        // The second record of this file met a row: the id that it took is no row's.
        try folder.write("b.csv", "Contact Number,City\nC-1,Rome\nC-1,Oslo\nC-2,Bern\n")
        #expect(try folder.importing("contacts", "b.csv").task().counts.created == 2)
        #expect(try Database(folder).texts("SELECT id FROM contacts ORDER BY id") == ["2", "4"])
        for key in ["C-9", "id=3", "id=99", "id=-1"] {
            let run = try folder.ask("records", "history", "contact", key)
            #expect(try run.exitCode == 2 && run.failure().code == "unknown_record")
        }
    }

    @Test("Where nothing was kept, it tells that the record was changed, and no wrong values")
    func notKept() throws {
        let folder = try Workdir()
        for (city, options) in [("Rome", []), ("Oslo", []), ("Bern", ["--no-journal"]), ("Linz", [])]
            as [(String, [String])]
        {
            try folder.write("in.csv", "Contact Number,City\nC-1,\(city)\n")
            #expect(try folder.importing("contacts", "in.csv", options).exitCode == 0)
        }
        let shown = try history(folder, "contact", "C-1").history
        #expect(shown.map(\.what) == ["changed", "changed", "changed", "created"])
        #expect(shown.map(\.changes) == [["city: Bern → Linz"], [], ["city: Rome → ?"], ["city: - → Rome"]])
        let text = try folder.sluice("records", "history", "contact", "C-1", "--database", "a.db").text
        #expect(text.contains("Bern → Linz") && text.contains("not kept what") && text.contains("(not kept)"))
    }

    @Test("Encrypted values come back as they were by an undo, and history shows none of them")
    func encrypted() throws {
        let secret = try SecretFolder()
        let first = "contactNumber,ssn\n1,078-05-1120\n2,\n"
        _ = try secret.importing(first)
        let task = try secret.importing("contactNumber,ssn\n1,219-09-9999\n2,457-55-5462\n")
        #expect(task.counts.updated == 2)
        let undo = try secret.run(["tasks", "undo", task.id, "--yes", "--json"])
        #expect(undo.exitCode == 0, "\(undo.text)")
        #expect(try secret.exported("contactNumber,ssn", "--show-encrypted") == ["1,078-05-1120", "2,"])
        #expect(try secret.importing(first).counts == ShownCounts(read: 2, unchanged: 2))
        for (key, changes) in [("1", ["ssn: **** → ****"]), ("2", ["ssn: **** → -"])] {
            let run = try secret.run(["records", "history", "contact", key, "--json"])
            let shown = try JSONDecoder().decode(ShownHistory.self, from: Data(run.output))
            #expect(shown.history.first?.changes == changes)
            #expect(
                !run.text.contains("078-05") && !run.text.contains("219-09") && !run.text.contains("457-55"))
        }
    }
}
