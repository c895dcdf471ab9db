import Foundation
import GRDB
import Testing

@Suite("Purging, from the command line")
struct PurgeCommandTests {
    /// A folder whose database has contacts that were made so many days ago.
    private struct Scene {
        let folder: Workdir
        /// Where files for imports lie: none of what the program writes.
        let files: Workdir

        init() throws {
            folder = try Workdir()
            files = try Workdir()
        }

        func importing(_ type: String, _ text: String, _ options: String...) throws {
            let path = files.file("f\(files.names.count).csv")
            try Data(text.utf8).write(to: URL(fileURLWithPath: path))
            let run = try folder.importing(type, path, options)
            #expect([0, 3].contains(run.exitCode), "\(run.errors) \(run.text)")
        }

        /// Has all that was written down so far have been written so many days before.
        func age(days: Int64) throws {
            let queue = try DatabaseQueue(path: folder.file("a.db"))
            try queue.writeWithoutTransaction { db in
                for (table, column) in [("sluice_journal", "written_at"), ("sluice_row_ages", "at")] {
                    try db.execute(
                        sql: "UPDATE \(table) SET \(column) = \(column) - ?", arguments: [days * 86_400_000])
                }
            }
        }

        /// Names of the files beside and of the database in which some bytes are found, in any case of letters.
        func files(with text: String) throws -> [String] {
            let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
            let wanted = text.lowercased()
            return try names.sorted().filter { name in
                guard !name.hasSuffix("-tasks") else { return false }
                let bytes = try folder.read(name).map { byte -> UInt8 in
                    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
                }
                return Data(bytes).range(of: Data(wanted.utf8)) != nil
            }
        }
    }

    @Test("nothing of a purged record is left in any file of ours, and all of the others is")
    func canary() throws {
        let scene = try Scene()
        let folder = scene.folder
        let header = "contactNumber,firstName,lastName,email,retentionDays\n"
        var many = header
        for number in 1...3000 { many += "N-\(number),Nora,Keepme\(number),n\(number)@example.com,\n" }
        try scene.importing("contacts", many, "--commit-every", "500")
        try scene.importing(
            "contacts",
            header + "ZQ-77,Oldfirstcanary,Xlastcanary,qmailcanary@example.com,10\n"
                + "N-1,Nora,Keepme1,n1@example.com,5000\n", "--results", folder.file("r.csv"))
        try scene.importing(
            "contacts",
            header + "ZQ-77,Newfirstcanary,Wlastcanary,jmailcanary@example.com,10\n"
                + "N-2,Nora,Otherme,n2@example.com,\n")
        // Rejects: one that names the record, one whose fields cannot be told, one of another record.
        try scene.importing(
            "contacts",
            header
                + "ZQ-77,Vrejectcanary,x,no mail at all,10\nZQ-77,Urejectcanary\nN-3,Trejectother,x,nomail,\n"
        )
        try scene.importing("accounts", "originalId,name\nA-1,Acme\n")
        try scene.importing("links", "A-1,ZQ-77\nA-1,N-1\nA-9,ZQ-77\n")
        #expect(
            try folder.ask("records", "update", "contacts", "ZQ-77", "lastName=Plastcanary").exitCode == 0)
        #expect(try folder.ask("unlink", "account", "A-1", "contact", "ZQ-77").exitCode == 0)
        #expect(try folder.ask("link", "account", "A-1", "contact", "ZQ-77").exitCode == 0)
        #expect(
            try folder.sluice(
                "export", "contacts", "--where", "contactNumber = 'ZQ-77'", "--output",
                scene.files.file("e.csv"),
                "--database", "a.db", "--quiet"
            ).exitCode == 0)
        #expect(try folder.ask("lists", "index", "contacts").exitCode == 0)
        for (key, text) in [("ZQ-77", "Notecanary"), ("N-1", "Keepnote")] {
            #expect(try folder.ask("records", "note", "contacts", key, text).exitCode == 0)
        }
        try scene.importing(
            "notes", "recordType,record,text,createdAt\ncontact,ZQ-77,Otherrejectcanary,yesterday\n")
        // One that was deleted before its time was over.
        try scene.importing("contacts", header + "ZQ-78,Gonecanary,x,y@example.com,10\n")
        #expect(try folder.ask("records", "delete", "contacts", "ZQ-78", "--yes").exitCode == 0)
        try FileManager.default.removeItem(atPath: folder.file("r.csv"))

        let canaries = [
            "oldfirstcanary", "xlastcanary", "qmailcanary", "newfirstcanary", "wlastcanary", "jmailcanary",
            "vrejectcanary", "urejectcanary", "plastcanary", "gonecanary", "notecanary", "otherrejectcanary",
            "ZQ-77", "ZQ-78",
        ]
        for canary in canaries {
            #expect(try !scene.files(with: canary).isEmpty, "\(canary) was never there")
        }
        try scene.age(days: 11)
        let task = try folder.ask("purge", "contacts", "--yes").task()
        #expect(task.state == "completed" && task.kind == "purge" && task.warnings.isEmpty)
        #expect(task.counts.read == 1 && task.counts.deleted == 1 && task.counts.reconcile)
        for canary in canaries { #expect(try scene.files(with: canary) == [], "\(canary)") }

        let database = try Database(folder)
        #expect(try database.damage() == [])
        #expect(try database.number("SELECT count(*) FROM contacts") == 3000)
        #expect(try database.number("SELECT count(*) FROM account_contacts") == 1)
        #expect(try database.texts("SELECT text FROM notes") == ["Keepnote"])
        for kept in ["Otherme", "Keepme2999", "Trejectother", "n1@example.com"] {
            #expect(try !scene.files(with: kept).isEmpty, "\(kept)")
        }
        let undone = try #require(try folder.tasks().first { $0.kind == "import" && $0.counts.updated == 2 })
        #expect(try folder.ask("tasks", "undo", undone.id, "--yes").exitCode == 0)
        #expect(try database.text("SELECT last_name FROM contacts WHERE contact_number = 'N-2'") == "Keepme2")
        #expect(try database.number("SELECT count(*) FROM contacts") == 3000, "nothing comes back")
        let found = try folder.ask("lists", "count", "--type", "contacts", "--where", "search 'Keepme2999'")
        #expect(found.text.contains("\"count\":1"), "\(found.text) \(found.errors)")
    }

    @Test("what names a record by a key that it had before goes, what another record is called now stays")
    func formerKeys() throws {
        let scene = try Scene()
        let folder = scene.folder
        let header = "contactNumber,email,retentionDays\n"
        try scene.importing("contacts", header + "ZQ-1,,3\nZQ-2,,3\nZQ-3,,3\n")
        for key in ["ZQ-1", "ZQ-2", "ZQ-3"] {
            #expect(try folder.ask("records", "note", "contact", key, "on \(key)").exitCode == 0)
        }
        try scene.importing(
            "notes", "recordType,record,text,createdAt\ncontacts,ZQ-3,plural,2026-01-01T00:00:00Z\n")
        try scene.importing(
            "contacts", header + "ZQ-1,nomail,3\nZQ-2,nomail,3\nZQ-3,nomail,3\nZQ-4,nomail,\n")
        // The first is called otherwise by now, the second is gone and made anew, the third's old name is another's.
        let renaming = try folder.changing(
            "contacts", "--where", "contactNumber = 'ZQ-1'", "--set", "contactNumber=ZQ-9")
        #expect(try renaming.task().counts.updated == 1)
        #expect(try folder.ask("records", "delete", "contact", "ZQ-2", "--yes").exitCode == 0)
        #expect(try folder.ask("records", "update", "contact", "ZQ-3", "contactNumber=ZQ-8").exitCode == 0)
        try scene.age(days: 10)
        try scene.importing("contacts", header + "ZQ-2,,\nZQ-3,,\n")
        #expect(try folder.ask("records", "note", "contact", "ZQ-2", "on the new one").exitCode == 0)
        let task = try folder.ask("purge", "contacts", "--yes").task()
        #expect(task.counts.deleted == 2 && task.counts.reconcile)
        let database = try Database(folder)
        #expect(try database.texts("SELECT contact_number FROM contacts ORDER BY 1") == ["ZQ-2", "ZQ-3"])
        #expect(
            try database.texts("SELECT text FROM notes ORDER BY id")
                == ["on ZQ-2", "on ZQ-3", "plural", "on the new one"])
        #expect(
            try database.texts("SELECT CAST(bytes AS TEXT) FROM sluice_rejects ORDER BY record") == [
                "ZQ-2,nomail,3\n", "ZQ-3,nomail,3\n", "ZQ-4,nomail,\n",
            ])
        for gone in ["ZQ-1", "ZQ-8", "ZQ-9"] { #expect(try scene.files(with: gone) == [], "\(gone)") }
    }

    @Test("notes go that name the record's type by its plural, and pairs that were left alone")
    func pluralsAndPairs() throws {
        let scene = try Scene()
        let folder = scene.folder
        try scene.importing("contacts", "contactNumber,retentionDays\nZQ-1,3\nZQ-2,\n")
        try scene.importing("accounts", "originalId,name\nA-1,Acme\nA-2,Best\n")
        try scene.importing(
            "notes",
            "recordType,record,text,createdAt\ncontacts,ZQ-1,plural,2026-01-01T00:00:00Z\n"
                + "contacts,ZQ-2,other,2026-01-01T00:00:00Z\n")
        try scene.importing("links", "A-1,ZQ-2\nA-2,ZQ-1\n")
        let links = try folder.newestTask()
        for (account, contact) in [("A-1", "ZQ-2"), ("A-2", "ZQ-1")] {
            for command in ["unlink", "link"] {
                #expect(try folder.ask(command, "account", account, "contact", contact).exitCode == 0)
            }
        }
        let undo = try folder.ask("tasks", "undo", links.id, "--yes").task()
        #expect(undo.counts.skipped == 2)
        try scene.age(days: 10)
        #expect(try folder.ask("purge", "contacts", "--yes").task().counts.deleted == 1)
        #expect(try Database(folder).texts("SELECT text FROM notes") == ["other"])
        #expect(try folder.leftRows(of: undo.id).map(\.key) == ["account A-1, contact ZQ-2"])
        #expect(try scene.files(with: "ZQ-1") == [])
    }

    private func small(_ scene: Scene) throws {
        try scene.importing(
            "contacts",
            "contactNumber,retentionDays\nZQ-1,3\nZQ-2,\nZQ-3,4\nZQ-4,0\nZQ-5,-1\n" + "ZQ-6,400000000000\n")
    }

    @Test("a dry run counts and lists, and writes nothing")
    func dryRun() throws {
        let scene = try Scene()
        try small(scene)
        try scene.age(days: 4)
        let run = try scene.folder.sluice("purge", "--dry-run", "--database", "a.db")
        #expect(run.exitCode == 0)
        #expect(run.text.contains("2 contacts would be taken away for good"))
        #expect(run.text.contains("ZQ-1") && run.text.contains("ZQ-4") && !run.text.contains("ZQ-3"))
        #expect(try scene.folder.tasks().count == 1)
        #expect(try Database(scene.folder).number("SELECT count(*) FROM contacts") == 6)
        let later = try scene.folder.sluice(
            "purge", "contacts", "--dry-run", "--at", "2999-01-01", "--json", "--database", "a.db")
        #expect(later.text.contains("\"count\":3"), "\(later.text)")
    }

    @Test("records go on the day after their last one, of all types or the one that is named")
    func days() throws {
        let scene = try Scene()
        try small(scene)
        func left() throws -> [String] {
            try Database(scene.folder).texts("SELECT contact_number FROM contacts ORDER BY 1")
        }
        #expect(try scene.folder.ask("purge", "--yes").exitCode == 0)
        #expect(try left() == ["ZQ-1", "ZQ-2", "ZQ-3", "ZQ-4", "ZQ-5", "ZQ-6"])
        try scene.age(days: 3)
        let task = try scene.folder.ask("purge", "contacts", "--yes").task()
        #expect(task.counts.deleted == 1)
        #expect(try left() == ["ZQ-1", "ZQ-2", "ZQ-3", "ZQ-5", "ZQ-6"])
        try scene.age(days: 100)
        #expect(try scene.folder.ask("purge", "contacts", "--yes").task().counts.deleted == 2)
        #expect(try left() == ["ZQ-2", "ZQ-5", "ZQ-6"])
    }

    @Test(
        "a purge that is killed and resumed leaves what one that was not leaves",
        arguments: [
            "before-commit:1", "after-commit:1", "after-commit:2", "before-commit:4", "after-commit:5",
            "after-commit:6",
        ])
    func killed(failpoint: String) throws {
        let scene = try Scene()
        try small(scene)
        try scene.importing("contacts", "contactNumber,email\nZQ-1,nomail\nZQ-2,nomail\n")
        try scene.age(days: 10)
        let arguments = ["purge", "contacts", "--yes", "--json", "--database", "a.db"]
        let run = try scene.folder.start(arguments, environment: ["SLUICE_FAILPOINT": failpoint]).wait()
        #expect(run.exitCode == -9, "\(failpoint)")
        let task = try scene.folder.newestTask()
        #expect(task.state == "interrupted")
        let resumed = try scene.folder.ask("tasks", "resume", task.id).task()
        #expect(resumed.state == "completed" && resumed.counts.reconcile)
        #expect(resumed.counts.read == 3 && resumed.counts.deleted == 3)
        let database = try Database(scene.folder)
        #expect(
            try database.texts("SELECT contact_number FROM contacts ORDER BY 1") == ["ZQ-2", "ZQ-5", "ZQ-6"])
        #expect(try database.number("SELECT count(*) FROM sluice_rejects") == 1)
        #expect(try database.number("SELECT count(*) FROM sluice_purged_rows") == 0)
        #expect(try database.number("SELECT count(*) FROM sluice_compaction_due") == 0)
        #expect(try database.damage() == [])
        #expect(try scene.files(with: "ZQ-3") == [])
    }

    @Test("a purge is no task to be undone")
    func undo() throws {
        let scene = try Scene()
        try small(scene)
        try scene.age(days: 10)
        let task = try scene.folder.ask("purge", "contacts", "--yes").task()
        let run = try scene.folder.ask("tasks", "undo", task.id)
        #expect(run.exitCode == 2)
        #expect(try run.failure().code == "not_undoable")
    }

    @Test(
        "what is wrong is refused, and nothing is written",
        arguments: [
            (["purge", "accounts", "--yes"], "no_retention"),
            (["purge", "contact5", "--yes"], "unknown_type"),
            (["purge", "--at", "soon", "--dry-run"], "bad_purge_date"),
            (["purge", "--at", "2999-01-01", "--yes"], "purge_in_future"),
            (["purge", "contacts"], "not_confirmed"),
        ])
    func refusals(arguments: [String], code: String) throws {
        let scene = try Scene()
        try small(scene)
        try scene.age(days: 10)
        let run = try scene.folder.start(arguments + ["--json", "--database", "a.db"]).wait()
        #expect(run.exitCode == 2, "\(run.errors)")
        #expect(try run.failure().code == code)
        #expect(try scene.folder.tasks().count == 1)
        let nowhere = try scene.folder.start(arguments + ["--json", "--database", "b.db"]).wait()
        #expect(nowhere.exitCode == 2 && !scene.folder.has("b.db"))
    }

    @Test(
        "rejects are read as they were written",
        arguments: [
            (
                "windows-1252", "ä-1;Nöra;x\r\nä-2;Ömer;x\r\nÄ-1;kaputt\r\n",
                "file: {delimiter: \";\", header: false, encoding: windows-1252}"
            ),
            (
                "utf-16le", "ä-1;Nöra;x\r\nä-2;Ömer;x\r\nÄ-1;kaputt\r\n",
                "file: {delimiter: \";\", header: false, encoding: utf-16le}"
            ),
        ])
    func encodings(encoding: String, text: String, file: String) throws {
        let scene = try Scene()
        try scene.importing("contacts", "contactNumber,retentionDays\nÄ-1,3\nÄ-2,\n")
        let filter = scene.files.file("filter.yaml")
        try Data(
            """
            name: odd
            recordType: contact
            \(file)
            columns:
              - {field: contactNumber, from: 1, transform: [uppercase]}
              - {field: firstName, from: 2}
              - {field: email, from: 3}
            """.utf8
        ).write(to: URL(fileURLWithPath: filter))
        let path = scene.files.file("odd.csv")
        let bytes = try #require(
            text.data(using: encoding == "utf-16le" ? .utf16LittleEndian : .windowsCP1252))
        try bytes.write(to: URL(fileURLWithPath: path))
        let run = try scene.folder.importing("contacts", path, ["--filter", filter])
        #expect(try run.task().counts.rejected == 3, "\(run.text)")
        try scene.age(days: 10)
        #expect(try scene.folder.ask("purge", "contacts", "--yes").task().counts.deleted == 1)
        let left = try scene.folder.rejectList(of: run.task().id)

        #expect(left.map(\.record) == [2])
    }
}
