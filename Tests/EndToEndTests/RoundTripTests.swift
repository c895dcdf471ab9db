import Foundation
import TestSupport
import Testing

/// What is exported is what was imported: the same values, and importing them again changes nothing.
@Suite("Exported and imported again")
struct RoundTripTests {
    @Test("Random records of every record type are exported as they were, and import as unchanged")
    func everyType() throws {
        var random = SeededGenerator.printingSeed()
        let types = try RandomRecords.types()
        #expect(types.count >= 12)
        for type in types {
            let folder = try Workdir()
            let records = RandomRecords(of: type, count: 60, using: &random)
            try folder.write("in.csv", records.csv)
            let first = try folder.importing(type.plural, "in.csv")
            #expect(first.exitCode == 0, "\(type.name): \(first.text)")
            #expect(try first.task().counts == ShownCounts(read: 60, created: 60))

            for (name, ending) in [("plain", ""), ("packed", ".gz"), ("dense", ".zst")] {
                let output = "\(name).csv\(ending)"
                let export = try folder.ask(
                    "export", type.plural, "--with-drafts", "--output", output)
                #expect(export.exitCode == 0, "\(type.name): \(export.text)")
                #expect(try export.task().counts.exported == 60)
                let again = try folder.importing(type.plural, output).task()
                #expect(again.counts == Self.unchanged(60, of: type), "\(type.name), \(output)")
            }
            let table = try #require(PlainTable(folder.read("plain.csv")))
            #expect(table.header.fields.map { String(decoding: $0, as: UTF8.self) } == records.header)
            #expect(table.records.count == records.rows.count)
            #expect(Self.firstDifference(table, records) == nil, "\(type.name)")

            // Into an empty database they make the same table.
            let other = try Workdir()
            try other.write("plain.csv", folder.read("plain.csv"))
            #expect(try other.importing(type.plural, "plain.csv").task().counts.created == 60)
            #expect(
                try Database(other).content(of: type.table, by: type.order)
                    == Database(folder).content(of: type.table, by: type.order))
        }
    }

    @Test("Random records of every record type import as unchanged from a spreadsheet with guarded formulas")
    func guardedFormulas() throws {
        var random = SeededGenerator.printingSeed()
        for type in try RandomRecords.types() {
            let folder = try Workdir()
            let records = RandomRecords(of: type, count: 60, using: &random)
            try folder.write("in.csv", records.csv)
            #expect(try folder.importing(type.plural, "in.csv").exitCode == 0)
            let columns = records.header.map { "  - {field: \($0), from: \($0)}\n" }
            try folder.write(
                "sheet.yaml",
                "name: sheet\nrecordType: \(type.name)\nfile: {formulas: guarded}\nblank: clear\ncolumns:\n"
                    + columns.joined())
            let export = try folder.ask(
                "export", type.plural, "--with-drafts", "--format", "spreadsheet", "--output", "sheet.csv")
            #expect(export.exitCode == 0, "\(export.text)")
            let again = try folder.importing(type.plural, "sheet.csv", "--filter", "sheet.yaml")
            #expect(
                try again.task().counts == Self.unchanged(60, of: type), "\(type.name): \(again.text)")
        }
    }

    /// What an import comes to that changes nothing: records that are only ever added are skipped.
    private static func unchanged(_ count: UInt64, of type: RandomRecords.Kind) -> ShownCounts {
        type.appendOnly
            ? ShownCounts(read: count, skipped: count) : ShownCounts(read: count, unchanged: count)
    }

    /// A filter may trim texts and write e-mail addresses in small letters: what it gives is what its format keeps.
    @Test(
        "Records that came by a shipped input filter go out in the format of its name, and come back unchanged",
        arguments: [
            ("contact", "livevox-contacts"), ("account", "livevox-accounts"),
            ("contact", "salesforce-contacts"), ("account", "salesforce-accounts"),
            ("contact", "hubspot-contacts"), ("account", "hubspot-companies"),
        ])
    func shippedFormats(name: String, format: String) throws {
        var random = SeededGenerator.printingSeed("shippedFormats \(format)")
        let type = try #require(try RandomRecords.types().first { $0.name == name })
        let folder = try Workdir()
        let records = RandomRecords(of: type, count: 200, using: &random)
        try folder.write("in.csv", records.csv)
        #expect(try folder.importing(type.plural, "in.csv").exitCode == 0)
        func exported(_ output: String) throws {
            let export = try folder.ask("export", type.plural, "--format", format, "--output", output)
            #expect(export.exitCode == 0, "\(export.text)")
        }
        try exported("first.csv")
        #expect(try folder.importing(type.plural, "first.csv", "--filter", format).exitCode == 0)
        let rows = try Database(folder).content(of: type.table, by: type.order)
        try exported("out.csv")
        let again = try folder.importing(type.plural, "out.csv", "--filter", format)
        #expect(try again.task().counts == ShownCounts(read: 200, unchanged: 200), "\(again.text)")
        #expect(try Database(folder).content(of: type.table, by: type.order) == rows)
    }

    /// The values of the first record that differs, as they were and as they were exported, both in byte order.
    private static func firstDifference(_ table: PlainTable, _ records: RandomRecords) -> [[[UInt8]]]? {
        func sorted(_ rows: [[[UInt8]]]) -> [[[UInt8]]] {
            rows.sorted { $0.joined(separator: [0]).lexicographicallyPrecedes($1.joined(separator: [0])) }
        }
        let wanted = sorted(records.rows.map { $0.map { Array($0.utf8) } })
        let pairs = zip(wanted, sorted(table.records.map(\.fields)))
        return pairs.first { $0 != $1 }.map { [$0, $1] }
    }

    @Test("Made-up contacts of a whole file import as unchanged, whichever columns and order they came in")
    func wholeFile() throws {
        let folder = try Workdir()
        let made = try folder.importing("contacts", Given.contacts, "--filter", "livevox-contacts").task()
        for (number, options) in [
            [], ["--sort", "-lastName,city"],
            ["--columns", "paymentBalance,dateOfBirth,contactNumber,phone1,smsConsent"],
            ["--where", "state = 'CA' and paymentBalance > 100"],
        ].enumerated() {
            let output = "out\(number).csv"
            let run = try folder.start(
                ["export", "contacts", "--output", output, "--json", "--database", "a.db"] + options
            ).wait()
            let rows = try #require(try run.task().counts.exported)
            #expect(number == 3 ? rows > 0 && rows < made.counts.created : rows == made.counts.created)
            let again = try folder.importing("contacts", output).task()
            #expect(again.counts == ShownCounts(read: rows, unchanged: rows), "\(options)")
        }
    }

    @Test(
        "Strings that break naive programs come out as they went in",
        .enabled(if: Suites.have("blns") && Python.isThere))
    func naughtyStrings() throws {
        let data = try Given.bytes(Suites.path("blns/blns.json"))
        let strings = try JSONDecoder().decode([String].self, from: Data(data))
        #expect(strings.count > 400)
        let folder = try Workdir()
        let lines = strings.enumerated().map { RandomRecords.line(["\($0.offset)", "s", $0.element]) }
        try folder.write("in.csv", "ticketNumber,subject,description\n" + lines.joined())
        let counts = try folder.importing("tickets", "in.csv").task().counts
        #expect(counts.created + counts.rejected == UInt64(strings.count) && counts.created > 400)
        print("naughty strings: \(counts.created) of \(strings.count), the rest is rejected")
        let export = try folder.ask(
            "export", "tickets", "--columns", "ticketNumber,subject,description", "--output", "out.csv")
        #expect(export.exitCode == 0)
        let rows: [[String]] = try Python.ask(
            "import csv, json, sys\n"
                + "print(json.dumps(list(csv.reader(open(json.load(sys.stdin), encoding='utf-8', newline='')))))",
            folder.file("out.csv"))
        #expect(rows.count == Int(counts.created) + 1)
        for row in rows.dropFirst() {
            let wanted = strings[try #require(Int(row[0]))]
            #expect(row[2].utf8.elementsEqual(wanted.utf8), "string \(row[0])")
        }
        let again = try folder.importing("tickets", "out.csv").task()
        #expect(again.counts == ShownCounts(read: counts.created, unchanged: counts.created))
    }

    /// Source file, input filter, record type, and pairs of a column of the source and a field.
    private static let realFiles: [(file: String, filter: String, type: String, pairs: [[String]])] = [
        (
            "legislators-current.csv", "us-legislators", "contacts",
            [
                ["bioguide_id", "contactNumber"], ["last_name", "lastName"], ["first_name", "firstName"],
                ["birthday", "dateOfBirth"], ["party", "group"], ["address", "address1"], ["state", "state"],
                ["url", "description"],
            ]
        ),
        (
            "legislators-district-offices.csv", "us-district-offices", "accounts",
            [
                ["id", "originalId"], ["address", "address1"], ["city", "city"], ["state", "state"],
                ["zip", "postalCode"], ["hours", "description"],
            ]
        ),
    ]

    @Test(
        "Real people and offices are exported as Python's csv reads them in their source",
        .enabled(if: Suites.have("real-us-legislators") && Python.isThere), arguments: [0, 1])
    func realData(number: Int) throws {
        let real = Self.realFiles[number]
        let path = Suites.path("real-us-legislators/\(real.file)")
        let folder = try Workdir()
        let records = try folder.importing(real.type, path, "--filter", real.filter).task().counts.created
        #expect(records > 500)
        let fields = real.pairs.map { $0[1] }
        let export = try folder.ask(
            "export", real.type, "--columns", fields.joined(separator: ","), "--output", "out.csv")
        #expect(try export.task().counts.exported == records)
        // Rows of both files as their readers give them, and how many of them differ.
        let script = """
            import csv, json, sys
            source, export, pairs = json.load(sys.stdin)
            def rows(path, names):
                with open(path, encoding='utf-8-sig', newline='') as file:
                    return [[row[name] for name in names] for row in csv.DictReader(file)]
            wanted = rows(source, [pair[0] for pair in pairs])
            found = rows(export, [pair[1] for pair in pairs])
            wanted, found = sorted(wanted), sorted(found)
            print(json.dumps([len(wanted), len(found), sum(a != b for a, b in zip(wanted, found))]))
            """
        struct Question: Encodable {
            var source: String
            var export: String
            var pairs: [[String]]

            func encode(to encoder: any Encoder) throws {
                var values = encoder.unkeyedContainer()
                try values.encode(source)
                try values.encode(export)
                try values.encode(pairs)
            }
        }
        let answer: [Int] = try Python.ask(
            script, Question(source: path, export: folder.file("out.csv"), pairs: real.pairs))
        #expect(answer == [Int(records), Int(records), 0])
        #expect(try folder.ask("export", real.type, "--output", "all.csv").exitCode == 0)
        let again = try folder.importing(real.type, "all.csv").task()
        #expect(again.counts == ShownCounts(read: records, unchanged: records))
    }
}
