internal import ArgumentParser

/// `sluice lists`: lists of records.
struct ListsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lists",
        abstract: "Lists of records, and what makes finding them quick.",
        subcommands: [ListsIndexCommand.self])
}
