import Foundation
import TestSupport
import Testing

@Suite("Exports")
struct ExportCommandTests {
    private static let people = """
        Contact Number,First Name,Last Name,City,State,Payment Balance,Active,Happiness Updated,Phone 1
        C-1,Ann,Smith,"Los Angeles, CA",CA,250.00,yes,2026-01-31T08:00:00Z,+12025550101
        C-2,Bob,"O""Brien",,CA,-0.50,no,,
        C-3,Cy,McDonald,Reno,NV,,,2026-01-31T08:00:00.250Z,+12025550103
        C-4,Dora,,"two
        lines",CA,1200.00,yes,,
        """

    private func folder() throws -> Workdir {
        let folder = try Workdir()
        try folder.write("people.csv", Self.people)
        let run = try folder.importing("contacts", "people.csv")
        #expect(run.exitCode == 0, "\(run.text)")
        return folder
    }

    private func export(_ folder: Workdir, _ options: String...) throws -> Run {
        try folder.start(["export", "contacts", "--json", "--database", "a.db"] + options).wait()
    }

    private func text(_ folder: Workdir, _ name: String) throws -> String {
        String(decoding: try folder.read(name), as: UTF8.self)
    }

    @Test("the columns asked for are written in their order, values as they are read again")
    func columns() throws {
        let folder = try folder()
        let run = try export(
            folder, "--columns", "last_name,city,paymentBalance,active,happinessUpdated,phone1,id",
            "--output",
            "out.csv")
        #expect(run.exitCode == 0)
        #expect(
            try text(folder, "out.csv") == """
                lastName,city,paymentBalance,active,happinessUpdated,phone1,id
                Smith,"Los Angeles, CA",250.00,true,2026-01-31T08:00:00.000Z,+12025550101,1
                "O""Brien",,-0.50,false,,,2
                McDonald,Reno,,,2026-01-31T08:00:00.250Z,+12025550103,3
                ,"two
                lines",1200.00,true,,,4

                """)
        let task = try run.task()
        #expect(task.kind == "export" && task.recordType == "contact" && task.state == "completed")
        #expect(task.counts.read == 4 && task.counts.exported == 4 && task.counts.reconcile)
        #expect(task.file.name == "out.csv")
        #expect(try task.file.bytes == UInt64(folder.read("out.csv").count))
        #expect(task.mode == nil && task.listFilter == nil)
        #expect(try folder.newestTask() == task)
    }

    @Test("a list filter, ids and an order say which records come, and in which order")
    func narrowed() throws {
        let folder = try folder()
        func numbers(_ options: String...) throws -> [String] {
            let run = try folder.start(
                [
                    "export", "contacts", "--database", "a.db", "--columns", "contactNumber", "--output", "-",
                    "--quiet",
                ]
                    + options
            ).wait()
            #expect(run.exitCode == 0, "\(run.errors)")
            return run.text.split(separator: "\n").dropFirst().map(String.init)
        }
        #expect(try numbers() == ["C-1", "C-2", "C-3", "C-4"])
        #expect(try numbers("--where", "state = 'CA' and paymentBalance > 0") == ["C-1", "C-4"])
        #expect(try numbers("--sort", "-paymentBalance") == ["C-4", "C-1", "C-2", "C-3"])
        #expect(try numbers("--sort", "state,-last_name") == ["C-1", "C-2", "C-4", "C-3"])
        #expect(try numbers("--ids", "3,1") == ["C-1", "C-3"])
        #expect(try numbers("--ids", "3,1", "--where", "state = 'NV'") == ["C-3"])
    }

    @Test("ids of no record are told, and ids outside the list filter are skipped")
    func missingIDs() throws {
        let folder = try folder()
        let task = try export(
            folder, "--ids", "2,3,77,99,3", "--where", "state = 'CA'", "--output", "out.csv"
        ).task()
        #expect(task.counts.exported == 1 && task.counts.skipped == 3 && task.counts.read == 4)
        #expect(task.warnings.map(\.code) == ["record_missing"] && task.warnings[0].count == 2)
        #expect(task.listFilter == "state = 'CA'")
    }

    @Test("a whole type comes with all its fields, and imports again with nothing changed")
    func allFields() throws {
        let folder = try folder()
        #expect(try export(folder, "--output", "out.csv").exitCode == 0)
        let header = try text(folder, "out.csv").prefix { $0 != "\n" }.split(separator: ",").map(String.init)
        let columns = try Database(folder).texts(
            "SELECT name FROM pragma_table_info('contacts') WHERE name <> 'id'")
        // Encrypted fields have two columns each, and are left out unless they are to be shown.
        #expect(header.count == columns.count - 4 && !header.contains("ssn"))
        let again = try folder.importing("contacts", "out.csv").task()
        #expect(again.counts.unchanged == 4 && again.counts.read == 4)
    }

    @Test("a type without records gives a header", arguments: ["accounts", "tickets"])
    func empty(type: String) throws {
        let folder = try folder()
        let run = try folder.sluice(
            "export", type, "--columns", "city", "--output", "-", "--quiet", "--database", "a.db")
        if type == "accounts" {
            #expect(run.exitCode == 0 && run.text == "city\n")
        } else {
            #expect(run.exitCode == 2 && run.errors.contains("ticket has no field 'city'"))
            let all = try folder.sluice(
                "export", type, "--columns", "ticketNumber", "--output", "-", "--quiet", "--database", "a.db")
            #expect(all.exitCode == 0 && all.text == "ticketNumber\n", "\(all.errors)")
        }
    }

    @Test("the name's ending says how the file is compressed", arguments: ["gz", "zst"])
    func compressed(ending: String) throws {
        let folder = try folder()
        _ = try export(folder, "--output", "plain.csv")
        let task = try export(folder, "--output", "out.csv.\(ending)").task()
        #expect(task.file.compression == (ending == "gz" ? "gzip" : "zstd"))
        #expect(task.file.bytes == UInt64(try folder.read("out.csv.\(ending)").count))
        let again = try folder.importing("contacts", "out.csv.\(ending)").task()
        #expect(again.counts.unchanged == 4 && again.file.sha256 == task.file.sha256)
        _ = try folder.importing("contacts", "plain.csv")
    }

    @Test("a file that is there is left alone without --force")
    func existing() throws {
        let folder = try folder()
        try folder.write("out.csv", "mine")
        let run = try export(folder, "--output", "out.csv")
        #expect(run.exitCode == 2)
        #expect(try run.failure().code == "output_exists")
        #expect(try text(folder, "out.csv") == "mine")
        #expect(try folder.tasks().count == 1, "no task was made")
        #expect(try export(folder, "--output", "out.csv", "--force", "--columns", "id").exitCode == 0)
        #expect(try text(folder, "out.csv") == "id\n1\n2\n3\n4\n")
    }

    @Test(
        "what cannot be exported is refused with its name, and no task is made",
        arguments: [
            (["--columns", "contactNumber,lastname,LastName"], "bad_columns"),
            (["--columns", "lastNam"], "unknown_field"), (["--columns", "accounts.name"], "unknown_field"),
            (["--columns", "ssn", "--show-encrypted"], "key_needed"), (["--sort", "age"], "unknown_field"),
            (["--sort", "ssn"], "bad_sort"), (["--where", "ssn = '1'"], "bad_list_filter"),
            (["--sort", "account.name"], "bad_sort"), (["--where", "age > 3"], "unknown_field"),
            (["--where", "state ="], "bad_list_filter"),
        ])
    func refused(options: [String], code: String) throws {
        let folder = try folder()
        let run = try folder.start(
            ["export", "contacts", "--json", "--database", "a.db", "--output", "out.csv"] + options
        ).wait()
        #expect(run.exitCode == 2)
        #expect(try run.failure().code == code)
        #expect(!folder.has("out.csv"))
        #expect(try folder.tasks().count == 1)
    }

    @Test("no output takes the place of the database, by whatever name and with --force")
    func databaseAsOutput() throws {
        let folder = try folder()
        let before = try folder.read("a.db")
        for name in ["a.db", "./a.db", folder.file("a.db"), "a.db-wal", "a.db-turn"] {
            let run = try export(folder, "--force", "--output", name)
            #expect(run.exitCode == 2, "\(run.text)")
            #expect(try run.failure().code == "output_is_input")
        }
        for option in ["--rejects", "--results"] {
            let run = try folder.importing("contacts", "people.csv", option, "a.db", "--force")
            #expect(run.exitCode == 2, "\(run.text)")
            #expect(try run.failure().code == "output_is_input")
        }
        #expect(try folder.read("a.db") == before)
        #expect(try folder.tasks().count == 1, "no task was made")
    }

    @Test("a missing database is refused, and --json with standard output is wrong usage")
    func noDatabase() throws {
        let folder = try Workdir()
        let run = try export(folder, "--output", "out.csv")
        #expect(run.exitCode == 2)
        #expect(try run.failure().code == "database_missing")
        #expect(!folder.has("a.db") && !folder.has("out.csv"))
        #expect(try self.folder().ask("export", "contacts", "--output", "-").exitCode == 64)
    }

    @Test(
        "killed just before its end an export leaves nothing, just after it the whole file; resumed it is whole",
        arguments: ["before-export-end:1", "after-export-end:1"], [false, true])
    func killed(failpoint: String, replaces: Bool) throws {
        let folder = try folder()
        if replaces { try folder.write("out.csv", "old") }
        let run = try folder.start(
            [
                "export", "contacts", "--columns", "id", "--output", "out.csv", "--database", "a.db",
                "--force",
            ],
            environment: ["SLUICE_FAILPOINT": failpoint]
        ).wait()
        #expect(run.exitCode == -SIGKILL)
        let whole = "id\n1\n2\n3\n4\n"
        if failpoint.hasPrefix("after") {
            #expect(try text(folder, "out.csv") == whole)
        } else {
            let left = replaces ? try text(folder, "out.csv") : nil
            #expect(left == (replaces ? "old" : nil) && folder.has("out.csv") == replaces)
        }
        let task = try folder.newestTask()
        #expect(task.kind == "export" && task.state == "interrupted")
        let resumed = try folder.ask("tasks", "resume", task.id)
        #expect(resumed.exitCode == 0, "\(resumed.text)")
        #expect(try resumed.task().counts.exported == 4)
        #expect(try text(folder, "out.csv") == whole)
        #expect(folder.names.allSatisfy { !$0.hasSuffix(".partial") })
        #expect(try folder.ask("tasks", "resume", task.id).exitCode == 2, "it is complete")
    }

    @Test(
        "resumed without --force it replaces its own file, and nobody else's",
        arguments: ["before-export-end:1", "after-export-end:1"], ["none", "kept", "changed", "empty"])
    func resumesItsOwn(failpoint: String, file: String) throws {
        let folder = try folder()
        let run = try folder.start(
            ["export", "contacts", "--columns", "id", "--output", "out.csv", "--database", "a.db"],
            environment: ["SLUICE_FAILPOINT": failpoint]
        ).wait()
        #expect(run.exitCode == -SIGKILL && folder.has("out.csv") == failpoint.hasPrefix("after"))
        let task = try folder.newestTask()
        #expect(task.state == "interrupted" && task.counts.reconcile)
        switch file {
        case "none": unlink(folder.file("out.csv"))
        case "changed": try folder.write("out.csv", "id\n1\n2\n3\n4\n5\n")
        case "empty": try folder.write("out.csv", "")
        default: break
        }
        let before = folder.has("out.csv") ? try text(folder, "out.csv") : nil
        let resumed = try folder.ask("tasks", "resume", task.id)
        if file == "changed" || file == "empty" {
            #expect(resumed.exitCode == 2)
            #expect(try resumed.failure().code == "output_exists")
            #expect(try text(folder, "out.csv") == before)
            #expect(try folder.newestTask().state == "interrupted", "it can be resumed yet")
            unlink(folder.file("out.csv"))
            #expect(try folder.ask("tasks", "resume", task.id).exitCode == 0)
        } else {
            #expect(resumed.exitCode == 0, "\(resumed.text)")
        }
        #expect(try text(folder, "out.csv") == "id\n1\n2\n3\n4\n")
    }

    @Test("a file-size limit ends an export with an error, and nothing is there")
    func fileSizeLimit() throws {
        let folder = try Workdir()
        #expect(
            try folder.importing("contacts", Given.contacts, "--filter", "livevox-contacts").exitCode == 3)
        let script =
            "ulimit -f 1024; exec '\(Program.path)' export contacts --output out.csv --database a.db --json"
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
        process.arguments = ["-c", script]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationReason == .exit && process.terminationStatus == 1)
        #expect(folder.names.allSatisfy { !$0.contains("out.csv") })
        let task = try folder.newestTask()
        #expect(task.state == "failed" && task.failure?.code == "no_space")
        #expect(task.counts.exported == 0 && task.counts.reconcile)
    }
}
