internal import ArgumentParser
internal import SluiceEngine

struct FiltersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "filters",
        abstract: "See, guess and save input filters: they map a file's columns to fields.",
        subcommands: [FiltersList.self, FiltersShow.self, FiltersSave.self, FiltersGuess.self],
        defaultSubcommand: FiltersList.self)
}

struct FiltersList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the input filters that ship and those that are saved.",
        discussion: "Without a database those that ship are listed.")

    @OptionGroup var global: GlobalOptions

    private struct Page: Encodable {
        struct Filter: Encodable {
            var name: String
            var version: Int
            var recordType: String
            var savedAt: String?
            var savedBy: String?

            enum CodingKeys: CodingKey { case name, version, recordType, savedAt, savedBy }

            init(_ filter: Engine.FilterSummary) {
                name = filter.name
                version = filter.version
                recordType = filter.recordType
                savedAt = filter.saved?.at.text
                savedBy = filter.saved?.by
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

        var filters: [Filter]
    }

    func run() throws {
        try reportingFailures(json: global.json) {
            let filters = try global.engineOfAnyDatabase().filters()
            if global.json {
                Console.output(Console.json(Page(filters: filters.map(Page.Filter.init))))
                return Exit.done
            }
            let cells = filters.map { filter in
                [
                    filter.name, "version \(filter.version)", filter.recordType,
                    filter.saved.map { "saved \(Words.moment($0.at)) by \($0.by)" } ?? "ships",
                ]
            }
            for line in Words.aligned(cells) { Console.output(line) }
            return Exit.done
        }
    }
}

struct FiltersShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Print an input filter's document: a start for one of your own.")

    @Argument(
        help: ArgumentHelp(
            "The filter's name; its latest version, unless another is named.", valueName: "NAME[@VERSION]"))
    var name: String

    @OptionGroup var global: GlobalOptions

    private struct Document: Encodable {
        var name: String
        var version: Int
        var document: String
    }

    func run() throws {
        try reportingFailures(json: global.json) {
            let filter = try global.engineOfAnyDatabase().filter(name)
            if global.json {
                let name = String(name.prefix { $0 != "@" })
                Console.output(
                    Console.json(Document(name: name, version: filter.version, document: filter.yaml)))
            } else {
                Console.document(filter.yaml)
            }
            return Exit.done
        }
    }
}

struct FiltersSave: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "save",
        abstract:
            "Check an input filter's document and keep it in the database, as the next version of its name.",
        discussion: """
            A version never changes, and a user task keeps the one it began with. A document that the latest \
            version says already is not saved again. A new database is made only where --database or \
            SLUICE_DATABASE names it.
            """)

    @Argument(help: "The document.")
    var file: String

    @OptionGroup var global: GlobalOptions

    private struct Saved: Encodable {
        var name: String
        var version: Int
        var recordType: String
        var isNew: Bool
    }

    func run() throws {
        try reportingFailures(json: global.json) {
            let saved = try global.writing { engine, createsDatabase in
                try engine.saveFilter(
                    at: file, createsDatabase: createsDatabase, Signature(by: CurrentUser.name))
            }
            if global.json {
                Console.output(
                    Console.json(
                        Saved(
                            name: saved.name, version: saved.version, recordType: saved.recordType,
                            isNew: saved.isNew)))
            } else if !global.quiet {
                let what = saved.isNew ? "saved" : "unchanged"
                Console.output(
                    "input filter \(saved.name) for \(saved.recordType): \(what), version \(saved.version)")
            }
            return Exit.done
        }
    }
}
