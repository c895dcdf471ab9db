import FixtureGenerator
import Foundation
import Testing

/// Contacts into a table that knows a part of them, with rejects and repeated keys.
struct MixedImport {
    static let records = 600
    static let modes = ["upsert", "create", "update"]
    static let policies = ["last", "first", "reject"]
    private let file: [UInt8]
    private let database: [UInt8]

    init() throws {
        func made(_ records: Int) -> [UInt8] {
            let file = FixtureFile(
                .contacts(.usual), size: .records(UInt64(records)), seed: 7, rejectsPerMillion: 30_000,
                duplicatesPerMillion: 50_000)
            return Given.made(file).bytes
        }
        file = made(Self.records)
        let folder = try Workdir()
        try folder.write("before.csv", made(Self.records / 3))
        let run = try folder.importing("contacts", "before.csv", "--filter", "livevox-contacts")
        #expect(run.exitCode == 3)
        do {
            let writer = try WriteLock(folder)
            try writer.execute("UPDATE contacts SET city = 'Elsewhere' WHERE id % 2 = 0")
            try writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        }
        database = try folder.read("a.db")
    }

    /// A folder with the file and the database as they are before the import.
    func folder() throws -> Workdir {
        let folder = try Workdir()
        try folder.write("in.csv", file)
        try folder.write("a.db", database)
        return folder
    }

    static func options(_ mode: String, _ policy: String) -> [String] {
        ["--filter", "livevox-contacts", "--mode", mode, "--duplicates", policy, "--commit-every", "100"]
    }
}

/// All records there are, and the ids that were given: what a run that writes nothing must leave alone.
private func records(_ folder: Workdir) throws -> [[[String]]] {
    let database = try Database(folder)
    let tables = try database.texts(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sluice_%' "
            + "AND name <> 'grdb_migrations' ORDER BY 1")
    #expect(tables.contains("contacts") && tables.contains("sqlite_sequence"))
    return try tables.map { table in
        let own = table == "sqlite_sequence" ? "WHERE name NOT LIKE 'sluice_%' ORDER BY name" : "ORDER BY id"
        return try database.rows("SELECT * FROM \(table) \(own)")
    }
}

@Suite("Dry runs")
struct DryRunTests {
    @Test(
        "A dry run tells what the import right after it does, and leaves the records alone",
        arguments: MixedImport.modes, MixedImport.policies)
    func tellsWhatWouldBe(mode: String, policy: String) throws {
        let folder = try MixedImport().folder()
        let options = MixedImport.options(mode, policy)
        let before = try records(folder)
        let known = try Set(Database(folder).texts("SELECT id FROM contacts"))
        let dry = try folder.importing("contacts", "in.csv", options + ["--dry-run", "--results", "dry.csv"])
        #expect(dry.exitCode == 3)
        #expect(try records(folder) == before)
        #expect(folder.leftBeside().isEmpty)
        let dryTask = try dry.task()
        #expect(dryTask.dryRun)
        #expect(!dryTask.atomic)
        var expected = try Outcome(folder, dryTask)

        let real = try folder.importing("contacts", "in.csv", options + ["--results", "real.csv"])
        #expect(real.exitCode == 3)
        let outcome = try Outcome(folder, real.task())
        expected.rows = outcome.rows
        #expect(outcome.differences(from: expected) == [])
        #expect(try !real.task().dryRun)

        let results = try ResultFile(folder.read("real.csv")).lines
        #expect(
            try ResultFile(folder.read("dry.csv")).lines
                == results.map { line in
                    var line = line
                    if !known.contains(line.id) { line.id = "" }
                    return line
                })
    }

    @Test("A dry run of a sound file into a new database is done, and says that nothing was written")
    func soundFile() throws {
        let folder = try Workdir()
        try folder.write("in.csv", "name\nAlpha\nBeta\n")
        let run = try folder.importing("accounts", "in.csv", "--dry-run", "--atomic", "--max-rejects", "0")
        #expect(run.exitCode == 0)
        let task = try run.task()
        #expect(task.state == "completed")
        #expect(task.dryRun && task.atomic)
        #expect(task.counts == ShownCounts(read: 2, created: 2))
        #expect(task.warnings.map(\.code) == ["no_key"])
        #expect(try Database(folder).rows("SELECT * FROM accounts").isEmpty)
        let shown = try folder.sluice("tasks", "show", task.id, "--database", "a.db")
        #expect(shown.text.contains("dry run: nothing was written"))
        #expect(try folder.ask("tasks", "resume", task.id).failure().code == "not_resumable")
        #expect(try folder.ask("tasks", "list").text.contains("\"dryRun\":true"))

        #expect(try folder.importing("accounts", "in.csv").task().counts == task.counts)
        #expect(try Database(folder).rows("SELECT id FROM accounts") == [["1"], ["2"]])
    }

    @Test("A dry run whose rejects pass the limit fails as the import would, and writes nothing")
    func overTheLimit() throws {
        let folder = try MixedImport().folder()
        let before = try records(folder)
        let options = MixedImport.options("upsert", "last") + ["--dry-run"]
        let run = try folder.importing("contacts", "in.csv", options + ["--max-rejects", "0"])
        #expect(run.exitCode == 1)
        let task = try run.task()
        #expect(task.failure?.code == "too_many_rejects")
        #expect(task.counts.rejected > 0)
        #expect(task.counts.reconcile)
        #expect(try records(folder) == before)
        let resumed = try folder.ask("tasks", "resume", task.id, "--max-rejects", "100%")
        #expect(resumed.exitCode == 3)
        let whole = try folder.importing("contacts", "in.csv", options)
        let outcome = try Outcome(folder, resumed.task())
        #expect(try outcome.differences(from: Outcome(folder, whole.task())) == [])
        #expect(try records(folder) == before)
    }

    @Test(
        "A dry run killed around its end and resumed tells what one clean run tells",
        arguments: ["before-commit:1", "after-commit:1"])
    func killed(failpoint: String) throws {
        let folder = try MixedImport().folder()
        let before = try records(folder)
        let options = MixedImport.options("upsert", "last") + ["--dry-run"]
        let killed = try folder.start(
            ["import", "contacts", "in.csv", "--database", "a.db"] + options,
            environment: ["SLUICE_FAILPOINT": failpoint])
        #expect(killed.wait().exitCode == -SIGKILL)
        let resumed = try folder.ask("tasks", "resume", folder.newestTask().id)
        #expect(resumed.exitCode == 3)
        #expect(try records(folder) == before)
        let whole = try folder.importing("contacts", "in.csv", options)
        let outcome = try Outcome(folder, resumed.task())
        #expect(try outcome.differences(from: Outcome(folder, whole.task())) == [])
        #expect(folder.leftBeside().isEmpty)
    }
}

@Suite("Imports in one transaction")
struct OneTransactionTests {
    @Test(
        "An import in one transaction ends as one in many does", arguments: MixedImport.modes,
        MixedImport.policies)
    func success(mode: String, policy: String) throws {
        let given = try MixedImport()
        let (plain, atomic) = (try given.folder(), try given.folder())
        let options = MixedImport.options(mode, policy)
        let one = try plain.importing("contacts", "in.csv", options)
        let other = try atomic.importing("contacts", "in.csv", options + ["--atomic"])
        #expect(one.exitCode == 3)
        #expect(other.exitCode == 3)
        #expect(try other.task().atomic)
        #expect(try !one.task().atomic)
        let outcome = try Outcome(atomic, other.task())
        #expect(try outcome.differences(from: Outcome(plain, one.task())) == [])
        #expect(atomic.leftBeside().isEmpty)
        #expect(try Database(atomic).damage().isEmpty)
        let shown = try atomic.sluice("tasks", "show", other.task().id, "--database", "a.db")
        #expect(shown.text.contains(", atomic"))
    }

    /// Expects of a run that did not reach its end that it wrote no record, and kept the rejects that it counts.
    private func expectNothingWritten(
        _ folder: Workdir, _ task: ShownTask, before: [[[String]]],
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let read = UInt64(MixedImport.records)
        let rejected = task.counts.rejected
        #expect(
            task.counts == ShownCounts(read: read, rejected: rejected, unprocessed: read - rejected),
            sourceLocation: sourceLocation)
        #expect(try records(folder) == before, sourceLocation: sourceLocation)
        let rejects = try #require(RejectFile(folder.rejects(of: task.id)), sourceLocation: sourceLocation)
        #expect(rejects.entries.count == Int(rejected), sourceLocation: sourceLocation)
        #expect(task.errors.map(\.count).reduce(0, +) == rejected, sourceLocation: sourceLocation)
        #expect(try duplicateLines(folder, task.id).isEmpty, sourceLocation: sourceLocation)
    }

    /// Resumes, and expects what one clean run comes to.
    private func expectCleanResume(
        _ given: MixedImport, _ folder: Workdir, _ id: String, _ options: [String] = [],
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let run = try folder.start(["tasks", "resume", id, "--json", "--database", "a.db"] + options).wait()
        #expect(run.exitCode == 3, "\(run.text)", sourceLocation: sourceLocation)
        let clean = try given.folder()
        let whole = try clean.importing("contacts", "in.csv", MixedImport.options("upsert", "last"))
        let outcome = try Outcome(folder, run.task())
        #expect(
            try outcome.differences(from: Outcome(clean, whole.task())) == [], sourceLocation: sourceLocation)
        #expect(try Database(folder).damage().isEmpty, sourceLocation: sourceLocation)
        #expect(folder.leftBeside().isEmpty, sourceLocation: sourceLocation)
    }

    private static let options = MixedImport.options("upsert", "last") + ["--atomic"]

    @Test(
        "One reject too many takes all back; the rejects stay, and a resume with a higher limit begins anew")
    func tooManyRejects() throws {
        let given = try MixedImport()
        let folder = try given.folder()
        let before = try records(folder)
        let run = try folder.importing(
            "contacts", "in.csv", Self.options + ["--max-rejects", "0", "--rejects", "out.csv"])
        #expect(run.exitCode == 1)
        let task = try run.task()
        #expect(task.state == "failed")
        #expect(task.failure?.code == "too_many_rejects")
        #expect(task.failure?.message.contains("--max-rejects") == true)
        #expect(task.counts.rejected > 0)
        try expectNothingWritten(folder, task, before: before)
        #expect(try folder.read("out.csv") == folder.rejects(of: task.id))
        #expect(folder.leftBeside().isEmpty)

        // The same limit again comes to the same, and counts no reject twice.
        let again = try folder.ask("tasks", "resume", task.id)
        #expect(again.exitCode == 1)
        #expect(try again.task().counts == task.counts)
        #expect(try again.task().errors == task.errors)
        try expectNothingWritten(folder, again.task(), before: before)
        try expectCleanResume(given, folder, task.id, ["--max-rejects", "1000"])
        #expect(try folder.read("out.csv") == folder.rejects(of: task.id))
    }

    @Test(
        "Killed just before or after its commit, it wrote nothing or all, and a resume ends as one clean run",
        arguments: [("before-commit:1", false), ("after-commit:1", true)])
    func killedAroundTheCommit(failpoint: String, isWritten: Bool) throws {
        let given = try MixedImport()
        let folder = try given.folder()
        let before = try records(folder)
        let program = try folder.start(
            ["import", "contacts", "in.csv", "--database", "a.db"] + Self.options,
            environment: ["SLUICE_FAILPOINT": failpoint])
        #expect(program.wait().exitCode == -SIGKILL)
        let task = try folder.newestTask()
        #expect(task.state == "interrupted")
        #expect(task.counts.unprocessed == (isWritten ? 0 : UInt64(MixedImport.records)))
        #expect(try (records(folder) == before) == !isWritten)
        #expect(try Database(folder).damage().isEmpty)
        try expectCleanResume(given, folder, task.id)
    }

    @Test("Cancelled after it was killed, it leaves nothing beside the database")
    func cancelledAfterKill() throws {
        let given = try MixedImport()
        let folder = try given.folder()
        let before = try records(folder)
        let program = try folder.start(
            ["import", "contacts", "in.csv", "--database", "a.db"] + Self.options,
            environment: ["SLUICE_FAILPOINT": "before-commit:1"])
        #expect(program.wait().exitCode == -SIGKILL)
        let id = try folder.newestTask().id
        #expect(folder.leftBeside().contains("\(id).aside"))
        let cancelled = try folder.ask("tasks", "cancel", id).task()
        #expect(cancelled.state == "cancelled")
        try expectNothingWritten(folder, cancelled, before: before)
        #expect(!folder.leftBeside().contains("\(id).aside"))
        try expectCleanResume(given, folder, id)
    }
}

@Suite("Imports in one transaction, in their middle")
struct OpenTransactionTests {
    private static let options = ["--filter", "livevox-contacts", "--commit-every", "100", "--atomic"]

    /// Starts an import of many records, and has it stand still once it has written some.
    ///
    /// - Returns: the program, stopped, with its transaction open, and its task.
    private func held(_ folder: Workdir) throws -> (Program, ShownTask) {
        try folder.write("in.csv", Given.bytes(Given.contacts))
        for _ in 1...10 {
            let program = try folder.start(
                ["import", "contacts", "in.csv", "--json", "--database", "a.db"] + Self.options)
            while program.poll() == nil {
                guard folder.leftBeside().contains(where: { $0.hasSuffix(".aside") }) else {
                    usleep(500)
                    continue
                }
                let task = try folder.newestTask()
                guard task.state == "running", task.progress.bytesDone > 0 else { continue }
                program.send(SIGSTOP)
                if try folder.newestTask().state == "running" { return (program, task) }
                program.send(SIGCONT)
                break
            }
            // On a busy machine the import may have been quicker.
            _ = program.wait()
            for name in folder.names where name.hasPrefix("a.db") {
                try FileManager.default.removeItem(atPath: folder.file(name))
            }
        }
        Issue.record("the import was never met in its middle")
        throw CancellationError()
    }

    private func rows(_ folder: Workdir) throws -> Int64? {
        try Database(folder).number("SELECT count(*) FROM contacts")
    }

    @Test("Polls are answered, and another import and a declaration wait and then do their work")
    func othersWait() throws {
        let folder = try Workdir()
        let (program, task) = try held(folder)
        let shown = try folder.ask("tasks", "show", task.id)
        #expect(shown.exitCode == 0)
        #expect(try shown.task().state == "running")
        #expect(try shown.task().counts == ShownCounts(read: 30_000, unprocessed: 30_000))
        #expect(try shown.task().progress.bytesDone > 0)
        #expect(try folder.tasks().map(\.id) == [task.id])
        #expect(try rows(folder) == 0)

        try folder.write("second.csv", "contactNumber,lastName\nS-1,Ann\nS-2,Bob\n")
        let second = try folder.startImport("contacts", "second.csv")
        let types = try folder.start(
            [
                "types", "add-field", "contact", "--name", "shoeSize", "--kind", "integer", "--database",
                "a.db",
            ])
        usleep(300_000)
        #expect(second.poll() == nil)
        #expect(types.poll() == nil)
        program.send(SIGCONT)
        let run = program.wait()
        #expect(run.exitCode == 3)
        expect(try run.task().counts, is: try Given.summary("contacts-30k.json"))
        let (other, declared) = (second.wait(), types.wait())
        #expect(other.exitCode == 0, "\(other.text)")
        #expect(try other.task().counts == ShownCounts(read: 2, created: 2))
        #expect(declared.exitCode == 0, "\(declared.errors)")
        #expect(try rows(folder) == Int64(run.task().counts.created) + 2)
        #expect(try Database(folder).damage().isEmpty)
    }

    private func expectTakenBack(
        _ folder: Workdir, _ run: Run, state: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let task = try run.task()
        #expect(task.state == state, sourceLocation: sourceLocation)
        let rejected = task.counts.rejected
        #expect(
            task.counts == ShownCounts(read: 30_000, rejected: rejected, unprocessed: 30_000 - rejected),
            sourceLocation: sourceLocation)
        #expect(try rows(folder) == 0, sourceLocation: sourceLocation)
        let rejects = try #require(RejectFile(folder.rejects(of: task.id)), sourceLocation: sourceLocation)
        #expect(rejects.entries.count == Int(rejected), sourceLocation: sourceLocation)
        #expect(folder.leftBeside().isEmpty, sourceLocation: sourceLocation)
        #expect(try folder.newestTask() == task, sourceLocation: sourceLocation)
        let resumed = try folder.ask("tasks", "resume", task.id)
        #expect(resumed.exitCode == 3, sourceLocation: sourceLocation)
        expect(try resumed.task().counts, is: try Given.summary("contacts-30k.json"))
        let whole = try #require(
            RejectFile(folder.rejects(of: task.id)), sourceLocation: sourceLocation)
        #expect(whole.entries.count == 150, sourceLocation: sourceLocation)
        #expect(try rows(folder) == 29_820, sourceLocation: sourceLocation)
    }

    @Test(
        "A signal in the middle takes all back, and a resume begins anew",
        arguments: [(SIGINT, Int32(130), "cancelled"), (SIGTERM, 75, "interrupted")])
    func signals(signal: Int32, exitCode: Int32, state: String) throws {
        let folder = try Workdir()
        let (program, _) = try held(folder)
        program.send(signal)
        program.send(SIGCONT)
        let run = program.wait()
        #expect(run.exitCode == exitCode)
        try expectTakenBack(folder, run, state: state)
    }

    @Test("tasks cancel in the middle takes all back, and a resume begins anew")
    func cancelled() throws {
        let folder = try Workdir()
        let (program, task) = try held(folder)
        let cancel = try folder.start(["tasks", "cancel", task.id, "--json", "--database", "a.db"])
        while cancel.poll() == nil, !folder.leftBeside().contains("\(task.id).cancel") { usleep(500) }
        program.send(SIGCONT)
        let run = program.wait()
        #expect(run.exitCode == 130)
        #expect(cancel.wait().exitCode == 0)
        try expectTakenBack(folder, run, state: "cancelled")
    }

    @Test("Killed in the middle, it wrote nothing, and a resume ends as one clean run")
    func killed() throws {
        let folder = try Workdir()
        let (program, task) = try held(folder)
        program.send(SIGKILL)
        #expect(program.wait().exitCode == -SIGKILL)
        let killed = try folder.ask("tasks", "show", task.id).task()
        #expect(killed.state == "interrupted")
        #expect(killed.counts == ShownCounts(read: 30_000, unprocessed: 30_000))
        #expect(try rows(folder) == 0)
        #expect(try Database(folder).damage().isEmpty)
        let resumed = try folder.ask("tasks", "resume", task.id)
        #expect(resumed.exitCode == 3)
        expect(try resumed.task().counts, is: try Given.summary("contacts-30k.json"))
        #expect(folder.leftBeside().isEmpty)
    }

    @Test(
        "A declaration that waits a minute for the open transaction fails as busy, saying what to look at",
        .enabled(if: slowTestsAreOn))
    func declarationGivesUp() throws {
        let folder = try Workdir()
        let (program, _) = try held(folder)
        let run = try folder.ask(
            "types", "add-field", "contact", "--name", "shoeSize", "--kind", "integer")
        #expect(run.exitCode == 1)
        #expect(try run.failure().code == "database_busy")
        #expect(try run.failure().hint?.contains("tasks list") == true)
        program.send(SIGCONT)
        #expect(program.wait().exitCode == 3)
    }
}
