internal import ArgumentParser
internal import SluiceEngine

struct TasksRejects: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rejects",
        abstract: "Give back the records a task rejected, byte for byte, each with its reason.",
        discussion: """
            Five columns stand before each record: line, column, field, code and message. Mend the records and \
            import the file again as it is: the five columns are left out. Where encrypted fields were fed, masks \
            stand for their values unless --show-encrypted says otherwise, and such a file cannot be imported again.

            Of a task that worked on records of the database these are the records that it left as they were: id, \
            key, field, code and message.
            """)

    @OptionGroup var argument: TaskArgument
    @OptionGroup var global: GlobalOptions

    @Option(help: ArgumentHelp("Where to write; '-' is standard output.", valueName: "FILE"))
    var output = "-"

    @Flag(help: "Replace the file if it is there.")
    var force = false

    @Flag(help: "Record numbers and reasons alone, as RFC 4180 CSV.")
    var reasons = false

    @Flag(help: "Show values of encrypted fields, which takes the key file: the records as they came.")
    var showEncrypted = false

    func validate() throws {
        if global.json, output != "-" { throw ValidationError("--json and --output do not go together.") }
    }

    func run() throws {
        try reportingFailures(json: global.json) {
            let engine = try global.engine()
            guard global.json else {
                let masked = try engine.writeRejects(
                    of: argument.id, to: output, force: force, reasonsOnly: reasons,
                    showsEncrypted: showEncrypted)
                if masked > 0, !global.quiet {
                    Console.error(
                        "\(masked) record\(masked == 1 ? "" : "s") with masks for values of encrypted fields: "
                            + "not to be imported again as they are (--show-encrypted gives the values)")
                }
                return Exit.done
            }
            if try engine.task(argument.id).kind.leavesRows {
                try Console.jsonList("rejects") { print in try engine.forEachLeftRow(of: argument.id, print) }
            } else {
                try Console.jsonList("rejects") { print in try engine.forEachReject(of: argument.id, print) }
            }
            return Exit.done
        }
    }
}

struct TasksResults: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "results",
        abstract: "Tell what became of each record of the file: line, key, id, outcome.",
        discussion: "Outcomes are kept where the import was given --results.")

    @OptionGroup var argument: TaskArgument
    @OptionGroup var global: GlobalOptions

    @Option(help: ArgumentHelp("Where to write; '-' is standard output.", valueName: "FILE"))
    var output = "-"

    @Flag(help: "Replace the file if it is there.")
    var force = false

    func validate() throws {
        if global.json, output != "-" { throw ValidationError("--json and --output do not go together.") }
    }

    func run() throws {
        try reportingFailures(json: global.json) {
            let engine = try global.engine()
            guard global.json else {
                try engine.writeResults(of: argument.id, to: output, force: force)
                return Exit.done
            }
            try Console.jsonList("results") { print in try engine.forEachResult(of: argument.id, print) }
            return Exit.done
        }
    }
}

struct TasksDuplicates: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "duplicates",
        abstract: "List the lines whose record had a key that an earlier record of the file has.")

    @OptionGroup var argument: TaskArgument
    @OptionGroup var global: GlobalOptions

    private struct Lines: Encodable {
        var lines: [Int64]
    }

    func run() throws {
        try reportingFailures(json: global.json) {
            let lines = try global.engine().duplicateLines(of: argument.id)
            if global.json {
                Console.output(Console.json(Lines(lines: lines)))
            } else {
                for line in lines { Console.output(String(line)) }
            }
            return Exit.done
        }
    }
}
