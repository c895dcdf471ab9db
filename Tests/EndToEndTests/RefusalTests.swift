import Foundation
import GRDB
import Testing

@Suite("Refusals")
struct RefusalTests {
    private static let text = "contactNumber,lastName\n1,Ann\n2,Bob\n"

    /// Expects exit 2, a failure told as JSON, and that no database was made.
    private func expectRefused(
        _ folder: Workdir, _ arguments: [String], code: String, saying words: String...,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let before = folder.names
        let run = try folder.start(arguments + ["--json", "--database", "a.db"]).wait(
            sourceLocation: sourceLocation)
        #expect(run.exitCode == 2, sourceLocation: sourceLocation)
        let failure = try run.failure(sourceLocation: sourceLocation)
        #expect(failure.code == code, sourceLocation: sourceLocation)
        #expect(failure.kind == "refused", sourceLocation: sourceLocation)
        let told = failure.message + (failure.hint ?? "")
        for word in words { #expect(told.contains(word), "\(told)", sourceLocation: sourceLocation) }
        #expect(folder.names == before, sourceLocation: sourceLocation)
        // In words for people: the same, on standard error.
        let spoken = try folder.start(arguments + ["--database", "a.db"]).wait(sourceLocation: sourceLocation)
        #expect(spoken.exitCode == 2, sourceLocation: sourceLocation)
        #expect(spoken.output.isEmpty, sourceLocation: sourceLocation)
        #expect(spoken.errors.contains(failure.message), sourceLocation: sourceLocation)
        if let hint = failure.hint { #expect(spoken.errors.contains(hint), sourceLocation: sourceLocation) }
    }

    @Test("A missing file, a folder, a device and an unreadable format are refused with a clear line")
    func noFileToRead() throws {
        let folder = try Workdir()
        try FileManager.default.createDirectory(
            atPath: folder.file("folder"), withIntermediateDirectories: true)
        try folder.write("book.csv", [0x50, 0x4B, 0x03, 0x04, 0, 0, 0, 0])
        func refused(_ file: String, _ code: String, _ word: String) throws {
            try expectRefused(folder, ["import", "contacts", file], code: code, saying: word)
        }
        try refused("nowhere.csv", "file_not_found", "nowhere.csv")
        try refused("nowhere/at/all.csv", "file_not_found", "all.csv")
        try refused("folder", "file_is_directory", "folder")
        try refused("/dev/zero", "not_a_file", "zero")
        try refused("/dev/null", "not_a_file", "null")
        try refused("book.csv", "unsupported_format", "Excel")
        try refused(Given.ugly("empty.csv"), "empty_file", "empty.csv")
    }

    @Test(
        "An import writes neither rejects nor results to standard output",
        arguments: ["--rejects", "--results"])
    func noResultsOnStandardOutput(option: String) throws {
        let folder = try Workdir()
        try folder.write("in.csv", Self.text)
        let names = folder.names
        let run = try folder.start(["import", "contacts", "in.csv", option, "-", "--database", "a.db"]).wait()
        #expect(run.exitCode == 64 && run.errors.contains("need a file"))
        #expect(folder.names == names)
    }

    @Test("Unknown record types and input filters are refused with the nearest name")
    func unknownNames() throws {
        let folder = try Workdir()
        try folder.write("in.csv", Self.text)
        try expectRefused(folder, ["import", "contcats", "in.csv"], code: "unknown_type", saying: "contacts")
        try expectRefused(
            folder, ["import", "contacts", "in.csv", "--filter", "livevox-contact"], code: "unknown_filter",
            saying: "livevox-contacts")
        try expectRefused(
            folder, ["import", "contacts", "in.csv", "--filter", "missing.yaml"],
            code: "cannot_read_document",
            saying: "missing.yaml")
        try expectRefused(
            folder, ["import", "accounts", "in.csv", "--filter", "livevox-contacts"],
            code: "wrong_record_type", saying: "Say contacts instead of accounts")
        try expectRefused(
            folder, ["preview", "in.csv", "--type", "accounts", "--filter", "livevox-contacts"],
            code: "wrong_record_type", saying: "Say contacts instead of accounts")
    }

    @Test("An input filter with a mistake is refused, naming document, line and column")
    func badFilter() throws {
        let folder = try Workdir()
        try folder.write("in.csv", Self.text)
        try folder.write(
            "bad.yaml",
            """
            name: bad
            recordType: contact
            columns:
              - {field: contactNumber, from: contactNumber}
              - {field: lastname, from: lastName}
            """)
        try expectRefused(
            folder, ["import", "contacts", "in.csv", "--filter", "bad.yaml"], code: "unknown_field",
            saying: "bad.yaml", "5", "lastName")
    }

    @Test("A missing database is made by an import alone")
    func missingDatabase() throws {
        let folder = try Workdir()
        for arguments in [
            ["tasks"], ["tasks", "list"], ["tasks", "show", "1"], ["tasks", "watch", "1"],
            ["tasks", "cancel", "1"], ["tasks", "resume", "1"], ["tasks", "rejects", "1"],
            ["tasks", "duplicates", "1"],
        ] {
            try expectRefused(folder, arguments, code: "database_missing", saying: "a.db")
        }
        #expect(folder.names.isEmpty)
    }

    @Test("Where no database is named, only a sluice.db that is there is taken, and none is made")
    func noDatabaseNamed() throws {
        let folder = try Workdir()
        try folder.write("in.csv", Self.text)
        for arguments in [["import", "contacts", "in.csv"], ["tasks", "list"]] {
            let run = try folder.start(arguments + ["--json"]).wait()
            #expect(run.exitCode == 2)
            #expect(try run.failure().code == "no_database")
            #expect(try run.failure().hint?.contains("SLUICE_DATABASE") == true)
        }
        #expect(folder.names == ["in.csv"])

        let variable = ["SLUICE_DATABASE": "sluice.db"]
        let made = try folder.sluice("import", "contacts", "in.csv", environment: variable)
        #expect(made.exitCode == 0)
        #expect(made.errors.contains("made the database sluice.db"))
        let found = try folder.sluice("import", "contacts", "in.csv", "--json")
        #expect(try found.task().counts.unchanged == 2)
        #expect(found.errors.isEmpty)
        // The option has the say over the variable.
        _ = try folder.sluice(
            "import", "contacts", "in.csv", "--database", "b.db", "--quiet", environment: variable)
        #expect(try Database(folder, "b.db").number("SELECT count(*) FROM contacts") == 2)
    }

    @Test("Unknown and ambiguous tasks are refused")
    func unknownTask() throws {
        let folder = try Workdir()
        try folder.write("in.csv", Self.text)
        var ids: [String] = []
        // Among 17 ids two begin with the same digit.
        for _ in 0..<17 { try ids.append(folder.importing("contacts", "in.csv").task().id) }
        #expect(Set(ids).count == 17)
        for command in ["show", "watch", "cancel", "resume", "rejects", "duplicates"] {
            let run = try folder.ask("tasks", command, "none")
            #expect(run.exitCode == 2)
            #expect(try run.failure().code == "unknown_task")
        }
        let digit = try #require(Dictionary(grouping: ids) { $0.first }.first { $0.value.count > 1 }?.key)
        let several = try folder.ask("tasks", "show", String(digit))
        #expect(several.exitCode == 2)
        #expect(try several.failure().message.contains("several") == true)
        #expect(try folder.ask("tasks", "show", "").exitCode == 2)
        for id in ids {
            #expect(try folder.ask("tasks", "show", String(id.prefix(12))).task().id == id)
        }
        #expect(try folder.ask("tasks", "show", "\(ids[0])0").exitCode == 2)
    }

    @Test("An SQLite file of another program is refused and stays as it was, byte for byte")
    func foreignDatabase() throws {
        let folder = try Workdir()
        try folder.write("in.csv", Self.text)
        try DatabaseQueue(path: folder.file("a.db")).write { db in
            try db.execute(sql: "CREATE TABLE theirs (a); INSERT INTO theirs VALUES (1)")
        }
        let before = try folder.read("a.db")
        try expectRefused(
            folder, ["import", "contacts", "in.csv"], code: "not_a_sluice_database", saying: "a.db")
        try expectRefused(folder, ["tasks", "list"], code: "not_a_sluice_database")
        #expect(try folder.read("a.db") == before)
        #expect(folder.names == ["a.db", "in.csv"])
    }

    @Test("A file that is no database is refused and stays as it was")
    func noDatabaseAtAll() throws {
        let folder = try Workdir()
        try folder.write("in.csv", Self.text)
        let bytes = String(repeating: "contactNumber,lastName\n", count: 400)
        try folder.write("a.db", bytes)
        try expectRefused(
            folder, ["import", "contacts", "in.csv"], code: "not_a_sluice_database", saying: "a.db")
        try expectRefused(folder, ["tasks", "list"], code: "not_a_sluice_database")
        #expect(try folder.read("a.db") == Array(bytes.utf8))
        #expect(folder.names == ["a.db", "in.csv"])
    }

    @Test("An empty file becomes the database, as SQLite has it")
    func emptyDatabase() throws {
        let folder = try Workdir()
        try folder.write("in.csv", Self.text)
        try folder.write("a.db", "")
        #expect(try folder.ask("tasks", "list").exitCode == 2)
        #expect(try folder.importing("contacts", "in.csv").exitCode == 0)
    }

    @Test("A file that does not fit leaves a failed task that cannot be resumed, and no row")
    func fileThatDoesNotFit() throws {
        let folder = try Workdir()
        try folder.write("in.csv", "name,city\nAnn,Oslo\n")
        let run = try folder.importing("contacts", "in.csv", "--rejects", "out.csv")
        #expect(run.exitCode == 2)
        let task = try run.task()
        #expect(task.state == "failed")
        #expect(task.failure?.code == "key_not_mapped")
        #expect(!folder.has("out.csv"))
        let shown = try folder.sluice("tasks", "show", task.id, "--database", "a.db")
        #expect(shown.exitCode == 0)
        #expect(shown.text.contains("failed (refused)"))
        #expect(!shown.text.contains("tasks resume"))
        let cancelled = try folder.ask("tasks", "cancel", task.id)
        #expect(cancelled.exitCode == 2)
        #expect(try cancelled.failure().code == "not_cancellable")
    }

    @Test("A compressed file cut short anywhere is refused, never completed", arguments: ["gzip", "zstd"])
    func cutShort(compression: String) throws {
        let folder = try Workdir()
        let lines = (1...400).map { "\($0),Name \($0 * 7919 % 1000)\n" }
        let whole = compressed(Array(("contactNumber,lastName\n" + lines.joined()).utf8), compression)
        for length in [5, 12, whole.count / 2, whole.count - 9, whole.count - 1] {
            try folder.write("in.csv", Array(whole.prefix(length)))
            let run = try folder.importing("contacts", "in.csv")
            #expect(run.exitCode == 2, "\(length) of \(whole.count) bytes")
            #expect(try run.task().state == "failed")
            #expect(try run.task().failure?.code == "truncated_compression")
            #expect(try Database(folder).number("SELECT count(*) FROM contacts") == 0)
        }
        try folder.write("in.csv", whole)
        #expect(try folder.importing("contacts", "in.csv").task().counts.created == 400)
    }
}
