internal import ArgumentParser
internal import Glibc
internal import SluiceEngine

struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Import a CSV file of contacts, accounts, customers, another record type, or links.",
        discussion: """
            FILE may be plain, gzip or zstd (told by its content), '-' for standard input, or a FIFO. Without \
            --filter the header's names are matched with field names, ignoring case, spaces, underscores and \
            hyphens. A new database is made only where --database or SLUICE_DATABASE names it.

            A file of links has two columns: an account's original id and a contact's number. With a header that \
            names both, either may come first; without one the account does, unless --first says otherwise.

              sluice import contacts contacts.csv.gz --filter livevox-contacts --database crm.db
            """)

    @Argument(help: "What the records are: contacts, accounts … ('sluice types list'), or links.")
    var type: String

    @Argument(help: "The file, or '-' for standard input.")
    var file: String

    @OptionGroup var global: GlobalOptions

    @Option(
        help: ArgumentHelp(
            "Input filter: one of 'sluice filters list', in its latest or that version, or FILE.yaml.",
            valueName: "NAME[@VERSION]|FILE.yaml"))
    var filter: String?

    @Option(
        help: """
            upsert: create and update; create: leave existing records alone; update: create none. \
            (default: upsert; create for notes)
            """)
    var mode: ImportMode?

    @Option(
        help: """
            A later record with a key the file had before: last: applied; first: ignored; reject: rejected. \
            (default: last; first for notes)
            """)
    var duplicates: DuplicatePolicy?

    @Option(
        help: ArgumentHelp(
            "Fail once more records, or a greater part of the file's, are rejected.", valueName: "N|P%"))
    var maxRejects: RejectLimit?

    @Option(help: ArgumentHelp("Write the rejected records there when the run ends.", valueName: "FILE"))
    var rejects: String?

    @Option(
        help: ArgumentHelp(
            "Write there what became of each record: line, key, id, outcome.", valueName: "FILE"))
    var results: String?

    @Flag(help: "Let --rejects and --results replace a file.")
    var force = false

    @Flag(help: "Have --rejects show values of encrypted fields: the records as they came.")
    var showEncrypted = false

    @Option(help: "Instead of the type's limit on records (contacts and customers: 5,000,000).")
    var maxRecords: UInt64?

    @Option(help: "Instead of the type's limit on bytes after decompression (accounts: 15 MB).")
    var maxBytes: UInt64?

    @Option(
        help: "Records of one transaction: fewer are seen and resumed sooner, more take less time in all.")
    var commitEvery: UInt64?

    @Option(help: "Seconds to wait for another import into the same database to end.")
    var wait: UInt32 = 600

    @Flag(
        help: """
            Write all records that pass at the end, in one transaction, or none at all where the import fails, \
            is stopped, or rejects more than --max-rejects allows (0: a single reject undoes all).
            """)
    var atomic = false

    @Flag(help: "Do all of it, then take it back: the counts tell what would have happened.")
    var dryRun = false

    @Flag(
        help: """
            Keep nothing of what changed records held before: the import cannot be taken back then, and a record's \
            history tells that it changed, not what.
            """)
    var noJournal = false

    @Option(
        help: ArgumentHelp(
            "The file's encoding, such as windows-1252, shift-jis or utf-16le, instead of the filter's.",
            valueName: "NAME"))
    var encoding: String?

    @Option(
        help: ArgumentHelp(
            "What stands between two fields: a character or 'tab', where no filter is named (default: a comma).",
            valueName: "CHARACTER"))
    var delimiter: FieldDelimiter?

    @Option(
        help: ArgumentHelp(
            "Links: the side that comes first in a file without a header, such as contact (default: account).",
            valueName: "SIDE"))
    var first: String?

    @Flag(help: "Links: take the pairs of the file away instead of adding them.")
    var unlink = false

    func validate() throws {
        if maxRecords == 0 || maxBytes == 0 || commitEvery == 0 {
            throw ValidationError("--max-records, --max-bytes and --commit-every must be at least 1.")
        }
        if maxRecords != nil && maxBytes != nil {
            throw ValidationError("Give --max-records or --max-bytes, not both.")
        }
        if rejects == "-" || results == "-" {
            throw ValidationError(
                "--rejects and --results need a file: the summary goes to standard output. Afterwards "
                    + "'sluice tasks rejects ID' and 'sluice tasks results ID' write there.")
        }
    }

    func run() async throws {
        try await reportingFailures(json: global.json) {
            let database = try global.database()
            let isNew = access(database.path, F_OK) != 0
            let engine = global.engine(of: database.path)
            let run = RunningTask(global)
            let task = try await engine.runImport(
                try request(engine), createsDatabase: database.isNamed, patience: .seconds(wait),
                listener: run.listener, stop: run.stop)
            if isNew, !global.quiet { Console.error("made the database \(database.path)") }
            return run.ended(task, heading: "\(task.file.name) → \(type) in \(database.path)")
        }
    }

    private func request(_ engine: Engine) throws -> ImportRequest {
        var request = ImportRequest(
            source: file == "-" ? .standardInput : .path(file), recordType: type,
            requestedBy: CurrentUser.name)
        request.filter = try filter.map(engine.filter)
        request.mode = mode
        request.duplicates = duplicates
        request.maxRejects = maxRejects
        request.maxRecords = maxRecords
        request.maxBytes = maxBytes
        request.commitRecords = commitEvery
        request.rejectsPath = rejects
        request.resultsPath = results
        request.isAtomic = atomic
        request.oneTransaction = dryRun ? .dryRun : atomic ? .atomic : nil
        request.overwritesRejects = force
        request.keepsBefore = !noJournal
        request.showsEncrypted = showEncrypted
        request.delimiter = delimiter?.byte
        request.firstSide = first
        request.linkMode = unlink ? .unlink : .link
        request.encoding = try encoding.map(TextEncoding.init(named:))
        return request
    }
}

/// One character between two fields, as it is said on the command line.
struct FieldDelimiter: ExpressibleByArgument {
    let byte: UInt8

    init?(argument: String) {
        switch argument {
        case "tab", "\\t": byte = UInt8(ascii: "\t")
        default:
            guard argument.utf8.count == 1, let only = argument.utf8.first,
                !["\"", "\n", "\r"].contains(argument)
            else { return nil }
            byte = only
        }
    }
}

extension ImportMode: ExpressibleByArgument {}
extension DuplicatePolicy: ExpressibleByArgument {}

extension RejectLimit: ExpressibleByArgument {
    package init?(argument: String) {
        self.init(text: argument)
    }
}
