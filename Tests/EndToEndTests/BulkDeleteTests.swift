import Foundation
import Testing

@Suite("Bulk deletes")
struct BulkDeleteTests {
    private func folder() throws -> Workdir {
        let folder = try Workdir()
        try folder.write("accounts.csv", "originalId,name\nA-1,Acme\nA-2,Bolt\nA-3,Cog\n")
        try folder.write("contacts.csv", "contactNumber,lastName\nC-1,Smith\nC-2,Jones\nC-3,Brown\n")
        try folder.write("tickets.csv", "ticketNumber,subject\nT-1,Lost\n")
        try folder.write("links.csv", "originalId,contactNumber\nA-1,C-1\nA-1,C-2\nA-2,C-1\n")
        try folder.write("ticketLinks.csv", "originalId,ticketNumber\nA-1,T-1\n")
        for (type, file) in [
            ("accounts", "accounts.csv"), ("contacts", "contacts.csv"), ("tickets", "tickets.csv"),
            ("links", "links.csv"), ("accountTickets", "ticketLinks.csv"),
        ] {
            #expect(try folder.importing(type, file).exitCode == 0)
        }
        return folder
    }

    private func deleting(_ folder: Workdir, _ type: String, _ options: String...) throws -> Run {
        try folder.start(["delete", type] + options + ["--yes", "--json", "--database", "a.db"]).wait()
    }

    @Test("An account that is linked stays, with how many of each it is linked to; the others go")
    func accounts() throws {
        let folder = try folder()
        let run = try deleting(folder, "accounts", "--all", "--rejects", "left.csv")
        #expect(run.exitCode == 3)
        let task = try run.task()
        #expect(task.kind == "delete" && task.file.name == "accounts")
        #expect(task.counts == ShownCounts(read: 3, rejected: 2, deleted: 1))
        #expect(task.byCode == ["record_linked": 2])
        let left = try folder.leftRows(of: task.id)
        #expect(left.map(\.key) == ["A-1", "A-2"])
        #expect(left[0].message.contains("2 contacts and 1 ticket"))
        #expect(left[1].message.contains("1 contact"))
        #expect(try folder.rejects(of: task.id) == folder.read("left.csv"))
        #expect(
            try Database(folder).rows("SELECT original_id FROM accounts ORDER BY id") == [["A-1"], ["A-2"]])
        #expect(try Database(folder).damage() == [])
    }

    @Test("A contact's links go along with it, and both are in the journal")
    func contacts() throws {
        let folder = try folder()
        let run = try deleting(folder, "contacts", "--where", "lastName in ('Smith', 'Brown')")
        #expect(run.exitCode == 0)
        #expect(try run.task().counts == ShownCounts(read: 2, deleted: 2))
        let database = try Database(folder)
        #expect(try database.rows("SELECT contact_number FROM contacts") == [["C-2"]])
        #expect(try database.rows("SELECT account_id, contact_id FROM account_contacts") == [["1", "2"]])
        #expect(
            try database.rows(
                "SELECT table_name, kind, row_count FROM sluice_journal WHERE task = 6 ORDER BY number")
                == [["account_contacts", "4", "2"], ["contacts", "2", "2"]])
        #expect(try database.damage() == [])
        // Ids are not used again.
        try folder.write("more.csv", "contactNumber\nC-9\n")
        #expect(try folder.importing("contacts", "more.csv").exitCode == 0)
        #expect(try Database(folder).rows("SELECT id FROM contacts WHERE contact_number = 'C-9'") == [["4"]])
    }

    @Test("A dry run deletes nothing, and a delete asks first")
    func dryRunAndQuestion() throws {
        let folder = try folder()
        let dry = try folder.sluice(
            "delete", "accounts", "--all", "--dry-run", "--json", "--database", "a.db")
        #expect(dry.exitCode == 3)
        #expect(try dry.task().counts == ShownCounts(read: 3, rejected: 2, deleted: 1))
        let asked = try folder.sluice("delete", "accounts", "--ids", "3", "--database", "a.db")
        #expect(asked.exitCode == 2 && asked.errors.contains("1 account: A-3"))
        #expect(try Database(folder).number("SELECT count(*) FROM accounts") == 3)
        let none = try folder.sluice("delete", "accounts", "--ids", "77", "--json", "--database", "a.db")
        #expect(none.exitCode == 0)
        #expect(try none.task().counts == ShownCounts(read: 0, deleted: 0))
    }
}
