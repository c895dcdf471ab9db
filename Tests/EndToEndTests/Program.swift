import Foundation
import Testing

/// What a program left behind: how it ended, and what it said.
struct Run: Sendable {
    /// The exit code; a death by signal N is -N.
    var exitCode: Int32
    var output: [UInt8]
    var errors: String

    var text: String { String(decoding: output, as: UTF8.self) }

    /// The user task that `--json` printed.
    func task(sourceLocation: SourceLocation = #_sourceLocation) throws -> ShownTask {
        try decode(ShownTask.self, sourceLocation)
    }

    /// The failure that `--json` printed where there was no task.
    func failure(sourceLocation: SourceLocation = #_sourceLocation) throws -> ShownFailure {
        try decode(FailureReport.self, sourceLocation).error
    }

    private struct FailureReport: Decodable {
        var error: ShownFailure
    }

    private func decode<Value: Decodable>(
        _ type: Value.Type, _ sourceLocation: SourceLocation
    ) throws -> Value {
        do {
            return try JSONDecoder().decode(type, from: Data(output))
        } catch {
            Issue.record(
                "exit \(exitCode), not the JSON that was expected: \(text)\n\(errors)",
                sourceLocation: sourceLocation)
            throw error
        }
    }
}

/// The built `sluice`, running.
final class Program {
    enum StartError: Error {
        case cannotStart(String, Int32)
    }

    /// A run that takes longer hangs: it is killed, and its test fails.
    static let patience = Duration.seconds(120)

    /// A program of ours: it lies beside the tests.
    static func path(_ name: String) -> String {
        let tests = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        return tests.deletingLastPathComponent().appendingPathComponent(name).path
    }

    static let path = path("sluice")

    let pid: pid_t
    private let folder: Workdir
    private let number: Int
    private var ended: Run?
    /// The most memory the program was seen to hold, as often as ``poll()`` looked.
    private(set) var peakResidentBytes: UInt64 = 0

    /// Starts the program in a folder.
    ///
    /// `environment` comes beside what the tests themselves have, without its `SLUICE_…`; `input` is the file
    /// that becomes standard input; `program` another of ours.
    ///
    /// - Throws: where it cannot be started.
    init(
        _ arguments: [String], in folder: Workdir, environment: [String: String] = [:],
        input: String = "/dev/null", program: String = path
    ) throws {
        self.folder = folder
        number = folder.nextNumber()
        var variables = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("SLUICE_") }
        variables.merge(environment) { $1 }

        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
        let making = O_WRONLY | O_CREAT | O_TRUNC
        posix_spawn_file_actions_addopen(&actions, 1, folder.said("out", number), making, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, folder.said("err", number), making, 0o600)

        // The tests' own way with signals is none of the program's business.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var all = sigset_t()
        sigfillset(&all)
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))

        // `env` changes the folder and becomes the program: the process stays the same.
        let env = "/usr/bin/env"
        var words = ([env, "-C", folder.path, program] + arguments).map { strdup($0) } + [nil]
        var pairs = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { (words + pairs).forEach { free($0) } }
        var pid: pid_t = 0
        let result = posix_spawn(&pid, env, &actions, &attributes, &words, &pairs)
        guard result == 0 else { throw StartError.cannotStart(program, result) }
        self.pid = pid
    }

    deinit {
        guard ended == nil else { return }
        kill(pid, SIGKILL)
        waitpid(pid, nil, 0)
        folder.forget(number)
    }

    func send(_ signal: Int32) {
        // Only while the process is ours: a number may be used again.
        if ended == nil { kill(pid, signal) }
    }

    /// How the program ended, if it has.
    func poll() -> Run? {
        if let ended { return ended }
        lookAtMemory()
        var status: Int32 = 0
        guard waitpid(pid, &status, WNOHANG) == pid else { return nil }
        let signal = status & 0x7F
        ended = Run(
            exitCode: signal == 0 ? status >> 8 & 0xFF : -signal, output: folder.take("out", number),
            errors: String(decoding: folder.take("err", number), as: UTF8.self))
        return ended
    }

    /// Notes the peak that the system keeps of the program's own memory.
    ///
    /// What a wait for the process tells would count the tests' memory, which it shared before it became the program.
    private func lookAtMemory() {
        let status = (try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)) ?? ""
        let isOurs = status.hasPrefix("Name:\tsluice\n")
        guard isOurs, let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }) else {
            return
        }
        let kibibytes = UInt64(line.filter(\.isNumber)) ?? 0
        peakResidentBytes = max(peakResidentBytes, kibibytes << 10)
    }

    /// Waits for the program's end.
    func wait(sourceLocation: SourceLocation = #_sourceLocation) -> Run {
        let end = ContinuousClock.now + Self.patience
        var pause: UInt32 = 500
        while true {
            if let run = poll() { return run }
            if ContinuousClock.now > end {
                Issue.record("sluice hangs: killed", sourceLocation: sourceLocation)
                kill(pid, SIGKILL)
            }
            usleep(pause)
            pause = min(pause * 2, 8_000)
        }
    }
}
