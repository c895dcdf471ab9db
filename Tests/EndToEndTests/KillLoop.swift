import FixtureGenerator
import Foundation
import Testing

/// An import that is killed again and again, and what one clean run of it comes to.
///
/// A quarter of the file's records are known before, half of those differ; or the table is empty.
struct KillLoop {
    static let records: UInt64 = 12_000

    let mode: String
    let duplicates: String
    let commitEvery: Int
    /// What programs have beside the tests' own.
    let environment: [String: String]
    let clean: Outcome
    private let file: [UInt8]
    private let database: [UInt8]
    /// Of the database after the clean run.
    let cleanDatabaseBytes: Int

    init(
        mode: String = "upsert", duplicates: String, isEmpty: Bool = false, commitEvery: Int = 200,
        synchronous: String = "normal", checkpointBytes: Int? = nil
    ) throws {
        self.mode = mode
        self.duplicates = duplicates
        self.commitEvery = commitEvery
        environment = checkpointBytes.map { ["SLUICE_CHECKPOINT_BYTES": "\($0)"] } ?? [:]
        func made(_ records: UInt64) -> [UInt8] {
            let size = FixtureFile.Size.records(records)
            return Given.made(
                FixtureFile(
                    .contacts(.usual), size: size, seed: 11, rejectsPerMillion: 10_000,
                    duplicatesPerMillion: 20_000)
            ).bytes
        }
        file = made(Self.records)
        let folder = try Workdir()
        let before = isEmpty ? Array(file.prefix { $0 != 10 }) : made(Self.records / 4)
        try folder.write("before.csv", before)
        _ = try folder.importing("contacts", "before.csv", "--filter", "livevox-contacts")
        #expect(try folder.ask("settings", "set", "synchronous", synchronous).exitCode == 0)
        do {
            let writer = try WriteLock(folder)
            try writer.execute("UPDATE contacts SET city = 'Elsewhere' WHERE id % 2 = 0")
            try writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        }
        database = try folder.read("a.db")

        let cleanFolder = try Self.prepare(file, database)
        let arguments = Self.arguments(mode, duplicates, commitEvery)
        let run = try cleanFolder.start(arguments + ["--database", "a.db"]).wait()
        #expect(run.exitCode == 3)
        clean = try Outcome(cleanFolder, run.task())
        #expect(clean.counts.read == Self.records)
        #expect(clean.counts.rejected > 100)
        #expect(duplicates == "reject" || clean.counts.duplicate > 200)
        #expect(try clean.rejects == cleanFolder.read("rejects.csv"))
        cleanDatabaseBytes = try cleanFolder.read("a.db").count
    }

    private static func prepare(_ file: [UInt8], _ database: [UInt8]) throws -> Workdir {
        let folder = try Workdir()
        try folder.write("in.csv", file)
        try folder.write("a.db", database)
        return folder
    }

    private static func arguments(_ mode: String, _ duplicates: String, _ commitEvery: Int) -> [String] {
        [
            "import", "contacts", "in.csv", "--filter", "livevox-contacts", "--mode", mode, "--duplicates",
            duplicates, "--commit-every", "\(commitEvery)", "--rejects", "rejects.csv", "--json",
        ]
    }

    /// What the import is started with, but for its database.
    var arguments: [String] { Self.arguments(mode, duplicates, commitEvery) }

    /// A folder with the file and the database as they are before the import.
    func prepare() throws -> Workdir { try Self.prepare(file, database) }

    func start(_ folder: Workdir, failpoint: String? = nil) throws -> Program {
        let failpoint = failpoint.map { ["SLUICE_FAILPOINT": $0] } ?? [:]
        return try folder.start(
            arguments + ["--database", "a.db"], environment: environment.merging(failpoint) { $1 })
    }

    /// Kills an import at a random moment, and its resume some more times, then expects the clean outcome.
    ///
    /// - Returns: whether the first kill fell among the records.
    /// - Throws: what the program or the database does not let be read.
    func killAndResume<Generator: RandomNumberGenerator>(
        resumesKilled: Int, using random: inout Generator
    ) throws -> Bool {
        let folder = try prepare()
        try kill(try start(folder), in: folder, at: .random(in: 0..<0.92, using: &random), using: &random)
        guard let killed = try expectInterrupted(folder) else { return false }
        let landed = killed.counts.processed > 0 && killed.counts.unprocessed > 0
        for _ in 0..<resumesKilled {
            let done = Double(killed.counts.processed) / Double(Self.records)
            let resume = try folder.start(
                ["tasks", "resume", killed.id, "--json", "--database", "a.db"], environment: environment)
            try kill(resume, in: folder, at: .random(in: done..<1, using: &random), using: &random)
        }
        try expectCleanEnd(folder, killed.id)
        return landed
    }

    /// Waits until a share of the records is committed and a moment more, then kills.
    private func kill<Generator: RandomNumberGenerator>(
        _ program: Program, in folder: Workdir, at share: Double, using random: inout Generator
    ) throws {
        let watch = try CommitWatch(folder)
        let wanted = UInt64(share * Double(Self.records))
        while program.poll() == nil, try watch.processed() ?? 0 <= wanted { usleep(500) }
        usleep(UInt32.random(in: 0..<6_000, using: &random))
        program.send(SIGKILL)
        let run = program.wait()
        #expect([-SIGKILL, 3].contains(run.exitCode), "\(run.errors)")
    }

    /// The task of the killed import, which must say so; `nil` where the kill came before there was one.
    ///
    /// `states` are others that it may be in.
    func expectInterrupted(_ folder: Workdir, orIn states: [String] = []) throws -> ShownTask? {
        #expect(try Database(folder).damage().isEmpty)
        let task = try folder.newestTask()
        guard task.file.name == "in.csv" else { return nil }
        #expect((["interrupted", "completedWithRejects"] + states).contains(task.state))
        #expect(task.counts.reconcile)
        let created = try Database(folder).number("SELECT count(*) FROM contacts") ?? 0
        let before = clean.rows.count - Int(clean.counts.created)
        #expect(Int(created) - before == Int(task.counts.created), "rows and counts are one transaction")
        #expect(
            try #require(RejectFile(folder.rejects(of: task.id))).entries.count == Int(task.counts.rejected))
        return task
    }

    /// Resumes, where that is left to do, and expects what one clean run comes to.
    func expectCleanEnd(_ folder: Workdir, _ id: String) throws {
        var task = try folder.ask("tasks", "show", id).task()
        if ["interrupted", "failed"].contains(task.state) {
            let run = try folder.ask("tasks", "resume", id)
            #expect(run.exitCode == 3, "\(run.text)")
            task = try run.task()
            #expect(folder.leftBeside().isEmpty)
        }
        #expect(try Outcome(folder, task).differences(from: clean) == [])
        #expect(try folder.read("rejects.csv") == clean.rejects)
        #expect(try Database(folder).damage().isEmpty)
    }
}

/// Watches how far the newest import is, quickly, through the database.
final class CommitWatch {
    private let folder: Workdir
    private var database: Database?

    init(_ folder: Workdir) throws {
        self.folder = folder
    }

    /// Records whose fate is committed; `nil` where the newest task has not got so far, or is none of `in.csv`.
    func processed() throws -> UInt64? {
        guard folder.has("a.db") else { return nil }
        if database == nil { database = try? Database(folder) }
        let count = try? database?.number(
            """
            SELECT json_extract(task, '$.counts.read') - json_extract(task, '$.counts.unprocessed')
            FROM sluice_tasks WHERE number = (SELECT max(number) FROM sluice_tasks)
                AND json_extract(task, '$.file.name') = 'in.csv'
            """)
        return count.map { UInt64($0) }
    }
}
