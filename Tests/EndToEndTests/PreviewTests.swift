import Foundation
import TestSupport
import Testing

/// What `preview --json` prints.
private struct ShownPreview: Decodable {
    struct File: Decodable {
        var isWhole: Bool
        var records: UInt64
        var blankLines: UInt64
    }
    struct Field: Decodable {
        var field: String
    }
    struct Column: Decodable {
        var position: Int
        var name: String?
    }
    struct Record: Decodable {
        var record: UInt64
        var line: UInt64
        var byteOffset: UInt64
        var fate: String
        var values: [String: String?]
        var source: [String: String?]
        var problems: [ShownReject.Issue]
    }

    var file: File
    var fields: [Field]
    var unreadColumns: [Column]
    var records: [Record]
}

/// What `filters check --json` prints.
private struct ShownCheck: Decodable {
    struct Problem: Decodable {
        var code: String
        var count: UInt64
        var firstLine: UInt64
    }
    struct Example: Decodable {
        var source: String
        var stored: String
    }
    struct Finding: Decodable {
        var source: ShownPreview.Field
        var values: UInt64
        var blanks: UInt64
        var examples: [Example]
        var problems: [Problem]
    }
    struct Unread: Decodable {
        var column: ShownPreview.Column
        var example: String?
        var nearestField: String?
    }
    struct Sample: Decodable {
        var file: ShownPreview.File
        var accepted: UInt64
        var rejected: UInt64
        var skipped: UInt64
        var fields: [Finding]
        var unreadColumns: [Unread]
        var problems: [Problem]
    }

    var recordType: String
    var unfedRequiredFields: [String]
    var sample: Sample?
}

@Suite("Looking at a file before it is imported")
struct PreviewTests {
    private func decoded<Value: Decodable>(_ run: Run, _ type: Value.Type = Value.self) throws -> Value {
        try JSONDecoder().decode(type, from: Data(run.output))
    }

    private func preview(_ folder: Workdir, _ file: String, _ options: String...) throws -> Run {
        try preview(folder, file, options)
    }

    private func preview(_ folder: Workdir, _ file: String, _ options: [String]) throws -> Run {
        try folder.start(["preview", file, "--json", "-n", "10000"] + options).wait()
    }

    private func column(_ field: String) -> String {
        field.reduce(into: "") { $0 += $1.isUppercase ? "_" + $1.lowercased() : String($1) }
    }

    /// Checks that what a preview says of each record is what an import does with it.
    ///
    /// `folder` has the imported database already; `limit` is the number of the last record previewed.
    private func compare(
        _ preview: ShownPreview, with folder: Workdir, task: ShownTask, limit: UInt64 = .max
    ) throws {
        struct Page: Decodable {
            var rejects: [ShownReject]
        }
        let rejects: Page = try decoded(folder.ask("tasks", "rejects", task.id))
        let shown = preview.records.filter { $0.fate == "rejected" }
        let expected = rejects.rejects.filter { $0.record <= limit }
        #expect(shown.map(\.record) == expected.map(\.record))
        #expect(shown.map(\.line) == expected.map(\.line))
        #expect(shown.map(\.byteOffset) == expected.map(\.byteOffset))
        #expect(shown.map(\.problems) == expected.map(\.issues))

        // A later record of the file changes what an earlier one wrote, blanks apart.
        var stored: [String: [String: String]] = [:]
        for record in preview.records where record.fate == "accepted" {
            let key = try #require(record.values["contactNumber"] ?? nil)
            stored[key, default: [:]].merge(record.values.compactMapValues { $0 }) { $1 }
        }
        let fields = preview.fields.map(\.field)
        let list = fields.map { "\"\(column($0))\"" }.joined(separator: ", ")
        let rows = try Database(folder).rows("SELECT contact_number, \(list) FROM contacts_view")
        var found = 0
        for row in rows {
            guard let values = stored[row[0]] else { continue }
            found += 1
            #expect(Array(row.dropFirst()) == fields.map { values[$0] ?? "-" })
        }
        #expect(found == stored.count)
    }

    @Test(
        "What a preview says of an ugly file is what an import does with it", arguments: BadInput.ofFixtures)
    func uglyFiles(row: BadInput) throws {
        let folder = try Workdir()
        try folder.write("filter.yaml", row.filter ?? BadInput.contactFilter)
        let file = Given.ugly(row.fixture ?? "")
        let options = ["--filter", "filter.yaml"] + row.options
        let run = try preview(folder, file, options)
        #expect(folder.names == ["filter.yaml"], "a preview writes nothing")
        #expect(run.exitCode == row.exitCode)
        if case .refused(let code, _) = row.end {
            #expect(try run.failure().code == code)
            return
        }
        let task = try folder.importing("contacts", file, options).task()
        try compare(decoded(run), with: folder, task: task)
    }

    @Test("The rejects that a preview finds in the first 10,000 records of an export are those of its import")
    func realExport() throws {
        let folder = try Workdir()
        let run = try preview(folder, Given.contacts, "--filter", "livevox-contacts")
        #expect(run.exitCode == 3)
        let shown: ShownPreview = try decoded(run)
        #expect(shown.records.count == 10_000)
        let task = try folder.importing("contacts", Given.contacts, "--filter", "livevox-contacts").task()
        let last = try #require(shown.records.last?.record)
        struct Page: Decodable {
            var rejects: [ShownReject]
        }
        let rejects: Page = try decoded(folder.ask("tasks", "rejects", task.id))
        let expected = rejects.rejects.filter { $0.record <= last }
        let rejected = shown.records.filter { $0.fate == "rejected" }
        #expect(rejected.map(\.record) == expected.map(\.record))
        #expect(rejected.map(\.problems) == expected.map(\.issues))
    }

    @Test("What a preview says of a random file is what an import does with it", arguments: 0..<6)
    func randomFiles(round: Int) throws {
        var random = SeededGenerator.printingSeed()
        let pools: [(name: String, values: [String])] = [
            ("contactNumber", ["1", "2", "007", "1e5", "", "\"a\"\"b\"", "é"]),
            ("Last-Name", ["Ann", "", "=1+1", "\"x,\ny\"", "  ", "NULL", "\"a\"b"]),
            ("email", ["a@b.co", "a@@b.co", "", " a@b.co "]),
            ("dateOfBirth", ["1984-02-29", "1985-02-29", "", "02/03/1985"]),
            ("paymentBalance", ["1", "-0.5", "12.345", "", "1e3", "+7.10"]),
            ("no such field", ["x", ""]),
        ]
        var text = pools.map(\.name).joined(separator: ",") + "\n"
        for _ in 0..<60 {
            var cells = pools.map { $0.values.randomElement(using: &random) ?? "" }
            if UInt8.random(in: 0..<12, using: &random) == 0 { cells.removeLast() }
            text +=
                cells.joined(separator: ",") + ["\n", "\r\n", "\n\n"][Int.random(in: 0..<3, using: &random)]
        }
        let folder = try Workdir()
        try folder.write("in.csv", text)
        let shown: ShownPreview = try decoded(preview(folder, "in.csv", "--type", "contacts"))
        #expect(shown.file.isWhole)
        #expect(shown.unreadColumns.map(\.name) == ["no such field"])
        let task = try folder.importing("contacts", "in.csv").task()
        #expect(task.counts.read == shown.file.records)
        try compare(shown, with: folder, task: task)
    }

    @Test("Records outside where are marked as skipped")
    func outsideWhere() throws {
        let folder = try Workdir()
        try folder.write("in.csv", "contactNumber,state\n1,CA\n2,NV\n")
        try folder.write(
            "f.yaml",
            """
            name: f
            recordType: contact
            columns:
              - {field: contactNumber, from: contactNumber}
              - {field: state, from: state}
            where: "state = 'CA'"
            """)
        let shown: ShownPreview = try decoded(preview(folder, "in.csv", "--filter", "f.yaml"))
        #expect(shown.records.map(\.fate) == ["accepted", "skipped"])
    }

    @Test("Of a file of a terabyte no more is read than is shown")
    func hugeFile() throws {
        let folder = try Workdir()
        let path = folder.file("in.csv")
        try folder.write("in.csv", "contactNumber,lastName\n" + (1...20).map { "\($0),Ann\n" }.joined())
        #expect(truncate(path, 1 << 40) == 0)
        let run = try folder.sluice("preview", "in.csv", "--type", "contacts", "-n", "5", "--json")
        #expect(run.exitCode == 0, "\(run.text) \(run.errors)")
        let shown: ShownPreview = try decoded(run)
        #expect(shown.records.map(\.line) == [2, 3, 4, 5, 6])
        #expect(!shown.file.isWhole)
    }

    @Test("Of a FIFO that never ends a part is taken, and its writer told", arguments: ["cat", "gzip -1"])
    func endlessFIFO(filter: String) throws {
        let folder = try Workdir()
        #expect(mkfifo(folder.file("pipe"), 0o600) == 0)
        let program = try folder.start(["preview", "pipe", "--type", "contacts", "-n", "3", "--json"])
        let writer = Process()
        writer.executableURL = URL(fileURLWithPath: "/bin/sh")
        writer.arguments = [
            "-c",
            "{ echo contactNumber,lastName; yes 1,Ann; } 2>/dev/null | \(filter) 2>/dev/null > \"$0/pipe\"",
            folder.path,
        ]
        try writer.run()
        let run = program.wait()
        // It ends only since nobody reads on.
        writer.waitUntilExit()
        #expect(run.exitCode == 0, "\(run.text) \(run.errors)")
        let shown: ShownPreview = try decoded(run)
        #expect(shown.records.map(\.line) == [2, 3, 4])
        #expect(!shown.file.isWhole)
        #expect(folder.names == ["pipe"])
    }

    @Test("Standard input is looked at as a file is", arguments: ["none", "gzip", "zstd"])
    func standardInput(compression: String) throws {
        let folder = try Workdir()
        try folder.write("in", compressed(Array("contactNumber\n1\n2\n".utf8), compression))
        let run = try folder.sluice(
            "preview", "-", "--type", "contact", "--json", input: folder.file("in"))
        #expect(run.exitCode == 0)
        let shown: ShownPreview = try decoded(run)
        #expect(shown.records.count == 2)
        #expect(shown.file.isWhole)
    }

    @Test("No line of a preview is wider than 100 characters where there is no terminal, whatever the values")
    func noWideLines() throws {
        let folder = try Workdir()
        let long = String(repeating: "long words ", count: 40)
        try folder.write(
            "in.csv", "contactNumber,lastName,email\n1,\(long),a@b.co\n2,\u{1B}[31m\u{202E}x,bad\n")
        let run = try folder.sluice("preview", "in.csv", "--type", "contacts")
        #expect(run.exitCode == 3)
        #expect(run.text.split(separator: "\n").allSatisfy { $0.count <= 100 })
        #expect(!run.text.unicodeScalars.contains("\u{1B}") && !run.text.unicodeScalars.contains("\u{202E}"))
        #expect(run.text.contains("email_malformed"))
    }

    // MARK: filters check

    @Test("A document alone is checked without file and database")
    func documentAlone() throws {
        let folder = try Workdir()
        let good: ShownCheck = try decoded(
            folder.sluice("filters", "check", "livevox-contacts", "--json"))
        #expect(good.recordType == "contact")
        #expect(good.sample == nil)
        try folder.write(
            "bad.yaml", "name: bad\nrecordType: contact\ncolumns:\n  - {field: nosuch, from: A}\n")
        let bad = try folder.sluice("filters", "check", "bad.yaml", "--json")
        #expect(bad.exitCode == 2)
        #expect(try bad.failure().code == "unknown_field")
        try folder.write(
            "half.yaml", "name: half\nrecordType: customer\ncolumns:\n  - {field: email, from: A}\n")
        let half: ShownCheck = try decoded(folder.sluice("filters", "check", "half.yaml", "--json"))
        #expect(half.unfedRequiredFields == ["firstName", "lastName"])
    }

    @Test("A sample is counted as an import of it counts")
    func sampleCounts() throws {
        let folder = try Workdir()
        let run = try folder.sluice(
            "filters", "check", "livevox-contacts", Given.contacts, "--all", "--json")
        #expect(run.exitCode == 3)
        let sample = try #require(decoded(run, ShownCheck.self).sample)
        let task = try folder.importing("contacts", Given.contacts, "--filter", "livevox-contacts").task()
        #expect(sample.file.isWhole)
        #expect(sample.rejected == task.counts.rejected)
        #expect(
            sample.accepted + sample.rejected + sample.skipped == task.counts.read - sample.file.blankLines)
        var byCode: [String: UInt64] = [:]
        for problem in sample.problems + sample.fields.flatMap(\.problems) {
            byCode[problem.code, default: 0] += problem.count
        }
        #expect(byCode == task.byCode)
    }

    @Test("Each field has its values, blanks, examples and problems; unread columns their example and a hint")
    func sampleFindings() throws {
        let folder = try Workdir()
        try folder.write("in.csv", "Id,Phone,Frist Name,Mail\n1,(555) 010-0199,Ann,a@b.co\n2,,,bad\n")
        try folder.write(
            "f.yaml",
            """
            name: f
            recordType: contact
            columns:
              - {field: contactNumber, from: Id}
              - {field: email, from: Mail}
            """)
        let run = try folder.sluice("filters", "check", "f.yaml", "in.csv", "--json")
        #expect(run.exitCode == 3)
        let sample = try #require(decoded(run, ShownCheck.self).sample)
        #expect(sample.fields.map(\.source.field) == ["contactNumber", "email"])
        #expect(sample.fields[0].examples.map(\.stored) == ["1", "2"])
        #expect(sample.fields[1].values == 2)
        #expect(sample.fields[1].problems.map(\.code) == ["email_malformed"])
        #expect(sample.fields[1].problems.map(\.firstLine) == [3])
        #expect(sample.unreadColumns.map(\.example) == ["(555) 010-0199", "Ann"])
        #expect(sample.unreadColumns.map(\.nearestField).last == "firstName")
        let people = try folder.sluice("filters", "check", "f.yaml", "in.csv")
        #expect(people.text.contains("'Frist Name', such as \"Ann\"; is it firstName?"))

        try folder.write("other.csv", "A,B\n1,2\n")
        let other = try folder.sluice("filters", "check", "f.yaml", "other.csv", "--json")
        #expect(other.exitCode == 2)
        #expect(try other.failure().code == "column_missing")
    }
}
