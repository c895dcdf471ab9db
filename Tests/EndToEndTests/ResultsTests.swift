import Foundation
import TestSupport
import Testing

/// A results file taken apart.
struct ResultFile {
    struct Line: Equatable, Decodable {
        var line: UInt64
        var key: String
        var id: String
        var outcome: String
    }

    let lines: [Line]

    /// - Throws: where it is not of this form.
    init(_ bytes: [UInt8]) throws {
        let table = try #require(PlainTable(bytes))
        try #require(table.header.bytes == Array("line,key,id,outcome\r\n".utf8))
        lines = try table.records.map { record in
            try #require(record.fields.count == 4)
            return try Line(
                line: #require(UInt64(record.text(0))), key: record.text(1), id: record.text(2),
                outcome: record.text(3))
        }
    }

    /// How many records came to each outcome.
    var totals: [String: UInt64] { lines.reduce(into: [:]) { $0[$1.outcome, default: 0] += 1 } }
}

extension ShownCounts {
    /// The counts by their names, zeros left out.
    fileprivate var byOutcome: [String: UInt64] {
        [
            "created": created, "updated": updated, "unchanged": unchanged, "duplicate": duplicate,
            "skipped": skipped, "rejected": rejected,
        ].filter { $0.value > 0 }
    }
}

@Suite("Outcomes of each record")
struct ResultsTests {
    // MARK: Against a plain reading

    private static let header = "contactNumber,lastName,city,email"

    /// Some records, sound and faulty, with blank lines and line breaks in quotes.
    private func text(_ count: Int, lineEnd: String, using random: inout SeededGenerator) -> String {
        var text = Self.header + lineEnd
        for _ in 0..<count {
            while random.chance(12) { text += lineEnd }
            let key = random.chance(97) ? "K \(Int.random(in: 1...40, using: &random))" : ""
            let city = ["Oslo", "", "\"New\(lineEnd)York\"", "\"A, \"\"B\"\"\""].randomElement(using: &random)
            let email = random.chance(92) ? "a@example.com" : "nobody"
            let extra = random.chance(4) ? ",more" : ""
            text +=
                "\(key),Lee\(Int.random(in: 1...2, using: &random)),\(city ?? ""),\(email)\(extra)\(lineEnd)"
        }
        while random.chance(40) { text += lineEnd }
        return text
    }

    /// What must come of a file, told by going through it record by record.
    private func expected(
        _ bytes: [UInt8], over table: [String: [String]], mode: String, policy: String
    ) throws -> [(line: UInt64, key: String, outcome: String)] {
        var table = table
        var seen: Set<String> = []
        return try #require(PlainTable(bytes)).records.map { record in
            let key = record.text(0)
            func came(to outcome: String) -> (line: UInt64, key: String, outcome: String) {
                (record.line, key, outcome)
            }
            guard record.fields.count > 1 else { return came(to: "skipped") }
            let isSound = record.fields.count == 4 && !key.isEmpty && record.text(3) != "nobody"
            guard isSound else { return came(to: "rejected") }
            let isFirst = seen.insert(key).inserted
            guard isFirst || policy != "reject" else { return came(to: "rejected") }
            let row = table[key]
            let mayApply = isFirst || policy == "last"
            let isWritable = row == nil ? mode != "update" : mode != "create" || !isFirst
            if mayApply, isWritable {
                let values = (1...3).map { record.text($0) }
                table[key] = row.map { zip($0, values).map { $1.isEmpty ? $0 : $1 } } ?? values
            }
            guard isFirst else { return came(to: "duplicate") }
            guard isWritable else { return came(to: "skipped") }
            guard let row else { return came(to: "created") }
            return came(to: table[key] == row ? "unchanged" : "updated")
        }
    }

    @Test(
        "Each record has its line, its key, the id of its row and its outcome, in the order of the file",
        arguments: MixedImport.modes, MixedImport.policies)
    func againstPlainReading(mode: String, policy: String) throws {
        var random = SeededGenerator.printingSeed()
        let folder = try Workdir()
        let lineEnd = random.chance(50) ? "\n" : "\r\n"
        try folder.write("before.csv", text(25, lineEnd: lineEnd, using: &random))
        try folder.write("in.csv", text(120, lineEnd: lineEnd, using: &random))
        _ = try folder.importing("contacts", "before.csv")
        let rows = try Database(folder).rows(
            "SELECT contact_number, ifnull(last_name, ''), ifnull(city, ''), ifnull(email, '') FROM contacts")
        let table = Dictionary(uniqueKeysWithValues: rows.map { ($0[0], Array($0[1...])) })
        let commitEvery = try #require(["1", "2", "7", "50", "1000"].randomElement(using: &random))
        let atomic = random.chance(50) ? ["--atomic"] : []
        let run = try folder.importing(
            "contacts", "in.csv",
            [
                "--mode", mode, "--duplicates", policy, "--commit-every", commitEvery, "--results",
                "results.csv",
            ] + atomic)
        let task = try run.task()

        let results = try ResultFile(folder.read("results.csv"))
        let expected = try self.expected(folder.read("in.csv"), over: table, mode: mode, policy: policy)
        #expect(results.lines.map(\.line) == expected.map(\.line))
        #expect(results.lines.map(\.outcome) == expected.map(\.outcome))
        #expect(results.totals == task.counts.byOutcome)
        let ids = try Dictionary(
            uniqueKeysWithValues: Database(folder).rows("SELECT contact_number, id FROM contacts").map {
                ($0[0], $0[1])
            })
        for (line, expected) in zip(results.lines, expected) {
            if line.outcome == "rejected" {
                // What is at fault may be the key, or where the fields are.
                #expect(line.key.isEmpty || line.key == expected.key, "line \(line.line)")
                #expect(line.id.isEmpty, "line \(line.line)")
            } else {
                #expect(line.key == expected.key, "line \(line.line)")
                #expect(line.id == ids[line.key, default: ""], "line \(line.line)")
            }
        }
        let told = try folder.sluice("tasks", "results", task.id, "--database", "a.db")
        #expect(told.exitCode == 0)
        #expect(try told.output == folder.read("results.csv"))
    }

    // MARK: Keys

    private func results(
        _ type: String, _ text: String, in folder: Workdir, _ options: String...,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> [ResultFile.Line] {
        try folder.write("in.csv", text)
        let run = try folder.importing(
            type, "in.csv", options + ["--results", "results.csv", "--force"], sourceLocation: sourceLocation)
        #expect([0, 3].contains(run.exitCode), "\(run.text)", sourceLocation: sourceLocation)
        return try ResultFile(folder.read("results.csv")).lines
    }

    @Test("An account without any key has an id, and one with a key is told by the first that it has")
    func accountsWithoutKey() throws {
        let folder = try Workdir()
        let text =
            "originalId,accountNumber,name\nA,1,Alpha\n,2,Beta\n,,Gamma\n,,Delta\nB,1,Taken\n,2,Beta\n,,\n"
        let lines = try results("accounts", text, in: folder)
        #expect(lines.map(\.key) == ["A", "2", "", "", "B", "2", ""])
        #expect(
            lines.map(\.outcome) == [
                "created", "created", "created", "created", "rejected", "duplicate", "rejected",
            ])
        let ids = try Dictionary(
            uniqueKeysWithValues: Database(folder).rows("SELECT name, id FROM accounts").map {
                ($0[0], $0[1])
            })
        let names = ["Alpha", "Beta", "Gamma", "Delta", "-", "Beta", "-"]
        #expect(lines.map(\.id) == names.map { ids[$0, default: ""] })

        let again = try results("accounts", text, in: folder, "--mode", "update")
        #expect(
            again.map(\.outcome) == [
                "unchanged", "unchanged", "skipped", "skipped", "skipped", "duplicate", "skipped",
            ])
        #expect(again.map(\.id) == [ids["Alpha"], ids["Beta"], "", "", "", ids["Beta"], ""])
    }

    @Test("Of a large file too: into a table without rows, beside rows, and once more with nothing new")
    func largeFile() throws {
        let folder = try Workdir()
        func text(_ keys: Range<Int>) -> String {
            "contactNumber,lastName\n"
                + keys.map { "K\($0 % 7 == 0 ? keys.lowerBound + ($0 - keys.lowerBound) / 2 : $0),L\($0)\n" }
                .joined()
        }
        for keys in [0..<10_300, 5_000..<15_700, 5_000..<15_700] {
            let lines = try results("contacts", text(keys), in: folder)
            let ids = try Dictionary(
                uniqueKeysWithValues: Database(folder).rows("SELECT contact_number, id FROM contacts").map {
                    ($0[0], $0[1])
                })
            #expect(lines.count == keys.count)
            #expect(lines.filter { $0.id != ids[$0.key] }.map(\.line) == [])
        }
    }

    @Test("A customer is told by its number, else by its e-mail address")
    func customers() throws {
        let folder = try Workdir()
        let header = "customerNumber,email,firstName,lastName\n"
        let first = try results(
            "customers", header + "1,a@example.com,Ann,Lee\n,b@example.com,Bob,Ray\n", in: folder)
        #expect(first.map(\.id) == ["1", "2"])
        let lines = try results(
            "customers",
            header + "3,c@example.com,Cy,Kim\n,b@example.com,Rob,Ray\n1,a2@example.com,Ann,Lee\n"
                + "4,b@example.com,Di,Ng\n,b@example.com,Rob,Ray\n", in: folder)
        #expect(lines.map(\.key) == ["3", "b@example.com", "1", "4", "b@example.com"])
        #expect(lines.map(\.outcome) == ["created", "updated", "updated", "rejected", "duplicate"])
        let created = try Database(folder).text("SELECT id FROM customers WHERE customer_number = '3'")
        #expect(lines.map(\.id) == [created, "2", "1", "", "2"])
    }

    @Test("A key of several fields is told as its values, joined by spaces")
    func compoundKey() throws {
        let folder = try Workdir()
        try folder.write(
            "visit.yaml",
            """
            name: visit
            plural: visits
            limit: {records: 100}
            keys: [[site, day, fee]]
            fields:
              - {name: site, kind: identifier, required: true}
              - {name: day, kind: date, required: true}
              - {name: fee, kind: decimal, places: 2, required: true}
              - {name: note, kind: text}

            """)
        let declared = try folder.sluice("types", "add", "visit.yaml", "--database", "a.db")
        #expect(declared.exitCode == 0, "\(declared.errors)")
        let header = "site,day,fee,note\n"
        let first = try results(
            "visits", header + "North,2026-01-31,-0.5,a\nSouth,2026-02-01,12,b\n", in: folder)
        #expect(first.map(\.key) == ["North 2026-01-31 -0.50", "South 2026-02-01 12.00"])
        #expect(first.map(\.id) == ["1", "2"])
        let second = try results(
            "visits", header + "South,2026-02-01,12.00,c\nNorth,2026-02-01,12,b\n", in: folder)
        #expect(second.map(\.outcome) == ["updated", "created"])
        #expect(second.map(\.id).first == "2")
    }

    @Test("A record outside where is skipped and has no id, whether or not its key has a row")
    func outsideWhere() throws {
        let folder = try Workdir()
        try folder.write(
            "f.yaml",
            """
            name: f
            recordType: contact
            columns:
              - {field: contactNumber, from: Id}
              - {field: state, from: State}
            where: "state = 'CA'"

            """)
        let lines = try results(
            "contacts", "Id,State\n1,CA\n2,NV\n\n3,CA\n1,NV\n", in: folder, "--filter", "f.yaml")
        #expect(lines.map(\.line) == [2, 3, 4, 5, 6])
        #expect(lines.map(\.key) == ["1", "2", "", "3", "1"])
        #expect(lines.map(\.id) == ["1", "", "", "2", ""])
        #expect(lines.map(\.outcome) == ["created", "skipped", "skipped", "created", "skipped"])
    }

    // MARK: Kills

    @Test(
        "Killed and resumed, an import has the results of one clean run, and none before its end",
        arguments: [[], ["--atomic"]], ["before-commit:1", "after-commit:1", "before-commit:4"])
    func killed(options: [String], failpoint: String) throws {
        let given = try MixedImport()
        let arguments =
            MixedImport.options("upsert", "last") + options + ["--results", "results.csv"]
        let folder = try given.folder()
        let program = try folder.start(
            ["import", "contacts", "in.csv", "--database", "a.db"] + arguments,
            environment: ["SLUICE_FAILPOINT": failpoint])
        let isKilled = options.isEmpty || failpoint.hasSuffix(":1")
        #expect(program.wait().exitCode == (isKilled ? -SIGKILL : 3))
        if isKilled {
            #expect(!folder.names.contains { $0.contains("results") })
            #expect(try folder.ask("tasks", "resume", folder.newestTask().id).exitCode == 3)
        }
        let clean = try given.folder()
        #expect(try clean.importing("contacts", "in.csv", arguments).exitCode == 3)
        #expect(try folder.read("results.csv") == clean.read("results.csv"))
        #expect(try ResultFile(folder.read("results.csv")).lines.count == MixedImport.records)
    }

    // MARK: The file

    private static let text = "contactNumber,lastName\n1,Ann\n\n2,Bob\n"

    @Test("Outcomes that were not asked for are not kept, and the command says so")
    func notKept() throws {
        let folder = try Workdir()
        try folder.write("in.csv", Self.text)
        let task = try folder.importing("contacts", "in.csv").task()
        let run = try folder.ask("tasks", "results", task.id)
        #expect(run.exitCode == 2)
        #expect(try run.failure().code == "results_not_kept")
        #expect(try run.failure().hint?.contains("--results") == true)
        let advice = try folder.sluice("import", "contacts", "in.csv", "--database", "a.db")
        #expect(!advice.text.contains("tasks results"))
    }

    @Test(
        "One file for rejects and results is refused, however it is spelled",
        arguments: ["out.csv", "./out.csv", "../FOLDER/out.csv"])
    func twice(name: String) throws {
        let folder = try Workdir()
        try folder.write("in.csv", Self.text)
        let own = URL(fileURLWithPath: folder.path).lastPathComponent
        let run = try folder.importing(
            "contacts", "in.csv", "--rejects", "out.csv", "--results",
            name.replacingOccurrences(of: "FOLDER", with: own))
        #expect(run.exitCode == 2)
        #expect(try run.failure().code == "output_twice")
        #expect(folder.names == ["in.csv"])
    }

    @Test("Nor may the results go where the reasons of the rejects go")
    func reasonsAndResults() throws {
        let folder = try Workdir()
        try folder.write("in.csv", Self.text)
        try folder.write(
            "f.yaml",
            "name: f\nrecordType: contact\nfile: {quote: none}\ncolumns:\n"
                + "  - {field: contactNumber, from: contactNumber}\n")
        let run = try folder.importing(
            "contacts", "in.csv", "--filter", "f.yaml", "--rejects", "out", "--results", "out.reasons.csv")
        #expect(run.exitCode == 2)
        #expect(try run.failure().code == "output_twice")
    }

    @Test("A results file that is there, or the source itself, is not replaced, unless --force is given")
    func replaced() throws {
        let folder = try Workdir()
        try folder.write("in.csv", Self.text)
        try folder.write("out.csv", "mine")
        let refused = try folder.importing("contacts", "in.csv", "--results", "out.csv")
        #expect(refused.exitCode == 2)
        #expect(try refused.failure().code == "output_exists")
        #expect(try folder.read("out.csv") == Array("mine".utf8))
        let source = try folder.importing("contacts", "in.csv", "--results", "in.csv", "--force")
        #expect(source.exitCode == 2)
        #expect(try source.failure().code == "output_is_input")
        #expect(folder.names == ["in.csv", "out.csv"])

        let run = try folder.importing("contacts", "in.csv", "--results", "out.csv", "--force")
        #expect(run.exitCode == 0)
        let expected = "line,key,id,outcome\r\n2,1,1,created\r\n3,,,skipped\r\n4,2,2,created\r\n"
        #expect(try folder.read("out.csv") == Array(expected.utf8))

        let id = try run.task().id
        let database = ["--database", "a.db"]
        let again = try folder.start(["tasks", "results", id, "--output", "out.csv"] + database).wait()
        #expect(again.exitCode == 2)
        #expect(again.errors.contains("out.csv"))
        let copy = try folder.start(["tasks", "results", id, "--output", "copy.csv"] + database).wait()
        #expect(copy.exitCode == 0)
        #expect(try folder.read("copy.csv") == Array(expected.utf8))
        try folder.write("copy.csv", "mine")
        let forced = try folder.start(["tasks", "results", id, "--output", "copy.csv", "--force"] + database)
        #expect(forced.wait().exitCode == 0)
        #expect(try folder.read("copy.csv") == Array(expected.utf8))
        #expect(try folder.ask("tasks", "results", id, "--output", "x.csv").exitCode == 64)
    }

    @Test("As JSON, what is not there is null, and all is one value")
    func asJSON() throws {
        struct Answer: Decodable {
            struct Result: Decodable, Equatable {
                var line: UInt64
                var key: String
                var id: Int64?
                var outcome: String
            }
            var results: [Result]
        }
        let folder = try Workdir()
        try folder.write("in.csv", Self.text)
        let task = try folder.importing("contacts", "in.csv", "--results", "out.csv").task()
        let run = try folder.ask("tasks", "results", task.id)
        #expect(run.exitCode == 0)
        #expect(
            try JSONDecoder().decode(Answer.self, from: Data(run.output)).results == [
                .init(line: 2, key: "1", id: 1, outcome: "created"),
                .init(line: 3, key: "", id: nil, outcome: "skipped"),
                .init(line: 4, key: "2", id: 2, outcome: "created"),
            ])
        #expect(run.text.contains("\"id\":null"))
        try folder.write("empty.csv", "contactNumber,lastName\n")
        let empty = try folder.importing("contacts", "empty.csv", "--results", "none.csv")
        if empty.exitCode == 0 {
            let none = try folder.ask("tasks", "results", empty.task().id)
            #expect(try JSONDecoder().decode(Answer.self, from: Data(none.output)).results.isEmpty)
            #expect(try folder.read("none.csv") == Array("line,key,id,outcome\r\n".utf8))
        }
    }

    @Test("The results file is told of an import that failed, too: what was committed by then")
    func failed() throws {
        let given = try MixedImport()
        let folder = try given.folder()
        let run = try folder.importing(
            "contacts", "in.csv",
            MixedImport.options("upsert", "last") + ["--max-rejects", "5", "--results", "results.csv"])
        #expect(run.exitCode == 1)
        let task = try run.task()
        let results = try ResultFile(folder.read("results.csv"))
        #expect(results.totals == task.counts.byOutcome)
        #expect(results.lines.count == Int(task.counts.processed))
    }
}
