import FixtureGenerator
import Foundation
import TestSupport
import Testing

/// A bulk change or delete that is killed again and again, and what one clean run of it comes to.
private struct ChangeKillLoop {
    /// Which rows are meant depends on what the change makes of them, and some are left alone.
    static let change = [
        "change", "contacts", "--where", "paymentBalance < 700 or paymentBalance is empty", "--set",
        "paymentBalance+=150", "--set", "group=raised", "--set", "callConsent=no",
    ]
    static let delete = ["delete", "accounts", "--all"]
    static let commitEvery = 100

    /// All that a user can see of how it ended.
    struct End: Equatable {
        var rows: [[String]]
        var links: [[String]]
        var counts: ShownCounts
        var errors: [ShownTally]
        var rejects: [UInt8]
        var journaled: [[String]]

        init(_ folder: Workdir, _ task: ShownTask) throws {
            let database = try Database(folder)
            let isChange = task.kind == "change"
            rows =
                isChange
                ? try database.content(of: "contacts", by: "id")
                : try database.content(of: "accounts", by: "id")
            links = try database.rows("SELECT * FROM account_contacts ORDER BY 1, 2")
            counts = task.counts
            errors = task.errors
            rejects = try folder.rejects(of: task.id)
            journaled = try database.rows(
                """
                SELECT table_name, kind, sum(row_count), min(first), max(last) FROM sluice_journal
                WHERE task = (SELECT max(number) FROM sluice_tasks) GROUP BY 1, 2
                """)
        }
    }

    private let database: [UInt8]
    private let arguments: [String]
    let clean: End

    init(_ arguments: [String]) throws {
        let folder = try Workdir()
        let file = FixtureFile(.contacts(.usual), size: .records(4000), seed: 7)
        try folder.write("contacts.csv", Given.made(file).bytes)
        #expect(
            [0, 3].contains(
                try folder.importing("contacts", "contacts.csv", "--filter", "livevox-contacts").exitCode))
        try folder.write(
            "accounts.csv", "originalId,name\n" + (1...3000).map { "A-\($0),n\n" }.joined())
        #expect(try folder.importing("accounts", "accounts.csv").exitCode == 0)
        let numbers = try Database(folder).texts("SELECT contact_number FROM contacts ORDER BY id LIMIT 300")
        try folder.write(
            "links.csv",
            "originalId,contactNumber\n" + numbers.enumerated().map { "A-\($0 * 10 + 1),\($1)\n" }.joined())
        #expect(try folder.importing("links", "links.csv").exitCode == 0)
        do {
            let writer = try WriteLock(folder)
            try writer.execute("UPDATE contacts SET payment_balance = NULL WHERE id % 50 = 0")
            try writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        }
        database = try folder.read("a.db")
        self.arguments =
            arguments + ["--commit-every", String(Self.commitEvery), "--yes", "--json", "--database", "a.db"]
        let run = try folder.start(self.arguments).wait()
        #expect(run.exitCode == 3, "\(run.errors)")
        clean = try End(folder, run.task())
        #expect(clean.counts.reconcile && clean.counts.rejected > 20 && clean.counts.read > 1000)
    }

    func killAndResume(using random: inout SeededGenerator) throws -> Bool {
        let folder = try Workdir()
        try folder.write("a.db", database)
        let place = Bool.random(using: &random) ? "before-commit" : "after-commit"
        let commits = Int(clean.counts.read) / Self.commitEvery
        let failpoint = "\(place):\(Int.random(in: 1...commits, using: &random))"
        let program = try folder.start(arguments, environment: ["SLUICE_FAILPOINT": failpoint])
        if random.chance(50) {
            usleep(UInt32.random(in: 10_000..<150_000, using: &random))
            program.send(SIGKILL)
        }
        #expect(program.wait().exitCode == -SIGKILL)
        var task = try folder.newestTask()
        guard ["change", "delete"].contains(task.kind) else { return false }
        #expect(try Database(folder).damage() == [])
        #expect(task.state == "interrupted" && task.counts.reconcile)
        let landed = task.counts.processed > 0
        let run = try folder.ask("tasks", "resume", task.id)
        #expect(run.exitCode == 3, "\(failpoint): \(run.text)")
        task = try run.task()
        #expect(try End(folder, task) == clean, "\(failpoint)")
        #expect(try Database(folder).damage() == [])
        return landed
    }
}

private func killAgainAndAgain(_ arguments: [String], times: Int) throws {
    var random = SeededGenerator.printingSeed()
    let loop = try ChangeKillLoop(arguments)
    var landed = 0
    for _ in 0..<times { landed += try loop.killAndResume(using: &random) ? 1 : 0 }
    print("kills of a bulk \(arguments[0]): \(landed) of \(times) fell among the rows")
    #expect(times < 20 || landed * 3 >= times)
}

@Suite("Killed bulk changes")
struct ChangeKillTests {
    @Test(
        "Killed at any moment, a bulk change or delete is resumed to what one clean run comes to",
        arguments: [ChangeKillLoop.change, ChangeKillLoop.delete])
    func anywhere(arguments: [String]) throws {
        try killAgainAndAgain(arguments, times: 5)
    }
}

@Suite("Killed bulk changes, many times", .enabled(if: slowTestsAreOn))
struct ChangeKillSlowTests {
    @Test(
        "Of 100 kills, each is made good by a resume",
        arguments: [ChangeKillLoop.change, ChangeKillLoop.delete])
    func hundredKills(arguments: [String]) throws {
        try killAgainAndAgain(arguments, times: 100)
    }
}
