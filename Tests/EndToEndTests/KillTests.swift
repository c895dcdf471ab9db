import Foundation
import TestSupport
import Testing

@Suite("Killed imports")
struct KillTests {
    @Test("An import killed at any moment and resumed ends as if it had never been killed")
    func killedAnywhere() throws {
        try killAnywhere(times: 6)
    }

    @Test(
        "Killed just before or after any commit, a resumed import ends as if it had never been killed",
        arguments: ["last", "first", "reject"])
    func killedAroundACommit(duplicates: String) throws {
        let loop = try KillLoop(duplicates: duplicates)
        for failpoint in [
            "before-commit:1", "after-commit:1", "before-commit:31", "after-commit:31", "after-commit:60",
        ] {
            let folder = try loop.prepare()
            #expect(try loop.start(folder, failpoint: failpoint).wait().exitCode == -SIGKILL)
            let task = try #require(try loop.expectInterrupted(folder))
            #expect(task.state == "interrupted")
            let commits = UInt64(failpoint.split(separator: ":")[1]) ?? 0
            let committed = failpoint.hasPrefix("before") ? commits - 1 : commits
            #expect(task.counts.processed == committed * 200)
            try loop.expectCleanEnd(folder, task.id)
        }
    }

    @Test(
        "A first load that is killed anywhere is made good by a resume: its rows, and the indexes that it had put off",
        arguments: ["last", "first", "reject"])
    func firstLoad(duplicates: String) throws {
        let loop = try KillLoop(duplicates: duplicates, isEmpty: true)
        let indexes = "SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'contacts'"
        for failpoint in [
            "before-commit:1", "after-commit:1", "before-commit:31", "after-commit:60", "before-completion:1",
        ] {
            let folder = try loop.prepare()
            #expect(try loop.start(folder, failpoint: failpoint).wait().exitCode == -SIGKILL)
            let wereMade = try !Database(folder).texts(indexes).isEmpty
            #expect(wereMade == (failpoint == "before-commit:1"), "\(failpoint)")
            let task = try #require(try loop.expectInterrupted(folder))
            try loop.expectCleanEnd(folder, task.id)
            #expect(try Database(folder).texts(indexes) == ["contacts_by_contact_number"])
        }
    }

    @Test("A first load that is stopped has the indexes that it had put off")
    func stoppedFirstLoad() throws {
        let loop = try KillLoop(duplicates: "last", isEmpty: true)
        let folder = try loop.prepare()
        let run = try folder.start(loop.arguments + ["--max-rejects", "50", "--database", "a.db"]).wait()
        #expect(run.exitCode == 1, "\(run.errors)")
        let database = try Database(folder)
        #expect(try database.number("SELECT count(*) FROM contacts") ?? 0 > 1000)
        #expect(
            try database.texts(
                "SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'contacts'")
                == ["contacts_by_contact_number"])
    }

    @Test("Killed at every turn of its life, an import still ends as if it had never been killed")
    func killedAgainAndAgain() throws {
        let loop = try KillLoop(duplicates: "last")
        let folder = try loop.prepare()
        #expect(try loop.start(folder, failpoint: "after-commit:3").wait().exitCode == -SIGKILL)
        let task = try #require(try loop.expectInterrupted(folder))
        for failpoint in ["before-commit:1", "after-commit:1", "before-commit:2", "after-commit:5"] {
            let resume = try folder.start(
                ["tasks", "resume", task.id, "--database", "a.db"],
                environment: ["SLUICE_FAILPOINT": failpoint])
            #expect(resume.wait().exitCode == -SIGKILL)
            #expect(try loop.expectInterrupted(folder)?.state == "interrupted")
        }
        #expect(try folder.newestTask().counts.processed == (3 + 0 + 1 + 1 + 5) * 200)
        try loop.expectCleanEnd(folder, task.id)
    }

    @Test(
        "In modes create and update too, a killed and resumed import ends as if it had never been killed",
        arguments: ["create", "update"], ["last", "first", "reject"])
    func modes(mode: String, duplicates: String) throws {
        let loop = try KillLoop(mode: mode, duplicates: duplicates)
        let folder = try loop.prepare()
        #expect(try loop.start(folder, failpoint: "after-commit:33").wait().exitCode == -SIGKILL)
        let task = try #require(try loop.expectInterrupted(folder))
        try loop.expectCleanEnd(folder, task.id)
    }

    @Test("Accounts without a key are created once, also where the import is killed between them")
    func keylessAccounts() throws {
        let text =
            "originalId,accountNumber,name\n"
            + (1...20).map { "\($0 % 3 == 0 ? "A\($0)" : ""),,N\($0)\n" }.joined()
        func folder() throws -> Workdir {
            let folder = try Workdir()
            try folder.write("in.csv", text)
            return folder
        }
        let clean = try folder()
        let expected = try Outcome(
            clean, clean.importing("accounts", "in.csv").task(), table: "accounts", key: "name")
        #expect(expected.counts == ShownCounts(read: 20, created: 20))
        for failpoint in (1...10).flatMap({ ["before-commit:\($0)", "after-commit:\($0)"] }) {
            let folder = try folder()
            let run = try folder.importing(
                "accounts", "in.csv", "--commit-every", "2", environment: ["SLUICE_FAILPOINT": failpoint])
            #expect(run.exitCode == -SIGKILL)
            let resumed = try folder.ask("tasks", "resume", folder.newestTask().id)
            #expect(resumed.exitCode == 0)
            let outcome = try Outcome(folder, resumed.task(), table: "accounts", key: "name")
            #expect(outcome.differences(from: expected) == [], "\(failpoint)")
        }
    }

    @Test(
        "Customers whose e-mail addresses clash are rejected alike, also where the import is killed between them"
    )
    func customers() throws {
        let header = "customerNumber,email,firstName,lastName\n"
        let before = header + "1,a@example.com,A,A\n2,b@example.com,B,B\n"
        let text =
            header + "1,b@example.com,A,A\n2,c@example.com,B,B\n1,b@example.com,A,A\n3,d@example.com,C,C\n"
            + "4,d@example.com,D,D\n,a@example.com,A2,A\n5,a@example.com,E,E\n1,a2@example.com,A,A\n"
        func folder() throws -> Workdir {
            let folder = try Workdir()
            try folder.write("before.csv", before)
            try folder.write("in.csv", text)
            _ = try folder.importing("customers", "before.csv")
            return folder
        }
        for duplicates in ["last", "first", "reject"] {
            let clean = try folder()
            let options = ["--duplicates", duplicates, "--commit-every", "1"]
            let task = try clean.importing("customers", "in.csv", options).task()
            let expected = try Outcome(clean, task, table: "customers", key: "email")
            #expect(expected.counts.reconcile && expected.counts.rejected > 0)
            for commit in 1...8 {
                let folder = try folder()
                let run = try folder.importing(
                    "customers", "in.csv", "--duplicates", duplicates, "--commit-every", "1",
                    environment: ["SLUICE_FAILPOINT": "after-commit:\(commit)"])
                #expect(run.exitCode == -SIGKILL)
                let resumed = try folder.ask("tasks", "resume", folder.newestTask().id).task()
                let outcome = try Outcome(folder, resumed, table: "customers", key: "email")
                #expect(
                    outcome.differences(from: expected) == [], "\(duplicates), killed after commit \(commit)")
            }
        }
    }
}

@Suite("Killed imports, many times", .enabled(if: slowTestsAreOn))
struct KillSlowTests {
    @Test(
        "Of 100 kills at random moments, each is made good by a resume, and at least 80 fall among the records"
    )
    func aHundredKills() throws {
        try killAnywhere(times: 100)
    }
}

/// Kills imports at random moments, in each way of treating duplicates in turn.
private func killAnywhere(times: Int) throws {
    let seed = UInt64.random(in: 0 ... .max)
    print("kills: seed \(seed)")
    var random = SeededGenerator(seed: seed)
    // Each second with checkpoints beside most of its transactions.
    let loops = try ["last", "first", "reject"].flatMap { duplicates in
        try [nil, 400_000].map { try KillLoop(duplicates: duplicates, checkpointBytes: $0) }
    }
    var landed = 0
    for time in 0..<times {
        let resumesKilled = Int.random(in: 0...2, using: &random)
        let loop = loops[time % loops.count]
        landed += try loop.killAndResume(resumesKilled: resumesKilled, using: &random) ? 1 : 0
    }
    print("kills: \(landed) of \(times) fell among the records")
    #expect(landed * 10 >= times * 8)
}
