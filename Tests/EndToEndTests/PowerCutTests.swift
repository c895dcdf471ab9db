import Foundation
import TestSupport
import Testing

@Suite("Imports and power cuts", .enabled(if: Faults.canInject, Faults.noStrace))
struct PowerCutTests {
    @Test(
        "After a power cut an import goes on from whole transactions; where they are synchronous, from the last",
        arguments: [("normal", false), ("normal", true), ("full", false), ("full", true)])
    func anywhere(synchronous: String, isEmpty: Bool) throws {
        var random = SeededGenerator.printingSeed()
        let loop = try KillLoop(
            duplicates: "last", isEmpty: isEmpty, commitEvery: 3000, synchronous: synchronous,
            checkpointBytes: random.chance(50) ? 600_000 : nil)
        let folder = try loop.prepare()
        let (run, log) = try logging(folder, loop)
        #expect(run.exitCode == 3, "\(run.errors)")
        let writes = log.acts.indices.filter { log.acts[$0].isWrite }
        #expect(log.hasCheckpointBesideWrites != loop.environment.isEmpty)
        for _ in 0..<4 {
            let end = try #require(writes.randomElement(using: &random))
            let chance = Int.random(in: 0...100, using: &random)
            try folder.leave(log.files(before: end) { .random(using: &random, kept: chance) })
            let known = try processed(log, before: end, in: loop)
            let left = try CommitWatch(folder).processed()
            if synchronous == "full" {
                #expect(left == known, "before act \(end)")
            } else {
                #expect(left ?? 0 <= known ?? 0, "before act \(end)")
            }
            if let task = try loop.expectInterrupted(folder) {
                // A kill may come between a task's completion and its rejects, too: they can be asked for.
                if task.state == "completedWithRejects" {
                    try folder.write("rejects.csv", loop.clean.rejects)
                }
                try loop.expectCleanEnd(folder, task.id)
            } else {
                #expect(known == nil || synchronous == "normal")
                let again = try loop.start(folder).wait()
                try loop.expectCleanEnd(folder, again.task().id)
            }
        }
    }

    @Test(
        "What is complete when the last checkpoint begins is on the disk where transactions are synchronous",
        arguments: [("normal", false), ("full", true)])
    func lastTransaction(synchronous: String, isThere: Bool) throws {
        let loop = try KillLoop(duplicates: "last", commitEvery: 3000, synchronous: synchronous)
        let (_, log) = try logging(try loop.prepare(), loop)
        let checkpoint = try #require(
            log.acts.lastIndex { $0.isWrite && $0.file == .wal }.map { $0 + 1 })
        let folder = try loop.prepare()
        try folder.leave(log.files(before: checkpoint) { .lost })
        #expect(try processed(log, before: checkpoint, in: loop) == KillLoop.records)
        #expect(try (CommitWatch(folder).processed() == KillLoop.records) == isThere)
    }

    @Test("Once an import has ended its records are on the disk, whether transactions are synchronous or not")
    func ended() throws {
        let loop = try KillLoop(duplicates: "last", commitEvery: 3000)
        let folder = try loop.prepare()
        let (_, log) = try logging(folder, loop)
        let rejects = try folder.read("rejects.csv")
        try folder.leave(log.files(before: log.acts.endIndex) { .lost })
        try folder.write("rejects.csv", rejects)
        try loop.expectCleanEnd(folder, folder.newestTask().id)
    }

    private func logging(_ folder: Workdir, _ loop: KillLoop) throws -> (run: Run, log: DiskLog) {
        try Faults.logging(
            folder, loop.arguments + ["--database", "a.db"], environment: loop.environment)
    }

    /// The records whose fate was committed before an act, had there been no power cut.
    private func processed(_ log: DiskLog, before end: Int, in loop: KillLoop) throws -> UInt64? {
        let folder = try loop.prepare()
        try folder.leave(log.files(before: end) { .whole })
        return try CommitWatch(folder).processed()
    }
}

extension Workdir {
    /// Leaves these files of the database, the file that is imported, and nothing else.
    fileprivate func leave(_ files: [DiskLog.File: [UInt8]]) throws {
        for name in names where name != "in.csv" { try FileManager.default.removeItem(atPath: file(name)) }
        for (file, bytes) in files { try write(file.rawValue, bytes) }
    }
}
