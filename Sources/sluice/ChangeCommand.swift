internal import ArgumentParser
internal import SluiceEngine

struct ChangeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "change",
        abstract:
            "Change fields of many records: those of a list filter, of a saved list, or some by their ids.",
        discussion: """
            The total is told first, and the change is made once that is confirmed. Values are checked by the rules of \
            imports before anything is written. FIELD=VALUE sets, FIELD= clears; FIELD+=10.50 and FIELD-=5 add to \
            numbers, FIELD+=30d and FIELD-=2w (also mo, y, and for moments h, min) move days; 'today + 30 days' is a \
            day. A consent that changes is given today's date, unless that is set, too.

              sluice change contacts --where "state = 'CA'" --set group=west --set paymentBalance+=10
            """)

    @Argument(help: "What the records are: contacts, accounts … ('sluice types list').")
    var type: String

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp("What becomes of a field; as often as there are fields.", valueName: "FIELD=VALUE")
    )
    var assignments: [String] = []

    @OptionGroup var choice: RowChoice
    @OptionGroup var options: ChangeOptions
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        if assignments.isEmpty { throw ValidationError("Say what to change: --set FIELD=VALUE.") }
    }

    func run() async throws {
        try await reportingFailures(json: global.json) {
            try await options.run(type, assignments, choice, global)
        }
    }
}

struct DeleteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Delete many records: those of a list filter, of a saved list, or some by their ids.",
        discussion: """
            The total is told first, and the records are deleted once that is confirmed. An account that is linked to \
            a contact or a ticket stays, and is reported.

              sluice delete contacts --where "active = no and paymentBalance = 0"
            """)

    @Argument(help: "What the records are: contacts, accounts … ('sluice types list').")
    var type: String

    @OptionGroup var choice: RowChoice
    @OptionGroup var options: ChangeOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await reportingFailures(json: global.json) {
            try await options.run(type, [], choice, global)
        }
    }
}

/// Which records a command is about.
struct RowChoice: ParsableArguments {
    @Option(
        name: .customLong("where"),
        help: ArgumentHelp("The records that meet this list filter.", valueName: "EXPR"))
    var listFilter: String?

    @Option(help: ArgumentHelp("The records of a saved list.", valueName: "NAME[@VERSION]"))
    var list: String?

    @Option(help: ArgumentHelp("The records of these ids.", valueName: "ID,…"))
    var ids: String?

    @Flag(help: "All records of the type.")
    var all = false

    @Flag(help: "Drafts, too: they are left out unless --where asks about them or --ids names them.")
    var withDrafts = false

    func validate() throws {
        let isNarrowed = listFilter != nil || list != nil || ids != nil
        guard isNarrowed != all else {
            throw ValidationError(
                all
                    ? "--all goes with none of --where, --list and --ids."
                    : "Say which records: --where EXPR, --list NAME, --ids ID,… or --all.")
        }
        if let ids, FieldList.parts(ids).contains(where: { Int64($0) == nil }) {
            throw ValidationError("--ids takes whole numbers with commas between them.")
        }
    }
}

/// How a bulk change or delete is run.
struct ChangeOptions: ParsableArguments {
    @Flag(help: "Do not ask.")
    var yes = false

    @Flag(help: "Write nothing: the user task tells what would have come of it.")
    var dryRun = false

    @Option(help: ArgumentHelp("Where to write the records that are left as they are.", valueName: "FILE"))
    var rejects: String?

    @Flag(help: "Replace the file of --rejects if it is there.")
    var force = false

    @Option(
        help: "Records of one transaction: fewer are seen and resumed sooner, more take less time in all.")
    var commitEvery: UInt64?

    @Option(help: "Seconds to wait for another user task that writes to the same database to end.")
    var wait: UInt32 = 600

    func validate() throws {
        if commitEvery == 0 { throw ValidationError("--commit-every must be at least 1.") }
        if rejects == "-" { throw ValidationError("--rejects takes a file; 'sluice tasks rejects' prints.") }
    }

    /// Tells what it is about, asks, does it, and gives the exit code.
    func run(
        _ type: String, _ assignments: [String], _ choice: RowChoice, _ global: GlobalOptions
    ) async throws -> Int32 {
        let database = try global.database().path
        let engine = Engine(database: database)
        var request = ChangeRequest(
            recordType: type, assignments: assignments, requestedBy: CurrentUser.name)
        request.withDrafts = choice.withDrafts
        try engine.narrow(&request, toList: choice.list, choice.listFilter)
        request.ids = choice.ids.map { FieldList.parts($0).compactMap { Int64($0) } }
        request.isDryRun = dryRun
        request.commitRecords = commitEvery
        request.rejectsPath = rejects
        request.overwritesRejects = force
        // Where neither is wanted, the records need not be counted twice.
        if !(yes || dryRun) || !global.quiet {
            let outlook = try engine.outlook(of: request)
            try ask(outlook, assignments, quiet: global.quiet)
            // What comes while another task is waited for was not asked about.
            if !(yes || dryRun) { request.mostRecords = outlook.count }
        }
        let run = RunningTask(global)
        let task = try await engine.runChange(
            request, patience: .seconds(wait), listener: run.listener, stop: run.stop)
        return run.ended(task, heading: "\(VisibleText.of(task.file.name)) in \(database)")
    }

    private func ask(_ outlook: ChangeOutlook, _ assignments: [String], quiet: Bool) throws {
        let isAsked = !yes && !dryRun && outlook.count > 0
        let total = "\(Words.count(outlook.count)) \(outlook.noun)"
        if isAsked || !quiet {
            let filter = outlook.listFilter.map { " where \($0)" } ?? ""
            let names = outlook.firstNames.map(VisibleText.of).joined(separator: ", ")
            let rest = outlook.count > outlook.firstNames.count ? " …" : ""
            Console.error(total + filter + (names.isEmpty ? "" : ": \(names)\(rest)"))
        }
        guard isAsked else { return }
        try Confirmation.ask(
            assignments.isEmpty
                ? outlook.count == 1 ? "delete this \(outlook.noun)?" : "delete these \(total)?"
                : "change \(total): \(assignments.map(VisibleText.of).joined(separator: ", "))?",
            unless: yes)
    }
}
