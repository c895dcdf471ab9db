import Foundation
import TestSupport
import Testing

@Suite("Account numbers that are made")
struct GeneratedNumberTests {
    private func numbers(_ folder: Workdir) throws -> [[String]] {
        try Database(folder).rows("SELECT name, account_number FROM accounts ORDER BY id")
    }

    @Test("A new account without a number gets one, with no spaces or signs; one that is there keeps its own")
    func made() throws {
        let folder = try Workdir()
        try folder.write("a.csv", "originalId,name,accountNumber\nA,a,\nB,b,77\nC,c,\n")
        #expect(try folder.importing("accounts", "a.csv").exitCode == 0)
        #expect(try numbers(folder) == [["a", "AC00000001"], ["b", "77"], ["c", "AC00000003"]])
        // Neither a blank nor a missing column takes a number away.
        for text in ["originalId,name,accountNumber\nA,a,\nB,b,\n", "originalId,name\nC,c\nB,b\n"] {
            try folder.write("b.csv", text)
            let task = try folder.importing("accounts", "b.csv").task()
            #expect(task.counts == ShownCounts(read: 2, unchanged: 2))
        }
        try folder.write(
            "clear.yaml",
            "name: clear\nrecordType: account\nblank: clear\ncolumns:\n  - {field: originalId, from: originalId}\n"
                + "  - {field: name, from: name}\n  - {field: accountNumber, from: accountNumber}\n")
        try folder.write("c.csv", "originalId,name,accountNumber\nA,a,\nB,bb,\nD,d,\n")
        let cleared = try folder.importing("accounts", "c.csv", "--filter", "clear.yaml").task()
        #expect(cleared.counts == ShownCounts(read: 3, created: 1, updated: 1, unchanged: 1))
        let after = try numbers(folder)
        #expect(after.prefix(3).map { $0[1] } == ["AC00000001", "77", "AC00000003"])
        #expect(after[3][1].wholeMatch(of: /AC[0-9]{8}/) != nil)
        #expect(try Database(folder).damage().isEmpty)
    }

    @Test("An account made alone gets a number, too, and keeps it")
    func single() throws {
        let folder = try Workdir()
        try folder.write("a.csv", "originalId,name\nA,a\n")
        #expect(try folder.importing("accounts", "a.csv").exitCode == 0)
        let task = try folder.record("create", "accounts", "name=b").task()
        #expect(task.file.name == "account AC00000002")
        #expect(
            try folder.record("update", "accounts", "AC00000002", "accountNumber=").task().counts.unchanged
                == 1)
        #expect(
            try folder.record("update", "accounts", "AC00000002", "accountNumber=X-1").task().counts.updated
                == 1)
        #expect(try numbers(folder) == [["a", "AC00000001"], ["b", "X-1"]])
    }

    @Test("A number is made so that it is nobody's, whatever numbers lie in the table or in the file")
    func collisions() throws {
        let folder = try Workdir()
        try folder.write(
            "a.csv",
            "originalId,name,accountNumber\nA,a,AC00000002\nB,b,\nC,c,AC00000004A\nD,d,\nE,e,AC00000004\n"
                + "F,f,\n,g,AC00000006\n")
        let run = try folder.importing("accounts", "a.csv", "--rejects", "r.csv")
        #expect(run.exitCode == 3)
        let task = try run.task()
        #expect(task.counts == ShownCounts(read: 7, created: 5, rejected: 2))
        #expect(task.byCode == ["account_number_taken": 2])
        #expect(
            try numbers(folder) == [
                ["a", "AC00000002"], ["b", "AC00000002A"], ["c", "AC00000004A"], ["d", "AC00000004"],
                ["f", "AC00000006"],
            ])
        // What stands in the table is what a file may name: the accounts are found by their numbers.
        try folder.write("b.csv", "accountNumber,name\nAC00000004,dd\nAC00000006,ff\n")
        #expect(try folder.importing("accounts", "b.csv").task().counts == ShownCounts(read: 2, updated: 2))
    }

    @Test("Many accounts get numbers of their own, and what is exported imports as unchanged")
    func many() throws {
        var random = SeededGenerator.printingSeed()
        let folder = try Workdir()
        var text = "originalId,name,accountNumber,parentAccount\n"
        for number in 0..<3_000 {
            let own = random.chance(20) ? "AC0000\(Int.random(in: 1000...4000, using: &random))" : ""
            text += "O-\(number),n\(number % 7),\(own),\(random.chance(10) ? "O-\(number / 2)" : "")\n"
        }
        try folder.write("a.csv", text)
        let run = try folder.importing("accounts", "a.csv", "--commit-every", "700")
        let task = try run.task()
        #expect(task.counts.reconcile && task.counts.created > 2_000)
        #expect(Set(task.byCode.keys).isSubset(of: ["account_number_taken", "parent_cycle"]))
        let database = try Database(folder)
        #expect(try database.number("SELECT count(*) FROM accounts WHERE account_number IS NULL") == 0)
        #expect(
            try database.number("SELECT count(DISTINCT account_number) FROM accounts")
                == Int64(task.counts.created))
        // Unless somebody else has it, the number is that of the row.
        #expect(
            try database.number(
                """
                SELECT count(*) FROM accounts WHERE account_number LIKE 'AC0000____'
                AND CAST(substr(account_number, 3) AS INTEGER) = id
                """) ?? 0 > 1_500)
        #expect(try folder.ask("export", "accounts", "--output", "out.csv").exitCode == 0)
        let again = try folder.importing("accounts", "out.csv").task()
        #expect(again.counts == ShownCounts(read: task.counts.created, unchanged: task.counts.created))
        #expect(try database.damage().isEmpty)
    }

    @Test("A dry run makes no numbers, and an update creates no account for which one is made")
    func nothingWritten() throws {
        let folder = try Workdir()
        try folder.write("a.csv", "originalId,name,accountNumber\nA,a,\n")
        #expect(try folder.importing("accounts", "a.csv", "--dry-run").task().counts.created == 1)
        #expect(try numbers(folder).isEmpty)
        #expect(try folder.importing("accounts", "a.csv", "--mode", "update").task().counts.skipped == 1)
        #expect(try folder.importing("accounts", "a.csv").task().counts.created == 1)
        #expect(try folder.importing("accounts", "a.csv", "--mode", "update").task().counts.unchanged == 1)
        #expect(try numbers(folder) == [["a", "AC00000001"]])
    }

    @Test("Killed before or after a commit, a resumed import has made the numbers of one clean run")
    func kills() throws {
        var random = SeededGenerator.printingSeed()
        var text = "name,originalId,accountNumber\n"
        for number in 0..<2_000 {
            let key = random.chance(50) ? "O-\(Int.random(in: 0..<1_500, using: &random))" : ""
            let own = random.chance(10) ? "AC0000\(Int.random(in: 1000...3000, using: &random))" : ""
            text += "n\(number),\(key),\(own)\n"
        }
        func outcome(_ failpoint: String?) throws -> Outcome {
            let folder = try Workdir()
            try folder.write("a.csv", text)
            let run = try folder.importing(
                "accounts", "a.csv", "--commit-every", "150",
                environment: failpoint.map { ["SLUICE_FAILPOINT": $0] } ?? [:])
            var task = try folder.newestTask()
            if failpoint == nil {
                #expect(run.exitCode == 3)
            } else {
                #expect(run.exitCode == -SIGKILL)
                task = try folder.ask("tasks", "resume", task.id).task()
            }
            #expect(try Database(folder).damage().isEmpty)
            return try Outcome(folder, task, table: "accounts", key: "id")
        }
        let clean = try outcome(nil)
        #expect(clean.counts.created > 1_000)
        for failpoint in ["before-commit:1", "after-commit:1", "before-commit:6", "after-commit:9"] {
            #expect(try outcome(failpoint).differences(from: clean) == [], "\(failpoint)")
        }
    }

    @Test("A field of a type of one's own is made where it is declared so")
    func ownTypes() throws {
        let folder = try Workdir()
        try folder.write(
            "visit.yaml",
            """
            name: visit
            plural: visits
            keys: [badge]
            withoutKey: create
            fields:
              - {name: badge, kind: identifier, unique: true, generated: V}
              - {name: site, kind: text}
            """)
        #expect(try folder.ask("types", "add", "visit.yaml").exitCode == 0)
        #expect(
            try folder.sluice("types", "show", "visits", "--database", "a.db").text.contains("generated: V"))
        try folder.write("v.csv", "site\nOslo\nBergen\n")
        #expect(try folder.importing("visits", "v.csv").exitCode == 0)
        #expect(
            try Database(folder).rows("SELECT site, badge FROM visits") == [
                ["Oslo", "V00000001"], ["Bergen", "V00000002"],
            ])
        try folder.write(
            "bad.yaml",
            "name: a\nplural: as\nkeys: [b]\nfields:\n  - {name: b, kind: text, unique: true, generated: V}\n"
        )
        #expect(try folder.ask("types", "add", "bad.yaml").failure().code == "bad_document")
    }
}
