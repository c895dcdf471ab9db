internal import ArgumentParser
internal import SluiceEngine

struct FiltersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "filters",
        abstract: "See, guess, check and save input filters: they map a file's columns to fields.",
        subcommands: [
            DocumentsList<FilterWords>.self, DocumentShow<FilterWords>.self, DocumentSave<FilterWords>.self,
            FiltersCheck.self, FiltersGuess.self,
        ],
        defaultSubcommand: DocumentsList<FilterWords>.self)
}

enum FilterWords: DocumentWords {
    static let noun = "input filter"
    static let short = "filter"

    static func all(_ engine: Engine) throws -> [Engine.DocumentSummary] { try engine.filters() }

    static func named(_ name: String, _ engine: Engine) throws -> DocumentChoice { try engine.filter(name) }

    static func save(
        _ path: String, _ engine: Engine, createsDatabase: Bool, _ signature: Signature
    ) throws -> SavedForm {
        SavedForm(
            saved: try engine.saveFilter(at: path, createsDatabase: createsDatabase, signature))
    }
}
