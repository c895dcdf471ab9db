import Foundation
import TestSupport
import Testing

/// All records and links of a database, ids included.
private struct Content: Equatable {
    var rows: [String: [[String]]] = [:]

    init(_ folder: Workdir) throws {
        let database = try Database(folder)
        for table in ["accounts", "contacts", "customers", "account_contacts"] {
            // A link's table is made when it is first used.
            guard try database.hasTable(table) else {
                rows[table] = []
                continue
            }
            rows[table] = try database.rows("SELECT * FROM \(table) ORDER BY 1, 2")
        }
        #expect(try database.damage().isEmpty)
    }
}

extension Workdir {
    /// Takes a task back without asking.
    fileprivate func undo(_ id: String, _ options: String..., environment: [String: String] = [:]) throws
        -> Run
    {
        try start(
            ["tasks", "undo", id, "--yes", "--json", "--database", "a.db"] + options, environment: environment
        ).wait()
    }
}

@Suite("Undoing user tasks")
struct UndoRunTests {
    /// Two imports: the second creates two contacts and changes two of the first's three.
    private func twoImports() throws -> (folder: Workdir, before: Content, task: ShownTask) {
        let folder = try Workdir()
        try folder.write(
            "a.csv", "Contact Number,First Name,City\nC-1,Ann,Rome\nC-2,Bob,Oslo\nC-3,Eve,Bern\n")
        try folder.write(
            "b.csv",
            "Contact Number,First Name,City\nC-4,Dan,Paris\nC-1,Anna,Rome\nC-2,Bob,Nice\nC-5,Flo,Graz\n")
        #expect(try folder.importing("contacts", "a.csv").exitCode == 0)
        let before = try Content(folder)
        let task = try folder.importing("contacts", "b.csv").task()
        #expect(task.counts.created == 2 && task.counts.updated == 2)
        return (folder, before, task)
    }

    @Test("An import is taken back: its records go, those that it changed are what they were")
    func undoesAnImport() throws {
        let (folder, before, task) = try twoImports()
        let run = try folder.undo(task.id)
        #expect(run.exitCode == 0, "\(run.text)")
        let undo = try run.task()
        #expect(undo.kind == "undo" && undo.state == "completed" && undo.undoes == task.id)
        #expect(undo.counts.deleted == 2 && undo.counts.updated == 2 && undo.counts.read == 4)
        #expect(undo.counts.reconcile)
        #expect(try Content(folder) == before)
        #expect(try folder.ask("tasks", "show", task.id).task().state == "undone")
        // An id is never used again.
        #expect(try folder.importing("contacts", "b.csv").exitCode == 0)
        #expect(try Database(folder).number("SELECT min(id) FROM contacts WHERE city = 'Paris'") ?? 0 > 5)
    }

    @Test("A dry run tells what an undo would do, to the same counts and codes, and writes nothing")
    func dryRun() throws {
        let (folder, _, task) = try twoImports()
        try folder.write("c.csv", "Contact Number,City\nC-1,Linz\n")
        #expect(try folder.importing("contacts", "c.csv").exitCode == 0)
        let before = try Content(folder)
        let journal = "SELECT count(*) FROM sluice_journal"
        let entries = try Database(folder).number(journal)
        // Nobody is asked.
        let told = try folder.start(
            ["tasks", "undo", task.id, "--dry-run", "--json", "--database", "a.db"]
        ).wait()
        #expect(told.exitCode == 3, "\(told.text)\(told.errors)")
        let dry = try told.task()
        #expect(dry.kind == "undo" && dry.dryRun && dry.undoes == task.id)
        #expect(try Content(folder) == before)
        #expect(try Database(folder).number(journal) == entries)
        #expect(try folder.ask("tasks", "show", task.id).task() == task)
        let left = try folder.sluice("tasks", "rejects", dry.id, "--database", "a.db").text
        #expect(left.contains("C-1") && left.contains("edited_since"))
        #expect(try folder.ask("tasks", "undo", dry.id).failure().code == "not_undoable")
        let undo = try folder.undo(task.id)
        #expect(undo.exitCode == 3)
        let done = try undo.task()
        #expect(done.counts == dry.counts && done.byCode == dry.byCode)
        // Neither does the message of a second one name the dry run, nor is there anything to tell any more.
        let again = try folder.undo(task.id, "--dry-run").failure()
        #expect(again.code == "already_undone" && again.message.contains(done.id))
    }

    @Test("What was changed, linked or deleted since is left alone and told; the exit code is 3")
    func leavesAlone() throws {
        let (folder, _, task) = try twoImports()
        try folder.write("c.csv", "Contact Number,City\nC-1,Linz\n")
        let later = try folder.importing("contacts", "c.csv").task()
        try folder.write("accounts.csv", "Original ID,Name\nA-1,Acme\n")
        #expect(try folder.importing("accounts", "accounts.csv").exitCode == 0)
        #expect(try folder.ask("link", "account", "A-1", "contact", "C-5").exitCode == 0)
        let run = try folder.undo(task.id)
        #expect(run.exitCode == 3, "\(run.text)")
        let undo = try run.task()
        #expect(undo.state == "completedWithRejects" && undo.counts.reconcile)
        #expect(undo.counts.deleted == 1 && undo.counts.updated == 1 && undo.counts.skipped == 2)
        #expect(undo.byCode == ["edited_since": 1, "linked_since": 1])
        let database = try Database(folder)
        #expect(
            try database.rows("SELECT contact_number, first_name, city FROM contacts ORDER BY 1")
                == [
                    ["C-1", "Anna", "Linz"], ["C-2", "Bob", "Oslo"], ["C-3", "Eve", "Bern"],
                    ["C-5", "Flo", "Graz"],
                ])
        let left = try database.rows("SELECT key, code, message FROM sluice_left_rows ORDER BY key")
        #expect(left.map { $0.prefix(2) } == [["C-1", "edited_since"], ["C-5", "linked_since"]])
        #expect(left[0][2].contains(later.id.prefix(12)))
        #expect(try folder.ask("tasks", "show", task.id).task().state == "undone")
    }

    @Test("A record that has got a note since stays, by whichever of its keys the note names it")
    func notedSince() throws {
        let folder = try Workdir()
        // A note from before, on a record of the same key that is gone.
        try folder.write("old.csv", "originalId,accountNumber,name\nA-1,N-1,Old\n")
        #expect(try folder.importing("accounts", "old.csv").exitCode == 0)
        #expect(try folder.ask("records", "note", "account", "A-1", "before").exitCode == 0)
        #expect(try folder.ask("records", "delete", "account", "A-1", "--yes").exitCode == 0)
        try folder.write(
            "a.csv", "originalId,accountNumber,name\nA-1,N-1,New\nA-2,N-2,Two\nA-3,N-3,Three\nA-4,N-4,Four\n")
        let task = try folder.importing("accounts", "a.csv").task()
        try folder.write(
            "notes.csv", "recordType,record,text,createdAt\naccounts,N-2,since,2020-01-01T00:00:00Z\n")
        #expect(try folder.importing("notes", "notes.csv").exitCode == 0)
        #expect(try folder.ask("records", "note", "account", "A-4", "since").exitCode == 0)
        let run = try folder.undo(task.id)
        #expect(run.exitCode == 3)
        let undo = try run.task()
        #expect(undo.counts.deleted == 2 && undo.counts.skipped == 2 && undo.counts.reconcile)
        #expect(undo.byCode == ["noted_since": 2])
        let database = try Database(folder)
        #expect(try database.texts("SELECT original_id FROM accounts ORDER BY 1") == ["A-2", "A-4"])
        #expect(try database.number("SELECT count(*) FROM notes") == 3)
        #expect(try folder.leftRows(of: undo.id).map(\.key) == ["A-2", "A-4"])
    }

    @Test("No record comes to be its own ancestor because others have moved those above it since")
    func parents() throws {
        let folder = try Workdir()
        try folder.write("a.csv", "originalId,name,parentAccount\nA,a,B\nB,b,\nC,c,\nD,d,C\n")
        #expect(try folder.importing("accounts", "a.csv").exitCode == 0)
        try folder.write(
            "clear.yaml",
            """
            name: clear
            recordType: account
            blank: clear
            match: [originalId]
            columns: [{field: originalId, from: originalId}, {field: parentAccount, from: parentAccount}]
            """)
        // A leaves B; C and D change places.
        try folder.write("b.csv", "originalId,parentAccount\nA,\nD,\nC,D\n")
        let task = try folder.importing("accounts", "b.csv", "--filter", "clear.yaml", "--mode", "update")
            .task()
        #expect(task.counts == ShownCounts(read: 3, updated: 3))
        #expect(try folder.ask("records", "update", "account", "B", "parentAccount=A").exitCode == 0)
        let run = try folder.undo(task.id)
        #expect(run.exitCode == 3, "\(run.text)")
        let undo = try run.task()
        #expect(undo.counts.updated == 2 && undo.counts.skipped == 1 && undo.counts.reconcile)
        #expect(undo.byCode == ["parent_cycle": 1])
        #expect(try folder.leftRows(of: undo.id).map(\.key) == ["A"])
        #expect(
            try Database(folder).rows("SELECT original_id, parent_account FROM accounts ORDER BY 1")
                == [["A", "-"], ["B", "A"], ["C", "-"], ["D", "C"]])
    }

    @Test("What was changed since and taken back itself does not stand in the way")
    func takenBackItself() throws {
        let (folder, before, task) = try twoImports()
        try folder.write("c.csv", "Contact Number,City\nC-1,Linz\nC-4,Linz\n")
        let later = try folder.importing("contacts", "c.csv").task()
        #expect(try folder.undo(later.id).exitCode == 0)
        #expect(try folder.undo(task.id).exitCode == 0)
        #expect(try Content(folder) == before)
    }

    @Test("Links are unlinked, and pairs that were unlinked linked again, be it by a file or one by one")
    func links() throws {
        let folder = try Workdir()
        try folder.write("accounts.csv", "Original ID,Name\nA-1,Acme\nA-2,Best\n")
        try folder.write("contacts.csv", "Contact Number,First Name\nC-1,Ann\nC-2,Bob\n")
        try folder.write("links.csv", "A-1,C-1\nA-1,C-2\nA-2,C-2\n")
        try folder.write("fewer.csv", "A-1,C-1\nA-2,C-2\n")
        for (type, file) in [("accounts", "accounts.csv"), ("contacts", "contacts.csv")] {
            #expect(try folder.importing(type, file).exitCode == 0)
        }
        var states: [Content] = []
        var tasks: [String] = []
        for arguments in [
            ["import", "links", "links.csv"], ["unlink", "account", "A-1", "contact", "C-2"],
            ["import", "links", "fewer.csv", "--unlink"], ["link", "account", "A-2", "contact", "C-1"],
        ] {
            states.append(try Content(folder))
            let run = try folder.start(arguments + ["--json", "--database", "a.db"]).wait()
            #expect(run.exitCode == 0, "\(run.text)")
            tasks.append(try run.task().id)
        }
        for (task, state) in zip(tasks, states).reversed() {
            #expect(try folder.undo(task).exitCode == 0)
            #expect(try Content(folder) == state)
        }
    }

    @Test("What was done to a single record is taken back; a deleted one has its links again")
    func singleRecords() throws {
        let links = try LinkFolder()
        let folder = links.folder
        #expect(try links.linking("A-1,C-1\nA-2,C-1\n").exitCode == 0)
        let work = [
            ["create", "contact", "contactNumber=N-1", "city=Rome"],
            ["update", "contact", "C-1", "lastName=Lovelace"],
            ["delete", "contact", "C-1", "--yes"], ["update", "account", "A-1", "originalId=A-9"],
            ["delete", "account", "A-1", "--yes"],
        ]
        var tasks: [(id: String, before: Content)] = []
        for words in work {
            let before = try Content(folder)
            let run = try folder.start(["records"] + words + ["--json", "--database", "a.db"]).wait()
            if words == work[4] {
                #expect(run.exitCode == 2)
                continue
            }
            #expect(run.exitCode == 0, "\(words): \(run.text)")
            tasks.append((try run.task().id, before))
        }
        for (id, before) in tasks.reversed() {
            let run = try folder.undo(id)
            #expect(run.exitCode == 0, "\(run.text)")
            #expect(try Content(folder) == before)
        }
    }

    @Test("A task that nothing can be taken back of is refused, and why")
    func refusals() throws {
        let (folder, _, task) = try twoImports()
        func code(_ id: String, _ options: String...) throws -> String {
            let run = try folder.start(["tasks", "undo", id, "--json", "--database", "a.db"] + options).wait()
            #expect(run.exitCode == 2)
            return try run.failure().code
        }
        #expect(try code(task.id) == "not_confirmed")
        #expect(try folder.ask("tasks", "show", task.id).task().state == "completed")
        #expect(try code("nobody", "--yes") == "unknown_task")
        let dry = try folder.importing("contacts", "a.csv", "--dry-run").task()
        #expect(try code(dry.id, "--yes") == "not_undoable")
        let export = try folder.ask("export", "contacts", "--output", "out.csv").task()
        #expect(try code(export.id, "--yes") == "not_undoable")
        let silent = try folder.importing("contacts", "a.csv", "--no-journal").task()
        #expect(silent.counts.updated == 2)
        #expect(try code(silent.id, "--yes") == "journal_gone")
        let again = try folder.importing("contacts", "a.csv").task()
        #expect(again.counts.unchanged == 3)
        let nothing = try folder.undo(again.id)
        #expect(try nothing.exitCode == 0 && nothing.task().counts == ShownCounts(read: 0))
        #expect(try code(again.id, "--yes") == "already_undone")
        #expect(try code(nothing.task().id, "--yes") == "not_undoable")
    }

    @Test("An import that was interrupted can be taken back, and not be resumed from then on")
    func undoesAnInterruptedImport() throws {
        let folder = try Workdir()
        let lines = (0..<900).map { "C-\($0),City\($0 % 7)" }.joined(separator: "\n")
        try folder.write("in.csv", "Contact Number,City\n\(lines)\n")
        #expect(
            try folder.importing("contacts", "in.csv", "--commit-every", "100", "--mode", "create").exitCode
                == 0)
        let before = try Content(folder)
        try folder.write("more.csv", "Contact Number,City\n\(lines.replacing("C-1", with: "D-1"))\n")
        let killed = try folder.importing(
            "contacts", "more.csv", "--commit-every", "100",
            environment: ["SLUICE_FAILPOINT": "after-commit:4"])
        #expect(killed.exitCode == -SIGKILL)
        let task = try folder.newestTask()
        #expect(task.state == "interrupted")
        #expect(try Content(folder) != before)
        #expect(try folder.undo(task.id).exitCode == 0)
        #expect(try Content(folder) == before)
        #expect(try folder.ask("tasks", "resume", task.id).failure().code == "not_resumable")
    }

    @Test(
        "Killed around any commit and resumed, an undo ends as if it had never been killed",
        arguments: [
            "before-commit:1", "after-commit:1", "before-commit:4", "after-commit:7", "after-commit:11",
        ])
    func killed(failpoint: String) throws {
        let folder = try Workdir()
        let before = (0..<400).map { "C-\($0 * 2),City\($0 % 7)" }.joined(separator: "\n")
        let changed = (0..<600).map { "C-\($0),Town\($0 % 5)" }.joined(separator: "\n")
        try folder.write("before.csv", "Contact Number,City\n\(before)\n")
        try folder.write("in.csv", "Contact Number,City\n\(changed)\n")
        try folder.write("since.csv", "Contact Number,City\nC-11,Here\nC-12,Here\n")
        #expect(try folder.importing("contacts", "before.csv").exitCode == 0)
        let task = try folder.importing("contacts", "in.csv", "--commit-every", "150").task()
        #expect(try folder.importing("contacts", "since.csv").exitCode == 0)
        let clean = try Workdir()
        do {
            let writer = try WriteLock(folder)
            try writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        }
        try clean.write("a.db", folder.read("a.db"))
        let expected = try clean.undo(task.id, "--commit-every", "70").task()
        #expect(expected.counts.skipped == 2 && expected.state == "completedWithRejects")

        let run = try folder.undo(
            task.id, "--commit-every", "70", environment: ["SLUICE_FAILPOINT": failpoint])
        #expect(run.exitCode == -SIGKILL)
        let killed = try folder.newestTask()
        #expect(killed.state == "interrupted" && killed.counts.reconcile)
        let resumed = try folder.ask("tasks", "resume", killed.id).task()
        #expect(resumed.counts == expected.counts && resumed.errors == expected.errors)
        #expect(resumed.state == expected.state)
        #expect(try Content(folder) == Content(clean))
        let left = "SELECT row_id, key, code, message FROM sluice_left_rows ORDER BY number"
        #expect(try Database(folder).rows(left) == Database(clean).rows(left))
        #expect(try folder.ask("tasks", "show", task.id).task().state == "undone")
    }

    @Test("Quick search finds what was restored, and no more what is gone")
    func search() throws {
        let (folder, _, task) = try twoImports()
        func found(_ words: String) throws -> [String] {
            let run = try folder.sluice(
                "export", "contacts", "--where", "search '\(words)'", "--columns", "contactNumber",
                "--output", "-",
                "--quiet", "--database", "a.db")
            return run.text.split(whereSeparator: \.isNewline).dropFirst().map(String.init)
        }
        #expect(try folder.sluice("lists", "index", "contacts", "--database", "a.db").exitCode == 0)
        #expect(try found("anna") == ["C-1"] && found("dan") == ["C-4"])
        #expect(try folder.undo(task.id).exitCode == 0)
        #expect(try found("anna").isEmpty && found("dan").isEmpty && found("ann") == ["C-1"])
    }

    @Test(
        "Whatever imports came before, undoing them in reverse order restores all records and links after each"
    )
    func randomSequences() throws {
        try undoRandomSequences(times: 3)
    }
}

@Suite("Undoing user tasks, for long", .enabled(if: slowTestsAreOn))
struct UndoRunSlowTests {
    @Test(
        "Whatever imports came before, undoing them in reverse order restores all records and links after each"
    )
    func randomSequences() throws {
        try undoRandomSequences(times: 60)
    }
}

/// Imports of all modes, links and single pairs in a random order, and their undos in the reverse one, some of them killed.
private func undoRandomSequences(times: Int) throws {
    var random = SeededGenerator.printingSeed()
    for _ in 0..<times {
        let folder = try Workdir()
        var before: [(task: String, content: Content)] = []
        try folder.write("empty.csv", "Contact Number\n")
        #expect(try folder.importing("contacts", "empty.csv").exitCode == 0)
        for _ in 0..<Int.random(in: 4...8, using: &random) {
            let content = try Content(folder)
            let work = try randomWork(folder, &random)
            let run = try folder.start(work + ["--json", "--database", "a.db"]).wait()
            // Of records some are not there, are there already, or are linked.
            if ["records", "change", "delete"].contains(work[0]), run.exitCode == 2 { continue }
            #expect([0, 3].contains(run.exitCode), "\(run.text)")
            before.append((try run.task().id, content))
        }
        for (task, content) in before.reversed() {
            let commitEvery = String(Int.random(in: 1...40, using: &random))
            let failpoint = random.chance(30) ? ["SLUICE_FAILPOINT": "after-commit:1"] : [:]
            var run = try folder.undo(task, "--commit-every", commitEvery, environment: failpoint)
            if run.exitCode == -SIGKILL { run = try folder.ask("tasks", "resume", folder.newestTask().id) }
            #expect(run.exitCode == 0, "\(run.text)")
            #expect(try run.task().counts.reconcile)
            #expect(try Content(folder) == content)
        }
    }
}

private func randomWork(_ folder: Workdir, _ random: inout SeededGenerator) throws -> [String] {
    func pick(_ values: [String]) -> String { values.randomElement(using: &random) ?? "" }
    func lines(_ header: String, _ line: (inout SeededGenerator) -> String) throws {
        let lines = (0..<Int.random(in: 1...40, using: &random)).map { _ in line(&random) }
        try folder.write("in.csv", ([header] + lines).joined(separator: "\n") + "\n")
    }
    let options = [
        "--commit-every", pick(["1", "7", "100"]), "--mode", pick(["upsert", "create", "update"]),
        "--duplicates",
        pick(["last", "first", "reject"]),
    ]
    switch Int.random(in: 0..<9, using: &random) {
    case 7:
        let rows = ["--where", "firstName = 'N\(Int.random(in: 0..<4, using: &random))'"]
        return random.chance(50)
            ? ["delete", "contacts"] + rows + ["--yes"]
            : ["change", "contacts"] + rows + ["--set", "city=\(pick(["Graz", "Linz", ""]))", "--yes"]
    case 8:
        return random.chance(30)
            ? ["delete", "accounts", "--all", "--yes"]
            : ["change", "customers", "--all", "--set", "email=", "--set", "comments=x", "--yes"]
    case 5:
        let key = "C-\(Int.random(in: 0..<8, using: &random))"
        return pick(["create", "update", "delete"]) == "create"
            ? ["records", "create", "contact", "contactNumber=\(key)", "city=Rome"]
            : random.chance(50)
                ? ["records", "update", "contact", key, "city=\(pick(["Oslo", "Bern", ""]))"]
                : ["records", "delete", "contact", key, "--yes"]
    case 6:
        let key = "A-\(Int.random(in: 0..<8, using: &random))"
        return random.chance(50)
            ? [
                "records", "update", "account", key,
                "accountNumber=\(Int.random(in: 0..<15, using: &random))",
            ]
            : ["records", "delete", "account", key, "--yes"]
    case 0:
        try lines("Contact Number,First Name,City") { random in
            "C-\(Int.random(in: 0..<20, using: &random)),N\(Int.random(in: 0..<4, using: &random)),"
        }
        return ["import", "contacts", "in.csv"] + options
    case 1:
        // Two unique fields, whose values go from record to record.
        try lines("Customer Number,Email,First Name,Last Name") { random in
            "K-\(Int.random(in: 0..<12, using: &random)),e\(Int.random(in: 0..<9, using: &random))@example.com,F,"
                + "L\(Int.random(in: 0..<3, using: &random))"
        }
        return ["import", "customers", "in.csv"] + options
    case 2:
        try lines("Original ID,Account Number,Name") { random in
            "A-\(Int.random(in: 0..<15, using: &random)),\(Int.random(in: 0..<15, using: &random)),Acme"
        }
        return ["import", "accounts", "in.csv"] + options + (random.chance(30) ? ["--atomic"] : [])
    default:
        try folder.write("a.csv", "Original ID,Name\n" + (0..<5).map { "A-\($0),Acme\n" }.joined())
        try folder.write("c.csv", "Contact Number\n" + (0..<5).map { "C-\($0)\n" }.joined())
        for (type, file) in [("accounts", "a.csv"), ("contacts", "c.csv")] where random.chance(30) {
            return ["import", type, file]
        }
        let pairs = (0..<10).map { _ in
            "A-\(Int.random(in: 0..<6, using: &random)),C-\(Int.random(in: 0..<6, using: &random))\n"
        }
        try folder.write("in.csv", "account.originalId,contact.contactNumber\n" + pairs.joined())
        return ["import", "links", "in.csv"] + (random.chance(40) ? ["--unlink"] : [])
    }
}
