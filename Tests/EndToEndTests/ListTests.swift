import Foundation
import Testing

@Suite("Saved lists")
struct ListTests {
    private static let people = """
        Contact Number,Last Name,State,Payment Balance,Account Due Date
        0001,Smith,CA,250.00,2026-01-31
        0002,"O'Brien, Jr",CA,-0.50,2026-01-01
        0003,McDonald,NV,99.00,2020-01-01
        0004,Jones,CA,1200.00,

        """

    private func folder() throws -> Workdir {
        let folder = try Workdir()
        try folder.write("people.csv", Self.people)
        #expect(try folder.importing("contacts", "people.csv").exitCode == 0)
        return folder
    }

    private struct Shown: Decodable, Equatable {
        var name: String
        var version: Int
        var recordType: String
        var `where`: String?
        var columns: [String]?
        var sort: [String]
        var count: UInt64?
        var header: [String]?
        var rows: [[String?]]?
    }

    private func shown(_ folder: Workdir, _ name: String, _ options: String...) throws -> Shown {
        let run = try folder.start(["lists", "show", name, "--json", "--database", "a.db"] + options).wait()
        #expect(run.exitCode == 0, "\(run.text)")
        return try JSONDecoder().decode(Shown.self, from: Data(run.output))
    }

    private func save(_ folder: Workdir, _ name: String, _ options: String...) throws -> Run {
        try folder.start(
            ["lists", "save", name, "--type", "contacts", "--database", "a.db"] + options
        ).wait()
    }

    @Test("A list shows its records as its export writes them, in its columns and its order")
    func show() throws {
        let folder = try folder()
        let run = try save(
            folder, "debtors", "--where", "State = 'CA'", "--columns",
            "contact_number, last_name,paymentBalance,id", "--sort", "-Payment_Balance,lastName")
        #expect(run.text == "list debtors of contact: saved, version 1\n", "\(run.errors)")
        let list = try shown(folder, "debtors")
        #expect(
            list
                == Shown(
                    name: "debtors", version: 1, recordType: "contact", where: "State = 'CA'",
                    columns: ["contactNumber", "lastName", "paymentBalance", "id"],
                    sort: ["-paymentBalance", "lastName"], count: 3,
                    header: ["contactNumber", "lastName", "paymentBalance", "id"],
                    rows: [
                        ["0004", "Jones", "1200.00", "4"], ["0001", "Smith", "250.00", "1"],
                        ["0002", "O'Brien, Jr", "-0.50", "2"],
                    ]))
        let export = try folder.sluice(
            "export", "contacts", "--where", "State = 'CA'", "--columns",
            "contact_number, last_name,paymentBalance,id", "--sort", "-paymentBalance,lastName", "--output",
            "-", "--quiet", "--database", "a.db")
        let rows = Array(PlainRecords(export.output)).map { record in
            record.fields.indices.map { record.text($0) }
        }
        #expect(rows == [list.header ?? []] + (list.rows ?? []).map { $0.map { $0 ?? "" } })
        #expect(try shown(folder, "debtors", "-n", "1").rows == [["0004", "Jones", "1200.00", "4"]])
        let text = try folder.sluice("lists", "show", "debtors", "-n", "2", "--database", "a.db").text
        #expect(text.contains("Records     3, the first 2 are shown\n"), "\(text)")
        #expect(text.contains("0004           Jones     1200.00         4\n"), "\(text)")
        #expect(try folder.sluice("lists", "count", "debtors", "--database", "a.db").text == "3\n")
    }

    @Test("A list of all fields shows those that have values, and blanks are null for programs")
    func allFields() throws {
        let folder = try folder()
        _ = try save(folder, "all")
        let list = try shown(folder, "all")
        let header = try #require(list.header)
        let due = try #require(header.firstIndex(of: "accountDueDate"))
        #expect(list.columns == nil && list.where == nil && list.count == 4 && header.count > 60)
        #expect(list.rows?.map { $0[due] } == ["2026-01-31", "2026-01-01", "2020-01-01", nil])
        let text = try folder.sluice("lists", "show", "all", "--database", "a.db").text
        #expect(text.contains("accountDueDate") && !text.contains("salutation"), "\(text)")
    }

    @Test("A list in an export format shows what an export in it writes")
    func format() throws {
        let folder = try folder()
        #expect(try save(folder, "sheet", "--format", "livevox-contacts", "--sort", "-id").exitCode == 0)
        let list = try shown(folder, "sheet")
        #expect(list.columns == nil && list.header?.first == "Contact ID")
        #expect(list.rows?.map { $0[0] } == ["0004", "0003", "0002", "0001"])
        #expect(list.rows?.joined().contains("01/31/2026") == true)
        let text = try folder.sluice("lists", "show", "sheet", "--database", "a.db").text
        #expect(text.contains("Format      livevox-contacts\n"), "\(text)")
        for (format, code) in [
            ("livevox-accounts", "wrong_record_type"), ("spreadshet", "unknown_format"),
            ("mine.yaml", "unknown_format"),
        ] {
            let run = try folder.ask("lists", "save", "x", "--type", "contacts", "--format", format)
            #expect(run.exitCode == 2)
            #expect(try run.failure().code == code)
        }
    }

    @Test("Linked records are asked about before anything was ever linked")
    func linkedRecords() throws {
        let folder = try folder()
        #expect(!(try Database(folder).hasTable("account_contacts")))
        let filter = ["--where", "not account.name = 'Acme'"]
        let count = try folder.start(
            ["lists", "count", "--type", "contacts", "--database", "a.db"] + filter
        ).wait()
        #expect(count.text == "4\n", "\(count.errors)")
        let other = try self.folder()
        let export = try other.start(
            [
                "export", "contacts", "--columns", "id,account.name", "--output", "-", "--quiet",
                "--database", "a.db",
            ]
                + filter
        ).wait()
        #expect(export.text == "id,account.name\n1,\n2,\n3,\n4,\n", "\(export.errors)")
    }

    @Test("A further filter of an export narrows the list, and is read for itself")
    func narrowed() throws {
        let folder = try folder()
        _ = try save(folder, "ca", "--where", "state = 'CA' or state = 'TX'", "--columns", "contactNumber")
        func export(_ listFilter: String) throws -> Run {
            try folder.sluice(
                "export", "contacts", "--list", "ca", "--where", listFilter, "--output", "-", "--quiet",
                "--database", "a.db")
        }
        #expect(
            try export("paymentBalance > 500 or lastName = 'Smith'").text == "contactNumber\n0001\n0004\n")
        let open = try export("state = 'NV') or (state = 'CA'")
        #expect(open.exitCode == 2 && open.errors.contains("at character 13"), "\(open.text)\(open.errors)")
        let unknown = try export("stat = 'NV'")
        #expect(unknown.exitCode == 2 && unknown.errors.contains("at character 1:"), "\(unknown.errors)")
    }

    @Test("Days that are told from today on stay so in a saved list")
    func relativeDays() throws {
        let folder = try folder()
        let filter = "accountDueDate < today - 365 days"
        #expect(try save(folder, "late", "--where", filter).exitCode == 0)
        let list = try shown(folder, "late")
        #expect(list.where == filter && list.count == 1)
        do {
            let lock = try WriteLock(folder)
            try lock.execute("UPDATE contacts SET account_due_date = date('now') WHERE id = 3")
        }
        #expect(try shown(folder, "late").count == 0)
    }

    @Test("A list is saved in versions; a deleted one is gone, and its numbers are not used again")
    func versions() throws {
        let folder = try folder()
        #expect(try save(folder, "l").text == "list l of contact: saved, version 1\n")
        #expect(try save(folder, "l").text == "list l of contact: unchanged, version 1\n")
        #expect(try save(folder, "l", "--columns", "id").text == "list l of contact: saved, version 2\n")
        #expect(try shown(folder, "l").columns == ["id"])
        #expect(try shown(folder, "l@1").columns == nil)
        func failure(_ arguments: String...) throws -> ShownFailure {
            let run = try folder.start(arguments + ["--json", "--database", "a.db"]).wait()
            #expect(run.exitCode == 2)
            return try run.failure()
        }
        let noVersion = try failure("lists", "show", "l@3")
        #expect(noVersion.code == "unknown_list" && noVersion.hint?.contains("1, 2") == true)
        _ = try save(folder, "debtors")
        let near = try failure("lists", "count", "debtor")
        #expect(near.code == "unknown_list" && near.hint?.contains("'debtors'") == true)
        #expect(try failure("lists", "delete", "nothing", "--yes").code == "unknown_list")
        #expect(try failure("lists", "delete", "l@1", "--yes").code == "bad_name")

        #expect(try failure("lists", "delete", "l").code == "not_confirmed")
        #expect(try shown(folder, "l").version == 2)
        let deleted = try folder.sluice("lists", "delete", "l", "--yes", "--database", "a.db")
        #expect(deleted.text == "list l: deleted, 2 versions\n")
        #expect(try failure("lists", "show", "l").code == "unknown_list")
        #expect(try failure("lists", "show", "l@1").code == "unknown_list")
        #expect(try save(folder, "l").text == "list l of contact: saved, version 3\n")
        let all = try folder.sluice("lists", "--database", "a.db").text
        #expect(all.contains(#/debtors  version 1  contact  saved 20.* by /#), "\(all)")
        #expect(try Database(folder).number("SELECT count(*) FROM contacts") == 4)
    }

    @Test("At a terminal a deletion asks, and only yes is yes", arguments: ["y\n", "YES\n", "n\n", "\n"])
    func asks(answer: String) throws {
        let folder = try folder()
        _ = try save(folder, "l")
        let terminal = open("/dev/ptmx", O_RDWR | O_NOCTTY)
        defer { close(terminal) }
        // TIOCSPTLCK unlocks the other end, TIOCGPTN gives its number.
        var (lock, number): (Int32, UInt32) = (0, 0)
        #expect(ioctl(terminal, 0x4004_5431, &lock) == 0 && ioctl(terminal, 0x8004_5430, &number) == 0)
        let path = "/dev/pts/\(number)"
        let program = try folder.start(["lists", "delete", "l", "--database", "a.db"], input: path)
        #expect(write(terminal, answer, answer.utf8.count) == answer.utf8.count)
        let run = program.wait()
        #expect(run.errors.contains("Delete the list l, version 1? [y/N]"), "\(run.errors)")
        let isYes = answer.lowercased().hasPrefix("y")
        #expect(run.exitCode == (isYes ? 0 : 2))
        #expect(try folder.sluice("lists", "--database", "a.db").text.isEmpty == isYes)
    }

    @Test(
        "A list is checked before it is saved, and nothing is written then",
        arguments: [
            (["--where", "stat = 'CA'"], "unknown_field", "state"),
            (["--where", "state ="], "bad_list_filter", ""),
            (["--columns", "lastNam"], "unknown_field", "lastName"),
            (["--columns", "id,id"], "bad_columns", ""),
            (["--sort", "ssn"], "bad_sort", ""),
            (["--sort", "-lastNam"], "unknown_field", "lastName"),
            (["--sort", "account.name"], "bad_sort", ""),
        ])
    func checked(options: [String], code: String, hint: String) throws {
        let folder = try folder()
        let arguments = ["lists", "save", "l", "--type", "contacts", "--json", "--database", "a.db"]
        let run = try folder.start(arguments + options).wait()
        #expect(run.exitCode == 2)
        let failure = try run.failure()
        #expect(failure.code == code, "\(run.text)")
        #expect(hint.isEmpty || failure.hint?.contains(hint) == true, "\(run.text)")
        #expect(try Database(folder).number("SELECT count(*) FROM sluice_lists") == 0)
    }

    @Test("A name or a record type that is none is refused, and makes no database")
    func names() throws {
        let folder = try Workdir()
        for (name, type, code) in [
            ("a b", "contacts", "bad_name"), ("a@1", "contacts", "bad_name"),
            ("a", "contacs", "unknown_type"),
        ] {
            let run = try folder.ask("lists", "save", name, "--type", type)
            #expect(run.exitCode == 2)
            #expect(try run.failure().code == code)
        }
        #expect(folder.names.isEmpty)
        let run = try folder.sluice("lists", "save", "a", "--type", "contacts", "--database", "a.db")
        #expect(run.exitCode == 0 && run.errors == "sluice: made the database a.db\n")
    }

    @Test("A list whose fields are gone says so, with its name")
    func outdated() throws {
        let folder = try folder()
        try folder.write(
            "visit.yaml",
            "name: visit\nplural: visits\nlimit: {records: 9}\nkeys: [visitNumber]\nfields:\n"
                + "  - {name: visitNumber, kind: text, unique: true}\n  - {name: site, kind: text}\n")
        #expect(try folder.ask("types", "add", "visit.yaml").exitCode == 0)
        #expect(
            try folder.ask("lists", "save", "v", "--type", "visits", "--columns", "site").exitCode == 0)
        #expect(try shown(folder, "v").rows == [])
        do {
            let lock = try WriteLock(folder)
            try lock.execute(
                "UPDATE sluice_types SET document = replace(document, 'name: site', 'name: place')")
        }
        let failure = try folder.ask("lists", "show", "v").failure()
        #expect(failure.code == "unknown_field")
        #expect(failure.message == "list 'v', version 1: visit has no field 'site'")
        do {
            let lock = try WriteLock(folder)
            try lock.execute("DELETE FROM sluice_types")
        }
        let gone = try folder.ask("lists", "count", "v").failure()
        #expect(gone.code == "unknown_type" && gone.message.contains("list 'v', version 1"))
    }

    @Test("Records are counted by a list filter, of a type without a table too")
    func count() throws {
        let folder = try folder()
        func count(_ options: String...) throws -> String {
            try folder.start(["lists", "count", "--json", "--database", "a.db"] + options).wait().text
        }
        #expect(try count("--type", "contacts") == "{\"count\":4}\n")
        #expect(try count("--type", "contact", "--where", "paymentBalance < 100") == "{\"count\":2}\n")
        #expect(try count("--type", "leads") == "{\"count\":0}\n")
        for wrong in [["x", "--type", "contacts"], [], ["x", "--where", "id = 1"]] {
            #expect(try folder.start(["lists", "count", "--database", "a.db"] + wrong).wait().exitCode == 64)
        }
    }

    @Test("Two that save at once get a version each")
    func atOnce() throws {
        let folder = try folder()
        let programs = try (1...4).map { number in
            try folder.start([
                "lists", "save", "l", "--type", "contacts", "--where", "paymentBalance > \(number)",
                "--database", "a.db",
            ])
        }
        for program in programs { #expect(program.wait().exitCode == 0) }
        #expect(
            try Database(folder).rows("SELECT version FROM sluice_lists ORDER BY 1") == [
                ["1"], ["2"], ["3"], ["4"],
            ])
    }
}
