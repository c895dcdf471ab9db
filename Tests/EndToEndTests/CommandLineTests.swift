import FixtureGenerator
import Foundation
import Testing

@Suite("The command line")
struct CommandLineTests {
    private static let text = "contactNumber,email\n1,a@example.com\n2,b\n"

    @Test(
        "A mistake in usage exits with 64 and does nothing",
        arguments: [
            ["import"], ["import", "contacts"], ["import", "contacts", "in.csv", "--mode", "replace"],
            ["import", "contacts", "in.csv", "--duplicates", "all"],
            ["import", "contacts", "in.csv", "--nonsense"],
            ["import", "contacts", "in.csv", "--wait", "-1"], ["import", "contacts", "in.csv", "more.csv"],
            ["import", "contacts", "-x"], ["tasks", "show"], ["tasks", "list", "--limit", "0"],
            ["tasks", "list", "--limit", "many"], ["tasks", "forget", "1"], ["filters", "show"],
            ["filters", "save"],
            ["types", "add"], ["types", "add-field", "lead", "--name", "a"], ["types", "show"], ["export"],
            ["tasks", "rejects", "1", "--json", "--output", "out.csv"],
        ])
    func usage(arguments: [String]) throws {
        let folder = try Workdir()
        try folder.write("in.csv", Self.text)
        let run = try folder.start(arguments + ["--database", "a.db"]).wait()
        #expect(run.exitCode == 64)
        #expect(run.output.isEmpty)
        #expect(run.errors.contains("Usage: sluice"))
        #expect(folder.names == ["in.csv"])
    }

    @Test("A file named -x is imported after --")
    func fileNamedLikeAnOption() throws {
        let folder = try Workdir()
        try folder.write("-x", Self.text)
        let run = try folder.sluice("import", "--json", "--database", "a.db", "contacts", "--", "-x")
        #expect(run.exitCode == 3)
        #expect(try run.task().file.name == "-x")
        #expect(try run.task().counts == ShownCounts(read: 2, created: 1, rejected: 1))
    }

    @Test("--json prints exactly one JSON value on standard output, whatever is done")
    func oneValue() throws {
        let folder = try Workdir()
        try folder.write("in.csv", Self.text)
        try folder.write("bad.csv", "name\nAnn\n")
        let task = try folder.importing("contacts", "in.csv").task()
        let runs = try [
            folder.importing("contacts", "in.csv"), folder.importing("contacts", "bad.csv"),
            folder.importing("contacts", "none.csv"), folder.importing("nothing", "in.csv"),
            folder.ask("tasks"), folder.ask("tasks", "list"), folder.ask("tasks", "show", task.id),
            folder.ask("tasks", "watch", task.id), folder.ask("tasks", "cancel", task.id),
            folder.ask("tasks", "resume", task.id), folder.ask("tasks", "rejects", task.id),
            folder.ask("tasks", "duplicates", task.id), folder.ask("tasks", "show", "none"),
            folder.sluice("filters", "--json"), folder.sluice("filters", "list", "--json"),
            folder.sluice("filters", "show", "livevox-contacts", "--json"),
            folder.sluice("filters", "show", "none", "--json"), folder.ask("filters", "save", "none.yaml"),
            folder.ask("types"), folder.ask("types", "show", "lead"), folder.ask("types", "show", "none"),
            folder.ask("types", "add", "none.yaml"),
            folder.ask("types", "add-field", "lead", "--name", "extra", "--kind", "text"),
        ]
        for run in runs {
            #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(run.output)) }
            #expect(run.text.hasSuffix("\n"))
            #expect(run.errors.isEmpty)
        }
        #expect(
            runs.map(\.exitCode) == [3, 2, 2, 2, 0, 0, 0, 3, 2, 2, 0, 0, 2, 0, 0, 0, 2, 2, 0, 0, 2, 2, 0])
    }

    @Test("--quiet prints nothing, and the exit code tells all")
    func quiet() throws {
        let folder = try Workdir()
        try folder.write("in.csv", Self.text)
        let run = try folder.sluice("import", "contacts", "in.csv", "--quiet", "--database", "a.db")
        #expect(run.exitCode == 3)
        #expect(run.output.isEmpty)
        #expect(run.errors.isEmpty)
        let failed = try folder.sluice("import", "contacts", "none.csv", "--quiet", "--database", "a.db")
        #expect(failed.exitCode == 2)
        #expect(failed.output.isEmpty)
        #expect(failed.errors.contains("none.csv"), "what went wrong is told even so")
    }

    @Test("An import tells people what it did and what is left to do, as commands to copy")
    func summary() throws {
        let folder = try Workdir()
        try folder.write("in.csv", Self.text)
        let run = try folder.sluice("import", "contacts", "in.csv", "--database", "a.db")
        #expect(run.exitCode == 3)
        #expect(run.errors == "sluice: made the database a.db\n")
        let id = try folder.newestTask().id
        for words in [
            "in.csv → contacts in a.db", "completed with rejects", "read 2 · created 1 · rejected 1",
            "email_malformed (email) × 1, first on line 3", "sluice tasks rejects \(id.prefix(12))",
        ] {
            #expect(run.text.contains(words), "\(run.text)")
        }
        let shown = try folder.sluice("tasks", "show", id, "--database", "a.db")
        #expect(run.text.hasSuffix(shown.text))
        let list = try folder.sluice("tasks", "list", "--database", "a.db")
        #expect(list.text.split(separator: "\n").count == 1)
        #expect(list.text.hasPrefix(id.prefix(12)))
    }

    @Test("tasks list gives the newest first, a page at a time")
    func pages() throws {
        struct Page: Decodable {
            var tasks: [ShownTask]
            var next: Int64?
        }
        let folder = try Workdir()
        try folder.write("in.csv", Self.text)
        var ids: [String] = []
        for _ in 0..<5 { try ids.insert(folder.importing("contacts", "in.csv").task().id, at: 0) }
        var seen: [String] = []
        var next: Int64?
        repeat {
            let before = next.map { ["--before", "\($0)"] } ?? []
            let run = try folder.start(
                ["tasks", "list", "-n", "2", "--json", "--database", "a.db"] + before
            ).wait()
            let page = try JSONDecoder().decode(Page.self, from: Data(run.output))
            seen += page.tasks.map(\.id)
            next = page.next
            #expect(page.tasks.count <= 2)
        } while next != nil
        #expect(seen == ids)
    }

    @Test("The input filters that ship are listed, shown, and taken back as they are shown")
    func filters() throws {
        let folder = try Workdir()
        let list = try folder.sluice("filters", "list")
        let names = list.text.split(separator: "\n").map { String($0.prefix { $0 != " " }) }
        #expect(names == names.sorted())
        #expect(Set(Export.allCases.map(\.rawValue)).isSubset(of: names))
        #expect(names.count == Export.allCases.count + 4)
        let shown = try folder.sluice("filters", "show", "livevox-contacts")
        #expect(shown.exitCode == 0)
        try folder.write("mine.yaml", shown.output)
        let task = try folder.importing("contacts", Given.contacts, "--filter", "mine.yaml").task()
        expect(task.counts, is: try Given.summary("contacts-30k.json"))
    }

    @Test("tasks watch exits as the task did, and tells of it")
    func watch() throws {
        let folder = try Workdir()
        try folder.write("in.csv", Self.text)
        let task = try folder.importing("contacts", "in.csv").task()
        let watched = try folder.ask("tasks", "watch", task.id)
        #expect(watched.exitCode == 3)
        #expect(try watched.task() == task)
    }

    @Test("A reader that closes standard output early ends 'tasks rejects' with an error, not by a signal")
    func closedPipe() throws {
        let folder = try Workdir()
        let task = try folder.importing("contacts", Given.contacts, "--filter", "livevox-contacts").task()
        let shell = Process()
        shell.executableURL = URL(fileURLWithPath: "/bin/bash")
        shell.arguments = [
            "-c",
            "\"$1\" tasks rejects \"$2\" --database \"$0/a.db\" 2>/dev/null | true; exit ${PIPESTATUS[0]}",
            folder.path, Program.path, task.id,
        ]
        try shell.run()
        shell.waitUntilExit()
        // The pipe may hold it all before the reader goes.
        #expect(shell.terminationReason == .exit)
        #expect([0, 1].contains(shell.terminationStatus))
    }
}
