import Foundation
import Testing

@Suite("Stopped imports")
struct StopTests {
    private static let options = [
        "--filter", "livevox-contacts", "--commit-every", "100", "--rejects", "out.csv",
    ]

    /// Starts an import, and does something to it once its first records are committed.
    ///
    /// - Returns: how the import ended, in its middle.
    private func stopped(_ folder: Workdir, by stop: (Program, String) throws -> Void) throws -> Run {
        for _ in 1...10 {
            let program = try folder.start(
                ["import", "contacts", "in.csv", "--json", "--database", "a.db"] + Self.options + ["--force"])
            let watch = try CommitWatch(folder)
            while program.poll() == nil, try watch.processed() ?? 0 == 0 { usleep(500) }
            let id = try folder.newestTask().id
            try stop(program, id)
            let run = program.wait()
            // On a busy machine the import may have been quicker.
            if try run.task().counts.unprocessed > 0 { return run }
            for name in folder.names where name.hasPrefix("a.db") {
                try FileManager.default.removeItem(atPath: folder.file(name))
            }
        }
        Issue.record("the import was quicker than its stop, ten times")
        return try folder.ask("tasks", "list")
    }

    private func folder() throws -> Workdir {
        let folder = try Workdir()
        try folder.write("in.csv", Given.bytes(Given.contacts))
        return folder
    }

    /// Expects that a stopped task tells the truth, and that its resume ends like a clean run.
    private func expectResumable(
        _ folder: Workdir, _ run: Run, state: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let task = try run.task()
        #expect(task.state == state, sourceLocation: sourceLocation)
        #expect(task.counts.reconcile, sourceLocation: sourceLocation)
        #expect(task.counts.processed > 0, sourceLocation: sourceLocation)
        #expect(task.endedAt != nil, sourceLocation: sourceLocation)
        let rows = try Database(folder).number("SELECT count(*) FROM contacts")
        #expect(rows == Int64(task.counts.created), sourceLocation: sourceLocation)
        #expect(try folder.read("out.csv") == folder.rejects(of: task.id), sourceLocation: sourceLocation)
        #expect(try folder.newestTask() == task, sourceLocation: sourceLocation)

        let resumed = try folder.ask("tasks", "resume", task.id)
        #expect(resumed.exitCode == 3, sourceLocation: sourceLocation)
        let clean = try self.folder()
        let whole = try clean.importing("contacts", "in.csv", Self.options)
        let outcome = try Outcome(folder, resumed.task())
        #expect(
            try outcome.differences(from: Outcome(clean, whole.task())) == [], sourceLocation: sourceLocation)
        #expect(try folder.read("out.csv") == clean.read("out.csv"), sourceLocation: sourceLocation)
        #expect(try resumed.task().startedAt == task.startedAt, sourceLocation: sourceLocation)
    }

    @Test(
        "A signal stops an import after its batch, and a resume completes it",
        arguments: [
            (SIGINT, Int32(130), "cancelled"), (SIGTERM, 75, "interrupted"), (SIGHUP, 75, "interrupted"),
        ])
    func signals(signal: Int32, exitCode: Int32, state: String) throws {
        let folder = try folder()
        let run = try stopped(folder) { program, _ in program.send(signal) }
        #expect(run.exitCode == exitCode)
        try expectResumable(folder, run, state: state)
    }

    @Test("tasks cancel stops an import of another process after its batch, and a resume completes it")
    func cancelledFromOutside() throws {
        let folder = try folder()
        let run = try stopped(folder) { _, id in
            let cancel = try folder.ask("tasks", "cancel", String(id.prefix(12)))
            // Exit 2: the import has ended meanwhile.
            #expect([0, 2].contains(cancel.exitCode))
            if cancel.exitCode == 0 { #expect(try cancel.task().state == "cancelled") }
        }
        #expect(run.exitCode == 130)
        #expect(folder.leftBeside().isEmpty)
        try expectResumable(folder, run, state: "cancelled")
    }

    @Test("An interrupted task can be cancelled, and a cancelled one resumed")
    func cancelInterrupted() throws {
        let folder = try folder()
        let killed = try folder.importing(
            "contacts", "in.csv", "--filter", "livevox-contacts", "--commit-every", "500",
            environment: ["SLUICE_FAILPOINT": "after-commit:4"])
        #expect(killed.exitCode == -SIGKILL)
        let task = try folder.newestTask()
        #expect(task.state == "interrupted")
        let cancelled = try folder.ask("tasks", "cancel", task.id)
        #expect(cancelled.exitCode == 0)
        #expect(try cancelled.task().state == "cancelled")
        #expect(try cancelled.task().counts == task.counts)
        #expect(try folder.ask("tasks", "cancel", task.id).exitCode == 2)
        #expect(try folder.ask("tasks", "watch", task.id).exitCode == 130)
        let resumed = try folder.ask("tasks", "resume", task.id)
        expect(try resumed.task().counts, is: try Given.summary("contacts-30k.json"))
        let done = try folder.ask("tasks", "resume", task.id)
        #expect(done.exitCode == 2)
        #expect(try done.failure().code == "not_resumable")
    }

    @Test(
        "A resume over a file that was changed, cut short or removed is refused and leaves the task as it was",
        arguments: ["before-commit:1", "after-commit:4"])
    func changedSource(failpoint: String) throws {
        let folder = try folder()
        let bytes = try folder.read("in.csv")
        let killed = try folder.importing(
            "contacts", "in.csv", "--filter", "livevox-contacts", "--commit-every", "500",
            environment: ["SLUICE_FAILPOINT": failpoint])
        #expect(killed.exitCode == -SIGKILL)
        let task = try folder.newestTask()
        let rows = try Database(folder).rows("SELECT * FROM contacts")

        func expectRefused(_ code: String, _ word: String, sourceLocation: SourceLocation = #_sourceLocation)
            throws
        {
            let run = try folder.ask("tasks", "resume", task.id)
            #expect(run.exitCode == 2, sourceLocation: sourceLocation)
            let failure = try run.failure()
            #expect(failure.code == code, sourceLocation: sourceLocation)
            #expect(failure.message.contains(word), "\(failure.message)", sourceLocation: sourceLocation)
            var now = try folder.newestTask()
            #expect(now.version > task.version, sourceLocation: sourceLocation)
            now.version = task.version
            #expect(now == task, sourceLocation: sourceLocation)
            #expect(
                try Database(folder).rows("SELECT * FROM contacts") == rows, sourceLocation: sourceLocation)
        }
        let plain = unzstd(bytes, maxBytes: 8 << 20)
        try folder.write("in.csv", zstd(plain + Array("9,A\n".utf8)))
        try expectRefused("source_changed", "SHA-256")
        try folder.write("in.csv", Array(bytes.dropLast()))
        try expectRefused("truncated_compression", "in.csv")
        try folder.write("in.csv", plain)
        try expectRefused("source_changed", "SHA-256")
        try FileManager.default.removeItem(atPath: folder.file("in.csv"))
        try expectRefused("file_not_found", "in.csv")

        // The same bytes under the same name are the same file, whatever else became of it.
        try folder.write("in.csv", bytes)
        let resumed = try folder.ask("tasks", "resume", task.id)
        #expect(resumed.exitCode == 3)
        let clean = try self.folder()
        let whole = try clean.importing("contacts", "in.csv", "--filter", "livevox-contacts")
        let outcome = try Outcome(folder, resumed.task())
        #expect(try outcome.differences(from: Outcome(clean, whole.task())) == [])
    }

    @Test("A task keeps its input filter, whatever becomes of the document meanwhile")
    func filterChanges() throws {
        let folder = try folder()
        let filter = try folder.sluice("filters", "show", "livevox-contacts").text
        try folder.write("mine.yaml", filter)
        let killed = try folder.importing(
            "contacts", "in.csv", "--filter", "mine.yaml", "--commit-every", "500",
            environment: ["SLUICE_FAILPOINT": "after-commit:4"])
        #expect(killed.exitCode == -SIGKILL)
        try folder.write("mine.yaml", "name: other\n")
        let resumed = try folder.ask("tasks", "resume", folder.newestTask().id)
        #expect(resumed.exitCode == 3)
        expect(try resumed.task().counts, is: try Given.summary("contacts-30k.json"))
    }
}
