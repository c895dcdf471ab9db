import Foundation
import TestSupport
import Testing

/// Ways to have the system fail a program of ours, with tools that not every machine has or allows.
enum Faults {
    private static let strace = "/usr/bin/strace"
    private static let unshare = "/usr/bin/unshare"

    /// Whether a program's system calls can be made to fail.
    static let canInject = succeeds(strace, ["-f", "--seccomp-bpf", "-o", "/dev/null", "/bin/true"])
    /// Whether a file system can be mounted that nobody else sees.
    static let canMount = succeeds(unshare, ["-rm", "/bin/sh", "-c", "mount -t tmpfs none /mnt"])
    static let noStrace: Comment = "strace is missing or not allowed here: Scripts/setup --tests installs it"
    static let noMount: Comment = "nothing may be mounted here"

    private static func succeeds(_ program: String, _ arguments: [String]) -> Bool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationReason == .exit && process.terminationStatus == 0
    }

    /// One call that fails: the Nth of its name that a thread makes.
    struct Fault: CustomStringConvertible {
        var call: String
        var number: Int
        var error: String
        /// Whether all the thread's later calls fail, too, as on a disk that stays full.
        var stays: Bool

        var description: String { "\(call) \(number)\(stays ? "+" : "") \(error)" }
    }

    /// The calls of `names` that a run of ours makes, the greatest number of one thread's for each.
    ///
    /// `paths` narrows them to calls on these files; where it is empty, all count.
    static func count(
        _ names: [String], on paths: [String], in folder: Workdir, _ arguments: [String],
        environment: [String: String] = [:]
    ) throws -> [(call: String, count: Int)] {
        let log = folder.path + ".calls"
        defer { unlink(log) }
        _ = try Program(
            tracing(names, paths, log) + [Program.path] + arguments, in: folder, environment: environment,
            program: strace
        ).wait()
        var counts: [String: [Substring: Int]] = [:]
        for line in try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n") {
            // The number of the thread, with one space behind it or more, and the call.
            let words = line.split(separator: " ")
            guard words.count > 1, let name = names.first(where: { words[1].hasPrefix("\($0)(") }) else {
                continue
            }
            counts[name, default: [:]][words[0], default: 0] += 1
        }
        return names.map { ($0, counts[$0]?.values.max() ?? 0) }
    }

    /// Runs `sluice` with a fault.
    ///
    /// - Returns: how it ended, and whether the fault came to pass.
    static func run(
        _ fault: Fault, on paths: [String], in folder: Workdir, _ arguments: [String],
        environment: [String: String] = [:]
    ) throws -> (run: Run, happened: Bool) {
        let log = folder.path + ".calls"
        defer { unlink(log) }
        let when = "\(fault.number)\(fault.stays ? "+" : "")"
        let inject = ["-e", "inject=\(fault.call):error=\(fault.error):when=\(when)"]
        let run = try Program(
            tracing([fault.call], paths, log) + inject + [Program.path] + arguments, in: folder,
            environment: environment, program: strace
        ).wait()
        let text = try String(contentsOfFile: log, encoding: .utf8)
        return (run, text.contains("(INJECTED)"))
    }

    /// Runs `sluice` and logs what it does to the files of its database.
    ///
    /// - Throws: where the log cannot be read.
    static func logging(
        _ folder: Workdir, _ arguments: [String], environment: [String: String]
    ) throws -> (run: Run, log: DiskLog) {
        let log = folder.path + ".calls"
        defer { unlink(log) }
        let paths = DiskLog.File.allCases.map { folder.file($0.rawValue) }
        let before = try DiskLog.File.allCases.map(\.rawValue).map { name in
            folder.has(name) ? try folder.read(name) : []
        }
        let run = try Program(
            tracing(DiskLog.calls, paths, log) + ["-y", "-xx", "-s", "100000", Program.path] + arguments,
            in: folder, environment: environment, program: strace
        ).wait()
        return (run, try DiskLog(reading: Data(contentsOf: URL(fileURLWithPath: log)), before: before))
    }

    /// The code of the failure that a run printed, of its task's or of its own; `nil` where it printed none.
    static func code(of run: Run) -> String? {
        let said = try? JSONSerialization.jsonObject(with: Data(run.output)) as? [String: Any]
        let failure = (said?["failure"] ?? said?["error"]) as? [String: Any]
        return failure?["code"] as? String
    }

    private static func tracing(_ names: [String], _ paths: [String], _ log: String) -> [String] {
        ["-f", "--seccomp-bpf", "-o", log] + paths.flatMap { ["-P", $0] }
            + ["-e", "trace=\(names.joined(separator: ","))"]
    }

    /// Faults to try: all of them, or so many of each call's.
    static func faults(
        of calls: [(call: String, count: Int)], ofEach most: Int?, using random: inout SeededGenerator
    ) -> [Fault] {
        calls.flatMap { call, count -> [Fault] in
            guard count > 0 else { return [] }
            let numbers =
                most.map { most in (0..<most).map { _ in Int.random(in: 1...count, using: &random) } }
                ?? Array(1...count)
            return Set(numbers).sorted().map { number in
                Fault(
                    call: call, number: number, error: random.chance(50) ? "EIO" : "ENOSPC",
                    stays: random.chance(30))
            }
        }
    }

    /// Runs a shell script in a folder, where `disk` is a file system of its own that goes with the script.
    static func onSmallDisk(_ folder: Workdir, kibibytes: Int, _ script: String) throws -> Run {
        let mounting = "mkdir -p disk && mount -t tmpfs -o size=\(kibibytes)k none disk || exit 99\n"
        return try Program(
            ["-rm", "/bin/sh", "-c", mounting + script], in: folder, program: unshare
        ).wait()
    }
}
