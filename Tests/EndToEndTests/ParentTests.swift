import TestSupport
import Testing

@Suite("Parents of accounts")
struct ParentTests {
    private func importing(_ folder: Workdir, _ text: String, _ options: String...) throws -> Run {
        try folder.write("in.csv", "originalId,name,parentAccount\n" + text)
        return try folder.importing("accounts", "in.csv", options)
    }

    private func parents(_ folder: Workdir) throws -> [String: String] {
        let rows = try Database(folder).rows("SELECT original_id, parent_account FROM accounts")
        return Dictionary(uniqueKeysWithValues: rows.map { ($0[0], $0[1]) })
    }

    @Test("Parents may come before, behind or in a later file; those that are missing are told as a warning")
    func anyOrder() throws {
        let folder = try Workdir()
        let run = try importing(folder, "B,b,A\nA,a,\nC,c,B\nD,d,X\n")
        #expect(run.exitCode == 0)
        let task = try run.task()
        #expect(task.counts.created == 4)
        #expect(
            task.warnings == [
                ShownTally(code: "parent_missing", field: "parentAccount", count: 1, firstLine: 0)
            ])
        let later = try importing(folder, "X,x,C\n").task()
        #expect(later.warnings.isEmpty)
        #expect(try parents(folder) == ["A": "-", "B": "A", "C": "B", "D": "X", "X": "C"])
    }

    @Test("A record that would be an ancestor of its own parent is rejected, and the chain is told")
    func cycles() throws {
        let folder = try Workdir()
        let run = try importing(folder, "A,a,A\nB,b,C\nC,c,D\nD,d,B\nE,e,B\n")
        #expect(run.exitCode == 3)
        let task = try run.task()
        #expect(task.counts == ShownCounts(read: 5, created: 3, rejected: 2))
        #expect(task.byCode == ["parent_cycle": 2])
        let rejects = try folder.rejectList(of: task.id)
        #expect(rejects.map(\.line) == [2, 5])
        #expect(rejects[0].issues[0].message.hasSuffix("A → A"))
        #expect(rejects[1].issues[0].message.hasSuffix("D → B → C → D"))
        #expect(rejects[1].issues[0].field == "parentAccount")
        #expect(try parents(folder) == ["B": "C", "C": "D", "E": "B"])
        // With what is stored: C's parent D comes now, under E.
        let more = try importing(folder, "D,d,E\nD,d,\n").task()
        #expect(more.counts == ShownCounts(read: 2, created: 1, rejected: 1))
        #expect(try parents(folder)["D"] == "-")
    }

    @Test(
        "Cycles are found as if records were applied one by one, in every mode and however they are committed"
    )
    func againstModel() throws {
        var random = SeededGenerator.printingSeed()
        for mode in ["upsert", "create", "update"] {
            for policy in ["last", "first", "reject"] {
                let folder = try Workdir()
                var stored: [String: String] = [:]
                for round in 0..<3 {
                    let records = (0..<25).map { _ in
                        let key = "K\(Int.random(in: 0..<9, using: &random))"
                        let parent = random.chance(80) ? "K\(Int.random(in: 0..<9, using: &random))" : ""
                        return (key: key, parent: parent)
                    }
                    let used = round == 0 ? "upsert" : mode
                    let before = stored
                    var seen: Set<String> = []
                    var rejected = 0
                    for (key, parent) in records {
                        guard used != "update" || before[key] != nil else {
                            // A key that is absent is a key that the file had, too.
                            if !seen.insert(key).inserted, policy == "reject" { rejected += 1 }
                            continue
                        }
                        let isRepeat = seen.contains(key)
                        if isRepeat, policy == "reject" { rejected += 1 }
                        if isRepeat, policy != "last" { continue }
                        guard used != "create" || before[key] == nil else {
                            seen.insert(key)
                            continue
                        }
                        var next = parent.isEmpty ? stored[key] ?? "" : parent
                        var steps = 0
                        while !parent.isEmpty, !next.isEmpty, next != key, steps < 20 {
                            next = stored[next] ?? ""
                            steps += 1
                        }
                        if !parent.isEmpty, next == key {
                            rejected += 1
                            continue
                        }
                        seen.insert(key)
                        stored[key] = parent.isEmpty ? stored[key] ?? "" : parent
                    }
                    let text = records.map { "\($0.key),n,\($0.parent)\n" }.joined()
                    let commit = String([1, 7, 1000].randomElement(using: &random) ?? 1)
                    let task = try importing(
                        folder, text, "--mode", used, "--duplicates", policy, "--commit-every", commit
                    ).task()
                    #expect(
                        try parents(folder) == stored.mapValues { $0.isEmpty ? "-" : $0 }, "\(mode) \(policy)"
                    )
                    #expect(task.counts.rejected == UInt64(rejected), "\(mode) \(policy) \(round)")
                    #expect(task.counts.reconcile)
                }
            }
        }
    }

    @Test("A dry run tells of cycles and missing parents, and changes nothing")
    func dryRun() throws {
        let folder = try Workdir()
        let task = try importing(folder, "A,a,A\nB,b,X\n", "--dry-run").task()
        #expect(task.byCode == ["parent_cycle": 1])
        #expect(task.warnings.map(\.code) == ["parent_missing"])
        #expect(try parents(folder).isEmpty)
    }

    @Test("A type of one's own may have parents, too; what cannot tell one is refused")
    func ownTypes() throws {
        let folder = try Workdir()
        func type(_ parent: String) -> String {
            """
            name: site
            plural: sites
            keys: [code]
            fields:
              - {name: code, kind: identifier, unique: true, required: true}
              - {name: size, kind: integer}
              - {name: above, kind: identifier, parent: \(parent)}
            """
        }
        try folder.write("bad.yaml", type("size"))
        #expect(try folder.ask("types", "add", "bad.yaml").failure().code == "bad_document")
        try folder.write("site.yaml", type("code"))
        #expect(try folder.ask("types", "add", "site.yaml").exitCode == 0)
        #expect(
            try folder.sluice("types", "show", "sites", "--database", "a.db").text.contains("parent: code"))
        try folder.write("in.csv", "code,above\nA,B\nB,A\n")
        #expect(try folder.importing("sites", "in.csv").task().byCode == ["parent_cycle": 1])
    }
}
