import Foundation
import TestSupport
import Testing

@Suite("Notes")
struct NoteTests {
    private struct Page: Decodable {
        struct Note: Decodable {
            var text: String
            var createdAt: String
            var createdBy: String?
        }
        var notes: [Note]
    }

    private func folder() throws -> Workdir {
        let folder = try Workdir()
        try folder.write("c.csv", "contactNumber,firstName\nC-1,Ann\nC-2,Bea\n")
        try folder.write("a.csv", "originalId,name,accountNumber\nA-1,Acme,100\n")
        #expect(try folder.importing("contacts", "c.csv").exitCode == 0)
        #expect(try folder.importing("accounts", "a.csv").exitCode == 0)
        return folder
    }

    private func notes(_ folder: Workdir, _ arguments: String...) throws -> [String] {
        let run = try folder.start(["records", "notes"] + arguments + ["--json", "--database", "a.db"]).wait()
        #expect(run.exitCode == 0, "\(run.text)")
        return try JSONDecoder().decode(Page.self, from: Data(run.output)).notes.map(\.text)
    }

    @Test("A note is kept with who wrote it and when, and the newest is shown first")
    func writing() throws {
        let folder = try folder()
        let task = try folder.record("note", "contacts", "C-1", "first = one").task()
        #expect(task.kind == "change" && task.recordType == "note")
        #expect(task.counts == ShownCounts(read: 1, created: 1))
        try folder.write("text.txt", "second\nof two lines\n")
        let piped = try folder.sluice(
            "records", "note", "contact", "contactNumber=C-1", "-", "--database", "a.db",
            input: folder.file("text.txt"))
        #expect(piped.exitCode == 0)
        #expect(try notes(folder, "contacts", "C-1") == ["second\nof two lines", "first = one"])
        #expect(try notes(folder, "contacts", "C-1", "-n", "1") == ["second\nof two lines"])
        #expect(try notes(folder, "contacts", "C-2") == [])
        let row = try Database(folder).rows("SELECT record_type, record, created_by FROM notes")
        #expect(row.first == ["contact", "C-1", task.requestedBy])
        let text = try folder.sluice("records", "notes", "contacts", "C-1", "--database", "a.db").text
        #expect(text.contains(" by \(task.requestedBy)\n    second\n    of two lines\n"))
        #expect(try folder.shown("contacts", "C-1")["notes"] as? Int == 2)

        #expect(try folder.issues("note", "contacts", "C-9", "x") == ["unknown_record"])
        #expect(try folder.issues("note", "contacts", "C-1", "") == ["required_missing text"])
        #expect(
            try folder.issues("note", "contacts", "C-1", String(repeating: "x", count: 4001))
                == ["text_too_long text"])
        #expect(try folder.issues("notes", "contacts", "C-9") == ["unknown_record"])
    }

    @Test("An account's notes are found by whichever of its keys they name")
    func keys() throws {
        let folder = try folder()
        try folder.write(
            "n.csv",
            """
            recordType,record,text,createdAt,createdBy
            account,100,by number,2024-01-02T03:04:05Z,ada
            accounts,A-1,by id,2025-01-02T03:04:05Z,
            account,101,another's,2025-01-02T03:04:05Z,
            contact,A-1,a contact's,2025-01-02T03:04:05Z,

            """)
        #expect(try folder.importing("notes", "n.csv").task().counts.created == 4)
        #expect(try folder.record("note", "accounts", "100", "now").exitCode == 0)
        #expect(try notes(folder, "accounts", "A-1") == ["now", "by id", "by number"])
    }

    @Test("Notes are imported, and an import again changes and adds nothing; they are exported as they were")
    func files() throws {
        let folder = try folder()
        let text = """
            recordType,record,text,createdAt,createdBy
            contact,C-1,one,2024-01-02T03:04:05Z,ada
            contact,C-1,two,2024-01-02T03:04:06.789Z,bob
            contact,C-1,one,2024-01-02T03:04:05Z,eve

            """
        try folder.write("n.csv", text)
        let run = try folder.importing("notes", "n.csv")
        #expect(run.exitCode == 0)
        let task = try run.task()
        #expect(task.mode == "create" && task.duplicates == "first")
        #expect(task.counts == ShownCounts(read: 3, created: 2, duplicate: 1))
        let before = try Database(folder).rows("SELECT * FROM notes")
        #expect(before.map { $0.last } == ["ada", "bob"])
        #expect(try folder.ask("export", "notes", "--output", "out.csv").exitCode == 0)
        let again = try folder.importing("notes", "out.csv").task()
        #expect(again.counts == ShownCounts(read: 2, skipped: 2))
        #expect(try Database(folder).rows("SELECT * FROM notes") == before)
    }

    @Test("No command and no import changes or deletes a note")
    func appendOnly() throws {
        let folder = try folder()
        let noted = try folder.record("note", "contacts", "C-1", "kept").task()
        let undo = try folder.ask("tasks", "undo", noted.id, "--yes")
        #expect(undo.exitCode == 2)
        #expect(try undo.failure().code == "append_only")
        try folder.write("n.csv", "recordType,record,text,createdAt\ncontact,C-1,x,2024-01-02T03:04:05Z\n")
        for options in [["--mode", "update"], ["--mode", "upsert"], ["--duplicates", "last"]] {
            let run = try folder.importing("notes", "n.csv", options)
            #expect(run.exitCode == 2)
            #expect(try run.failure().code == "append_only")
        }
        #expect(try folder.importing("notes", "n.csv", "--mode", "create").exitCode == 0)
        #expect(try folder.issues("update", "notes", "id=1", "text=y") == ["append_only"])
        #expect(try folder.issues("delete", "notes", "id=1", "--yes") == ["append_only"])
        // The record goes, its notes stay.
        #expect(try folder.record("delete", "contacts", "C-1", "--yes").exitCode == 0)
        #expect(try notes(folder, "contacts", "C-1") == ["kept", "x"])
        #expect(try Database(folder).damage().isEmpty)
    }

    @Test("Of many notes the 5,000 of the latest date are shown")
    func many() throws {
        let folder = try folder()
        var text = "recordType,record,text,createdAt\n"
        for number in 0..<5_200 {
            let minute = number / 60 % 60
            let hour = number / 3600
            func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
            text += "contact,C-1,n\(number),2024-05-01T\(two(hour)):\(two(minute)):\(two(number % 60))Z\n"
        }
        try folder.write("n.csv", text)
        #expect(try folder.importing("notes", "n.csv").task().counts.created == 5_200)
        let shown = try notes(folder, "contacts", "C-1")
        #expect(shown.count == 5_000)
        #expect(shown.first == "n5199" && shown.last == "n200")
    }
}
