internal import ArgumentParser
internal import SluiceEngine

struct FormatsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "formats",
        abstract: "See, check and save export formats: they say how records are written to a file.",
        subcommands: [
            DocumentsList<FormatWords>.self, DocumentShow<FormatWords>.self, FormatsCheck.self,
            DocumentSave<FormatWords>.self,
        ],
        defaultSubcommand: DocumentsList<FormatWords>.self)
}

enum FormatWords: DocumentWords {
    static let noun = "export format"
    static let short = "format"

    static func all(_ engine: Engine) throws -> [Engine.DocumentSummary] { try engine.formats() }

    static func named(_ name: String, _ engine: Engine) throws -> DocumentChoice { try engine.format(name) }

    static func save(
        _ path: String, _ engine: Engine, createsDatabase: Bool, _ signature: Signature
    ) throws -> SavedForm {
        SavedForm(try engine.saveFormat(at: path, createsDatabase: createsDatabase, signature))
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
                Console.output(Console.json(SavedForm(checked)))
                return Exit.done
            }
            let columns = checked.columns.isEmpty ? "all fields" : checked.columns.joined(separator: ", ")
            let type = checked.version.recordType ?? "any type"
            Console.output("export format \(checked.version.name) for \(type): \(columns)")
            return Exit.done
        }
    }
}

extension SavedForm {
    fileprivate init(_ format: Engine.CheckedFormat) {
        self.init(saved: format.version, columns: format.columns)
    }
}
