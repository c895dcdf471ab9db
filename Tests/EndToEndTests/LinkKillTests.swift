import Foundation
import TestSupport
import Testing

/// A link import that is killed again and again, and what one clean run of it comes to.
private struct LinkKillLoop {
    static let lines = 6_000
    static let commitEvery = 200

    private let database: [UInt8]
    private let file: String
    private let options: [String]
    let clean: Outcome

    /// A tenth of the pairs is linked before.
    init(mode: String, using random: inout SeededGenerator) throws {
        let links = try LinkFolder(accounts: 40, contacts: 300)
        let pairs = (0..<Self.lines).map { _ in
            "A-\(Int.random(in: 0..<41, using: &random)),C-\(Int.random(in: 0..<305, using: &random))\n"
        }
        file = pairs.joined()
        let before = mode == "link" ? pairs.prefix(Self.lines / 10).joined() : file
        try links.folder.write("before.csv", before)
        #expect(try links.folder.importing("links", "before.csv").exitCode == 3)
        do {
            let writer = try WriteLock(links.folder)
            try writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        }
        database = try links.folder.read("a.db")
        options =
            ["--commit-every", String(Self.commitEvery), "--rejects", "rejects.csv"]
            + (mode == "link" ? [] : ["--unlink"])
        let folder = try Workdir()
        try folder.write("in.csv", file)
        try folder.write("a.db", database)
        let task = try folder.importing("links", "in.csv", options).task()
        clean = try Outcome(folder, task, table: "account_contacts", key: "account_id, contact_id")
        #expect(clean.counts.reconcile && clean.counts.rejected > 50 && clean.counts.unchanged > 500)
    }

    func prepare() throws -> Workdir {
        let folder = try Workdir()
        try folder.write("in.csv", file)
        try folder.write("a.db", database)
        return folder
    }

    func start(_ folder: Workdir, failpoint: String? = nil) throws -> Program {
        try folder.start(
            ["import", "links", "in.csv"] + options + ["--json", "--database", "a.db"],
            environment: failpoint.map { ["SLUICE_FAILPOINT": $0] } ?? [:])
    }

    /// Resumes the newest task and expects what one clean run comes to.
    func expectCleanEnd(_ folder: Workdir) throws {
        #expect(try Database(folder).damage().isEmpty)
        var task = try folder.newestTask()
        guard task.file.name == "in.csv", task.progress.bytesTotal > 0 else { return }
        if task.state == "interrupted" { task = try folder.ask("tasks", "resume", task.id).task() }
        let outcome = try Outcome(folder, task, table: "account_contacts", key: "account_id, contact_id")
        #expect(outcome.differences(from: clean) == [])
        #expect(try Database(folder).damage().isEmpty)
    }

    /// Kills an import at a random moment; whether that fell among its lines.
    func killAndResume(using random: inout SeededGenerator) throws -> Bool {
        let folder = try prepare()
        let program = try start(folder)
        let watch = try CommitWatch(folder)
        let wanted = UInt64.random(in: 0..<UInt64(Self.lines) * 9 / 10, using: &random)
        while program.poll() == nil, try watch.processed() ?? 0 <= wanted { usleep(500) }
        usleep(UInt32.random(in: 0..<4_000, using: &random))
        program.send(SIGKILL)
        _ = program.wait()
        let task = try folder.newestTask()
        let landed = task.file.name == "in.csv" && task.counts.processed > 0 && task.counts.unprocessed > 0
        if task.counts.processed > 0 { try expectCleanEnd(folder) }
        return landed
    }
}

@Suite("Killed link imports")
struct LinkKillTests {
    @Test(
        "Killed just before or after any commit, a resumed import of links ends as if it had never been killed",
        arguments: ["link", "unlink"])
    func aroundACommit(mode: String) throws {
        var random = SeededGenerator.printingSeed()
        let loop = try LinkKillLoop(mode: mode, using: &random)
        for failpoint in ["before-commit:1", "after-commit:1", "before-commit:17", "after-commit:30"] {
            let folder = try loop.prepare()
            #expect(try loop.start(folder, failpoint: failpoint).wait().exitCode == -SIGKILL)
            #expect(try folder.newestTask().state == "interrupted")
            try loop.expectCleanEnd(folder)
        }
    }

    @Test("Killed at any moment, too", arguments: ["link", "unlink"])
    func anywhere(mode: String) throws {
        try killAnywhere(mode, times: 3)
    }
}

@Suite("Killed link imports, many times", .enabled(if: slowTestsAreOn))
struct LinkKillSlowTests {
    @Test("Of 60 kills at random moments, each is made good by a resume", arguments: ["link", "unlink"])
    func sixtyKills(mode: String) throws {
        try killAnywhere(mode, times: 60)
    }
}

private func killAnywhere(_ mode: String, times: Int) throws {
    var random = SeededGenerator.printingSeed()
    let loop = try LinkKillLoop(mode: mode, using: &random)
    var landed = 0
    for _ in 0..<times { landed += try loop.killAndResume(using: &random) ? 1 : 0 }
    print("kills of a link import: \(landed) of \(times) fell among the lines")
    #expect(times < 10 || landed * 2 >= times)
}
