internal import ArgumentParser
internal import FoundationEssentials
internal import SluiceEngine

struct RecordsShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Print a record: its fields that have a value, and how many records it is linked to.",
        discussion: """
              sluice records show contacts C-0001
              sluice records show accounts accountNumber=00017 --columns name,city --json
            """)

    @Argument(help: "What the record is: contact, account … ('sluice types list').")
    var type: String

    @Argument(help: "A value of one of its keys, FIELD=VALUE, or id=N.")
    var key: String

    @Option(
        help: ArgumentHelp(
            "The fields to print, in this order, blank or not; of linked records as account.name. (default: all)",
            valueName: "FIELD,…"))
    var columns: String?

    @Flag(help: "Show values of encrypted fields, which takes the key file; else masks stand for them.")
    var showEncrypted = false

    @OptionGroup var global: GlobalOptions

    func run() throws {
        try reportingFailures(json: global.json) {
            let record = try global.engine().record(
                type, key, columns: columns.map(FieldList.parts), showsEncrypted: showEncrypted)
            if global.json {
                Console.output(Console.json(RecordForm(record)))
            } else {
                for line in lines(record) { Console.output(line) }
            }
            return Exit.done
        }
    }

    private func lines(_ record: RecordView) -> [String] {
        var rows = record.values.filter { columns != nil || $0.text != nil }.map { value in
            [value.name, VisibleText.of(value.text ?? "")]
        }
        if columns == nil {
            rows.insert(["id", String(record.id)], at: 0)
            let links = record.links.filter { $0.count > 0 }.map { "\($0.count) \($0.name)" }
            if record.notes > 0 { rows.append(["notes", String(record.notes)]) }
            if !links.isEmpty { rows.append(["linked to", links.joined(separator: ", ")]) }
        }
        return Words.aligned(rows)
    }
}

/// A record as programs are told of it: an object with the id, the fields by their names, and the links.
struct RecordForm: Encodable {
    private let record: RecordView

    init(_ record: RecordView) {
        self.record = record
    }

    private struct Name: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    /// What is blank is `null`, so that programs find every key.
    func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Name.self)
        try values.encode(record.id, forKey: Name(stringValue: "id"))
        var links = values.nestedContainer(keyedBy: Name.self, forKey: Name(stringValue: "links"))
        for link in record.links { try links.encode(link.count, forKey: Name(stringValue: link.kind)) }
        try values.encode(record.notes, forKey: Name(stringValue: "notes"))
        for value in record.values where value.name != "id" {
            let name = Name(stringValue: value.name)
            guard let text = value.text else {
                try values.encodeNil(forKey: name)
                continue
            }
            switch value.kind {
            case _ where value.isList: try values.encode(text, forKey: name)
            case .integer: try values.encode(Int64(text), forKey: name)
            case .decimal: try values.encode(Decimal(string: text), forKey: name)
            case .boolean: try values.encode(text == "true", forKey: name)
            default: try values.encode(text, forKey: name)
            }
        }
    }
}
