import FixtureGenerator
import Foundation
import Testing

@Suite("Limits")
struct LimitTests {
    private static let threeRecords = "contactNumber,lastName\n1,Ann\n\n2,Bob\n3,Cy\n"

    /// Expects that an import was refused whole, and left a task that says so.
    private func expectRefused(
        _ run: Run, _ folder: Workdir, code: String, table: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        #expect(run.exitCode == 2, "\(run.text)", sourceLocation: sourceLocation)
        let task = try run.task(sourceLocation: sourceLocation)
        #expect(task.state == "failed", sourceLocation: sourceLocation)
        #expect(task.failure?.kind == "refused", sourceLocation: sourceLocation)
        #expect(task.failure?.code == code, sourceLocation: sourceLocation)
        #expect(task.counts == ShownCounts(), sourceLocation: sourceLocation)
        let rows = try Database(folder).number("SELECT count(*) FROM \(table)")
        #expect(rows == 0, sourceLocation: sourceLocation)
        #expect(try folder.newestTask() == task, sourceLocation: sourceLocation)
        let resume = try folder.ask("tasks", "resume", task.id, sourceLocation: sourceLocation)
        #expect(resume.exitCode == 2, sourceLocation: sourceLocation)
        let reason = try resume.failure(sourceLocation: sourceLocation)
        #expect(reason.code == "not_resumable", sourceLocation: sourceLocation)
    }

    @Test(
        "A file with more records than --max-records is refused before anything is written, compressed or not",
        arguments: ["none", "gzip", "zstd"])
    func tooManyRecords(compression: String) throws {
        let folder = try Workdir()
        try folder.write("in.csv", compressed(Array(Self.threeRecords.utf8), compression))
        let run = try folder.importing("contacts", "in.csv", "--max-records", "2")
        try expectRefused(run, folder, code: "too_many_records", table: "contacts")
        #expect(try run.task().failure?.line == 5)
        let fits = try folder.importing("contacts", "in.csv", "--max-records", "3")
        #expect(try fits.task().counts == ShownCounts(read: 4, created: 3, skipped: 1))
        #expect(fits.exitCode == 0)
    }

    @Test(
        "A file of more bytes than --max-bytes when decompressed is refused before anything is written",
        arguments: ["none", "gzip", "zstd"])
    func tooManyBytes(compression: String) throws {
        let folder = try Workdir()
        let bytes = Array(Self.threeRecords.utf8)
        try folder.write("in.csv", compressed(bytes, compression))
        let run = try folder.importing("contacts", "in.csv", "--max-bytes", "\(bytes.count - 1)")
        try expectRefused(run, folder, code: "file_too_large", table: "contacts")
        let fits = try folder.importing("contacts", "in.csv", "--max-bytes", "\(bytes.count)")
        #expect(try fits.task().counts.created == 3)
    }

    @Test("Accounts: 15 MB pass and 15 MB and a byte do not, also when compressed")
    func accountsLimit() throws {
        let limit = 15 << 20
        let made = Given.made(
            FixtureFile(.accounts, size: .bytes(UInt64(limit)), seed: 3, rejectsPerMillion: 0))
        // Blank lines fill it up to the byte.
        let full = made.bytes + [UInt8](repeating: UInt8(ascii: "\n"), count: limit - made.bytes.count)
        let folder = try Workdir()
        try folder.write("over.csv", full + [UInt8(ascii: "\n")])
        let run = try folder.importing("accounts", "over.csv", "--filter", "livevox-accounts")
        try expectRefused(run, folder, code: "file_too_large", table: "accounts")
        #expect(try run.task().failure?.byteOffset == UInt64(limit))
        try folder.write("over.csv.gz", gzip(full + [UInt8(ascii: "\n")]))
        let small = try folder.importing("accounts", "over.csv.gz", "--filter", "livevox-accounts")
        try expectRefused(small, folder, code: "file_too_large", table: "accounts")

        try folder.write("full.csv.zst", zstd(full))
        let fits = try folder.importing("accounts", "full.csv.zst", "--filter", "livevox-accounts")
        #expect(fits.exitCode == 0)
        #expect(try fits.task().counts.created == made.summary.created)
    }

    @Test(
        "A limit of no records or of both kinds is a mistake in usage",
        arguments: [
            ["--max-records", "0"], ["--max-bytes", "0"], ["--max-records", "5", "--max-bytes", "5"],
            ["--max-records", "-1"], ["--commit-every", "0"], ["--max-rejects", "101%"],
            ["--max-rejects", "few"],
        ])
    func senselessLimits(options: [String]) throws {
        let folder = try Workdir()
        try folder.write("in.csv", Self.threeRecords)
        let run = try folder.importing("contacts", "in.csv", options)
        #expect(run.exitCode == 64)
        #expect(folder.names == ["in.csv"])
    }
}

@Suite("Limits on rejects")
struct RejectLimitTests {
    @Test(
        "A run with more rejects than --max-rejects fails, and resumed with a higher limit ends like a clean run",
        arguments: [("10", "1000"), ("0.1%", "50%")])
    func maxRejects(limit: String, higher: String) throws {
        let folder = try Workdir()
        let options = ["--filter", "livevox-contacts", "--commit-every", "500", "--max-rejects", limit]
        let run = try folder.importing("contacts", Given.contacts, options)
        #expect(run.exitCode == 1)
        let task = try run.task()
        #expect(task.state == "failed")
        #expect(task.failure?.kind == "failed")
        #expect(task.failure?.code == "too_many_rejects")
        #expect(task.counts.reconcile)
        #expect(task.counts.rejected > (limit == "10" ? 10 : 30))
        #expect(task.counts.created > 0 && task.counts.unprocessed > 0)
        let committed = try Database(folder).number("SELECT count(*) FROM contacts")
        #expect(committed == Int64(task.counts.created))

        // The same limit stops it again; nothing is lost by that.
        let again = try folder.ask("tasks", "resume", task.id)
        #expect(again.exitCode == 1)
        #expect(try again.task().failure?.code == "too_many_rejects")

        let resumed = try folder.ask("tasks", "resume", task.id, "--max-rejects", higher)
        #expect(resumed.exitCode == 3)
        #expect(try resumed.task().failure == nil)
        let clean = try Workdir()
        let whole = try clean.importing("contacts", Given.contacts, "--filter", "livevox-contacts")
        #expect(try Outcome(folder, resumed.task()).differences(from: Outcome(clean, whole.task())).isEmpty)
    }

    @Test("As many rejects as --max-rejects allows are no failure")
    func exactlyTheLimit() throws {
        let folder = try Workdir()
        let exact = try folder.importing(
            "contacts", Given.contacts, "--filter", "livevox-contacts", "--max-rejects", "150")
        #expect(exact.exitCode == 3)
        let share = try folder.importing(
            "contacts", Given.contacts, "--filter", "livevox-contacts", "--max-rejects", "0.5%")
        #expect(share.exitCode == 3, "150 of 30,000 are not over 0.5 %")
        let one = try folder.importing(
            "contacts", Given.contacts, "--filter", "livevox-contacts", "--max-rejects", "149")
        #expect(one.exitCode == 1)
    }
}

/// A file's bytes as they lie when compressed so.
func compressed(_ bytes: [UInt8], _ compression: String) -> [UInt8] {
    switch compression {
    case "gzip": gzip(bytes)
    case "zstd": zstd(bytes)
    default: bytes
    }
}
