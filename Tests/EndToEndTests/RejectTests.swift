import Foundation
import Testing

@Suite("Rejects")
struct RejectTests {
    /// What the file of a run holds that `tasks rejects` gives, taken apart.
    private func parts(_ folder: Workdir, _ task: ShownTask) throws -> RejectFile {
        try #require(RejectFile(folder.rejects(of: task.id)))
    }

    @Test(
        "Every rejected record is given back byte for byte, behind its line, column, field, code and message")
    func recordsKeepTheirBytes() throws {
        let folder = try Workdir()
        let task = try folder.importing("contacts", Given.contacts, "--filter", "livevox-contacts").task()
        let source = try #require(PlainTable(unzstd(Given.bytes(Given.contacts), maxBytes: 8 << 20)))
        let byLine = Dictionary(uniqueKeysWithValues: source.records.map { ($0.line, $0) })

        let file = try parts(folder, task)
        #expect(file.header == source.header.bytes)
        #expect(UInt64(file.entries.count) == task.counts.rejected)
        let told = Dictionary(grouping: file.entries, by: \.code).mapValues { UInt64($0.count) }
        #expect(told == task.byCode)
        for entry in file.entries {
            let line = try #require(UInt64(entry.line))
            #expect(entry.record == byLine[line]?.bytes)
            #expect(!entry.message.isEmpty)
            #expect(entry.field.isEmpty == (entry.code == "field_count"))
            if let column = Int(entry.column) { #expect((1...15).contains(column)) }
        }
        let lines = file.entries.compactMap { UInt64($0.line) }
        #expect(lines == lines.sorted())
    }

    @Test("As JSON, a reject has its record, line, byte and every reason")
    func jsonHasEveryReason() throws {
        struct Page: Decodable {
            var rejects: [ShownReject]
        }
        let folder = try Workdir()
        let bytes =
            "contactNumber,email,phone1,lastName\n1,a@example.com,+12025550123,A\n"
            + "2,nobody,n/a,B\n3,c@example.com,,C\n"
        try folder.write("in.csv", bytes)
        let task = try folder.importing("contacts", "in.csv").task()
        let answer = try folder.ask("tasks", "rejects", task.id)
        let rejects = try JSONDecoder().decode(Page.self, from: Data(answer.output)).rejects
        #expect(rejects.count == 1)
        #expect(rejects.first?.record == 2)
        #expect(rejects.first?.line == 3)
        #expect(rejects.first?.byteOffset == 67)
        #expect(rejects.first?.issues.map(\.code) == ["email_malformed", "phone_malformed"])
        #expect(rejects.first?.issues.map(\.column) == [2, 3])
        #expect(task.errors.map(\.code) == ["email_malformed"], "a record counts once")
    }

    @Test("A task without rejects gives the columns and the header alone")
    func nothingRejected() throws {
        let folder = try Workdir()
        try folder.write("in.csv", "contactNumber,lastName\n1,A\n")
        let task = try folder.importing("contacts", "in.csv").task()
        #expect(
            try folder.rejects(of: task.id) == Array("\(RejectFile.columns),contactNumber,lastName\n".utf8))
        #expect(try folder.ask("tasks", "rejects", task.id).text == "{\"rejects\":[]}\n")
    }

    @Test("--rejects FILE and 'tasks rejects' give the same bytes")
    func fileEqualsCommand() throws {
        let folder = try Workdir()
        let run = try folder.importing(
            "contacts", Given.contacts, "--filter", "livevox-contacts", "--rejects", "out.csv")
        let id = try run.task().id
        let written = try folder.read("out.csv")
        #expect(try written == folder.rejects(of: id))
        let copied = try folder.sluice("tasks", "rejects", id, "--output", "copy.csv", "--database", "a.db")
        #expect(copied.exitCode == 0)
        #expect(copied.output.isEmpty)
        #expect(try folder.read("copy.csv") == written)
        let again = try folder.sluice("tasks", "rejects", id, "--output", "copy.csv", "--database", "a.db")
        #expect(again.exitCode == 2)
        #expect(again.errors.contains("--force"))
    }

    @Test(
        "A reject file imported again as it is gives the same rejects with the same bytes, and five columns once"
    )
    func asItIsAgain() throws {
        let folder = try Workdir()
        let first = try folder.importing(
            "contacts", Given.contacts, "--filter", "livevox-contacts", "--rejects", "first.csv")
        let one = try #require(RejectFile(folder.read("first.csv")))
        let again = try folder.importing(
            "contacts", "first.csv", "--filter", "livevox-contacts", "--rejects", "second.csv")
        #expect(again.exitCode == 3)
        let task = try again.task()
        let rejected = try first.task().counts.rejected
        #expect(task.counts == ShownCounts(read: rejected, rejected: rejected))
        let two = try #require(RejectFile(folder.read("second.csv")))
        #expect(two.header == one.header)
        #expect(two.entries.map(\.record) == one.entries.map(\.record))
        #expect(two.entries.map(\.code) == one.entries.map(\.code))
        #expect(two.entries.map(\.field) == one.entries.map(\.field))
        #expect(two.entries.map(\.column) == one.entries.map(\.column))
    }

    @Test("A script that blanks the column at fault mends a reject file, which then imports as it is")
    func mendedByAScript() throws {
        let folder = try Workdir()
        let first = try folder.importing(
            "contacts", Given.contacts, "--filter", "livevox-contacts", "--rejects", "rejects.csv"
        ).task()
        let rejects = try folder.read("rejects.csv")
        var mended = Array(rejects.prefix { $0 != UInt8(ascii: "\n") }) + [UInt8(ascii: "\n")]
        var beyondMending: UInt64 = 0
        for record in PlainRecords(rejects).dropFirst() {
            guard let column = Int(record.text(1)), record.text(3) != "required_missing" else {
                beyondMending += 1
                mended += record.bytes
                continue
            }
            let index = 5 + column - 1
            let end = index + 1 < record.starts.count ? record.starts[index + 1] - 1 : record.bytes.count - 1
            mended += record.bytes[..<record.starts[index]] + record.bytes[end...]
        }
        try folder.write("mended.csv", mended)
        let task = try folder.importing("contacts", "mended.csv", "--filter", "livevox-contacts").task()
        #expect(beyondMending == 39, "26 with too few or many fields, 13 without a key")
        #expect(task.counts.read == first.counts.rejected)
        #expect(task.counts.rejected == beyondMending)
        #expect(task.byCode == ["field_count": 26, "required_missing": 13])
        #expect(task.counts.created > 80)
        let rows = try Database(folder).number("SELECT count(*) FROM contacts")
        #expect(rows == Int64(first.counts.created + task.counts.created))
    }

    @Test(
        "The reject file keeps the source's line ends, and adds one where the last record has none",
        arguments: ["\n", "\r\n", "\r"])
    func lineEnds(lineEnd: String) throws {
        let folder = try Workdir()
        let records = ["contactNumber,email", "1,a@example.com", "2,b", "3,c@example.com", "4,d"]
        try folder.write("in.csv", records.joined(separator: lineEnd))
        let task = try folder.importing("contacts", "in.csv").task()
        #expect(task.counts == ShownCounts(read: 4, created: 2, rejected: 2))
        let file = try folder.rejects(of: task.id)
        let parts = try #require(RejectFile(file))
        #expect(parts.header == Array(("contactNumber,email" + lineEnd).utf8))
        #expect(parts.entries.map(\.record) == ["2,b" + lineEnd, "4,d" + lineEnd].map { Array($0.utf8) })
        #expect(parts.entries.map(\.line) == ["3", "5"])
        try folder.write("again.csv", file)
        let again = try folder.importing("contacts", "again.csv").task()
        #expect(again.counts == ShownCounts(read: 2, rejected: 2))
    }

    @Test("A source without a header has a reject file that imports again as it is")
    func withoutHeader() throws {
        let folder = try Workdir()
        try folder.write("plain.yaml", Self.byPosition)
        try folder.write("in.csv", "1,Ann,a@example.com\n2,Bob,b\n3,Cy\n")
        let task = try folder.importing("contacts", "in.csv", "--filter", "plain.yaml").task()
        #expect(task.counts == ShownCounts(read: 3, created: 1, rejected: 2))
        let file = try folder.rejects(of: task.id)
        #expect(file.starts(with: Array((RejectFile.columns + "\n").utf8)))
        let parts = try #require(RejectFile(file))
        #expect(parts.header.isEmpty)
        #expect(parts.entries.map(\.record) == ["2,Bob,b\n", "3,Cy\n"].map { Array($0.utf8) })

        try folder.write("again.csv", file)
        let again = try folder.importing("contacts", "again.csv", "--filter", "plain.yaml").task()
        #expect(again.byCode == task.byCode)
        let same = try self.parts(folder, again)
        #expect(same.entries.map(\.record) == parts.entries.map(\.record))

        let mended = String(decoding: file, as: UTF8.self).replacing(",Bob,b\n", with: ",Bob,b@example.com\n")
            .replacing("3,Cy\n", with: "3,Cy,\n")
        try folder.write("mended.csv", mended)
        let last = try folder.importing("contacts", "mended.csv", "--filter", "plain.yaml").task()
        #expect(last.counts == ShownCounts(read: 2, created: 2))
        #expect(last.state == "completed")
        let rows = try Database(folder).rows("SELECT contact_number, email FROM contacts ORDER BY 1")
        #expect(rows == [["1", "a@example.com"], ["2", "b@example.com"], ["3", "-"]])
    }

    @Test("The five columns are written with the source's own delimiter")
    func ownDelimiter() throws {
        let folder = try Workdir()
        let dialect = "{delimiter: \";\"}"
        try folder.write("semicolon.yaml", Self.byName(dialect))
        try folder.write("in.csv", "contactNumber;email\n1;\"a;b\"\n2;b@example.com\n")
        let task = try folder.importing("contacts", "in.csv", "--filter", "semicolon.yaml").task()
        let text = try String(decoding: folder.rejects(of: task.id), as: UTF8.self)
        #expect(
            text.hasPrefix("sluice_line;sluice_column;sluice_field;sluice_code;sluice_message;contactNumber;")
        )
        #expect(text.hasSuffix(";1;\"a;b\"\n"))
        try folder.write("again.csv", text)
        let again = try folder.importing("contacts", "again.csv", "--filter", "semicolon.yaml").task()
        #expect(again.counts == ShownCounts(read: 1, rejected: 1))
    }

    @Test("Where quotes are plain data, records and reasons are two files, and the records import again")
    func withoutQuoting() throws {
        let folder = try Workdir()
        try folder.write("plain.yaml", Self.byName("{quote: none}"))
        try folder.write("in.csv", "contactNumber,email\n1,\"a@example.com\n2,b@example.com\n3,\"\n")
        let task = try folder.importing(
            "contacts", "in.csv", "--filter", "plain.yaml", "--rejects", "out.csv"
        ).task()
        #expect(task.counts == ShownCounts(read: 3, created: 1, rejected: 2))
        let records = "contactNumber,email\n1,\"a@example.com\n3,\"\n"
        #expect(try folder.read("out.csv") == Array(records.utf8))
        #expect(try folder.rejects(of: task.id) == Array(records.utf8))

        let reasons = try folder.read("out.csv.reasons.csv")
        let table = try #require(PlainTable(reasons))
        #expect(table.header.bytes == Array(("sluice_record," + RejectFile.columns + "\r\n").utf8))
        #expect(table.records.map { $0.text(0) } == ["1", "3"])
        #expect(table.records.map { $0.text(1) } == ["2", "4"])
        #expect(table.records.map { $0.text(4) } == ["email_malformed", "email_malformed"])
        let printed = try folder.sluice("tasks", "rejects", task.id, "--reasons", "--database", "a.db")
        #expect(printed.output == reasons)

        let again = try folder.importing("contacts", "out.csv", "--filter", "plain.yaml").task()
        #expect(again.counts == ShownCounts(read: 2, rejected: 2))
    }

    @Test("--rejects does not replace a file without --force, and nothing is imported")
    func existingFile() throws {
        let folder = try Workdir()
        try folder.write("in.csv", "contactNumber,email\n1,nobody\n2,b@example.com\n")
        try folder.write("out.csv", "kept")
        let refused = try folder.importing("contacts", "in.csv", "--rejects", "out.csv")
        #expect(refused.exitCode == 2)
        #expect(try refused.failure().code == "output_exists")
        #expect(try refused.failure().hint?.contains("--force") == true)
        #expect(try folder.read("out.csv") == Array("kept".utf8))
        #expect(!folder.has("a.db"), "no database is made for an import that is refused")

        let forced = try folder.importing("contacts", "in.csv", "--rejects", "out.csv", "--force")
        #expect(forced.exitCode == 3)
        #expect(try #require(RejectFile(folder.read("out.csv"))).entries.map(\.code) == ["email_malformed"])
    }

    @Test("--rejects does not replace a file of reasons without --force, and nothing is imported")
    func existingReasons() throws {
        let folder = try Workdir()
        try folder.write("plain.yaml", Self.byName("{quote: none}"))
        try folder.write("in.csv", "contactNumber,email\n1,nobody\n2,b@example.com\n")
        try folder.write("out.csv.reasons.csv", "kept")
        let refused = try folder.importing(
            "contacts", "in.csv", "--filter", "plain.yaml", "--rejects", "out.csv")
        #expect(refused.exitCode == 2)
        #expect(try refused.failure().code == "output_exists")
        #expect(try folder.read("out.csv.reasons.csv") == Array("kept".utf8))
        #expect(folder.names == ["in.csv", "out.csv.reasons.csv", "plain.yaml"])
    }

    @Test("--rejects never replaces the file that is imported, not even with --force or by another name")
    func inputItself() throws {
        let folder = try Workdir()
        let bytes = "contactNumber,email\n1,nobody\n"
        try folder.write("in.csv", bytes)
        symlink("in.csv", folder.file("link.csv"))
        for name in ["in.csv", "./in.csv", folder.file("in.csv"), "link.csv"] {
            let run = try folder.importing("contacts", "in.csv", "--rejects", name, "--force")
            #expect(run.exitCode == 2)
            #expect(try run.failure().code == "output_is_input")
        }
        #expect(try folder.read("in.csv") == Array(bytes.utf8))
        #expect(folder.names == ["in.csv", "link.csv"])
    }

    @Test("A run that fails for too many rejects writes the rejects it met")
    func failedRun() throws {
        let folder = try Workdir()
        try folder.write("in.csv", "contactNumber,email\n1,a\n2,b\n3,c@example.com\n")
        let run = try folder.importing(
            "contacts", "in.csv", "--rejects", "out.csv", "--max-rejects", "1", "--commit-every", "1")
        #expect(run.exitCode == 1)
        #expect(try #require(RejectFile(folder.read("out.csv"))).entries.map(\.line) == ["2", "3"])
    }

    private static let byPosition = """
        name: plain
        recordType: contact
        file: {header: false}
        columns:
          - {field: contactNumber, from: 1}
          - {field: firstName, from: 2}
          - {field: email, from: 3}
        """

    private static func byName(_ dialect: String) -> String {
        """
        name: named
        recordType: contact
        file: \(dialect)
        columns:
          - {field: contactNumber, from: contactNumber}
          - {field: email, from: email}
        """
    }
}
