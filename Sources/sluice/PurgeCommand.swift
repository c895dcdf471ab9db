internal import ArgumentParser
internal import SluiceEngine

struct PurgeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "purge",
        abstract: "Take records away for good whose days of retention are over.",
        discussion: """
            With a record goes all that the database has of it: links, history, what undo would bring back, rejects \
            that name it. A record without days of retention is kept for ever. A purge can't be undone, so it asks \
            first; where nobody can answer, --yes says it is meant.

              sluice purge contacts --dry-run
              sluice purge --yes
            """)

    @Argument(
        help: "What the records are: contacts … (default: all types that declare a retention)")
    var type: String?

    @Flag(help: "Only count, and list the first of them; nothing is taken away.")
    var dryRun = false

    @Flag(help: "Do not ask.")
    var yes = false

    @Option(
        help: ArgumentHelp(
            "As if it was this day; one to come with --dry-run only. (default: today, in UTC)",
            valueName: "DATE"))
    var at: String?

    @Option(help: "Seconds to wait for another task that writes to the database to end.")
    var wait: UInt32 = 600

    @OptionGroup var global: GlobalOptions

    /// Records of each type that a dry run lists.
    private static let listed = 10

    func run() async throws {
        try await reportingFailures(json: global.json) {
            let database = try global.database()
            let engine = Engine(database: database.path)
            let day = try Engine.purgeDay(at, isPreview: dryRun)
            var purges: [(type: RecordType, preview: PurgePreview)] = []
            for type in try engine.typesToPurge(named: type) {
                purges.append((type, try engine.previewPurge(of: type, on: day, limit: Self.listed)))
            }
            if dryRun {
                tell(purges)
                return Exit.done
            }
            let total = purges.filter { $0.preview.count > 0 }.map { purge in
                Self.amount(purge.preview.count, purge.type)
            }
            if !total.isEmpty {
                try Confirmation.ask(
                    "Take \(total.joined(separator: " and ")) away for good, with all that is kept of them?",
                    unless: yes)
            }
            return try await run(purges, on: day, engine, database.path)
        }
    }

    private func run(
        _ purges: [(type: RecordType, preview: PurgePreview)], on day: Int64, _ engine: Engine,
        _ database: String
    ) async throws -> Int32 {
        struct Answer: Encodable {
            var tasks: [UserTask]
        }
        let run = RunningTask(global)
        // Of one type it is told as any task is.
        let isList = global.json && type == nil
        var tasks: [UserTask] = []
        var code = Exit.done
        for (type, preview) in purges where code == Exit.done {
            let task = try await engine.runPurge(
                of: type, on: day, mostRecords: yes ? nil : preview.count, requestedBy: CurrentUser.name,
                patience: .seconds(wait), listener: run.listener, stop: run.stop)
            tasks.append(task)
            if isList {
                run.endDisplay()
                code = Exit.code(for: task)
            } else {
                code = run.ended(task, heading: "purge of \(type.plural) in \(database)")
            }
        }
        if isList { Console.output(Console.json(Answer(tasks: tasks))) }
        return code
    }

    private static func amount(_ count: UInt64, _ type: RecordType) -> String {
        "\(Words.count(count)) \(count == 1 ? type.name : type.plural)"
    }

    // MARK: A dry run

    private struct Purge: Encodable {
        struct Record: Encodable {
            var id: Int64
            var key: String
            var since: String
            var days: Int64
        }

        var recordType: String
        var count: UInt64
        var records: [Record]
    }

    private struct DryRun: Encodable {
        var purges: [Purge]
    }

    private func tell(_ purges: [(type: RecordType, preview: PurgePreview)]) {
        if global.json {
            let purges = purges.map { type, preview in
                Purge(
                    recordType: type.name, count: preview.count,
                    records: preview.records.map { record in
                        Purge.Record(
                            id: record.id, key: record.key, since: record.since, days: record.days)
                    })
            }
            Console.output(Console.json(DryRun(purges: purges)))
            return
        }
        for (type, preview) in purges {
            Console.output("\(Self.amount(preview.count, type)) would be taken away for good")
            let cells = preview.records.map { record in
                ["  " + VisibleText.of(record.key), "\(record.days) days from \(record.since)"]
            }
            for line in Words.aligned(cells) { Console.output(line) }
            let rest = preview.count - UInt64(preview.records.count)
            if rest > 0 { Console.output("  and \(Words.count(rest)) more") }
        }
    }
}
