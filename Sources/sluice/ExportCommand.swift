internal import ArgumentParser
internal import SluiceEngine

struct ExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Export records as CSV: all of a type, those of a list filter, or some by their ids.",
        discussion: """
            What is exported is one state of the database, whatever is written meanwhile. The file appears whole or \
            not at all; its name's ending (.gz, .zst) says whether it is compressed.

              sluice export contacts --where "state = 'CA'" --columns contactNumber,lastName --output ca.csv.gz
            """)

    @Argument(help: "What the records are: contacts, accounts … ('sluice types list').")
    var type: String

    @OptionGroup var global: GlobalOptions

    @OptionGroup var records: ListOptions

    @Option(
        help: ArgumentHelp(
            "A saved list: its filter, and its columns, order and format where no others are given.",
            valueName: "NAME[@VERSION]"))
    var list: String?

    @Option(help: ArgumentHelp("Only the records of these ids.", valueName: "ID,…"))
    var ids: String?

    @Option(
        help: ArgumentHelp(
            "The fields, in the order of the file; of linked records as account.name. (default: the format's, or all)",
            valueName: "FIELD,…"))
    var columns: String?

    @Option(
        help: ArgumentHelp(
            "How the file is written: an export format's FILE.yaml or its name. (default: plain CSV)",
            valueName: "FORMAT"))
    var format: String?

    @Option(name: .shortAndLong, help: ArgumentHelp("The file; '-' for standard output.", valueName: "FILE"))
    var output: String

    @Flag(help: "Replace the file if it is there.")
    var force = false

    @Flag(help: "Show values of encrypted fields, which takes the key file; else masks stand for them.")
    var showEncrypted = false

    @Option(help: "Seconds to wait for a transaction of another process.")
    var wait: UInt32 = 600

    func validate() throws {
        if output == "-", global.json {
            throw ValidationError("--json and --output - both need standard output.")
        }
        if let ids, FieldList.parts(ids).contains(where: { Int64($0) == nil }) {
            throw ValidationError("--ids takes whole numbers with commas between them.")
        }
    }

    func run() async throws {
        try await reportingFailures(json: global.json) {
            let database = try global.database()
            let engine = global.engine(of: database.path)
            let run = RunningTask(global, printsToStandardError: output == "-")
            let task = try await engine.runExport(
                request(engine), patience: .seconds(wait), listener: run.listener, stop: run.stop)
            return run.ended(task, heading: "\(type) in \(database.path) → \(task.file.name)")
        }
    }

    private func request(_ engine: Engine) throws -> ExportRequest {
        var request = ExportRequest(recordType: type, path: output, requestedBy: CurrentUser.name)
        if let list { try engine.apply(engine.list(list), to: &request) }
        if let listFilter = records.listFilter { try engine.narrow(&request, to: listFilter) }
        request.ids = ids.map { FieldList.parts($0).compactMap { Int64($0) } }
        if let columns { request.columns = FieldList.parts(columns) }
        if let sort = records.sortKeys { request.sort = sort }
        request.overwrites = force
        request.showsEncrypted = showEncrypted
        if records.withDrafts { request.withDrafts = true }
        if let format { request.format = try engine.format(format) }
        return request
    }
}
