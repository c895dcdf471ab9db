internal import ArgumentParser
internal import SluiceEngine

struct RecordsNotes: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "notes",
        abstract: "Print the notes on a record, the newest first.",
        discussion: "At most 5,000 are shown: those of the latest date.")

    @Argument(help: "What the record is: contact, account … ('sluice types list').")
    var type: String

    @Argument(help: "A value of one of its keys, FIELD=VALUE, or id=N.")
    var key: String

    @Option(
        name: .customShort("n"), help: ArgumentHelp("Notes to print: 1 to 5000.", valueName: "N"))
    var limit = Note.mostShown

    @OptionGroup var global: GlobalOptions

    private struct Form: Encodable {
        var text: String
        var createdAt: String
        var createdBy: String?

        enum CodingKeys: CodingKey {
            case text, createdAt, createdBy
        }

        func encode(to encoder: any Encoder) throws {
            var values = encoder.container(keyedBy: CodingKeys.self)
            try values.encode(text, forKey: .text)
            try values.encode(createdAt, forKey: .createdAt)
            try values.encode(createdBy, forKey: .createdBy)
        }
    }

    private struct Page: Encodable {
        var notes: [Form]
    }

    func validate() throws {
        guard (1...Note.mostShown).contains(limit) else {
            throw ValidationError("-n takes a number from 1 to \(Note.mostShown).")
        }
    }

    func run() throws {
        try reportingFailures(json: global.json) {
            let notes = try global.engine().notes(type, key, limit: limit)
            if global.json {
                let forms = notes.map { note in
                    Form(text: note.text, createdAt: note.createdAt.text, createdBy: note.createdBy)
                }
                Console.output(Console.json(Page(notes: forms)))
                return Exit.done
            }
            for note in notes {
                let by = note.createdBy.map { " by \(VisibleText.of($0))" } ?? ""
                Console.output("\(Words.moment(note.createdAt))\(by)")
                for line in note.text.split(separator: "\n", omittingEmptySubsequences: false) {
                    Console.output("    \(VisibleText.of(String(line)))".trimmedAtEnd)
                }
            }
            return Exit.done
        }
    }
}
