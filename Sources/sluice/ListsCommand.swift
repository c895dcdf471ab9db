internal import ArgumentParser
internal import SluiceEngine

struct ListsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lists",
        abstract: "Save, see and count lists: named views of records, by filter, columns and order.",
        subcommands: [
            ListsList.self, ListsShow.self, ListsSave.self, ListsDelete.self, ListsCount.self,
            ListsExplain.self, ListsIndexCommand.self,
        ],
        defaultSubcommand: ListsList.self)
}

struct ListsList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the saved lists.")

    @OptionGroup var global: GlobalOptions

    private struct Page: Encodable {
        var lists: [ListForm]
    }

    func run() throws {
        try reportingFailures(json: global.json) {
            let lists = try global.engine().lists()
            if global.json {
                Console.output(Console.json(Page(lists: lists.map(ListForm.init))))
                return Exit.done
            }
            let cells = lists.map { list in
                [
                    list.name, "version \(list.version)", list.definition.recordType,
                    "saved \(Words.moment(list.savedAt)) by \(list.savedBy)",
                    VisibleText.of(list.definition.listFilter ?? ""),
                ]
            }
            for line in Words.aligned(cells) { Console.output(line) }
            return Exit.done
        }
    }
}

struct ListsShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Print a list's definition, how many records it has now, and the first of them.",
        discussion: "The values are those that an export of the list writes.")

    @Argument(
        help: ArgumentHelp(
            "The list's name; its latest version, unless another is named.", valueName: "NAME[@VERSION]"))
    var name: String

    @Option(
        name: .customShort("n"), help: ArgumentHelp("Records to print: 0 to 1000.", valueName: "N"))
    var limit = 10

    @Flag(help: "Show values of encrypted fields, which takes the key file.")
    var showEncrypted = false

    @Flag(help: "Drafts, too; they are left out unless the list filter asks about them.")
    var withDrafts = false

    @OptionGroup var global: GlobalOptions

    func validate() throws {
        guard (0...1000).contains(limit) else { throw ValidationError("-n takes a number from 0 to 1000.") }
    }

    func run() throws {
        try reportingFailures(json: global.json) {
            let engine = try global.engine()
            var list = try engine.list(name)
            if withDrafts { list.definition.withDrafts = true }
            let page = try engine.page(of: list, limit: limit, showsEncrypted: showEncrypted)
            global.tell(page.warnings)
            if global.json {
                Console.output(Console.json(ListForm(list, page)))
            } else {
                for line in ListText(list, page, width: Console.width).lines { Console.output(line) }
            }
            return Exit.done
        }
    }
}

struct ListsSave: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "save",
        abstract: "Check a list and keep it in the database, as the next version of its name.",
        discussion: """
            A version never changes. A list that the latest version says already is not saved again. Relative dates \
            in the filter stay relative: they count from the day on which the list is used.

              sluice lists save debtors --type contacts --where "paymentBalance > 50" --sort -paymentBalance
            """)

    @Argument(help: "The list's name: letters, digits, hyphens and underscores.")
    var name: String

    @Option(help: "What the records are: contacts, accounts … ('sluice types list').")
    var type: String

    @OptionGroup var records: ListOptions

    @Option(
        help: ArgumentHelp(
            "The fields, in order; of linked records as account.name. (default: all fields)",
            valueName: "FIELD,…"))
    var columns: String?

    @Option(
        help: ArgumentHelp(
            "The export format that its exports are written in. (default: plain CSV)", valueName: "FORMAT"))
    var format: String?

    @OptionGroup var global: GlobalOptions

    func run() throws {
        try reportingFailures(json: global.json) {
            try global.save { engine, createsDatabase, signature in
                SavedForm(
                    saved: try engine.saveList(
                        name,
                        records.definition(of: type, columns: columns.map(FieldList.parts), format: format),
                        createsDatabase: createsDatabase, signature))
            } telling: { saved in
                "list \(saved.name) of \(saved.recordType ?? "any type")"
            }
        }
    }
}

struct ListsDelete: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Delete a saved list, all versions of it; the records stay.",
        discussion: "It asks before it does so; where nobody can answer, --yes says it is meant.")

    @Argument(help: "The list's name.")
    var name: String

    @Flag(help: "Do not ask.")
    var yes = false

    @OptionGroup var global: GlobalOptions

    private struct Deleted: Encodable {
        var name: String
        var versions: Int
    }

    func run() throws {
        try reportingFailures(json: global.json) {
            let engine = try global.engine()
            let list = try engine.list(name)
            guard list.name == name else {
                throw Failure(
                    .refused, code: "bad_name", message: "a list is deleted with all its versions",
                    hint: "Name it without one: sluice lists delete \(list.name)")
            }
            try Confirmation.ask("Delete the list \(name), version \(list.version)?", unless: yes)
            let versions = try engine.deleteList(name, Signature(by: CurrentUser.name))
            if global.json {
                Console.output(Console.json(Deleted(name: name, versions: versions)))
            } else if !global.quiet {
                Console.output(
                    "list \(name): deleted, \(versions) version\(versions == 1 ? "" : "s")")
            }
            return Exit.done
        }
    }
}

struct ListsCount: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "count", abstract: "Print how many records a saved list, or a list filter, has now.")

    @Argument(help: ArgumentHelp("The saved list.", valueName: "NAME[@VERSION]"))
    var name: String?

    @Option(help: "Instead of a saved list: what the records are.")
    var type: String?

    @Option(
        name: .customLong("where"),
        help: ArgumentHelp("With --type: only the records that meet this list filter.", valueName: "EXPR"))
    var listFilter: String?

    @Flag(help: "Drafts, too; they are left out unless the list filter asks about them.")
    var withDrafts = false

    @OptionGroup var global: GlobalOptions

    private struct Answer: Encodable {
        var count: UInt64
    }

    func validate() throws {
        guard (name == nil) != (type == nil), name == nil || listFilter == nil else {
            throw ValidationError("Give a saved list's name, or --type and perhaps --where.")
        }
    }

    func run() throws {
        try reportingFailures(json: global.json) {
            let engine = try global.engine()
            var definition = ListDefinition(recordType: type ?? "", listFilter: listFilter)
            var list = try name.map(engine.list)
            if withDrafts {
                definition.withDrafts = true
                list?.definition.withDrafts = true
            }
            let page =
                if let list {
                    try engine.page(of: list, limit: 0)
                } else {
                    try engine.page(of: definition, limit: 0)
                }
            global.tell(page.warnings)
            Console.output(global.json ? Console.json(Answer(count: page.count)) : "\(page.count)")
            return Exit.done
        }
    }
}
