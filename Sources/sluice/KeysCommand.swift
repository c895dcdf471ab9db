internal import ArgumentParser
internal import SluiceEngine

struct KeysCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "Make and see the keys of encrypted fields, which lie in a file outside of the database.",
        discussion: """
            The first key of the file seals what is new, the others open what they sealed. Who has the file can read \
            the encrypted fields: keep it apart from the database, and keep a copy of it.
            """,
        subcommands: [KeysList.self, KeysCreate.self, KeysAdd.self, KeysRotate.self],
        defaultSubcommand: KeysList.self)
}

struct KeysList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the keys of the key file, and which of them the database uses.")

    @OptionGroup var global: GlobalOptions

    private struct Page: Encodable {
        var keys: [Engine.KeyDescription]
    }

    func run() throws {
        try reportingFailures(json: global.json) {
            let keys = try global.engineOfAnyDatabase().keys()
            if global.json {
                Console.output(Console.json(Page(keys: keys)))
                return Exit.done
            }
            let cells = keys.map { key in
                [
                    key.id, "made \(key.madeAt)", key.seals ? "seals what is new" : "opens",
                    key.isInUse.map { $0 ? "in use" : "not in use" } ?? "",
                ]
            }
            for line in Words.aligned(cells) { Console.output(line) }
            return Exit.done
        }
    }
}

struct KeysCreate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Make a key file with one new key, which you alone may read.",
        discussion: """
            A file that is there is never replaced.

              sluice keys create /etc/sluice/keys
              sluice import contacts contacts.csv --key-file /etc/sluice/keys --database crm.db
            """)

    @Argument(help: "Where the file goes.")
    var file: String

    @OptionGroup var global: GlobalOptions

    func run() throws {
        try KeyMade.tell(of: file, global) { try Engine.createKeyFile(at: file) }
    }
}

struct KeysAdd: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Put a new key into the key file: all that is new is sealed by it from now on.",
        discussion: """
            What is sealed already stays so, by the keys that the file had. 'sluice keys rotate' seals it anew; until \
            then keep them in the file.
            """)

    @Argument(help: "The key file.")
    var file: String

    @OptionGroup var global: GlobalOptions

    func run() throws {
        try KeyMade.tell(of: file, global) { try Engine.addKey(toFile: file) }
    }
}

struct KeysRotate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Seal every encrypted value of the database anew, by the first key of the key file.",
        discussion: """
            A user task, which can be cancelled and resumed; imports wait for it. When it is done, the database needs \
            none of the older keys any more, and 'sluice keys list' says so.

              sluice keys add /etc/sluice/keys
              sluice keys rotate --key-file /etc/sluice/keys --database crm.db
            """)

    @OptionGroup var global: GlobalOptions

    @Option(help: "Seconds to wait for another user task that writes to the same database.")
    var wait: UInt32 = 600

    func run() async throws {
        try await reportingFailures(json: global.json) {
            let engine = try global.engine()
            let run = RunningTask(global)
            let task = try await engine.runRotation(
                requestedBy: CurrentUser.name, patience: .seconds(wait), listener: run.listener,
                stop: run.stop)
            return run.ended(task, heading: "sealed anew by \(task.file.name)")
        }
    }
}

/// Makes a key, and tells of it.
private enum KeyMade {
    static func tell(
        of file: String, _ global: GlobalOptions, _ make: () throws -> Engine.KeyDescription
    ) throws {
        try reportingFailures(json: global.json) {
            let key = try make()
            if global.json {
                Console.output(Console.json(key))
            } else if !global.quiet {
                Console.output(
                    "key \(key.id) in \(file); keep a copy of the file: without it nobody can read what it seals"
                )
            }
            return Exit.done
        }
    }
}
