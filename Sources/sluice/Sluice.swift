internal import ArgumentParser
internal import CMalloc
internal import Glibc

/// The command line: reads arguments, asks the engine, tells people or programs what came of it.
@main
struct Sluice: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sluice",
        abstract:
            "Imports contacts, accounts and other records from CSV files into an SQLite database, and exports them.",
        discussion: """
            A file (plain, gzip or zstd) is mapped by an input filter, checked, and written; records that do not \
            pass are kept aside with the reason. Lists of records are exported in formats of your choice. Each import \
            and export is a user task that can be followed, cancelled and resumed.

            Exit codes: 0 done · 3 done, some records rejected · 1 failed while running · 2 refused, nothing \
            written · 64 usage · 75 interrupted, can be resumed · 130 cancelled.
            """,
        version: "0.1.0",
        subcommands: [
            ImportCommand.self, ExportCommand.self, PreviewCommand.self, ChangeCommand.self,
            DeleteCommand.self, TasksCommand.self, ListsCommand.self, RecordsCommand.self, LinkCommand.self,
            UnlinkCommand.self, FiltersCommand.self,
            FormatsCommand.self, TypesCommand.self, SettingsCommand.self, KeysCommand.self,
            PurgeCommand.self,
        ])

    static func main() async {
        // A closed pipe and a full quota are errors with a message, not a death by signal.
        signal(SIGPIPE, SIG_IGN)
        signal(SIGXFSZ, SIG_IGN)
        // Chunks of a file come and go by the hundred. What they lay in is kept, else its pages would be had, and
        // cleared, anew for each: that was a third of an import's time in the system.
        keep_freed_memory(2 << 20, 16 << 20)
        do {
            var command = try parseAsRoot()
            // A poll has no business with a pool of threads: what need not wait runs here and now.
            if var waiting = command as? any AsyncParsableCommand {
                try await waiting.run()
            } else {
                try command.run()
            }
        } catch {
            exit(withError: error)
        }
    }
}
