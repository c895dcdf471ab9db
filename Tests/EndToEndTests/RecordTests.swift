import Foundation
import TestSupport
import Testing

/// What `records` is asked in a folder.
extension Workdir {
    func record(_ arguments: String..., sourceLocation: SourceLocation = #_sourceLocation) throws -> Run {
        try start(["records"] + arguments + ["--json", "--database", "a.db"])
            .wait(sourceLocation: sourceLocation)
    }

    /// A record as `records show --json` has it.
    func shown(
        _ type: String, _ key: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> [String: Any] {
        let run = try record("show", type, key, sourceLocation: sourceLocation)
        #expect(run.exitCode == 0, "\(run.text)", sourceLocation: sourceLocation)
        let object = try JSONSerialization.jsonObject(with: Data(run.output))
        return try #require(object as? [String: Any], sourceLocation: sourceLocation)
    }

    /// The issues of a record that was refused: each code with its field.
    func issues(
        _ arguments: String..., sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> [String] {
        struct Report: Decodable {
            struct Failure: Decodable {
                struct Issue: Decodable {
                    var code: String
                    var field: String?
                }
                var code: String
                var issues: [Issue]?
            }
            var error: Failure
        }
        let run = try start(["records"] + arguments + ["--json", "--database", "a.db"])
            .wait(sourceLocation: sourceLocation)
        #expect(run.exitCode == 2, "\(run.text)", sourceLocation: sourceLocation)
        let failure = try JSONDecoder().decode(Report.self, from: Data(run.output)).error
        let issues = failure.issues ?? []
        if let first = issues.first {
            #expect(failure.code == first.code, sourceLocation: sourceLocation)
        }
        return issues.isEmpty ? [failure.code] : issues.map { "\($0.code) \($0.field ?? "-")" }
    }
}

@Suite("Single records")
struct RecordTests {
    /// A folder whose database has a contact and two accounts.
    private func folder() throws -> Workdir {
        let folder = try Workdir()
        try folder.write("c.csv", "contactNumber,firstName,paymentBalance,active\nC-1,Ann,12.5,yes\n")
        try folder.write("a.csv", "originalId,name,accountNumber\nA-1,Acme,100\nA-2,Bell,200\n")
        #expect(try folder.importing("contacts", "c.csv").exitCode == 0)
        #expect(try folder.importing("accounts", "a.csv").exitCode == 0)
        return folder
    }

    @Test("A record that is not there is told of before anybody is asked whether it should go")
    func deletesNothing() throws {
        let folder = try Workdir()
        try folder.write("in.csv", "contactNumber\n1\n")
        #expect(try folder.importing("contacts", "in.csv").exitCode == 0)
        #expect(try folder.ask("records", "delete", "contacts", "2").failure().code == "unknown_record")
        #expect(try folder.ask("records", "delete", "contacts", "1").failure().code == "not_confirmed")
    }

    @Test("A record is shown with the names of the catalogue, its decimals and what it is linked to")
    func show() throws {
        let folder = try folder()
        #expect(try folder.ask("link", "account", "A-1", "contact", "C-1").exitCode == 0)
        let contact = try folder.shown("contacts", "C-1")
        #expect(contact["contactNumber"] as? String == "C-1")
        #expect(contact["paymentBalance"] as? Double == 12.5)
        #expect(contact["active"] as? Bool == true)
        #expect(contact["lastName"] is NSNull)
        #expect((contact["links"] as? [String: Int]) == ["accounts": 1])
        let account = try folder.shown("account", "accountNumber=100")
        #expect(account["originalId"] as? String == "A-1")
        #expect(account["links"] as? [String: Int] == ["contacts": 1, "tickets": 0, "opportunities": 0])
        let id = try #require(account["id"] as? Int)
        #expect(try folder.shown("accounts", "id=\(id)")["name"] as? String == "Acme")
        let text = try folder.sluice("records", "show", "contacts", "C-1", "--database", "a.db").text
        #expect(text.contains("paymentBalance  12.50\n"))
        #expect(text.contains("linked to       1 account\n"))
        #expect(!text.contains("lastName"))
        let columns = try folder.sluice(
            "records", "show", "contacts", "C-1", "--columns", "lastName,account.name", "--database", "a.db")
        #expect(columns.text == "lastName\naccount.name  Acme\n")
        #expect(try folder.record("show", "contacts", "C-9").failure().code == "unknown_record")
        #expect(try folder.record("show", "contacts", "C-9").exitCode == 2)
    }

    @Test(
        "A record is made, changed and deleted, each as a task that is done, and the counts say what came of it"
    )
    func life() throws {
        let folder = try folder()
        let created = try folder.record(
            "create", "contacts", "contactNumber=C-2", "last name=O'Hara", "phone1=+1 202 555 0101",
            "paymentBalance=-3", "accountDueDate=2026-02-28", "smsConsent=YES")
        #expect(created.exitCode == 0)
        let task = try created.task()
        #expect(task.kind == "change" && task.state == "completed" && task.recordType == "contact")
        #expect(task.counts == ShownCounts(read: 1, created: 1))
        #expect(task.file.name == "contact C-2")
        let database = try Database(folder)
        #expect(
            try database.rows(
                """
                SELECT last_name, phone1, payment_balance, account_due_date, sms_consent, first_name
                FROM contacts WHERE contact_number = 'C-2'
                """
            ) == [["O'Hara", "+12025550101", "-300", "2026-02-28", "yes", "-"]])

        let updated = try folder.record(
            "update", "contacts", "C-2", "lastName=", "firstName=Bea", "phone1=+12025550101"
        ).task()
        #expect(updated.counts == ShownCounts(read: 1, updated: 1))
        let same = try folder.record("update", "contacts", "C-2", "firstName=Bea", "lastName=").task()
        #expect(same.counts == ShownCounts(read: 1, unchanged: 1))
        let moved = try folder.record("update", "contacts", "C-2", "contactNumber=C-3").task()
        #expect(moved.counts.updated == 1)
        #expect(try folder.record("update", "contacts", "C-2", "city=X").failure().code == "unknown_record")

        let refused = try folder.record("delete", "contacts", "C-3")
        #expect(try refused.exitCode == 2 && refused.failure().code == "not_confirmed")
        let deleted = try folder.record("delete", "contacts", "C-3", "--yes").task()
        #expect(deleted.kind == "delete")
        #expect(deleted.counts == ShownCounts(read: 1, deleted: 1))
        #expect(try database.number("SELECT count(*) FROM contacts") == 1)
        let tasks = try folder.tasks()
        #expect(tasks.prefix(5).map(\.kind) == ["delete", "change", "change", "change", "change"])
        #expect(tasks.allSatisfy { $0.counts.reconcile })
        #expect(try database.damage().isEmpty)
    }

    @Test("What is set passes the rules of imports, and all that is wrong is told at once")
    func rules() throws {
        let folder = try folder()
        #expect(
            try folder.issues(
                "create", "contacts", "firstName=\(String(repeating: "x", count: 256))", "email=a.b",
                "phone1=555-0101", "active=maybe", "paymentBalance=1.234", "smsConsent=perhaps",
                "dateOfBirth=2026-02-29") == [
                    "text_too_long firstName", "email_malformed email", "phone_malformed phone1",
                    "boolean_malformed active", "decimal_malformed paymentBalance",
                    "choice_unknown smsConsent", "date_malformed dateOfBirth",
                    "required_missing contactNumber",
                ])
        #expect(
            try folder.issues("create", "contacts", "contactNumber=C-1") == [
                "contact_number_taken contactNumber"
            ])
        #expect(try folder.issues("create", "accounts", "city=X") == ["required_missing name"])
        #expect(
            try folder.issues("update", "accounts", "A-2", "originalId=A-1", "accountNumber=100", "name=")
                == [
                    "original_id_taken originalId", "account_number_taken accountNumber",
                    "required_missing name",
                ])
        #expect(
            try folder.issues("create", "customers", "firstName=A", "lastName=B") == [
                "key_missing customerNumber"
            ])
        #expect(
            try folder.issues("create", "contacts", "contactNumber=C-9", "nonsense=1") == ["unknown_field"])
        #expect(try folder.issues("create", "contacts", "contactNumber") == ["bad_assignment"])
        #expect(try folder.issues("update", "contacts", "C-1", "city=A", "CITY=B") == ["field_twice"])
        #expect(try folder.issues("update", "contacts", "C-1", "ssn=1") == ["key_needed"])
        #expect(try folder.issues("create", "nobody", "a=b") == ["unknown_type"])
        // Nothing was written, and no task made.
        #expect(try folder.tasks().count == 2)
        #expect(try Database(folder).number("SELECT count(*) FROM contacts") == 1)
        #expect(try Database(folder).text("SELECT name FROM accounts WHERE original_id = 'A-2'") == "Bell")
        let text = try folder.sluice("records", "create", "contacts", "email=a.b", "--database", "a.db")
        #expect(text.errors.hasPrefix("sluice: 2 values are not taken: email: "))
    }

    @Test("A customer keeps a key and an e-mail of its own")
    func customers() throws {
        let folder = try folder()
        for number in 1...2 {
            #expect(
                try folder.record(
                    "create", "customers", "customerNumber=\(number)", "email=a\(number)@example.com",
                    "firstName=A", "lastName=B"
                ).exitCode == 0)
        }
        #expect(
            try folder.issues("update", "customers", "2", "email=a1@example.com") == ["email_taken email"])
        #expect(
            try folder.issues("update", "customers", "2", "customerNumber=", "email=")
                == ["key_missing customerNumber"])
        #expect(try folder.record("update", "customers", "2", "customerNumber=").exitCode == 0)
        #expect(try folder.shown("customers", "a2@example.com")["customerNumber"] is NSNull)
    }

    @Test("An account becomes no ancestor of its own parent")
    func parents() throws {
        let folder = try folder()
        #expect(try folder.record("update", "accounts", "A-1", "parentAccount=A-2").exitCode == 0)
        #expect(
            try folder.issues("update", "accounts", "A-2", "parentAccount=A-1", "city=X")
                == ["parent_cycle parentAccount"])
        #expect(
            try folder.issues("create", "accounts", "originalId=A-9", "name=N", "parentAccount=A-9")
                == ["parent_cycle parentAccount"])
        #expect(try Database(folder).number("SELECT count(*) FROM accounts WHERE city IS NOT NULL") == 0)
        #expect(try Database(folder).number("SELECT count(*) FROM accounts") == 2)
    }

    @Test(
        "An account that is linked to a contact or a ticket is not deleted, and is told to how many of each")
    func protection() throws {
        let folder = try folder()
        #expect(try folder.record("create", "contacts", "contactNumber=C-2").exitCode == 0)
        #expect(try folder.record("create", "tickets", "ticketNumber=T-1", "subject=S").exitCode == 0)
        for contact in ["C-1", "C-2"] {
            #expect(try folder.ask("link", "account", "A-1", "contact", contact).exitCode == 0)
        }
        #expect(try folder.ask("link", "account", "A-1", "ticket", "T-1").exitCode == 0)
        let run = try folder.record("delete", "accounts", "A-1", "--yes")
        #expect(run.exitCode == 2)
        let failure = try run.failure()
        #expect(failure.code == "record_linked")
        #expect(failure.message == "account 'A-1' is linked to 2 contacts and 1 ticket, and is not deleted")
        // A contact's links go with it; then the ticket's.
        #expect(try folder.record("delete", "contacts", "C-1", "--yes").exitCode == 0)
        #expect(try folder.record("delete", "contacts", "C-2", "--yes").exitCode == 0)
        #expect(
            try folder.record("delete", "accounts", "A-1", "--yes").failure().message
                == "account 'A-1' is linked to 1 ticket, and is not deleted")
        #expect(try folder.ask("unlink", "account", "A-1", "ticket", "T-1").exitCode == 0)
        #expect(try folder.record("delete", "accounts", "A-1", "--yes").exitCode == 0)
        let database = try Database(folder)
        #expect(try database.damage().isEmpty)
        #expect(try database.number("SELECT count(*) FROM account_contacts") == 0)
    }

    @Test("A search finds what single records hold now")
    func search() throws {
        let folder = try folder()
        #expect(try folder.ask("lists", "index", "contacts").exitCode == 0)
        #expect(try folder.record("update", "contacts", "C-1", "lastName=Zebra").exitCode == 0)
        #expect(try folder.record("create", "contacts", "contactNumber=C-2", "lastName=Zebra").exitCode == 0)
        func count() throws -> String {
            try folder.sluice(
                "lists", "count", "--type", "contacts", "--where", "search 'zebra'", "--database", "a.db"
            ).text
        }
        #expect(try count() == "2\n")
        #expect(try folder.record("delete", "contacts", "C-2", "--yes").exitCode == 0)
        #expect(try count() == "1\n")
    }

    @Test("A type of one's own has single records, too, told by several fields together where it is so")
    func ownTypes() throws {
        let folder = try folder()
        try folder.write(
            "stay.yaml",
            """
            name: stay
            plural: stays
            keys: [[site, day]]
            fields:
              - {name: site, kind: text, required: true}
              - {name: day, kind: date}
            """)
        #expect(try folder.ask("types", "add", "stay.yaml").exitCode == 0)
        let task = try folder.record("create", "stays", "site=A", "day=2026-01-02").task()
        #expect(task.file.name == "stay A 2026-01-02")
        #expect(try folder.issues("create", "stays", "site=A", "day=2026-01-02") == ["site_taken site"])
        #expect(try folder.record("show", "stays", "A").failure().code == "bad_record_name")
        #expect(try folder.record("update", "stays", "id=1", "day=2026-01-03").exitCode == 0)
        #expect(try folder.shown("stays", "id=1")["day"] as? String == "2026-01-03")
    }
}
