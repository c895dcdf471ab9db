internal import ArgumentParser
internal import SluiceEngine

struct TasksUndo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "undo",
        abstract: "Take back what a user task did, after telling how much that is.",
        discussion: """
            Records and links that it created go, those that it changed or deleted become what they were. Records that \
            another task has changed since are left alone and told by 'sluice tasks rejects'. The undo is a user task \
            itself: it can be followed, cancelled and resumed.
            """)

    @OptionGroup var argument: TaskArgument
    @OptionGroup var global: GlobalOptions

    @Flag(help: "Do not ask.")
    var yes = false

    @Flag(
        help: "Write nothing: the user task tells what would be taken back, and what would be left and why.")
    var dryRun = false

    @Option(help: ArgumentHelp("Changes taken back in one transaction.", valueName: "N"))
    var commitEvery: Int?

    @Option(help: "Seconds to wait for another task that writes to the same database.")
    var wait: UInt32 = 600

    func validate() throws {
        if let commitEvery, commitEvery < 1 { throw ValidationError("--commit-every takes 1 or more.") }
    }

    func run() async throws {
        try await reportingFailures(json: global.json) {
            let engine = try global.engine()
            let (undone, changes) = try engine.undoable(argument.id)
            let name = "\(undone.kind.rawValue) \(VisibleText.of(undone.file.name))"
            try Confirmation.ask(
                "take back user task \(undone.id.prefix(12)) (\(name)): "
                    + "\(Words.count(changes)) change\(changes == 1 ? "" : "s")?",
                unless: yes || dryRun)
            let run = RunningTask(global)
            let task = try await engine.undo(
                undone.id, commitRows: commitEvery, isDryRun: dryRun, requestedBy: CurrentUser.name,
                patience: .seconds(wait), listener: run.listener, stop: run.stop)
            return run.ended(task, heading: "\(dryRun ? "dry run of the undo" : "undo") of \(name)")
        }
    }
}
