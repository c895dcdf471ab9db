internal import SluiceEngine

/// A run of this process as the command line sees it: shown while it goes, stopped by signals, told at its end.
struct RunningTask {
    let stop = StopSignal()
    let listener: Engine.Listener
    private let display: ProgressDisplay
    private let signals: Signals
    private let global: GlobalOptions
    private let printsToStandardError: Bool

    /// `printsToStandardError` where standard output is the run's own.
    init(_ global: GlobalOptions, printsToStandardError: Bool = false) {
        self.global = global
        self.printsToStandardError = printsToStandardError
        let display = ProgressDisplay(quiet: global.quiet)
        self.display = display
        signals = Signals(stopping: stop)
        listener = Engine.Listener(
            onChange: { display.show($0) },
            onWait: { _ in
                display.note("another user task is writing to this database; waiting for it to end")
            }
        )
    }

    /// Shows no more of a task that is told of later.
    func endDisplay() { display.end() }

    /// Tells how the task ended, and gives the exit code.
    func ended(_ task: UserTask, heading: String) -> Int32 {
        display.end()
        if global.json {
            Console.output(Console.json(task))
        } else if let failure = task.failure {
            Console.failure(failure, json: false)
        }
        if !global.json, !global.quiet {
            var lines = [heading, TaskText.whole(task, tellsFailure: false)]
            lines += TaskText.advice(task, database: global.databasePath)
            for line in lines {
                if printsToStandardError { Console.raw(line + "\n") } else { Console.output(line) }
            }
        }
        return Exit.code(for: task)
    }
}
