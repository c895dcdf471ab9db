import GRDB
import Records
import TestSupport
import Testing

@testable import Store

/// A database of accounts, contacts and tickets, and a type of its own that is linked to itself.
private struct Linked {
    let database = TestDatabase()
    let writer: StoreWriter
    let catalogue: Catalogue

    init() throws {
        var declarations = Declarations()
        declarations.links = [
            Declarations.Link(
                name: "referral",
                yaml: LinkType(
                    name: "referral", plural: "referrals", first: .init(type: "contact", role: "referrer"),
                    second: .init(type: "contact", role: "referred")
                ).yaml, savedAt: Timestamp(milliseconds: 0), savedBy: "tests")
        ]
        catalogue = try Catalogue.builtIn().adding(declarations)
        writer = try database.makeWriter()
        let links = try ["accountContact", "accountTicket", "referral"].map { name in
            try #require(catalogue.link(named: name))
        }
        try writer.prepareTables(
            catalogue.typesMadeAtOnce + [catalogue.type(named: "ticket")], links: links)
        for number in 1...9 {
            try database.sql("INSERT INTO accounts (name) VALUES ('a\(number)')")
            try database.sql("INSERT INTO contacts (contact_number) VALUES ('c\(number)')")
            try database.sql("INSERT INTO tickets (ticket_number, subject) VALUES ('t\(number)', 's')")
        }
    }

    func rows(_ type: String) throws -> LinkedRows {
        LinkedRows(of: try catalogue.type(named: type), in: catalogue)
    }

    func counts(
        _ type: String, _ ids: [Int64], protectedOnly: Bool
    ) throws -> [Int64: [LinkCount]] {
        let rows = try rows(type)
        return try writer.transaction("count") { db in
            try rows.counts(of: ids, protectedOnly: protectedOnly, db)
        }
    }
}

@Suite("Rows that are linked")
struct LinkedRowsTests {
    @Test(
        "a row tells how many records of each kind it is linked to, and one that is not linked tells nothing")
    func counts() throws {
        let linked = try Linked()
        try linked.database.sql("INSERT INTO account_contacts VALUES (1, 1), (1, 2), (2, 2)")
        try linked.database.sql("INSERT INTO account_tickets VALUES (1, 9), (3, 3)")
        let counts = try linked.counts("account", [1, 2, 4, 99], protectedOnly: true)
        #expect(
            counts == [
                1: [
                    LinkCount(kind: "contacts", name: "contacts", count: 2),
                    LinkCount(kind: "tickets", name: "ticket", count: 1),
                ],
                2: [LinkCount(kind: "contacts", name: "contact", count: 1)],
            ])
        let failure = try linked.rows("account").refusal(of: "A-1", counts[1] ?? [])
        #expect(failure.code == "record_linked")
        #expect(failure.message == "account 'A-1' is linked to 2 contacts and 1 ticket, and is not deleted")
        #expect(try linked.counts("account", [], protectedOnly: true).isEmpty)
    }

    @Test("a contact's links protect it from nothing, and an account is protected by no opportunity")
    func protection() throws {
        let linked = try Linked()
        try linked.writer.prepareTables(
            [linked.catalogue.type(named: "opportunity")],
            links: [#require(linked.catalogue.link(named: "accountOpportunity"))])
        try linked.database.sql(
            "INSERT INTO opportunities (opportunity_number, name) VALUES ('o', 'o')")
        try linked.database.sql("INSERT INTO account_contacts VALUES (1, 1)")
        try linked.database.sql("INSERT INTO account_opportunities VALUES (2, 1)")
        #expect(try linked.counts("contact", [1], protectedOnly: true).isEmpty)
        #expect(
            try linked.counts("contact", [1], protectedOnly: false) == [
                1: [LinkCount(kind: "accounts", name: "account", count: 1)]
            ]
        )
        #expect(try linked.counts("account", [1, 2], protectedOnly: true).keys.sorted() == [1])
    }

    @Test("a link whose table is not there holds nobody")
    func noTable() throws {
        let database = TestDatabase()
        let catalogue = try Catalogue.builtIn()
        let writer = try database.makeWriter()
        let rows = LinkedRows(of: try catalogue.type(named: "account"), in: catalogue)
        let counts = try writer.transaction("count") { db in
            try rows.unlink([1, 2], journal: JournalWriter(task: 1, keepsValues: true), db)
            return try rows.counts(of: [1, 2], protectedOnly: false, db)
        }
        #expect(counts.isEmpty)
    }

    @Test("links of rows that are to go are taken away at both ends, and the journal has each pair once")
    func unlink() throws {
        var random = SeededGenerator.printingSeed()
        let linked = try Linked()
        var pairs: Set<[Int64]> = []
        for _ in 0..<40 {
            let pair = [Int64.random(in: 1...9, using: &random), Int64.random(in: 1...9, using: &random)]
            guard pairs.insert(pair).inserted else { continue }
            try linked.database.sql("INSERT INTO referrals VALUES (?, ?)", arguments: .init(pair))
        }
        try linked.database.sql("INSERT INTO account_contacts VALUES (1, 2), (2, 2), (2, 5)")
        let rows = try linked.rows("contact")
        let gone: [Int64] = [2, 7]
        try linked.writer.transaction("unlink") { db in
            try rows.unlink(gone, journal: JournalWriter(task: 7, keepsValues: true), db)
            try db.execute(sql: "DELETE FROM contacts WHERE id IN (2, 7)")
        }
        #expect(try linked.database.sql("PRAGMA foreign_key_check").isEmpty)
        let left = try linked.database.sql("SELECT * FROM referrals").map { [$0[0] as Int64, $0[1]] }
        #expect(Set(left) == pairs.filter { !gone.contains($0[0]) && !gone.contains($0[1]) })
        var noted: [String: [[Int64]]] = [:]
        for row in try linked.database.sql("SELECT * FROM sluice_journal WHERE task = 7") {
            let entry = try JournalEntry(row)
            #expect(entry.kind == .unlinked)
            try entry.forEachRow { noted[entry.table, default: []].append([$0.id, $0.second]) }
        }
        let expected = pairs.filter { gone.contains($0[0]) || gone.contains($0[1]) }
        #expect(noted["referrals"]?.count == expected.count && Set(noted["referrals"] ?? []) == expected)
        #expect(Set(noted["account_contacts"] ?? []) == [[1, 2], [2, 2]])
    }
}
