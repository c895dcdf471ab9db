import TestSupport
import Testing

@Suite("Single and declared links")
struct DeclaredLinkTests {
    // MARK: One pair

    @Test("One pair is linked and unlinked by any key of both, in either order, as a user task of its own")
    func onePair() throws {
        let links = try LinkFolder()
        func run(_ words: String...) throws -> ShownTask {
            let run = try links.folder.start(words + ["--json", "--database", "a.db"]).wait()
            #expect(run.exitCode == 0, "\(run.text)")
            return try run.task()
        }
        let task = try run("link", "account", "A-1", "contact", "C-1")
        #expect(
            [task.kind, task.recordType, task.mode, task.state] == [
                "link", "accountContact", "link", "completed",
            ])
        #expect(task.counts == ShownCounts(read: 1, created: 1))
        #expect(
            try run("link", "contacts", "C-1", "account", "N1").counts == ShownCounts(read: 1, unchanged: 1))
        #expect(try run("link", "contact", "C-1", "account", "accountNumber=N2").counts.created == 1)
        #expect(try links.pairs() == ["A-1 C-1", "A-2 C-1"])
        #expect(
            try run("unlink", "account", "A-1", "contact", "C-1").counts == ShownCounts(read: 1, deleted: 1))
        #expect(
            try run("unlink", "account", "A-1", "contact", "C-1").counts == ShownCounts(read: 1, unchanged: 1)
        )
        #expect(try links.pairs() == ["A-2 C-1"])
        #expect(try links.folder.newestTask().kind == "link")
    }

    @Test("A pair of which a record is not there is refused, told which, and leaves no task")
    func missing() throws {
        let links = try LinkFolder()
        let before = try links.folder.tasks().count
        for (words, code, part) in [
            (["account", "A-9", "contact", "C-1"], "link_side_missing", "account"),
            (["account", "A-1", "contact", "C-99"], "link_side_missing", "contact"),
            (["account", "accountNumber=A-1", "contact", "C-1"], "link_side_missing", "accountNumber"),
            (["account", "", "contact", "C-1"], "bad_record_name", "account"),
            (["account", "A-1", "lead", "L"], "unknown_link", "lead"),
        ] {
            let run = try links.folder.start(["link"] + words + ["--json", "--database", "a.db"]).wait()
            #expect(run.exitCode == 2)
            let failure = try run.failure()
            #expect(failure.code == code)
            #expect(failure.message.contains(part), "\(failure.message)")
        }
        #expect(try links.folder.tasks().count == before)
        #expect(try links.pairs() == [])
    }

    // MARK: Links of one's own

    @Test("A link between any two types is declared by a document, listed, and imported like those that ship")
    func declared() throws {
        let links = try LinkFolder()
        let folder = links.folder
        try folder.write(
            "link.yaml", "name: contactLead\nplural: contactLeads\nfirst: contact\nsecond: lead\n")
        #expect(try folder.ask("types", "add-link", "link.yaml").exitCode == 0)
        let again = try folder.sluice("types", "add-link", "link.yaml", "--database", "a.db")
        #expect(again.text == "link contactLead: unchanged\n")
        #expect(try folder.sluice("types", "list", "--database", "a.db").text.contains("contactLeads"))
        let shown = try folder.sluice("types", "show", "contact-leads", "--database", "a.db").text
        #expect(shown == "name: contactLead\nplural: contactLeads\nfirst: contact\nsecond: lead\n")
        try folder.write("leads.csv", "leadNumber,lastName,company\nL-1,Lee,Lee Ltd\n")
        #expect(try folder.importing("leads", "leads.csv").exitCode == 0)
        try folder.write("in.csv", "leadNumber,contactNumber\nL-1,C-2\n")
        #expect(try folder.importing("contactLeads", "in.csv").task().counts.created == 1)
        #expect(try folder.ask("link", "lead", "L-1", "contact", "C-2").task().counts.unchanged == 1)
        let database = try Database(folder)
        #expect(
            try database.number("SELECT count(*) FROM contact_leads WHERE contact_id > 0 AND lead_id > 0")
                == 1)
        #expect(try database.damage().isEmpty)
    }

    @Test("A type may be linked with itself where both sides have a role")
    func withItself() throws {
        let links = try LinkFolder()
        let folder = links.folder
        try folder.write("bad.yaml", "name: friend\nplural: friends\nfirst: contact\nsecond: contact\n")
        #expect(try folder.ask("types", "add-link", "bad.yaml").failure().code == "bad_document")
        try folder.write(
            "friend.yaml",
            """
            name: friend
            plural: friends
            first: {type: contact, role: friendOf}
            second: {type: contact, role: friend}
            """)
        #expect(try folder.ask("types", "add-link", "friend.yaml").exitCode == 0)
        try folder.write("in.csv", "friend.contactNumber,friendOf.contactNumber\nC-1,C-2\nC-1,C-9\n")
        let task = try folder.importing("friends", "in.csv").task()
        #expect(task.counts == ShownCounts(read: 2, created: 1, rejected: 1))
        #expect(task.errors.map(\.field) == ["friendOf.contactNumber"])
        let rows = try Database(folder).rows(
            """
            SELECT a.contact_number, b.contact_number FROM friends l JOIN contacts a ON a.id = l.friend_of_id
            JOIN contacts b ON b.id = l.friend_id
            """)
        #expect(rows == [["C-2", "C-1"]])
        #expect(try folder.ask("unlink", "friend", "C-1", "friendOf", "C-2").task().counts.deleted == 1)
    }

    @Test("Names that are taken, and types that are not there, are refused")
    func refused() throws {
        let links = try LinkFolder()
        let folder = links.folder
        for (document, code) in [
            ("name: ticket\nplural: contactTickets\nfirst: contact\nsecond: ticket\n", "name_taken"),
            ("name: x\nplural: account_contacts\nfirst: contact\nsecond: ticket\n", "bad_document"),
            ("name: x\nplural: accountTickets\nfirst: contact\nsecond: ticket\n", "name_reserved"),
            ("name: links\nplural: manyLinks\nfirst: contact\nsecond: ticket\n", "name_reserved"),
            ("name: x\nplural: xs\nfirst: contact\nsecond: nothing\n", "unknown_type"),
            ("name: x\nplural: xs\nfirst: account\nsecond: contact\n", "name_taken"),
        ] {
            try folder.write("link.yaml", document)
            let run = try folder.ask("types", "add-link", "link.yaml")
            #expect(run.exitCode == 2)
            #expect(try run.failure().code == code, "\(document)")
        }
        try folder.write("link.yaml", "name: x\nplural: xs\nfirst: contact\nsecond: ticket\n")
        #expect(try folder.ask("types", "add-link", "link.yaml").exitCode == 0)
        try folder.write(
            "type.yaml",
            "name: y\nplural: xs\nkeys: [a]\nfields: [{name: a, kind: identifier, unique: true}]\n")
        #expect(try folder.ask("types", "add", "type.yaml").failure().code == "name_taken")
    }
}
