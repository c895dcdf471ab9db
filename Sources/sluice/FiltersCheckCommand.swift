internal import ArgumentParser
internal import SluiceEngine

struct FiltersCheck: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check an input filter's document and, with a sample, how a file fits it.",
        discussion: """
            Nothing is written. With a sample each field is shown with its columns, its first values as they lie in \
            the file and as they would be stored, and what is wrong with how many.

              sluice filters check contacts.yaml
              sluice filters check contacts.yaml contacts.csv.gz --all
            """)

    @Argument(help: "The input filter: FILE.yaml or a name.")
    var filter: String

    @Argument(help: "A file to try it on: plain, gzip or zstd; '-' for standard input; or a FIFO.")
    var sample: String?

    @OptionGroup var global: GlobalOptions

    @Option(help: "How many records of the sample to look at; 0 for all.")
    var records: UInt64 = 10_000

    @Flag(help: "Look at all records of the sample.")
    var all = false

    @Option(help: ArgumentHelp("The sample's encoding, instead of the filter's.", valueName: "NAME"))
    var encoding: String?

    func run() async throws {
        try await reportingFailures(json: global.json) {
            let stop = StopSignal()
            let signals = Signals(stopping: stop)
            defer { withExtendedLifetime(signals) {} }
            let engine = global.engineOfAnyDatabase()
            let check = try await engine.checkFilter(
                try engine.filter(filter),
                sample: sample.map { $0 == "-" ? .standardInput : .path($0) },
                records: all || records == 0 ? nil : records,
                encoding: try encoding.map(TextEncoding.init(named:)), stop: stop)
            if global.json {
                Console.output(Console.json(check))
            } else {
                for line in FilterCheckText(check, width: Console.width).lines { Console.output(line) }
            }
            return (check.sample?.rejected ?? 0) > 0 ? Exit.doneWithRejects : Exit.done
        }
    }
}
