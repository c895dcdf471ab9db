import Foundation
import TestSupport
import Testing

/// A database with accounts and contacts to link.
struct LinkFolder {
    let folder: Workdir

    /// Accounts `A-0` and so on, with account numbers `N0` and so on, and contacts `C-0` and so on.
    init(accounts: Int = 5, contacts: Int = 8) throws {
        folder = try Workdir()
        try folder.write(
            "accounts.csv",
            "originalId,accountNumber,name\n"
                + (0..<accounts).map { "A-\($0),N\($0),Company \($0)\n" }.joined())
        try folder.write(
            "contacts.csv", "contactNumber,lastName\n" + (0..<contacts).map { "C-\($0),Lee\($0)\n" }.joined())
        #expect(try folder.importing("accounts", "accounts.csv").exitCode == 0)
        #expect(try folder.importing("contacts", "contacts.csv").exitCode == 0)
    }

    /// Links `in.csv` of this text.
    func linking(_ text: String, _ options: String...) throws -> Run {
        try folder.write("in.csv", text)
        return try folder.importing("links", "in.csv", options)
    }

    /// The linked pairs by their keys, in order.
    func pairs() throws -> [String] {
        let database = try Database(folder)
        #expect(try database.damage().isEmpty)
        guard try database.hasTable("account_contacts") else { return [] }
        return try database.texts(
            """
            SELECT a.original_id || ' ' || c.contact_number FROM account_contacts l
            JOIN accounts a ON a.id = l.account_id JOIN contacts c ON c.id = l.contact_id ORDER BY 1
            """)
    }
}

extension Run {
    /// Why something was refused, before or after there was a task.
    func refusalCode(sourceLocation: SourceLocation = #_sourceLocation) throws -> String? {
        #expect(exitCode == 2, "\(text)\(errors)", sourceLocation: sourceLocation)
        return try text.hasPrefix("{\"error\"")
            ? failure(sourceLocation: sourceLocation).code
            : task(sourceLocation: sourceLocation).failure?.code
    }
}

@Suite("Link import")
struct LinkImportTests {
    @Test("Without a header the account's original id comes first; repeated pairs are unchanged")
    func noHeader() throws {
        let links = try LinkFolder()
        let task = try links.linking("A-1,C-1\nA-1,C-2\nA-2,C-1\nA-1,C-1\n").task()
        #expect(task.counts == ShownCounts(read: 4, created: 3, unchanged: 1))
        #expect(task.state == "completed")
        #expect([task.kind, task.recordType, task.mode] == ["import", "accountContact", "link"])
        #expect(try links.pairs() == ["A-1 C-1", "A-1 C-2", "A-2 C-1"])
        let again = try links.linking("A-1,C-1\nA-3,C-3\n").task()
        #expect(again.counts == ShownCounts(read: 2, created: 1, unchanged: 1))
    }

    @Test(
        "A first line is a header where both cells name a key of either side, in either order",
        arguments: [
            ("originalId,contactNumber", true), ("Original ID,Contact Number", true),
            ("account.originalId,contact.contactNumber", true), ("Account Original-Id,CONTACT_NUMBER", true),
            ("contactNumber,originalId", false), ("Contact Number,account original id", false),
        ])
    func header(_ header: String, accountFirst: Bool) throws {
        let links = try LinkFolder()
        let line = accountFirst ? "A-1,C-1" : "C-1,A-1"
        let task = try links.linking("\(header)\n\(line)\n").task()
        #expect(task.counts == ShownCounts(read: 1, created: 1))
        #expect(try links.pairs() == ["A-1 C-1"])
    }

    @Test("The header may name another key: a plain accountNumber is the account's")
    func otherKey() throws {
        let links = try LinkFolder()
        let task = try links.linking("contactNumber,accountNumber\nC-1,N2\n").task()
        #expect(task.counts == ShownCounts(read: 1, created: 1))
        #expect(try links.pairs() == ["A-2 C-1"])
    }

    @Test("A first line with one cell that names no key is a pair like any other, and is rejected as one")
    func halfAHeader() throws {
        let links = try LinkFolder()
        let run = try links.linking("originalId,Person\nA-1,C-1\n")
        #expect(run.exitCode == 3)
        let task = try run.task()
        #expect(task.counts == ShownCounts(read: 2, created: 1, rejected: 1))
        let reject = try #require(links.folder.rejectList(of: task.id).first)
        #expect(reject.line == 1)
        #expect(reject.issues.map(\.field) == ["account.originalId", "contact.contactNumber"])
    }

    @Test("The delimiter is said with --delimiter, the order with --first")
    func delimiterAndOrder() throws {
        let links = try LinkFolder()
        #expect(try links.linking("C-1\tA-1\n", "--delimiter", "tab", "--first", "contact").exitCode == 0)
        #expect(try links.linking("A-1;C-2\n", "--delimiter", ";", "--first", "accounts").exitCode == 0)
        #expect(try links.pairs() == ["A-1 C-1", "A-1 C-2"])
        #expect(try links.linking("A-1;C-2\n").refusalCode() == "wrong_delimiter")
        #expect(try links.linking("A-1,C-2,x\n").refusalCode() == "link_columns")
        #expect(try links.linking("A-1,C-2\n", "--first", "ticket").refusalCode() == "unknown_side")
    }

    @Test("An input filter says which columns are which, by any declared key")
    func filter() throws {
        let links = try LinkFolder()
        try links.folder.write(
            "f.yaml",
            """
            name: pairs
            recordType: accountContact
            file: {header: false, delimiter: "|"}
            columns:
              - {field: contact.contactNumber, from: 3, transform: [trim]}
              - {field: account.accountNumber, from: 1}
            """)
        let run = try links.linking("N1|x| C-1 \nN2|y|C-2\n", "--filter", "f.yaml")
        #expect(run.exitCode == 0, "\(run.errors)")
        #expect(try links.pairs() == ["A-1 C-1", "A-2 C-2"])
        #expect(try links.folder.ask("filters", "check", "f.yaml").exitCode == 0)
        let refused = try links.linking("N1|x|C-1\n", "--filter", "f.yaml", "--delimiter", "|")
        #expect(try refused.refusalCode() == "option_unsupported")
    }

    @Test("A line of which a side is missing is rejected, naming the side, the field and the id")
    func missingSides() throws {
        let links = try LinkFolder()
        let run = try links.linking("A-1,C-1\nA-9,C-1\nA-1,C-99\nA-9,C-99\n,C-1\n", "--rejects", "r.csv")
        #expect(run.exitCode == 3)
        let task = try run.task()
        #expect(task.counts == ShownCounts(read: 5, created: 1, rejected: 4))
        #expect(task.byCode == ["link_side_missing": 3, "required_missing": 1])
        let issues = try links.folder.rejectList(of: task.id).map(\.issues)
        #expect(issues[0].map(\.message) == ["there is no account with originalId \"A-9\""])
        #expect(issues[1].map(\.message) == ["there is no contact with contactNumber \"C-99\""])
        #expect(issues[1].map(\.column) == [2])
        #expect(issues[2].map(\.field) == ["account.originalId", "contact.contactNumber"])
        // Mended, the reject file imports as it is.
        let more = "originalId,name\nA-9,Nine\n"
        try links.folder.write("more.csv", more)
        _ = try links.folder.importing("accounts", "more.csv")
        let again = try links.folder.importing("links", "r.csv").task()
        #expect(again.counts == ShownCounts(read: 4, created: 1, rejected: 3))
        #expect(try links.pairs() == ["A-1 C-1", "A-9 C-1"])
    }

    @Test("A line with a blank side is rejected, naming that side", arguments: [false, true])
    func blankSide(bothKeys: Bool) throws {
        let links = try LinkFolder()
        try links.folder.write(
            "f.yaml",
            """
            name: pairs
            recordType: accountContact
            file: {header: false}
            columns:
              - {field: account.originalId, from: 1}
              - {field: account.accountNumber, from: 3}
              - {field: contact.contactNumber, from: 2}
            """)
        let run =
            bothKeys
            ? try links.linking(",,N1\n,C-1,\nA-1,,\n", "--filter", "f.yaml")
            : try links.linking("A-1,\n,C-1\nA-1,\n")
        let rejects = try links.folder.rejectList(of: run.task().id)
        let (account, contact) = ("account.originalId", "contact.contactNumber")
        #expect(rejects.map { $0.issues.first?.field } == [contact, account, contact])
        #expect(try links.pairs() == [])
    }

    @Test("A file whose columns are the wrong way round is refused, and nothing of it is written")
    func swapped() throws {
        let links = try LinkFolder()
        let text = (0..<5).map { "C-\($0),A-\($0)\n" }.joined() + "A-1,C-1\nx,y\n"
        for options in [[], ["--atomic"], ["--dry-run"], ["--max-rejects", "1"]] {
            try links.folder.write("in.csv", text)
            let run = try links.folder.importing("links", "in.csv", options)
            #expect(run.exitCode == 2, "\(options)")
            let task = try run.task()
            #expect(task.failure?.code == "sides_swapped", "\(options)")
            #expect(task.counts == ShownCounts(read: 7, unprocessed: 7), "\(options)")
            #expect(try links.pairs() == [])
            #expect(try links.folder.rejectList(of: task.id).isEmpty)
        }
        #expect(
            try links.folder.importing("links", "in.csv", "--first", "contact").task().counts.created == 5)
    }

    @Test("Ids that both sides have mean nothing: only lines that fit in no other way count as swapped")
    func overlappingIDs() throws {
        let folder = try Workdir()
        try folder.write("a.csv", "originalId,name\n" + (1...9).map { "\($0),N\n" }.joined())
        try folder.write("c.csv", "contactNumber\n" + (1...9).map { "\($0)\n" }.joined())
        _ = try folder.importing("accounts", "a.csv")
        _ = try folder.importing("contacts", "c.csv")
        try folder.write("in.csv", "1,2\n3,4\n5,77\n")
        #expect(try folder.importing("links", "in.csv").task().counts.created == 2)
    }

    @Test("--unlink takes pairs away and counts those that were not linked as unchanged")
    func unlink() throws {
        let links = try LinkFolder()
        _ = try links.linking("A-1,C-1\nA-1,C-2\nA-2,C-1\n")
        let task = try links.linking("A-1,C-1\nA-1,C-1\nA-3,C-3\nA-9,C-1\n", "--unlink").task()
        #expect(task.counts == ShownCounts(read: 4, unchanged: 2, rejected: 1, deleted: 1))
        #expect(task.mode == "unlink")
        #expect(try links.pairs() == ["A-1 C-2", "A-2 C-1"])
    }

    @Test("A dry run tells what would be linked and links nothing; an atomic one links all or nothing")
    func oneTransaction() throws {
        let links = try LinkFolder()
        let text = "A-1,C-1\nA-1,C-1\nA-9,C-1\n"
        let dry = try links.linking(text, "--dry-run").task()
        #expect(dry.counts == ShownCounts(read: 3, created: 1, unchanged: 1, rejected: 1))
        #expect(try links.pairs() == [])
        let failed = try links.linking(text, "--atomic", "--max-rejects", "0")
        #expect(failed.exitCode == 1)
        #expect(try failed.task().counts == ShownCounts(read: 3, rejected: 1, unprocessed: 2))
        #expect(try links.pairs() == [])
        #expect(try links.linking(text, "--atomic").task().counts == dry.counts)
        #expect(try links.pairs() == ["A-1 C-1"])
    }

    @Test("Results tell of each pair by both keys")
    func results() throws {
        let links = try LinkFolder()
        _ = try links.linking("A-1,C-1\n")
        let text = "contactNumber,originalId\nC-1,A-1\n\nC-2,A-1\nC-3,A-9\n"
        _ = try links.linking(text, "--results", "r.csv")
        let lines = try ResultFile(links.folder.read("r.csv")).lines
        #expect(lines.map(\.outcome) == ["unchanged", "skipped", "created", "rejected"])
        #expect(lines.map(\.key) == ["A-1 C-1", "", "A-1 C-2", "A-9 C-3"])
        _ = try links.linking(text, "--unlink", "--results", "r.csv", "--force")
        let deleted = try ResultFile(links.folder.read("r.csv")).lines
        #expect(deleted.map(\.outcome) == ["deleted", "skipped", "deleted", "rejected"])
    }

    @Test("A file of more than 15 MB is refused, unless --max-bytes allows it")
    func limit() throws {
        let links = try LinkFolder()
        let line = Array("A-1,C-1\n".utf8)
        let bytes = Array(repeatElement(line, count: (15 << 20) / line.count + 1).joined())
        try links.folder.write("in.csv", bytes)
        let run = try links.folder.importing("links", "in.csv")
        #expect(run.exitCode == 2)
        #expect(try run.task().failure?.code == "file_too_large")
        let allowed = try links.folder.importing("links", "in.csv", "--max-bytes", "16000000").task()
        #expect(allowed.counts.created == 1)
        #expect(allowed.counts.reconcile)
    }

    @Test("Options that mean nothing for pairs are refused, and those of pairs for records")
    func options() throws {
        let links = try LinkFolder()
        #expect(try links.linking("A-1,C-1\n", "--mode", "create").refusalCode() == "option_unsupported")
        #expect(try links.linking("A-1,C-1\n", "--duplicates", "first").refusalCode() == "option_unsupported")
        for option in [["--unlink"], ["--first", "account"]] {
            let run = try links.folder.importing("accounts", "accounts.csv", option)
            #expect(try run.refusalCode() == "option_unsupported")
        }
        let other = try links.folder.importing("accountTickets", "in.csv")
        #expect(try other.task().byCode == ["link_side_missing": 1])
        #expect(try Database(links.folder).hasTable("account_tickets"))
    }

    @Test(
        "Accounts are linked with tickets and with opportunities alike, many of the one with many of the other",
        arguments: [
            ("tickets", "ticketNumber,subject", "accountTickets"),
            ("opportunities", "opportunityNumber,name", "accountOpportunities"),
        ])
    func otherLinks(type: String, header: String, plural: String) throws {
        let links = try LinkFolder()
        try links.folder.write("others.csv", "\(header)\nO-1,one\nO-2,two\n")
        #expect(try links.folder.importing(type, "others.csv").exitCode == 0)
        try links.folder.write("in.csv", "A-1,O-1\nA-1,O-2\nA-2,O-1\nA-2,O-9\nA-1,O-1\n")
        let task = try links.folder.importing(plural, "in.csv").task()
        #expect(task.counts == ShownCounts(read: 5, created: 3, unchanged: 1, rejected: 1))
        let side = plural == "accountTickets" ? "ticket" : "opportunity"
        let found = try links.folder.ask(
            "lists", "count", "--type", "accounts", "--where", "\(side) is not empty")
        #expect(found.text == "{\"count\":2}\n", "\(found.text)\(found.errors)")
    }

    @Test("An account that is linked cannot be deleted with any SQLite tool that checks references")
    func deletion() throws {
        let links = try LinkFolder()
        _ = try links.linking("A-1,C-1\n")
        let writer = try WriteLock(links.folder)
        #expect(throws: (any Error).self) {
            try writer.execute("DELETE FROM accounts WHERE original_id = 'A-1'")
        }
        try writer.execute("DELETE FROM accounts WHERE original_id = 'A-2'")
    }
}
