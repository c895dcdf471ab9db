internal import ArgumentParser
internal import SluiceEngine

struct PreviewCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "preview",
        abstract: "Show the first records of a file as an import would store them; nothing is written.",
        discussion: """
            The file's beginning goes through the same steps as in an import: input filter, checks, 'where'. Only \
            as much is read as is needed, so what only the whole file shows (a quote that is never closed, a limit \
            that is passed) may be missed, and what the database has already is not looked at.

              sluice preview contacts.csv.gz --filter livevox-contacts
              sluice preview contacts.csv --type contacts -n 3
            """)

    @Argument(help: "The file: plain, gzip or zstd; '-' for standard input; or a FIFO.")
    var file: String

    @OptionGroup var global: GlobalOptions

    @Option(help: "Input filter: its name ('sluice filters list'), or FILE.yaml.")
    var filter: String?

    @Option(help: "What the records are, e.g. contacts. (default: what the input filter is for)")
    var type: String?

    @Option(name: .shortAndLong, help: "How many records to show.")
    var number: UInt32 = 10

    @Option(help: "As of the import: with update, a record may lack what every new one must have.")
    var mode = ImportMode.upsert

    @Option(help: ArgumentHelp("The file's encoding, instead of the filter's.", valueName: "NAME"))
    var encoding: String?

    func validate() throws {
        if filter == nil, type == nil { throw ValidationError("Give --filter or --type.") }
        if number == 0 || number > 10_000 { throw ValidationError("--number must be from 1 to 10000.") }
    }

    func run() async throws {
        try await reportingFailures(json: global.json) {
            let stop = StopSignal()
            let signals = Signals(stopping: stop)
            defer { withExtendedLifetime(signals) {} }
            let engine = global.engineOfAnyDatabase()
            let choice = try filter.map(engine.filter)
            var request = SampleRequest(
                source: file == "-" ? .standardInput : .path(file), recordType: type,
                filterYAML: choice?.yaml, filterName: choice?.document ?? "", records: UInt64(number))
            request.mode = mode
            request.encoding = try encoding.map(TextEncoding.init(named:))
            let preview = try await engine.preview(request, stop: stop)
            if global.json {
                Console.output(Console.json(preview))
            } else {
                let text = PreviewText(preview, width: Console.width)
                for line in text.lines { Console.output(line) }
            }
            return preview.hasRejects ? Exit.doneWithRejects : Exit.done
        }
    }
}
