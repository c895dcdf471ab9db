import FixtureGenerator
import Foundation
import Testing

@Suite("The bundled fixtures, imported")
struct BundledFixtureTests {
    @Test(
        "An import reports exactly what is in the file, and the table holds it",
        arguments: [
            ("contacts", "contacts-30k.csv.zst", "contacts-30k.json", "livevox-contacts", "payment_balance"),
            ("accounts", "accounts-2k.csv", "accounts-2k.json", "livevox-accounts", "annual_revenue"),
        ])
    func reportsWhatIsThere(
        table: String, file: String, summaryFile: String, filter: String, amount: String
    ) throws {
        let folder = try Workdir()
        let expected = try Given.summary(summaryFile)
        let path = Given.fixtures.appendingPathComponent(file).path
        let run = try folder.importing(table, path, "--filter", filter)
        #expect(run.exitCode == 3)

        let task = try run.task()
        #expect(task.state == "completedWithRejects")
        #expect(task.kind == "import")
        #expect(task.recordType == expected.recordType)
        expect(task.counts, is: expected)
        #expect(task.byCode == expected.byCode)
        #expect(task.failure == nil)
        #expect(task.file.name == file)
        #expect(try task.file.bytes == UInt64(Given.bytes(path).count))
        #expect(task.file.sha256.count == 64)
        #expect(task.file.compression == (file.hasSuffix(".zst") ? "zstd" : "none"))
        #expect(task.progress.bytesDone == task.file.bytes)
        #expect(task.progress.bytesTotal == task.file.bytes)

        let database = try Database(folder)
        #expect(try database.number("SELECT count(*) FROM \(table)") == Int64(expected.created))
        #expect(try database.number("SELECT sum(\(amount)) FROM \(table)") == expected.amountHundredths)
        let shown = try database.number(
            "SELECT sum(CAST(round(100 * \(amount)) AS INTEGER)) FROM \(table)_view")
        #expect(shown == expected.amountHundredths)
        #expect(try database.damage().isEmpty)
    }

    @Test("The answer to --json has every key of the contract, and null for what is not known")
    func hasEveryKey() throws {
        let folder = try Workdir()
        let run = try folder.importing("contacts", Given.contacts, "--filter", "livevox-contacts")
        let task = try #require(
            JSONSerialization.jsonObject(with: Data(run.output)) as? [String: Any])
        let keys = [
            "id", "kind", "recordType", "state", "requestedBy", "file", "inputFilter", "mode", "submittedAt",
            "startedAt", "endedAt", "progress", "counts", "errors", "failure", "version", "parentId",
            "undoes",
            "warnings", "dryRun", "atomic",
        ]
        #expect(Set(keys).subtracting(task.keys).isEmpty)
        #expect(task["failure"] is NSNull)
        let id = try #require(task["id"] as? String)
        #expect(id.contains(/^[0-9a-f]{32}$/))
        #expect(
            (task["submittedAt"] as? String)?.contains(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) == true)
        let filter = try #require(task["inputFilter"] as? [String: Any])
        #expect(filter["name"] as? String == "livevox-contacts")
        #expect(filter["version"] as? Int == 1)
        let tallies = try #require(task["errors"] as? [[String: Any]])
        #expect(
            tallies.allSatisfy { Set(["code", "field", "count", "firstLine"]).subtracting($0.keys).isEmpty })
        #expect(tallies.contains { $0["field"] is NSNull }, "a record with too few fields has none at fault")
        let progress = try #require(task["progress"] as? [String: Any])
        #expect(Set(progress.keys) == ["bytesDone", "bytesTotal", "recordsPerSecond", "etaSeconds"])
    }

    @Test("Importing the same file again changes no row")
    func againChangesNothing() throws {
        let folder = try Workdir()
        let options = ["--filter", "livevox-contacts", "--duplicates", "first"]
        let first = try folder.importing("contacts", Given.contacts, options)
        let before = try first.task()
        let database = try Database(folder)
        let rows = try database.rows("SELECT * FROM contacts ORDER BY id")

        let run = try folder.importing("contacts", Given.contacts, options)
        #expect(run.exitCode == 3)
        let task = try run.task()
        var expected = before.counts
        expected.unchanged = expected.created
        expected.created = 0
        #expect(task.counts == expected)
        #expect(task.errors == before.errors)
        #expect(task.warnings == before.warnings)
        #expect(try folder.rejects(of: task.id) == folder.rejects(of: before.id))
        #expect(try duplicateLines(folder, task.id) == duplicateLines(folder, before.id))
        #expect(try database.rows("SELECT * FROM contacts ORDER BY id") == rows)
    }

    @Test(
        "Where the last record of a key wins, importing again writes only the rows that a key's records dispute"
    )
    func againWritesDisputedRowsOnly() throws {
        let folder = try Workdir()
        let before = try folder.importing("contacts", Given.contacts, "--filter", "livevox-contacts").task()
        let database = try Database(folder)
        let rows = try database.rows("SELECT * FROM contacts ORDER BY id")
        let lines = try Set(duplicateLines(folder, before.id).map { UInt64($0) })
        let source = try #require(
            PlainTable(unzstd(Given.bytes(Given.contacts), maxBytes: 8 << 20)))
        let repeated = Dictionary(
            grouping: source.records.filter { lines.contains($0.line) }, by: { $0.fields[0] })
        // A blank in the first record disputes nothing: it leaves the stored value alone.
        let disputed = source.records.filter { first in
            guard let later = repeated[first.fields[0]]?.last, later.line != first.line else { return false }
            return first.fields.count == later.fields.count
                && zip(first.fields, later.fields).contains { !$0.isEmpty && !$1.isEmpty && $0 != $1 }
        }

        let run = try folder.importing("contacts", Given.contacts, "--filter", "livevox-contacts")
        let task = try run.task()
        #expect(task.counts.updated == UInt64(disputed.count))
        #expect(task.counts.unchanged == before.counts.created - UInt64(disputed.count))
        #expect(task.counts.duplicate == before.counts.duplicate)
        #expect(task.counts.created == 0)
        #expect(try database.rows("SELECT * FROM contacts ORDER BY id") == rows)
    }

    @Test("A duplicate is told by its line, and the line holds a key that an earlier line has")
    func duplicatesAreToldByLine() throws {
        let folder = try Workdir()
        let task = try folder.importing("contacts", Given.contacts, "--filter", "livevox-contacts").task()
        let lines = try duplicateLines(folder, task.id)
        #expect(UInt64(lines.count) == task.counts.duplicate)
        #expect(lines == lines.sorted())
        let source = try #require(
            PlainTable(unzstd(Given.bytes(Given.contacts), maxBytes: 8 << 20)))
        for line in lines {
            let record = try #require(source.records.first { $0.line == UInt64(line) })
            #expect(source.records.contains { $0.fields[0] == record.fields[0] && $0.line < record.line })
        }
        let text = try folder.sluice("tasks", "duplicates", task.id, "--database", "a.db").text
        #expect(text == lines.map { "\($0)\n" }.joined())
    }
}

/// Compares counts with what a fixture's summary says of an import into an empty table.
func expect(
    _ counts: ShownCounts, is expected: FixtureSummary, sourceLocation: SourceLocation = #_sourceLocation
) {
    let due = ShownCounts(
        read: expected.read, created: expected.created, duplicate: expected.duplicate,
        rejected: expected.rejected)
    #expect(counts == due, sourceLocation: sourceLocation)
    #expect(counts.reconcile, sourceLocation: sourceLocation)
}

/// The lines that `tasks duplicates` lists.
func duplicateLines(_ folder: Workdir, _ id: String) throws -> [Int64] {
    struct Lines: Decodable {
        var lines: [Int64]
    }
    return try JSONDecoder().decode(Lines.self, from: Data(folder.ask("tasks", "duplicates", id).output))
        .lines
}
