internal import ArgumentParser
internal import SluiceEngine

struct ListsExplain: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Tell how the records of a list would be found: by an index, or by a look at every record.",
        discussion: """
            Nothing is read but the database's plan. Where an index would spare the look at every record, the \
            command that makes it is printed; every import pays for an index.

              sluice lists explain contacts --where "state = 'CA' and paymentBalance > 100" --sort lastName
            """)

    @Argument(help: "What the records are: contacts, accounts … ('sluice types list').")
    var type: String

    @OptionGroup var global: GlobalOptions

    @OptionGroup var records: ListOptions

    private struct Form: Encodable {
        struct Advice: Encodable {
            var field: String
            var command: String
        }

        var recordType: String
        var listFilter: String?
        var scans: Bool
        var usesIds: Bool
        var indexes: [[String]]
        var sorts: Bool
        var scansLinked: Bool
        var advice: [Advice]

        enum CodingKeys: CodingKey {
            case recordType, listFilter, scans, usesIds, indexes, sorts, scansLinked, advice
        }

        func encode(to encoder: any Encoder) throws {
            var values = encoder.container(keyedBy: CodingKeys.self)
            try values.encode(recordType, forKey: .recordType)
            try values.encode(listFilter, forKey: .listFilter)
            try values.encode(scans, forKey: .scans)
            try values.encode(usesIds, forKey: .usesIds)
            try values.encode(indexes, forKey: .indexes)
            try values.encode(sorts, forKey: .sorts)
            try values.encode(scansLinked, forKey: .scansLinked)
            try values.encode(advice, forKey: .advice)
        }
    }

    func run() throws {
        try reportingFailures(json: global.json) {
            let explained = try global.engine().explain(records.definition(of: type))
            if global.json {
                Console.output(Console.json(Self.form(explained)))
            } else {
                for line in Self.lines(explained) { Console.output(line) }
            }
            return Exit.done
        }
    }

    private static func form(_ explained: ListExplanation) -> Form {
        Form(
            recordType: explained.type.name, listFilter: explained.listFilter, scans: explained.plan.isScan,
            usesIds: explained.plan.accesses.contains(.ids), indexes: explained.plan.indexes,
            sorts: explained.plan.isSorted, scansLinked: explained.plan.scansLinked,
            advice: explained.advice.map { Form.Advice(field: $0.field, command: $0.command) })
    }

    private static func lines(_ explained: ListExplanation) -> [String] {
        let plan = explained.plan
        let records = explained.type.plural
        var ways: [String] = []
        for fields in plan.indexes.map({ "the index on " + $0.joined(separator: " with ") })
        where !ways.contains(fields) { ways.append(fields) }
        if plan.accesses.contains(.ids) { ways.append("their ids") }
        var lines = [
            "Found       by "
                + (plan.isScan ? "a look at every one of the \(records)" : ways.joined(separator: ", by ")),
            "Order       " + (plan.isSorted ? "sorted after they are found" : "as they are found"),
        ]
        if plan.scansLinked {
            lines.append("Linked      by a look at every linked record for each of the \(records)")
        }
        if !explained.advice.isEmpty {
            let fields = explained.advice.map(\.field).joined(separator: " and one on ")
            lines.append("Advice      an index on \(fields) would find them:")
            lines += explained.advice.map { "            \($0.command)" }
        }
        return lines
    }
}
