import Foundation
import TestSupport
import Testing

@Suite("Export formats")
struct FormatTests {
    private func export(_ folder: Workdir, _ type: String, _ options: String...) throws -> Run {
        try folder.start(["export", type, "--json", "--database", "a.db"] + options).wait()
    }

    /// Imports a file that must hold nothing but what is there already.
    private func expectUnchanged(
        _ folder: Workdir, _ type: String, _ file: String, filter: String?, records: UInt64,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let options = filter.map { ["--filter", $0] } ?? []
        let task = try folder.importing(type, file, options).task()
        #expect(
            task.counts.read == records && task.counts.unchanged == records,
            "\(file): \(task.counts), \(task.byCode)", sourceLocation: sourceLocation)
    }

    @Test(
        "A format is saved in versions, shown and listed; an export takes the latest or the one that is named"
    )
    func versions() throws {
        let folder = try Workdir()
        try folder.write("in.csv", "contactNumber,firstName\n1,Ann\n")
        _ = try folder.importing("contacts", "in.csv")
        let document = "name: mine\nrecordType: contact\ncolumns: [{field: firstName, header: One}]\n"
        try folder.write("mine.yaml", document)
        let first = try folder.sluice("formats", "save", "mine.yaml", "--database", "a.db")
        #expect(first.text == "export format mine for contact: saved, version 1\n")
        let same = try folder.sluice("formats", "save", "mine.yaml", "--database", "a.db")
        #expect(same.text == "export format mine for contact: unchanged, version 1\n")
        try folder.write("mine.yaml", document.replacing("One", with: "Two"))
        let second = try folder.sluice("formats", "save", "mine.yaml", "--database", "a.db", "--json")
        #expect(
            second.text.contains("\"isNew\":true") && second.text.contains("\"version\":2"), "\(second.text)")
        for (name, header) in [("mine", "Two"), ("mine@1", "One"), ("mine.yaml", "Two")] {
            let run = try export(folder, "contacts", "--format", name, "--output", "out.csv", "--force")
            #expect(run.exitCode == 0, "\(run.text)")
            #expect(try folder.read("out.csv") == Array("\(header)\nAnn\n".utf8))
            #expect(try folder.sluice("formats", "show", name, "--database", "a.db").text.contains(header))
        }
        let list = try folder.sluice("formats", "list", "--database", "a.db", "--json").text
        #expect(list.contains("\"name\":\"mine\"") && list.contains("\"name\":\"spreadsheet\""), "\(list)")
        #expect(try folder.sluice("formats", "--database", "a.db").text.contains("mine"))
        for (wrong, hint) in [("mine@3", "1, 2"), ("spreadshet", "'spreadsheet'")] {
            let failure = try export(folder, "contacts", "--format", wrong, "--output", "no.csv").failure()
            #expect(failure.code == "unknown_format" && failure.hint?.contains(hint) == true)
        }
        let other = try export(folder, "accounts", "--format", "mine", "--output", "no.csv").failure()
        #expect(other.code == "wrong_record_type")
        #expect(!folder.has("no.csv"))
    }

    @Test("A wrong document is refused with its place, and nothing is saved")
    func wrongDocument() throws {
        let folder = try Workdir()
        try folder.write("wrong.yaml", "name: a\nrecordType: contact\ncolumns:\n  - {field: frstName}\n")
        for command in ["check", "save"] {
            let run = try folder.sluice("formats", command, "wrong.yaml", "--database", "a.db")
            #expect(run.exitCode == 2)
            #expect(run.errors.contains("wrong.yaml, line 4, column 13 (columns[1].field)"), "\(run.errors)")
            #expect(run.errors.contains("Did you mean 'firstName'?"))
        }
        #expect(!folder.has("a.db"))
        try folder.write("in.csv", "contactNumber\n1\n")
        _ = try folder.importing("contacts", "in.csv")
        let refused = try export(folder, "contacts", "--format", "wrong.yaml", "--output", "no.csv").failure()
        #expect(refused.code == "unknown_field" && refused.message.hasPrefix("wrong.yaml, line 4"))
        #expect(try folder.tasks().count == 1)
        let sound = try folder.sluice("formats", "check", "livevox-contacts", "--json")
        #expect(sound.exitCode == 0 && sound.text.contains("\"Contact ID\""))
    }

    @Test(
        "What a format writes, the input filter of its name reads to the same values",
        arguments: [
            ("contacts", "livevox-contacts", Given.contacts),
            ("accounts", "livevox-accounts", Given.accounts),
            ("contacts", "salesforce-contacts", "exports/"), ("accounts", "salesforce-accounts", "exports/"),
            ("contacts", "hubspot-contacts", "exports/"), ("accounts", "hubspot-companies", "exports/"),
        ])
    func agreesWithFilter(type: String, name: String, file: String) throws {
        let folder = try Workdir()
        var path = file
        if file == "exports/" {
            let exports = Given.fixtures.appendingPathComponent("exports")
            let names = try FileManager.default.contentsOfDirectory(atPath: exports.path)
            path =
                exports.appendingPathComponent(try #require(names.first { $0.hasPrefix("\(name).csv") })).path
        }
        _ = try folder.importing(type, path, "--filter", name)
        let table = try Database(folder)
        let rows = try table.rows("SELECT * FROM \(type) ORDER BY id")
        #expect(rows.count > 100)
        let run = try export(folder, type, "--format", name, "--output", "out.csv")
        #expect(run.exitCode == 0, "\(run.text)")
        try expectUnchanged(folder, type, "out.csv", filter: name, records: UInt64(rows.count))
        #expect(try table.rows("SELECT * FROM \(type) ORDER BY id") == rows)
        // And into an empty database: the columns of the format are all there is.
        let other = try Workdir()
        _ = try other.importing(type, folder.file("out.csv"), "--filter", name)
        #expect(try Database(other).rows("SELECT * FROM \(type) ORDER BY id").count == rows.count)
    }

    /// Contacts with texts that hurt, made of the characters that mean something somewhere.
    private func nasty(_ random: inout SeededGenerator, records: Int) -> String {
        let alphabet = Array("'=+-@,;\"\t 1aé😀\n")
        func text() -> String {
            let count = Int.random(in: 0...8, using: &random)
            let text = String(
                (0..<count).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &random)] })
            return "\"" + text.replacing("\"", with: "\"\"") + "\""
        }
        let lines = (0..<records).map { index in
            let balance =
                "\(random.chance(50) ? "-" : "")\(Int.random(in: 0...99999, using: &random)).\(Int.random(in: 10...99, using: &random))"
            let day = Int.random(in: 10...28, using: &random)
            return "=\(index),\(text()),\(text()),\(text()),\(balance),19\(day)-02-\(day),"
                + "\(random.chance(50) ? "true" : "false"),20\(day)-01-01T00:00:\(day).0\(day)Z,+1202555\(1000 + index)"
        }
        return
            "contactNumber,firstName,lastName,description,paymentBalance,dateOfBirth,active,happinessUpdated,phone1\n"
            + lines.joined(separator: "\n") + "\n"
    }

    @Test("Exports of data and spreadsheet import back unchanged, whatever the texts are")
    func importsBack() throws {
        var random = SeededGenerator.printingSeed()
        let folder = try Workdir()
        try folder.write("in.csv", nasty(&random, records: 400))
        let first = try folder.importing("contacts", "in.csv").task()
        let created = first.counts.created
        #expect(created > 300)
        let columns =
            "contactNumber,firstName,lastName,description,paymentBalance,dateOfBirth,active,happinessUpdated,phone1"
        try folder.write(
            "back.yaml",
            "name: back\nrecordType: contact\nfile: {formulas: guarded}\ncolumns:\n"
                + columns.split(separator: ",").map { "  - {field: \($0), from: \($0)}\n" }.joined())
        for (format, filter) in [("data", nil), ("spreadsheet", "back.yaml")] as [(String, String?)] {
            _ = try export(
                folder, "contacts", "--format", format, "--columns", columns, "--output", "\(format).csv")
            try expectUnchanged(folder, "contacts", "\(format).csv", filter: filter, records: created)
        }
        let text = try String(decoding: folder.read("spreadsheet.csv"), as: UTF8.self)
        #expect(text.hasPrefix("\u{FEFF}contactNumber,") && text.utf8.starts(with: [0xEF, 0xBB, 0xBF]))
        #expect(text.utf8.suffix(2).elementsEqual([13, 10]))
    }

    @Test(
        "Data exports of each type that ships import back unchanged",

        arguments: ["contacts", "accounts", "customers", "tickets"])
    func everyType(type: String) throws {
        let folder = try Workdir()
        let key =
            [
                "contacts": "contactNumber", "accounts": "originalId", "customers": "customerNumber",
                "tickets": "ticketNumber",
            ][type] ?? ""
        let fields = ["accounts": "name,description", "tickets": "subject,description"]
        let name = fields[type] ?? "lastName,firstName"
        let value = "\"Smith, \"\"A\"\"\",\"A\nB\""
        try folder.write("in.csv", "\(key),\(name)\n" + (1...50).map { "0\($0),\(value)\n" }.joined())
        _ = try folder.importing(type, "in.csv")
        _ = try export(folder, type, "--output", "out.csv.zst")
        try expectUnchanged(folder, type, "out.csv.zst", filter: nil, records: 50)
    }

    @Test("A fixed-width export is read by an input filter of the same places")
    func fixedWidth() throws {
        let folder = try Workdir()
        _ = try folder.importing("contacts", Given.contacts, "--filter", "livevox-contacts")
        let rows = try #require(try Database(folder).number("SELECT count(*) FROM contacts"))
        _ = try export(folder, "contacts", "--format", "fixed-width-contacts", "--output", "out.txt")
        let fields = [
            ("contactNumber", 20), ("lastName", 30), ("firstName", 30), ("dateOfBirth", 10), ("phone1", 16),
            ("city", 30), ("state", 20), ("postalCode", 12), ("paymentBalance", 15), ("smsConsent", 7),
            ("accountDueDate", 10),
        ]
        var start = 1
        var filter =
            "name: back\nrecordType: contact\nfile: {format: fixedWidth, recordLength: 200}\ncolumns:\n"
        for (field, width) in fields {
            filter += "  - {field: \(field), from: {start: \(start), length: \(width)}}\n"
            start += width
        }
        #expect(start == 201)
        try folder.write("back.yaml", filter)
        try expectUnchanged(folder, "contacts", "out.txt", filter: "back.yaml", records: UInt64(rows))
    }

    @Test(
        "A value that cannot be written ends the export: its record and field are told, and there is no file")
    func cannotBeWritten() throws {
        let folder = try Workdir()
        try folder.write("in.csv", "contactNumber,firstName\n1,Ann\n2,Łukasz\n")
        _ = try folder.importing("contacts", "in.csv")
        let head = "name: a\nrecordType: contact\n"
        try folder.write(
            "narrow.yaml", head + "file: {format: fixedWidth}\ncolumns: [{field: firstName, width: 4}]")
        try folder.write("latin.yaml", head + "file: {encoding: latin1}\ncolumns: [{field: firstName}]")
        try folder.write(
            "blank.yaml",
            head + "file: {encoding: latin1}\nblank: \"–\"\ncolumns: [{field: id}, {field: city}]")
        try folder.write(
            "word.yaml",
            head + "file: {encoding: latin1}\nbooleans: {true: да, false: x}\ncolumns: [{field: active}]")
        try folder.write(
            "date.yaml",
            head + "file: {encoding: latin1}\ndates: \"dd–MM–yyyy\"\ncolumns: [{field: dateOfBirth}]")
        try folder.write(
            "bare.yaml",
            head + "file: {quote: none, delimiter: \"n\"}\ncolumns: [{field: id}, {field: firstName}]")
        for (name, code, words) in [
            ("narrow", "value_too_wide", "record 2, firstName: 'Łukasz' has 6 characters"),
            ("latin", "value_not_encodable", "record 2, firstName"), ("bare", "not_representable", "id 1"),
            ("blank", "value_not_encodable", "id: the blank '–'"),
            ("word", "value_not_encodable", "active: the word 'да'"),
            ("date", "value_not_encodable", "dateOfBirth: a date such as '31–12–2000'"),
        ] {
            let run = try export(folder, "contacts", "--format", "\(name).yaml", "--output", "out.csv")
            #expect(run.exitCode == 1, "\(run.text)")
            let task = try run.task()
            #expect(task.state == "failed" && task.failure?.code == code, "\(run.text)")
            #expect(task.failure?.message.contains(words) == true, "\(run.text)")
            #expect(!folder.has("out.csv"))
        }
    }

    @Test("Values that were cut, or written in other characters, are counted as warnings")
    func changed() throws {
        let folder = try Workdir()
        try folder.write("in.csv", "contactNumber,firstName\n1,Ann\n2,Łukasz\n")
        _ = try folder.importing("contacts", "in.csv")
        try folder.write(
            "a.yaml",
            "name: a\nrecordType: contact\nfile: {format: fixedWidth, encoding: latin1, unencodable: replace}\n"
                + "columns: [{field: firstName, width: 4, tooLong: truncate}]")
        let run = try export(folder, "contacts", "--format", "a.yaml", "--output", "out.txt")
        #expect(run.exitCode == 0)
        #expect(try run.task().warnings.map(\.code) == ["value_truncated", "characters_replaced"])
        #expect(try folder.read("out.txt") == Array("Ann \n?uka\n".utf8))
    }

    @Test(
        "Any encoding is written so that Python reads it",
        arguments: ["windows-1252", "utf-16le", "shift-jis", "utf-8"])
    func encodings(encoding: String) throws {
        guard Python.isThere else { return }
        let folder = try Workdir()
        let name = encoding == "shift-jis" ? "山田,ソ" : "Zoë,\"é\""
        try folder.write("in.csv", "contactNumber,firstName\n1,\"\(name.replacing("\"", with: "\"\""))\"\n")
        _ = try folder.importing("contacts", "in.csv")
        let hasMark = encoding.hasPrefix("utf")
        try folder.write("a.yaml", "name: a\nfile: {encoding: \(encoding), mark: \(hasMark), lineEnd: crlf}")
        _ = try export(
            folder, "contacts", "--format", "a.yaml", "--columns", "contactNumber,firstName", "--output",
            "out.csv")
        let codec =
            ["windows-1252": "cp1252", "utf-16le": "utf-16", "shift-jis": "cp932"][encoding] ?? "utf-8-sig"
        let script = """
            import csv, io, json, sys
            path, codec = json.load(sys.stdin)
            json.dump(list(csv.reader(open(path, encoding=codec, newline=""))), sys.stdout)
            """
        let rows: [[String]] = try Python.ask(script, [folder.file("out.csv"), codec])
        #expect(rows == [["contactNumber", "firstName"], ["1", name]])
    }
}
