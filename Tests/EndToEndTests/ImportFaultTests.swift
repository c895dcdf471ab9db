import Foundation
import TestSupport
import Testing

@Suite("Imports on failing disks", .enabled(if: Faults.canInject, Faults.noStrace))
struct ImportFaultTests {
    @Test("A call that fails ends an import with an error, and resumed it ends as one clean run")
    func failingCalls() throws {
        try sweep(ofEach: 1)
    }
}

@Suite(
    "Imports on failing disks, at each call",
    .enabled(if: slowTestsAreOn), .enabled(if: Faults.canInject, Faults.noStrace))
struct ImportFaultSlowTests {
    @Test("Whichever call fails, an import resumed ends as one clean run")
    func failingCalls() throws {
        try sweep(ofEach: nil)
    }
}

@Suite("Imports on full disks", .enabled(if: Faults.canMount, Faults.noMount))
struct ImportFullDiskTests {
    @Test("On a disk that fills up an import fails with what was committed, and with room it goes on")
    func fullDisk() throws {
        var random = SeededGenerator.printingSeed()
        let loop = try KillLoop(duplicates: "last")
        let before = try loop.prepare().read("a.db").count >> 10
        let after = loop.cleanDatabaseBytes >> 10
        let sizes = [before + 64, (before + after) / 2, Int.random(in: before..<after, using: &random)]
        for kibibytes in sizes {
            let folder = try loop.prepare()
            let words = loop.arguments.map { "'\($0)'" }.joined(separator: " ")
            let database = "--json --database disk/a.db"
            let run = try Faults.onSmallDisk(
                folder, kibibytes: kibibytes / 4 * 4,
                """
                sluice='\(Program.path)'
                mv a.db disk/a.db
                $sluice \(words) --database disk/a.db > said
                echo $? > code
                cp -r disk failed
                mount -o remount,size=256m disk
                newest=$($sluice tasks list --limit 1 \(database))
                case "$newest" in
                *'"name":"in.csv"'*)
                    id=$(echo "$newest" | sed -n 's/.*"id":"\\([0-9a-f]*\\)".*/\\1/p')
                    $sluice tasks resume "$id" \(database) > after;;
                *) $sluice \(words) --database disk/a.db > after;;
                esac
                cp -r disk/* .
                """)
            #expect(run.exitCode == 0, "\(kibibytes) KiB: \(run.text) \(run.errors)")
            func text(_ name: String) throws -> String {
                String(decoding: try folder.read(name), as: UTF8.self)
            }
            let (said, after) = (try text("said"), try text("after"))
            #expect(["1\n", "2\n"].contains(try text("code")), "\(kibibytes) KiB: \(said)")
            let code = try Faults.code(of: Run(exitCode: 1, output: folder.read("said"), errors: ""))
            #expect(["disk_full", "write_failed", "cannot_open_database"].contains(code), "\(said)")
            #expect(try Database(folder, "failed/a.db").damage().isEmpty)
            let task = try Run(exitCode: 3, output: folder.read("after"), errors: "").task()
            #expect(task.state == "completedWithRejects", "\(kibibytes) KiB: \(after)")
            try loop.expectCleanEnd(folder, task.id)
        }
    }
}

/// Has one call after the other fail.
private func sweep(ofEach most: Int?) throws {
    var random = SeededGenerator.printingSeed()
    // Few transactions, with checkpoints beside them: the calls are of all kinds, and few enough to try each.
    let loop = try KillLoop(duplicates: "last", commitEvery: 3000, checkpointBytes: 600_000)
    var tried = 0
    var happened = 0
    func paths(_ folder: Workdir) -> [String] { ["", "-wal", "-shm"].map { folder.file("a.db\($0)") } }
    for (calls, isAnywhere) in [
        (["pread64", "pwrite64", "fdatasync", "ftruncate"], false), (["fsync", "linkat", "rename"], true),
    ] {
        let counting = try loop.prepare()
        let counts = try Faults.count(
            calls, on: isAnywhere ? [] : paths(counting), in: counting,
            loop.arguments + ["--database", "a.db"], environment: loop.environment)
        for fault in Faults.faults(of: counts, ofEach: most, using: &random) {
            let folder = try loop.prepare()
            let (run, didHappen) = try Faults.run(
                fault, on: isAnywhere ? [] : paths(folder), in: folder,
                loop.arguments + ["--database", "a.db"], environment: loop.environment)
            tried += 1
            happened += didHappen ? 1 : 0
            try expectSoundEnd(run, fault, loop, folder)
        }
    }
    print("imports on failing disks: \(happened) of \(tried) faults came to pass")
    #expect(tried >= 6 && happened * 2 >= tried)
}

/// A failed import has committed what it says, and resumed it ends as one clean run.
private func expectSoundEnd(_ run: Run, _ fault: Faults.Fault, _ loop: KillLoop, _ folder: Workdir) throws {
    #expect([1, 2, 3].contains(run.exitCode), "\(fault): \(run.exitCode) \(run.text) \(run.errors)")
    if run.exitCode != 3 {
        let code = try #require(Faults.code(of: run), "\(fault): \(run.text) \(run.errors)")
        #expect(!["internal", "statement_failed"].contains(code), "\(fault): \(run.text)")
    }
    if let task = try loop.expectInterrupted(folder, orIn: ["failed"]) {
        try loop.expectCleanEnd(folder, task.id)
    } else {
        // The fault came before there was a task.
        #expect(run.exitCode != 3, "\(fault)")
        let again = try loop.start(folder).wait()
        #expect(again.exitCode == 3, "\(fault): \(again.text)")
        try loop.expectCleanEnd(folder, again.task().id)
    }
}
