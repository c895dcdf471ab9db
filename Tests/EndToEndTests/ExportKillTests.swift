import Foundation
import TestSupport
import Testing

@Suite("Killed exports")
struct ExportKillTests {
    @Test("An export killed at any moment leaves the old file or none, and run again the whole new one")
    func killedAnywhere() throws {
        try killExports(times: 6)
    }
}

@Suite("Killed exports, many times", .enabled(if: slowTestsAreOn))
struct ExportKillSlowTests {
    @Test("Of 100 kills at random moments none leaves half a file, and at least 50 fall into the export")
    func aHundredKills() throws {
        try killExports(times: 100)
    }
}

/// Kills exports at random moments, each kind of file in turn, over an old file or none.
private func killExports(times: Int) throws {
    let seed = UInt64.random(in: 0 ... .max)
    print("killed exports: seed \(seed)")
    var random = SeededGenerator(seed: seed)
    let loop = try ExportKillLoop()
    var landed = 0
    for time in 0..<times {
        let ending = ["csv", "csv.gz", "csv.zst"][time % 3]
        landed += try loop.kill(ending: ending, replaces: random.chance(50), using: &random) ? 1 : 0
    }
    print("killed exports: \(landed) of \(times) fell into the export")
    #expect(landed * 2 >= times)
}

/// An export that is killed, and what one clean run of it writes.
struct ExportKillLoop {
    private static let old = Array("old\n".utf8)
    private let database: [UInt8]
    /// By the name's ending.
    private var clean: [String: [UInt8]] = [:]
    /// What a clean run takes from its task's beginning on.
    private var microseconds: [String: UInt32] = [:]

    init() throws {
        let folder = try Workdir()
        _ = try folder.importing("contacts", Given.contacts, "--filter", "livevox-contacts")
        do {
            let writer = try WriteLock(folder)
            try writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        }
        database = try folder.read("a.db")
        for ending in ["csv", "csv.gz", "csv.zst"] {
            let program = try Self.start(folder, ending)
            try Self.waitForTask(folder, program, ending)
            let began = ContinuousClock.now
            #expect(program.wait().exitCode == 0)
            microseconds[ending] = UInt32((ContinuousClock.now - began) / .microseconds(1))
            clean[ending] = try folder.read("out.\(ending)")
        }
    }

    private static func start(_ folder: Workdir, _ ending: String) throws -> Program {
        try folder.start(
            ["export", "contacts", "--output", "out.\(ending)", "--force", "--json", "--database", "a.db"])
    }

    /// Waits until the export's task is in the books.
    private static func waitForTask(_ folder: Workdir, _ program: Program, _ ending: String) throws {
        let database = try Database(folder)
        let sql =
            "SELECT count(*) FROM sluice_tasks WHERE json_extract(task, '$.file.name') = 'out.\(ending)'"
        while program.poll() == nil, try database.number(sql) == 0 { usleep(300) }
    }

    /// Kills an export at a random moment, looks at what is there, and runs it again.
    ///
    /// - Returns: whether the kill fell into the export.
    func kill<Generator: RandomNumberGenerator>(
        ending: String, replaces: Bool, using random: inout Generator
    ) throws -> Bool {
        let folder = try Workdir()
        let name = "out.\(ending)"
        try folder.write("a.db", database)
        if replaces { try folder.write(name, Self.old) }
        let program = try Self.start(folder, ending)
        try Self.waitForTask(folder, program, ending)
        usleep(UInt32.random(in: 0...(microseconds[ending] ?? 0), using: &random))
        program.send(SIGKILL)
        let run = program.wait()
        #expect([-SIGKILL, 0].contains(run.exitCode), "\(run.errors)")

        let whole = clean[ending]
        let left = folder.has(name) ? try folder.read(name) : nil
        #expect(left == whole || left == (replaces ? Self.old : nil), "\(left?.count ?? 0) bytes of \(name)")
        #expect(Self.strangers(folder, name) == [])
        #expect(try Database(folder).damage().isEmpty)
        var task = try folder.newestTask()
        #expect(["interrupted", "completed"].contains(task.state) && task.counts.reconcile)
        if task.state == "completed" { #expect(left == whole) }
        let landed = task.state == "interrupted"
        if landed {
            let again = try folder.ask("tasks", "resume", task.id)
            #expect(again.exitCode == 0, "\(again.text)")
            task = try again.task()
            #expect(folder.leftBeside().isEmpty)
        }
        #expect(task.state == "completed")
        #expect(try folder.read(name) == whole)
        #expect(Self.strangers(folder, name) == [])
        return landed
    }

    /// Names that are neither the database's nor the destination's.
    private static func strangers(_ folder: Workdir, _ name: String) -> [String] {
        folder.names.filter { $0 != name && !$0.hasPrefix("a.db") }
    }
}
