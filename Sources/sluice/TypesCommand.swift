internal import ArgumentParser
internal import SluiceEngine

struct TypesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "types",
        abstract: "See record types, their fields and links, and add your own.",
        subcommands: [TypesList.self, TypesShow.self, TypesAdd.self, TypesAddField.self, TypesAddLink.self],
        defaultSubcommand: TypesList.self)
}

struct TypesList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the record types that ship and the database's own.",
        discussion: "Without a database those that ship are listed.")

    @OptionGroup var global: GlobalOptions

    private struct Page: Encodable {
        var types: [TypeForm]
        var links: [LinkForm]
    }

    func run() throws {
        try reportingFailures(json: global.json) {
            let engine = global.engineOfAnyDatabase()
            let types = try engine.types()
            let links = try engine.links()
            if global.json {
                Console.output(
                    Console.json(Page(types: types.map(TypeForm.init), links: links.map(LinkForm.init))))
                return Exit.done
            }
            let cells = types.map { described in
                [
                    described.type.plural, "\(described.type.fields.count) fields",
                    "keys " + TypeForm.keyList(described.type),
                    described.isBuiltIn ? "ships" : "version \(described.version)",
                    described.addedFields.isEmpty
                        ? "" : "added: " + described.addedFields.joined(separator: ", "),
                ]
            }
            let linkCells = links.map { described in
                let link = described.link
                return [
                    link.plural, "link", "\(link.first.role) – \(link.second.role)",
                    described.isBuiltIn ? "ships" : "declared", "",
                ]
            }
            for line in Words.aligned(cells + linkCells) { Console.output(line) }
            return Exit.done
        }
    }
}

struct TypesShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract:
            "Print a record type's document, with the fields that were added: a start for one of your own.")

    @Argument(help: "The record type or link, singular or plural.")
    var type: String

    @OptionGroup var global: GlobalOptions

    func run() throws {
        try reportingFailures(json: global.json) {
            let engine = global.engineOfAnyDatabase()
            if let link = try engine.link(type) {
                if global.json {
                    Console.output(Console.json(LinkForm(link)))
                } else {
                    Console.document(link.link.yaml)
                }
                return Exit.done
            }
            let described = try engine.type(type)
            if global.json {
                Console.output(Console.json(TypeForm(described)))
            } else {
                Console.document(described.type.yaml)
            }
            return Exit.done
        }
    }
}

struct TypesAdd: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Declare a record type by a document, or have one of your own grow.",
        discussion: """
            Its table is made in the same transaction. A type that is there may get fields, longer texts and more \
            choices; a document that would lose or reinterpret what is stored is refused. A new database is made \
            only where --database or SLUICE_DATABASE names it.
            """)

    @Argument(help: "The document.")
    var file: String

    @OptionGroup var global: GlobalOptions

    func run() throws {
        try reportingFailures(json: global.json) {
            let change = try global.writing { engine, createsDatabase in
                try engine.addType(
                    at: file, createsDatabase: createsDatabase, Signature(by: CurrentUser.name))
            }
            change.tell(global)
            return Exit.done
        }
    }
}

struct TypesAddLink: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add-link",
        abstract: "Declare a link between two record types, or of one type with itself.",
        discussion: """
            The document has name, plural, first and second: record types, or {type: contact, role: guest}. Its \
            table is made in the same transaction. A link that is there does not change.
            """)

    @Argument(help: "The document.")
    var file: String

    @OptionGroup var global: GlobalOptions

    private struct Form: Encodable {
        var name: String
        var isNew: Bool
    }

    func run() throws {
        try reportingFailures(json: global.json) {
            let (link, isNew) = try global.writing { engine, createsDatabase in
                try engine.addLink(
                    at: file, createsDatabase: createsDatabase, Signature(by: CurrentUser.name))
            }
            if global.json {
                Console.output(Console.json(Form(name: link.name, isNew: isNew)))
            } else if !global.quiet {
                Console.output("link \(link.name): " + (isNew ? "new, table \(link.table)" : "unchanged"))
            }
            return Exit.done
        }
    }
}

struct TypesAddField: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add-field",
        abstract: "Add a field to a record type, one that ships or one of your own.",
        discussion: """
            The table gets a column; its rows stay as they are. A field that is there may take longer texts and \
            more choices.

              sluice types add-field contacts --name loyaltyTier --kind choice --choices gold,silver
            """)

    @Argument(help: "The record type, singular or plural.")
    var type: String

    @OptionGroup var global: GlobalOptions

    @Option(help: "Letters and digits, a lower-case letter first: loyaltyTier.")
    var name: String

    @Option(
        help:
            "text, identifier, integer, decimal, date, dateTime, boolean, email, phone or choice.")
    var kind: String

    @Option(help: "Most characters (default: 255).")
    var maxLength: Int?

    @Flag(help: "Every new record must have a value.")
    var required = false

    @Flag(help: "No two records may have the same value.")
    var unique = false

    @Flag(help: "Give the field an index: every import pays for it.")
    var indexed = false

    @Flag(help: "Quick search looks into it; into keys, e-mail addresses and phones it does without.")
    var searchable = false

    @Option(help: ArgumentHelp("The words of a choice.", valueName: "A,B"))
    var choices: String?

    @Option(help: "Decimal places, 0 to 9 (default: 2).")
    var places: Int?

    @Option(name: .customLong("repeat"), help: "So many fields with the numbers 1, 2 … behind their name.")
    var count: Int?

    func validate() throws {
        if kind == "choice", choices == nil {
            throw ValidationError("A choice needs its words: --choices gold,silver.")
        }
    }

    func run() throws {
        try reportingFailures(json: global.json) {
            let change = try global.writing { engine, createsDatabase in
                try engine.addField(
                    declaration, toType: type, createsDatabase: createsDatabase,
                    Signature(by: CurrentUser.name))
            }
            change.tell(global)
            return Exit.done
        }
    }

    /// The options as an element of a document's `fields`.
    private var declaration: String {
        var entries = ["name: \(YAMLText.plain(name))", "kind: \(YAMLText.plain(kind))"]
        if let maxLength { entries.append("maxLength: \(maxLength)") }
        if required { entries.append("required: true") }
        if unique { entries.append("unique: true") }
        if indexed { entries.append("indexed: true") }
        if searchable { entries.append("searchable: true") }
        if let choices {
            let words = choices.split(separator: ",", omittingEmptySubsequences: false)
            entries.append("choices: [\(words.map { YAMLText.quoted(String($0)) }.joined(separator: ", "))]")
        }
        if let places { entries.append("places: \(places)") }
        if let count { entries.append("repeat: \(count)") }
        return "{\(entries.joined(separator: ", "))}"
    }
}
