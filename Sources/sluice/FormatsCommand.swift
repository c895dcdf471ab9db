internal import ArgumentParser
internal import SluiceEngine

struct FormatsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "formats",
        abstract: "See, check and save export formats: they say how records are written to a file.",
        subcommands: [FormatsList.self, FormatsShow.self, FormatsCheck.self, FormatsSave.self],
        defaultSubcommand: FormatsList.self)
}

struct FormatsList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the export formats that ship and those that are saved.",
        discussion: "Without a database those that ship are listed.")

    @OptionGroup var global: GlobalOptions

    private struct Page: Encodable {
        struct Format: Encodable {
            var name: String
            var version: Int
            var recordType: String?
            var savedAt: String?
            var savedBy: String?

            enum CodingKeys: CodingKey { case name, version, recordType, savedAt, savedBy }

            init(_ format: Engine.FormatSummary) {
                name = format.name
                version = format.version
                recordType = format.recordType
                savedAt = format.saved?.at.text
                savedBy = format.saved?.by
            }

            func encode(to encoder: any Encoder) throws {
                var values = encoder.container(keyedBy: CodingKeys.self)
                try values.encode(name, forKey: .name)
                try values.encode(version, forKey: .version)
                try values.encode(recordType, forKey: .recordType)
                try values.encode(savedAt, forKey: .savedAt)
                try values.encode(savedBy, forKey: .savedBy)
            }
        }

        var formats: [Format]
    }

    func run() throws {
        try reportingFailures(json: global.json) {
            let formats = try global.engineOfAnyDatabase().formats()
            if global.json {
                Console.output(Console.json(Page(formats: formats.map(Page.Format.init))))
                return Exit.done
            }
            let cells = formats.map { format in
                [
                    format.name, "version \(format.version)", format.recordType ?? "any type",
                    format.saved.map { "saved \(Words.moment($0.at)) by \($0.by)" } ?? "ships",
                ]
            }
            for line in Words.aligned(cells) { Console.output(line) }
            return Exit.done
        }
    }
}

struct FormatsShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Print an export format's document: a start for one of your own.")

    @Argument(
        help: ArgumentHelp(
            "The format's name; its latest version, unless another is named.", valueName: "NAME[@VERSION]"))
    var name: String

    @OptionGroup var global: GlobalOptions

    private struct Document: Encodable {
        var name: String
        var version: Int
        var document: String
    }

    func run() throws {
        try reportingFailures(json: global.json) {
            let format = try global.engineOfAnyDatabase().format(name)
            if global.json {
                let name = String(name.prefix { $0 != "@" })
                Console.output(
                    Console.json(Document(name: name, version: format.version, document: format.yaml)))
            } else {
                Console.document(format.yaml)
            }
            return Exit.done
        }
    }
}

/// What checking and saving answer.
private struct FormatAnswer: Encodable {
    var name: String
    var version: Int
    var recordType: String?
    var columns: [String]
    var isNew: Bool

    enum CodingKeys: CodingKey { case name, version, recordType, columns, isNew }

    init(_ format: Engine.CheckedFormat) {
        name = format.name
        version = format.version
        recordType = format.recordType
        columns = format.columns
        isNew = format.isNew
    }

    func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(name, forKey: .name)
        try values.encode(version, forKey: .version)
        try values.encode(recordType, forKey: .recordType)
        try values.encode(columns, forKey: .columns)
        try values.encode(isNew, forKey: .isNew)
    }
}

struct FormatsCheck: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Check an export format's document.",
        discussion: "Nothing is written. What is wrong is told with its line and column.")

    @Argument(help: "The export format: FILE.yaml or a name.")
    var format: String

    @OptionGroup var global: GlobalOptions

    func run() throws {
        try reportingFailures(json: global.json) {
            let engine = global.engineOfAnyDatabase()
            let checked = try engine.checkFormat(try engine.format(format))
            if global.json {
                Console.output(Console.json(FormatAnswer(checked)))
                return Exit.done
            }
            let columns = checked.columns.isEmpty ? "all fields" : checked.columns.joined(separator: ", ")
            Console.output(
                "export format \(checked.name) for \(checked.recordType ?? "any type"): \(columns)")
            return Exit.done
        }
    }
}

struct FormatsSave: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "save",
        abstract:
            "Check an export format's document and keep it in the database, as the next version of its name.",
        discussion: """
            A version never changes, and a user task keeps the one it began with. A document that the latest \
            version says already is not saved again. A new database is made only where --database or \
            SLUICE_DATABASE names it.
            """)

    @Argument(help: "The document.")
    var file: String

    @OptionGroup var global: GlobalOptions

    func run() throws {
        try reportingFailures(json: global.json) {
            let saved = try global.writing { engine, createsDatabase in
                try engine.saveFormat(
                    at: file, createsDatabase: createsDatabase, Signature(by: CurrentUser.name))
            }
            if global.json {
                Console.output(Console.json(FormatAnswer(saved)))
            } else if !global.quiet {
                let what = saved.isNew ? "saved" : "unchanged"
                Console.output(
                    "export format \(saved.name) for \(saved.recordType ?? "any type"): \(what), "
                        + "version \(saved.version)")
            }
            return Exit.done
        }
    }
}
