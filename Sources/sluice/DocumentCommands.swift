internal import ArgumentParser
internal import SluiceEngine

/// A kind of document that ships or is saved, as its commands `list`, `show` and `save` know it.
protocol DocumentWords {
    /// What a message calls one, such as `input filter`.
    static var noun: String { get }
    /// In short, such as `filter`.
    static var short: String { get }

    static func all(_ engine: Engine) throws -> [Engine.DocumentSummary]
    static func named(_ name: String, _ engine: Engine) throws -> DocumentChoice
    static func save(
        _ path: String, _ engine: Engine, createsDatabase: Bool, _ signature: Signature
    ) throws -> SavedForm
}

struct DocumentsList<Kind: DocumentWords>: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "list", abstract: "List the \(Kind.noun)s that ship and those that are saved.",
            discussion: "Without a database those that ship are listed.")
    }

    @OptionGroup var global: GlobalOptions

    func run() throws {
        try reportingFailures(json: global.json) {
            let documents = try Kind.all(global.engineOfAnyDatabase())
            if global.json {
                Console.output(Console.json([Kind.short + "s": documents.map(DocumentForm.init)]))
                return Exit.done
            }
            let cells = documents.map { document in
                [
                    document.name, "version \(document.version)", document.recordType ?? "any type",
                    document.saved.map { "saved \(Words.moment($0.at)) by \($0.by)" } ?? "ships",
                ]
            }
            for line in Words.aligned(cells) { Console.output(line) }
            return Exit.done
        }
    }
}

struct DocumentShow<Kind: DocumentWords>: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "show",
            abstract: "Print an \(Kind.noun)'s document: a start for one of your own.")
    }

    @Argument(
        help: ArgumentHelp(
            "The \(Kind.short)'s name; its latest version, unless another is named.",
            valueName: "NAME[@VERSION]"))
    var name: String

    @OptionGroup var global: GlobalOptions

    func run() throws {
        try reportingFailures(json: global.json) {
            let document = try Kind.named(name, global.engineOfAnyDatabase())
            if global.json {
                Console.output(
                    Console.json(
                        DocumentText(
                            name: String(name.prefix { $0 != "@" }), version: document.version,
                            document: document.yaml)))
            } else {
                Console.document(document.yaml)
            }
            return Exit.done
        }
    }
}

struct DocumentSave<Kind: DocumentWords>: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "save",
            abstract:
                "Check an \(Kind.noun)'s document and keep it in the database, as the next version of its name.",
            discussion: """
                A version never changes, and a user task keeps the one it began with. A document that the latest \
                version says already is not saved again. A new database is made only where --database or \
                SLUICE_DATABASE names it.
                """)
    }

    @Argument(help: "The document.")
    var file: String

    @OptionGroup var global: GlobalOptions

    func run() throws {
        try reportingFailures(json: global.json) {
            try global.save { engine, createsDatabase, signature in
                try Kind.save(file, engine, createsDatabase: createsDatabase, signature)
            } telling: { saved in
                "\(Kind.noun) \(saved.name) for \(saved.recordType ?? "any type")"
            }
        }
    }
}

extension GlobalOptions {
    /// Saves a document and tells what came of it; `subject` is how people know the document.
    func save(
        _ body: (Engine, _ createsDatabase: Bool, Signature) throws -> SavedForm,
        telling subject: (Engine.SavedVersion) -> String
    ) throws -> Int32 {
        let form = try writing { engine, createsDatabase in
            try body(engine, createsDatabase, Signature(by: CurrentUser.name))
        }
        if json {
            Console.output(Console.json(form))
        } else if !quiet {
            let what = form.saved.isNew ? "saved" : "unchanged"
            Console.output("\(subject(form.saved)): \(what), version \(form.saved.version)")
        }
        return Exit.done
    }
}

/// A document as it is listed, for programs: what is unknown is `null`.
private struct DocumentForm: Encodable {
    let summary: Engine.DocumentSummary

    private enum CodingKeys: CodingKey { case name, version, recordType, savedAt, savedBy }

    func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(summary.name, forKey: .name)
        try values.encode(summary.version, forKey: .version)
        try values.encode(summary.recordType, forKey: .recordType)
        try values.encode(summary.saved?.at.text, forKey: .savedAt)
        try values.encode(summary.saved?.by, forKey: .savedBy)
    }
}

private struct DocumentText: Encodable {
    var name: String
    var version: Int
    var document: String
}

/// What checking or saving a document came to, for programs.
struct SavedForm: Encodable {
    let saved: Engine.SavedVersion
    /// Of an export format.
    var columns: [String]?

    private enum CodingKeys: CodingKey { case name, version, recordType, columns, isNew }

    func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(saved.name, forKey: .name)
        try values.encode(saved.version, forKey: .version)
        try values.encode(saved.recordType, forKey: .recordType)
        try values.encodeIfPresent(columns, forKey: .columns)
        try values.encode(saved.isNew, forKey: .isNew)
    }
}
