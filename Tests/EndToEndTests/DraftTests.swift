import Foundation
import TestSupport
import Testing

@Suite("Drafts of customers")
struct DraftTests {
    private static let header = "customerNumber,email,firstName,lastName,draft\n"

    private func folder(_ text: String) throws -> Workdir {
        let folder = try Workdir()
        try folder.write("c.csv", Self.header + text)
        return folder
    }

    @Test("A draft may lack required fields, but not its key; no other record may")
    func required() throws {
        let folder = try folder(
            "1,,,,true\n2,,Ann,,\n3,,,,false\n,,Bob,Baker,yes\n5,bad,,,1\n6,,Cy,Cole,\n7,,,,maybe\n")
        let run = try folder.importing("customers", "c.csv", "--rejects", "r.csv")
        #expect(run.exitCode == 3)
        let task = try run.task()
        #expect(task.counts == ShownCounts(read: 7, created: 2, rejected: 5))
        let rejects = try folder.rejectList(of: task.id)
        #expect(
            rejects.map { $0.issues.map(\.code) } == [
                ["required_missing"], ["required_missing", "required_missing"], ["key_missing"],
                ["email_malformed"], ["required_missing", "required_missing", "boolean_malformed"],
            ])
        #expect(
            try Database(folder).rows("SELECT customer_number, draft FROM customers") == [
                ["1", "1"], ["6", "-"],
            ])
    }

    @Test(
        "Whoever completes a draft by an import has to bring what it lacks",
        arguments: ["upsert", "update"])
    func completing(mode: String) throws {
        let folder = try folder("1,,,,true\n2,,Ann,,true\n3,,Bea,Cole,true\n4,,,,true\n")
        #expect(try folder.importing("customers", "c.csv").exitCode == 0)
        // By a file without the names, a draft stays one or is completed.
        try folder.write("d.csv", "customerNumber,lastName,draft\n1,Abt,false\n2,Beck,no\n3,,false\n4,,\n")
        let run = try folder.importing("customers", "d.csv", "--mode", "update")
        #expect(run.exitCode == 3)
        let task = try run.task()
        #expect(task.counts == ShownCounts(read: 4, updated: 2, unchanged: 1, rejected: 1))
        let rejects = try folder.rejectList(of: task.id)
        #expect(rejects.map(\.line) == [2])
        #expect(rejects[0].issues.map { "\($0.code) \($0.field ?? "")" } == ["required_missing firstName"])
        func drafts() throws -> [[String]] {
            try Database(folder).rows(
                "SELECT customer_number, first_name, last_name, draft FROM customers ORDER BY id")
        }
        #expect(
            try drafts() == [
                ["1", "-", "-", "1"], ["2", "Ann", "Beck", "0"], ["3", "Bea", "Cole", "0"],
                ["4", "-", "-", "1"],
            ])
        // A rejected record is no earlier one: the next one for the row is not its duplicate.
        try folder.write(
            "e.csv", Self.header + "1,,,Abt,false\n1,,Cyn,Abt,false\n4,,Dan,,yes\n4,,,Dorn,true\n")
        let more = try folder.importing("customers", "e.csv", "--mode", mode).task()
        #expect(more.counts == ShownCounts(read: 4, updated: 2, duplicate: 1, rejected: 1))
        #expect(try drafts()[0] == ["1", "Cyn", "Abt", "0"])
        #expect(try drafts()[3] == ["4", "Dan", "Dorn", "1"])
    }

    @Test("Drafts that are named by their ids are changed and deleted with the others, and else left out")
    func bulk() throws {
        let folder = try folder("1,,,,true\n2,,Ann,Abt,\n3,,,,true\n")
        #expect(try folder.importing("customers", "c.csv").exitCode == 0)
        var task = try folder.changing("customers", "--ids", "1,2", "--set", "company=Acme").task()
        #expect(task.counts == ShownCounts(read: 2, updated: 2))
        // One by one, where a value is set that only one may have.
        task = try folder.changing("customers", "--ids", "3", "--set", "email=a@b.example").task()
        #expect(task.counts == ShownCounts(read: 1, updated: 1))
        task = try folder.changing("customers", "--all", "--set", "company=Best").task()
        #expect(task.counts == ShownCounts(read: 1, updated: 1))
        let rows = { try Database(folder).rows("SELECT id, company, email FROM customers ORDER BY id") }
        #expect(try rows() == [["1", "Acme", "-"], ["2", "Best", "-"], ["3", "-", "a@b.example"]])
        #expect(
            try folder.ask("lists", "save", "open", "--type", "customers", "--with-drafts").exitCode == 0)
        task = try folder.changing("customers", "--list", "open", "--set", "comments=a").task()
        #expect(task.counts == ShownCounts(read: 3, updated: 3))
        task = try folder.changing("customers", "--all", "--with-drafts", "--set", "comments=b").task()
        #expect(task.counts == ShownCounts(read: 3, updated: 3))
        let asked = try folder.sluice(
            "delete", "customers", "--all", "--with-drafts", "--database", "a.db")
        #expect(asked.exitCode == 2 && asked.errors.contains("3 customers: 1, 2, 3"))
        task = try folder.ask("delete", "customers", "--ids", "1,2", "--yes").task()
        #expect(task.counts == ShownCounts(read: 2, deleted: 2))
        #expect(try rows() == [["3", "-", "a@b.example"]])
    }

    @Test("A single customer is saved as a draft and completed once all is there")
    func single() throws {
        let folder = try folder("9,,Zoe,Zorn,\n")
        #expect(try folder.importing("customers", "c.csv").exitCode == 0)
        #expect(
            try folder.issues("create", "customers", "customerNumber=1", "firstName=A")
                == ["required_missing lastName"])
        #expect(try folder.record("create", "customers", "customerNumber=1", "draft=yes").exitCode == 0)
        #expect(try folder.issues("create", "customers", "draft=yes") == ["key_missing customerNumber"])
        #expect(
            try folder.issues("update", "customers", "1", "draft=no", "lastName=B")
                == ["required_missing firstName"])
        #expect(
            try folder.issues("update", "customers", "1", "draft=")
                == ["required_missing firstName", "required_missing lastName"])
        #expect(try folder.record("update", "customers", "1", "lastName=B").exitCode == 0)
        #expect(try folder.record("update", "customers", "1", "lastName=").exitCode == 0)
        #expect(
            try folder.record("update", "customers", "1", "draft=no", "firstName=A", "lastName=B").exitCode
                == 0)
        #expect(try folder.issues("update", "customers", "1", "lastName=") == ["required_missing lastName"])
        #expect(try folder.record("update", "customers", "1", "lastName=", "draft=true").exitCode == 0)
        #expect(try folder.shown("customers", "1")["draft"] as? Bool == true)
    }

    @Test("Drafts are in lists, counts and exports only where somebody asks for them")
    func lists() throws {
        let folder = try folder("1,,Ann,Abt,\n2,,,,true\n3,,Cy,Cole,false\n4,,,Dorn,true\n")
        #expect(try folder.importing("customers", "c.csv").exitCode == 0)
        func count(_ options: String...) throws -> String {
            try folder.start(["lists", "count", "--type", "customers", "--database", "a.db"] + options).wait()
                .text
        }
        #expect(try count() == "2\n")
        #expect(try count("--with-drafts") == "4\n")
        #expect(try count("--where", "draft = true") == "2\n")
        #expect(try count("--where", "draft = true or lastName is not empty") == "4\n")
        #expect(try count("--where", "lastName is not empty") == "2\n")
        #expect(try count("--where", "lastName is not empty", "--with-drafts") == "3\n")

        func exported(_ options: String...) throws -> [String] {
            let run = try folder.start(
                ["export", "customers", "--columns", "customerNumber", "--output", "-", "--quiet"]
                    + ["--database", "a.db"] + options
            ).wait()
            #expect(run.exitCode == 0, "\(run.errors)")
            return run.text.split(whereSeparator: \.isNewline).dropFirst().map(String.init)
        }
        #expect(try exported() == ["1", "3"])
        #expect(try exported("--with-drafts") == ["1", "2", "3", "4"])
        #expect(try exported("--ids", "2,3") == ["2", "3"])
        #expect(try exported("--where", "draft = true") == ["2", "4"])

        #expect(try folder.ask("lists", "save", "all", "--type", "customers", "--with-drafts").exitCode == 0)
        #expect(try folder.ask("lists", "save", "done", "--type", "customers").exitCode == 0)
        #expect(try exported("--list", "all") == ["1", "2", "3", "4"])
        #expect(try exported("--list", "done") == ["1", "3"])
        #expect(try exported("--list", "done", "--with-drafts").count == 4)
        #expect(try folder.ask("lists", "show", "all").text.contains("\"count\":4"))
        #expect(try folder.ask("lists", "show", "done").text.contains("\"count\":2"))
        #expect(try folder.ask("lists", "show", "done", "--with-drafts").text.contains("\"count\":4"))
        #expect(
            try folder.ask(
                "lists", "explain", "customers", "--with-drafts", "--where", "customerNumber = '1'"
            )
            .exitCode == 0)
    }

    @Test("A bulk change leaves drafts out unless it asks for them, and takes those of a list that has them")
    func bulkChange() throws {
        let folder = try folder("1,,,,true\n2,,Bea,Cole,\n")
        #expect(try folder.importing("customers", "c.csv").exitCode == 0)
        let saved = try folder.sluice(
            "lists", "save", "every", "--type", "customers", "--with-drafts", "--database", "a.db")
        #expect(saved.exitCode == 0)
        for (number, (options, records)) in [
            (["--all"], 1), (["--all", "--with-drafts"], 2), (["--list", "every"], 2),
            (["--where", "draft = yes"], 1), (["--ids", "1,2"], 2),
        ].enumerated() {
            let run = try folder.start(
                [
                    "change", "customers", "--set", "company=\(number)", "--yes", "--json", "--database",
                    "a.db",
                ]
                    + options
            ).wait()
            #expect(try run.task().counts.updated == UInt64(records), "\(options)")
            #expect(run.errors.contains(records == 1 ? "1 customer" : "2 customers"))
        }
    }
}
