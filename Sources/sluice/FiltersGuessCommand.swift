internal import ArgumentParser
internal import SluiceEngine

struct FiltersGuess: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "guess",
        abstract: "Look at a file and write an input filter that seems to fit it.",
        discussion: """
            The document goes to standard output, with comments that tell what each column seems to be and what is \
            not certain: read it through before it is used. Only the file's beginning is looked at. Comments repeat \
            a few values of each column; --no-examples leaves them out where they are personal data.

              sluice filters guess contacts.csv --output contacts.yaml
              sluice import contacts contacts.csv --filter contacts.yaml --database crm.db
            """)

    @Argument(help: "The file: plain, gzip or zstd.")
    var file: String

    @OptionGroup var global: GlobalOptions

    @Option(help: "What the records are, e.g. contacts, instead of guessing it.")
    var type: String?

    @Option(help: "The input filter's name. (default: made of the file's)")
    var name: String?

    @Option(
        help: ArgumentHelp(
            "The country of phones that name none, in two letters, instead of guessing it.", valueName: "XX"))
    var country: String?

    @Flag(inversion: .prefixedNo, help: "Whether the first line names the columns, instead of guessing it.")
    var header: Bool?

    @Flag(help: "Repeat no values of the file in comments.")
    var noExamples = false

    @Option(help: ArgumentHelp("Write the document there.", valueName: "FILE"))
    var output: String?

    @Flag(help: "Let --output replace a file.")
    var force = false

    func validate() throws {
        if global.json, output == "-" {
            throw ValidationError("--json and the document cannot both go to standard output.")
        }
        if force, output == nil { throw ValidationError("--force belongs to --output.") }
    }

    func run() async throws {
        try await reportingFailures(json: global.json) {
            let guess = try await global.engineOfAnyDatabase().guessFilter(for: file, wishes)
            if let output {
                try Engine.write(guess.yaml, to: output, force: force, besides: file)
            }
            if global.json {
                Console.output(Console.json(Report(guess)))
            } else if output == nil {
                Console.output(String(guess.yaml.dropLast()))
            } else if !global.quiet {
                tell(guess)
            }
            return Exit.done
        }
    }

    private var wishes: GuessWishes {
        var wishes = GuessWishes()
        wishes.recordType = type
        wishes.name = name
        wishes.country = country?.uppercased()
        wishes.hasHeader = header
        wishes.showsExamples = !noExamples
        return wishes
    }

    private func tell(_ guess: GuessedFilter) {
        let mapped = guess.columns.count { !$0.fields.isEmpty }
        Console.error(
            "\(output ?? ""): \(guess.recordType) records, \(mapped) of \(guess.columns.count) columns mapped, "
                + "\(guess.rejected) of \(guess.records) records would be rejected")
        for question in guess.questions { Console.raw("        not certain: \(question)\n") }
    }

    private struct Report: Encodable {
        var name: String
        var recordType: String
        var file: FileForm
        var columns: [GuessedColumn]
        var types: [GuessedFilter.TypeScore]
        var records: Int
        var rejected: Int
        var questions: [String]
        var document: String

        init(_ guess: GuessedFilter) {
            name = guess.name
            recordType = guess.recordType
            file = FileForm(guess.dialect, encoding: guess.encoding)
            columns = guess.columns
            types = guess.types
            records = guess.records
            rejected = guess.rejected
            questions = guess.questions
            document = guess.yaml
        }
    }

    private struct FileForm: Encodable {
        var header: Bool
        var delimiter: String
        /// `none` where quotes are plain data.
        var quote: String
        var escape: String
        var encoding: String
        var skipLines: Int

        init(_ dialect: Dialect, encoding: TextEncoding) {
            header = dialect.hasHeader
            delimiter = String(UnicodeScalar(dialect.delimiter))
            quote = dialect.quote.map { String(UnicodeScalar($0)) } ?? "none"
            escape = dialect.escape.rawValue
            self.encoding = encoding.name
            skipLines = dialect.skippedLines
        }
    }
}
