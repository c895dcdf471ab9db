internal import ArgumentParser
internal import SluiceEngine

struct TasksCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tasks",
        abstract: "See, follow, cancel, resume and take back user tasks, and get their rejects.",
        subcommands: [
            TasksList.self, TasksShow.self, TasksWatch.self, TasksCancel.self, TasksResume.self,
            TasksUndo.self, TasksRejects.self, TasksDuplicates.self, TasksResults.self,
        ],
        defaultSubcommand: TasksList.self)
}

/// What the commands about one task take.
struct TaskArgument: ParsableArguments {
    @Argument(help: "The task's id, or the beginning of it.")
    var id: String
}

struct TasksList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List user tasks, newest first.")

    @OptionGroup var global: GlobalOptions

    @Option(name: [.customShort("n"), .long], help: "How many at most.")
    var limit = 20

    @Option(help: "Older than this: the value of 'next' of the page before.")
    var before: Int64?

    func validate() throws {
        if limit < 1 || limit > 1000 { throw ValidationError("--limit takes 1 to 1000.") }
    }

    private struct Page: Encodable {
        var tasks: [UserTask]
        var next: Int64?

        enum CodingKeys: CodingKey { case tasks, next }

        func encode(to encoder: any Encoder) throws {
            var values = encoder.container(keyedBy: CodingKeys.self)
            try values.encode(tasks, forKey: .tasks)
            try values.encode(next, forKey: .next)
        }
    }

    func run() throws {
        try reportingFailures(json: global.json) {
            let page = try global.engine().tasks(limit: limit, before: before)
            if global.json {
                Console.output(Console.json(Page(tasks: page.tasks, next: page.next)))
            } else if page.tasks.isEmpty {
                Console.output("no user tasks yet")
            } else {
                for task in page.tasks { Console.output(TaskText.line(task)) }
                // Not a task: whoever cuts ids out of this list must not meet it.
                if let next = page.next, !global.quiet {
                    Console.error("older ones, if there are any: add --before \(next)")
                }
            }
            return Exit.done
        }
    }
}

struct TasksShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show one user task as it stands now.")

    @OptionGroup var argument: TaskArgument
    @OptionGroup var global: GlobalOptions

    func run() throws {
        try reportingFailures(json: global.json) {
            let task = try global.engine().task(argument.id)
            if global.json {
                Console.output(Console.json(task))
            } else {
                Console.output(TaskText.whole(task))
                for line in TaskText.advice(task, database: global.databasePath) { Console.output(line) }
            }
            return Exit.done
        }
    }
}

struct TasksWatch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Follow a user task until it ends; exits as the task did.")

    @OptionGroup var argument: TaskArgument
    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await reportingFailures(json: global.json) {
            let engine = try global.engine()
            let display = ProgressDisplay(quiet: global.quiet)
            var task = try engine.task(argument.id)
            while task.state.isActive {
                display.show(task)
                try await Task.sleep(for: .milliseconds(200))
                task = try engine.task(task.id)
            }
            display.end()
            Console.output(global.json ? Console.json(task) : TaskText.whole(task))
            return Exit.code(for: task)
        }
    }
}

struct TasksCancel: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "Stop a user task after the batch it is at; what is committed stays.")

    @OptionGroup var argument: TaskArgument
    @OptionGroup var global: GlobalOptions

    /// How long to wait for the batch at hand.
    private static let patience = Duration.seconds(10)

    func run() async throws {
        try await reportingFailures(json: global.json) {
            let engine = try global.engine()
            var task = try engine.cancel(argument.id)
            let end = ContinuousClock.now + Self.patience
            while task.state.isActive, ContinuousClock.now < end {
                try await Task.sleep(for: .milliseconds(50))
                task = try engine.task(task.id)
            }
            if global.json {
                Console.output(Console.json(task))
            } else if task.state.isActive {
                Console.output("asked user task \(task.id) to stop; it will after its batch")
            } else {
                Console.output("user task \(task.id) is \(task.state.words): \(Words.counts(task.counts))")
            }
            return Exit.done
        }
    }
}

struct TasksResume: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Go on with a user task that was interrupted, cancelled or failed.",
        discussion: "The file must be the one the task began with; the task keeps its input filter.")

    @OptionGroup var argument: TaskArgument
    @OptionGroup var global: GlobalOptions

    @Option(help: ArgumentHelp("Instead of the limit the import was given.", valueName: "N|P%"))
    var maxRejects: RejectLimit?

    @Option(help: "Seconds to wait for another import into the same database to end.")
    var wait: UInt32 = 600

    func run() async throws {
        try await reportingFailures(json: global.json) {
            let run = RunningTask(global)
            let task = try await global.engine().resume(
                argument.id, maxRejects: maxRejects, patience: .seconds(wait), listener: run.listener,
                stop: run.stop)
            return run.ended(task, heading: "resumed \(task.file.name)")
        }
    }
}
