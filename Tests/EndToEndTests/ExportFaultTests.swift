import FixtureGenerator
import Foundation
import TestSupport
import Testing

@Suite("Exports on failing disks", .enabled(if: Faults.canInject, Faults.noStrace))
struct ExportFaultTests {
    @Test("A call that fails ends an export with an error and nothing half done, or does no harm")
    func failingCalls() throws {
        try sweep(ofEach: 2)
    }
}

@Suite(
    "Exports on failing disks, at each call",
    .enabled(if: slowTestsAreOn), .enabled(if: Faults.canInject, Faults.noStrace))
struct ExportFaultSlowTests {
    @Test("Whichever call fails, an export ends with an error and nothing half done, or takes no harm")
    func failingCalls() throws {
        try sweep(ofEach: nil)
    }
}

@Suite("Exports to full disks", .enabled(if: Faults.canMount, Faults.noMount))
struct ExportFullDiskTests {
    @Test(
        "On a disk with too little room nothing appears, and with room the task goes on",
        arguments: ["csv", "csv.gz", "csv.zst"], [false, true])
    func fullDisk(ending: String, replaces: Bool) throws {
        let sweep = try ExportSweep()
        let clean = try sweep.clean(ending)
        var random = SeededGenerator.printingSeed()
        let whole = (clean.count + 1023) >> 10
        for kibibytes in [4, whole / 2, Int.random(in: 4..<whole, using: &random)] {
            let folder = try sweep.prepare()
            let name = "disk/out.\(ending)"
            let run = try Faults.onSmallDisk(
                folder, kibibytes: max(4, kibibytes / 4 * 4),
                """
                \(replaces ? "echo old > \(name)" : "")
                '\(Program.path)' export contacts --output \(name) --force --json --database a.db > said
                echo $? > code
                ls -A disk > left
                cat disk/* > content
                mount -o remount,size=64m disk
                '\(Program.path)' tasks resume $(sed 's/.*"id":"\\([0-9a-f]*\\)".*/\\1/' said) --json --database a.db
                echo $? > resumed
                cp \(name) whole
                ls -A disk > after
                """)
            #expect(run.exitCode == 0, "\(run.text) \(run.errors)")
            func text(_ name: String) throws -> String {
                String(decoding: try folder.read(name), as: UTF8.self)
            }
            let said = try text("said")
            #expect(try text("code") == "1\n", "\(said)")
            #expect(try text("left") == (replaces ? "out.\(ending)\n" : ""))
            #expect(try text("content") == (replaces ? "old\n" : ""))
            let failed = try Run(exitCode: 1, output: folder.read("said"), errors: "").task()
            #expect(failed.state == "failed" && failed.failure?.code == "no_space")
            #expect(failed.counts.exported == 0 && failed.counts.reconcile)
            #expect(try text("resumed") == "0\n" && text("after") == "out.\(ending)\n")
            #expect(try folder.read("whole") == clean)
            #expect(try folder.newestTask().state == "completed")
            #expect(try Database(folder).damage().isEmpty && folder.leftBeside().isEmpty)
        }
    }
}

/// Has one call after the other fail, over an old file or none, through an index and without.
private func sweep(ofEach most: Int?) throws {
    var random = SeededGenerator.printingSeed()
    let sweep = try ExportSweep()
    let whole = try sweep.clean("csv")
    var tried = 0
    var happened = 0
    for target in ExportSweep.Target.allCases {
        for fault in try Faults.faults(of: sweep.calls(target), ofEach: most, using: &random) {
            tried += 1
            happened += try sweep.run(fault, target, replaces: random.chance(50), whole) ? 1 : 0
        }
    }
    print("exports on failing disks: \(happened) of \(tried) faults came to pass")
    #expect(tried >= 6 && happened * 2 >= tried)
}

/// An export whose calls fail, and what one clean run of it writes.
private struct ExportSweep {
    /// What the calls that fail are about.
    enum Target: CaseIterable {
        case database, file

        var calls: [String] {
            switch self {
            case .database: ["pread64", "pwrite64", "fdatasync", "ftruncate"]
            case .file: ["fsync", "linkat", "rename"]
            }
        }

        func paths(_ folder: Workdir) -> [String] {
            self == .database ? ["", "-wal", "-shm"].map { folder.file("a.db\($0)") } : []
        }
    }

    private static let old = Array("old\n".utf8)
    private let database: [UInt8]

    init() throws {
        let folder = try Workdir()
        let size = FixtureFile.Size.records(3000)
        try folder.write("in.csv", Given.made(FixtureFile(.contacts(.usual), size: size, seed: 5)).bytes)
        #expect(try folder.importing("contacts", "in.csv", "--filter", "livevox-contacts").exitCode == 3)
        database = try folder.read("a.db")
    }

    func prepare() throws -> Workdir {
        let folder = try Workdir()
        try folder.write("a.db", database)
        return folder
    }

    private static func arguments(_ name: String) -> [String] {
        ["export", "contacts", "--output", name, "--force", "--json", "--database", "a.db"]
    }

    /// What a run without a fault writes.
    func clean(_ ending: String) throws -> [UInt8] {
        let folder = try prepare()
        #expect(try folder.start(Self.arguments("out.\(ending)")).wait().exitCode == 0)
        return try folder.read("out.\(ending)")
    }

    func calls(_ target: Target) throws -> [(call: String, count: Int)] {
        let folder = try prepare()
        try folder.write("out.csv", Self.old)
        return try Faults.count(
            target.calls, on: target.paths(folder), in: folder, Self.arguments("out.csv"))
    }

    /// - Returns: whether the fault came to pass.
    func run(
        _ fault: Faults.Fault, _ target: Target, replaces: Bool, _ whole: [UInt8]
    ) throws -> Bool {
        let folder = try prepare()
        if replaces { try folder.write("out.csv", Self.old) }
        let (run, happened) = try Faults.run(
            fault, on: target.paths(folder), in: folder, Self.arguments("out.csv"))
        #expect([0, 1, 2].contains(run.exitCode), "\(fault): \(run.exitCode) \(run.text) \(run.errors)")
        let left = folder.has("out.csv") ? try folder.read("out.csv") : nil
        #expect(
            left == whole || (run.exitCode != 0 && left == (replaces ? Self.old : nil)),
            "\(fault): \(left?.count ?? 0) bytes")
        #expect(
            folder.names.allSatisfy { $0 == "out.csv" || $0.hasPrefix("a.db") }, "\(fault): \(folder.names)")
        #expect(try Database(folder).damage().isEmpty, "\(fault)")
        if run.exitCode != 0 {
            let code = try #require(Faults.code(of: run), "\(fault): \(run.text) \(run.errors)")
            #expect(!["internal", "statement_failed"].contains(code), "\(fault): \(run.text)")
        }
        let task = try folder.newestTask()
        guard task.kind == "export" else {
            // The fault came before there was a task.
            #expect(run.exitCode != 0 && left != whole, "\(fault)")
            #expect(try folder.start(Self.arguments("out.csv")).wait().exitCode == 0)
            #expect(try folder.read("out.csv") == whole, "\(fault)")
            return happened
        }
        #expect(
            ["failed", "interrupted", "completed"].contains(task.state) && task.counts.reconcile, "\(fault)")
        if task.state != "completed" {
            let again = try folder.ask("tasks", "resume", task.id)
            #expect(again.exitCode == 0, "\(fault): \(again.text)")
        }
        #expect(try folder.newestTask().state == "completed", "\(fault)")
        #expect(try folder.read("out.csv") == whole, "\(fault)")
        #expect(folder.leftBeside().isEmpty, "\(fault)")
        return happened
    }
}
