internal import ArgumentParser
internal import SluiceEngine

struct FiltersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "filters",
        abstract: "See the input filters that ship: they map a file's columns to fields.",
        subcommands: [FiltersList.self, FiltersShow.self],
        defaultSubcommand: FiltersList.self)
}

struct FiltersList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the input filters that ship.")

    @Flag(help: "Print one JSON value on standard output and nothing else there.")
    var json = false

    private struct Names: Encodable {
        var filters: [String]
    }

    func run() throws {
        let names = Engine.shippedFilterNames
        if json {
            Console.output(Console.json(Names(filters: names)))
        } else {
            for name in names { Console.output(name) }
        }
    }
}

struct FiltersShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Print an input filter's document: a start for one of your own.")

    @Argument(help: "The filter's name.")
    var name: String

    @Flag(help: "Print one JSON value on standard output and nothing else there.")
    var json = false

    private struct Document: Encodable {
        var name: String
        var document: String
    }

    func run() throws {
        try reportingFailures(json: json) {
            let filter = try Engine.filter(name)
            Console.output(
                json ? Console.json(Document(name: name, document: filter.yaml)) : filter.yaml)
            return Exit.done
        }
    }
}
