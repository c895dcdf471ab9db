internal import ArgumentParser
internal import SluiceEngine

/// `sluice lists index [TYPE]`: brings what quick search looks things up in up to date.
struct ListsIndexCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "index",
        abstract: "Brings the index of 'search' up to date.",
        discussion: """
            A search does so by itself where much has changed since; here it is done ahead, at the end of a nightly \
            job. Imports are not kept waiting for longer than one of its transactions.
            """)

    @Argument(help: "The record type, singular or plural (default: all).")
    var type: String?

    @OptionGroup var global: GlobalOptions

    private struct Form: Encodable {
        struct Index: Encodable {
            var recordType: String
            var rows: Int
        }
        var indexes: [Index]
    }

    func run() throws {
        try reportingFailures(json: global.json) {
            let done = try global.engine().indexForSearch(type)
            if global.json {
                Console.output(
                    Console.json(
                        Form(indexes: done.map { Form.Index(recordType: $0.type.name, rows: $0.rows) })))
            } else if !global.quiet {
                for index in done {
                    Console.output("\(index.type.plural): \(Words.count(UInt64(index.rows))) rows indexed")
                }
            }
            return Exit.done
        }
    }
}
