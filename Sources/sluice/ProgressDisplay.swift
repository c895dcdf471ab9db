internal import Glibc
internal import SluiceEngine

/// Shows how far a task is, on standard error: a bar on a terminal, now and then a line elsewhere.
final class ProgressDisplay: Sendable {
    private struct State {
        var lastLine: ContinuousClock.Instant?
        var hasBar = false
    }

    private let isTerminal = isatty(STDERR_FILENO) == 1
    private let isQuiet: Bool
    private let state = Lock(State())

    /// Between two lines where there is no terminal.
    private static let pause = Duration.seconds(5)
    private static let barWidth = 30

    init(quiet: Bool) {
        isQuiet = quiet
    }

    func show(_ task: UserTask) {
        guard !isQuiet else { return }
        state.withLock { state in
            if isTerminal { showBar(task, &state) } else { showLine(task, &state) }
        }
    }

    func note(_ text: String) {
        guard !isQuiet else { return }
        state.withLock { state in
            endBar(&state)
            Console.error(text)
        }
    }

    /// Takes the bar away.
    func end() {
        state.withLock { endBar(&$0) }
    }

    private func showBar(_ task: UserTask, _ state: inout State) {
        guard task.state == .validating || task.state == .running else { return endBar(&state) }
        let total = max(1, task.progress.bytesTotal)
        let share = min(1, Double(task.progress.bytesDone) / Double(total))
        let filled = Int(share * Double(Self.barWidth))
        let bar =
            String(repeating: "█", count: filled) + String(repeating: "·", count: Self.barWidth - filled)
        let verb = task.state == .validating && task.kind == .import ? "checking " : Self.verb(task.kind)
        Console.raw("\r\u{1B}[K\(verb) \(bar) \(TaskText.progress(task))")
        state.hasBar = true
    }

    private static func verb(_ kind: UserTask.Kind) -> String {
        switch kind {
        case .import: "importing"
        case .export: "exporting"
        case .link: "linking"
        case .change: "changing"
        case .delete: "deleting"
        case .undo: "taking back"
        case .purge: "purging"
        case .rotate: "sealing anew"
        }
    }

    private func endBar(_ state: inout State) {
        guard state.hasBar else { return }
        Console.raw("\r\u{1B}[K")
        state.hasBar = false
    }

    private func showLine(_ task: UserTask, _ state: inout State) {
        let now = ContinuousClock.now
        if let last = state.lastLine, now - last < Self.pause { return }
        if state.lastLine == nil, task.state != .running { return }
        defer { state.lastLine = now }
        guard state.lastLine != nil, task.state == .running else { return }
        Console.error("\(task.file.name): \(TaskText.progress(task)) · \(Words.counts(task.counts))")
    }
}
