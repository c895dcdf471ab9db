import Foundation
import Testing

@Suite("Lists over linked records")
struct LinkedListTests {
    private func folder() throws -> Workdir {
        let folder = try Workdir()
        try folder.write(
            "accounts.csv",
            "originalId,name,city,annualRevenue\nA-1,Acme,Reno,12.50\nA-2,\"Bolt; Co\",,7\nA-3,Cog,,\n")
        try folder.write("contacts.csv", "contactNumber,lastName\nC-1,Smith\nC-2,Jones\nC-3,Brown\n")
        try folder.write("links.csv", "originalId,contactNumber\nA-1,C-1\nA-2,C-1\nA-2,C-2\n")
        #expect(try folder.importing("accounts", "accounts.csv").exitCode == 0)
        #expect(try folder.importing("contacts", "contacts.csv").exitCode == 0)
        return folder
    }

    private func contacts(_ folder: Workdir, _ options: String...) throws -> String {
        let run = try folder.start(
            ["export", "contacts", "--database", "a.db", "--quiet", "--output", "-"] + options
        ).wait()
        #expect(run.exitCode == 0, "\(run.errors)")
        return run.text
    }

    @Test("before any link is there, nobody is linked")
    func noLinkYet() throws {
        let folder = try folder()
        #expect(
            try contacts(folder, "--columns", "contactNumber,account.name", "--where", "account is empty")
                == "contactNumber,account.name\nC-1,\nC-2,\nC-3,\n")
    }

    @Test("columns of linked records hold all their values, in the order of the records")
    func columns() throws {
        let folder = try folder()
        #expect(try folder.importing("links", "links.csv").exitCode == 0)
        #expect(
            try contacts(folder, "--columns", "contactNumber,account.name,account.annualRevenue,account.city")
                == """
                contactNumber,account.name,account.annualRevenue,account.city
                C-1,Acme; Bolt; Co,12.50; 7.00,Reno
                C-2,Bolt; Co,7.00,
                C-3,,,

                """)
        let accounts = try folder.sluice(
            "export", "accounts", "--columns", "originalId,contact.lastName", "--database", "a.db", "--quiet",
            "--output", "-")
        #expect(accounts.text == "originalId,contact.lastName\nA-1,Smith\nA-2,Smith; Jones\nA-3,\n")
    }

    @Test(
        "a test of linked records holds where one of them meets it, and its opposite where none does",
        arguments: [
            ("account.name = 'Acme'", ["C-1"]), ("account.name != 'Acme'", ["C-2", "C-3"]),
            ("account.city is empty", ["C-1", "C-2"]), ("account.city is not empty", ["C-3"]),
            ("account.annualRevenue > 10", ["C-1"]), ("not account.annualRevenue > 10", ["C-2", "C-3"]),
            ("account.name starts with 'Bolt' and lastName = 'Jones'", ["C-2"]),
            ("account.name in ('Acme', 'Cog') or lastName = 'Brown'", ["C-1", "C-3"]),
            ("account is empty", ["C-3"]), ("account is not empty", ["C-1", "C-2"]),
            ("not (account.name = 'Acme' or account is empty)", ["C-2"]),
        ])
    func filters(expression: String, wanted: [String]) throws {
        let folder = try folder()
        #expect(try folder.importing("links", "links.csv").exitCode == 0)
        let text = try contacts(folder, "--columns", "contactNumber", "--where", expression)
        #expect(text.split(separator: "\n").dropFirst().map(String.init) == wanted)
    }

    @Test(
        "what is not linked or not there is told with its place",
        arguments: [
            ("acount.name = 'x'", "at character 1: nothing called 'acount'", "'account'"),
            ("lastName = 'x' and account.nam = 'y'", "at character 28: account has no field 'nam'", "'name'"),
        ])
    func refused(expression: String, message: String, hint: String) throws {
        let run = try folder().ask("export", "contacts", "--where", expression, "--output", "out.csv")
        let failure = try run.failure()
        #expect(run.exitCode == 2 && failure.code == "unknown_field")
        #expect(failure.message.contains(message) && failure.hint?.contains(hint) == true, "\(failure)")
    }

    @Test(
        "a saved list is exported with its filter, columns, order and format, narrowed and overridden by options"
    )
    func savedList() throws {
        let folder = try folder()
        let saved = try folder.ask(
            "lists", "save", "names", "--type", "contacts", "--where", "lastName != 'Brown'", "--columns",
            "lastName,contactNumber", "--sort", "lastName", "--format", "spreadsheet-semicolon")
        #expect(saved.exitCode == 0, "\(saved.text)")
        #expect(
            try contacts(folder, "--list", "names", "--format", "data")
                == "lastName,contactNumber\nJones,C-2\nSmith,C-1\n")
        #expect(try contacts(folder, "--list", "names").contains("Jones;C-2\r\n"))
        #expect(
            try contacts(
                folder, "--list", "names@1", "--where", "contactNumber = 'C-1' or lastName = 'Brown'",
                "--columns",
                "contactNumber", "--sort", "-contactNumber", "--format", "data") == "contactNumber\nC-1\n")
        let task = try folder.newestTask()
        #expect(task.listFilter == "lastName != 'Brown' and (contactNumber = 'C-1' or lastName = 'Brown')")
        let other = try folder.ask("export", "accounts", "--list", "names", "--output", "out.csv")
        #expect(try other.exitCode == 2 && other.failure().code == "wrong_record_type")
        let unknown = try folder.ask("export", "contacts", "--list", "name", "--output", "out.csv")
        #expect(try unknown.exitCode == 2 && unknown.failure().code == "unknown_list")
        let format = try folder.ask(
            "lists", "save", "wrong", "--type", "contacts", "--format", "salesforce-accounts")
        #expect(try format.exitCode == 2 && format.failure().code == "wrong_record_type")
    }
}
