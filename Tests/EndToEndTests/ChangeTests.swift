import Foundation
import Testing

/// A record that a task on rows left as it was, as `tasks rejects --json` has it.
struct ShownLeftRow: Decodable, Equatable {
    var id: Int64
    var key: String
    var field: String?
    var code: String
    var message: String
}

extension Workdir {
    /// The records that a task on rows left as they were.
    func leftRows(of id: String) throws -> [ShownLeftRow] {
        struct Answer: Decodable {
            var rejects: [ShownLeftRow]
        }
        return try JSONDecoder().decode(
            Answer.self, from: Data(ask("tasks", "rejects", id).output)
        ).rejects
    }

    /// Changes contacts or other records, answering in JSON.
    func changing(_ type: String, _ options: String...) throws -> Run {
        try start(["change", type] + options + ["--yes", "--json", "--database", "a.db"]).wait()
    }
}

@Suite("Bulk changes")
struct ChangeTests {
    private let folder: Workdir

    init() throws {
        folder = try Workdir()
        try folder.write(
            "contacts.csv",
            """
            contactNumber,lastName,state,active,paymentBalance,accountDueDate,group,callConsent,callConsentDate
            C-1,Ann,CA,yes,10.00,2026-01-31,a,yes,2020-01-01
            C-2,Bob,CA,yes,,2026-02-28,b,no,2020-02-02
            C-3,Eve,NV,no,-0.50,,,,
            C-4,Kim,CA,no,20000000000000000.00,9999-12-31,a,unknown,

            """)
        #expect(try folder.importing("contacts", "contacts.csv").exitCode == 0)
    }

    private func column(_ name: String) throws -> [String] {
        try Database(folder).rows("SELECT \(name) FROM contacts ORDER BY id").map { $0[0] }
    }

    @Test(
        "Ids that are no record's are told, once, and count for nothing", arguments: [nil, "after-commit:1"])
    func missingIDs(failpoint: String?) throws {
        let arguments = [
            "change", "contacts", "--ids", "1,77,3,78,79", "--set", "group=z", "--commit-every", "1", "--yes",
            "--json", "--database", "a.db",
        ]
        var run = try folder.start(
            arguments, environment: failpoint.map { ["SLUICE_FAILPOINT": $0] } ?? [:]
        ).wait()
        if failpoint != nil {
            #expect(run.exitCode == -SIGKILL)
            run = try folder.ask("tasks", "resume", folder.newestTask().id)
        }
        #expect(run.exitCode == 0)
        var task = try run.task()
        #expect(task.counts == ShownCounts(read: 2, updated: 2))
        #expect(task.warnings.map(\.code) == ["record_missing"] && task.warnings.map(\.count) == [3])
        task = try folder.ask("delete", "contacts", "--ids", "4,99", "--yes").task()
        #expect(task.counts == ShownCounts(read: 1, deleted: 1))
        #expect(task.warnings.map(\.count) == [1])
        #expect(try folder.changing("contacts", "--ids", "1", "--set", "group=y").task().warnings == [])
    }

    @Test("A filter beside a list narrows it, whatever parentheses are in it")
    func narrows() throws {
        #expect(
            try folder.ask("lists", "save", "west", "--type", "contacts", "--where", "state = 'CA'").exitCode
                == 0)
        for filter in ["lastName = 'Ann') or (state = 'NV'", "lastName = 'Ann' or"] {
            let run = try folder.changing("contacts", "--list", "west", "--where", filter, "--set", "group=q")
            #expect(run.exitCode == 2, "\(run.text)")
        }
        let task = try folder.changing(
            "contacts", "--list", "west", "--where", "state = 'NV' or lastName = 'Ann'", "--set", "group=q"
        ).task()
        #expect(task.counts == ShownCounts(read: 1, updated: 1))
        #expect(try column("\"group\"") == ["q", "b", "-", "a"])
    }

    @Test("No report takes the place of the database")
    func apart() throws {
        let before = try folder.read("a.db")
        let task = try folder.changing("contacts", "--all", "--set", "paymentBalance+=1").task()
        #expect(task.counts.rejected > 0)
        for path in ["a.db", "./a.db-wal", folder.file("a.db")] {
            let run = try folder.changing(
                "contacts", "--all", "--set", "group=q", "--rejects", path, "--force")
            #expect(run.exitCode == 2)
            #expect(try run.failure().code == "output_is_input")
            let later = try folder.sluice(
                "tasks", "rejects", task.id, "--output", path, "--force", "--database", "a.db")
            #expect(later.exitCode == 2 && later.errors.contains("would replace the database"))
        }
        #expect(try folder.read("a.db").prefix(16) == before.prefix(16))
        #expect(try Database(folder).number("SELECT count(*) FROM contacts WHERE \"group\" = 'q'") == 0)
    }

    @Test("A filter chooses, fields are set and cleared, and what was so already is not counted as changed")
    func sets() throws {
        let run = try folder.changing(
            "contacts", "--where", "state = 'CA'", "--set", "group=a", "--set", "lastName=")
        #expect(run.exitCode == 0)
        var task = try run.task()
        #expect(task.kind == "change" && task.recordType == "contact" && task.state == "completed")
        #expect(task.listFilter == "state = 'CA'" && task.file.name == "contacts where state = 'CA'")
        #expect(task.counts == ShownCounts(read: 3, updated: 3))
        #expect(try column("\"group\"") == ["a", "a", "-", "a"])
        #expect(try column("last_name") == ["-", "-", "Eve", "-"])
        task = try folder.changing("contacts", "--all", "--set", "Group = a").task()
        // What stands behind the sign is the value, to the character.
        #expect(try column("\"group\"") == [" a", " a", " a", " a"])
        task = try folder.changing("contacts", "--ids", "1,3", "--set", "group= a").task()
        #expect(task.counts == ShownCounts(read: 2, unchanged: 2))
    }

    @Test(
        "Balances are set, raised and lowered exactly; a blank one, or one that would be too great, is left alone"
    )
    func balances() throws {
        var run = try folder.changing(
            "contacts", "--all", "--set", "paymentBalance+=10.50", "--rejects", "left.csv")
        #expect(run.exitCode == 3)
        var task = try run.task()
        #expect(task.state == "completedWithRejects")
        #expect(task.counts == ShownCounts(read: 4, updated: 3, rejected: 1))
        #expect(
            task.errors == [ShownTally(code: "blank_value", field: "paymentBalance", count: 1, firstLine: 0)])
        #expect(try column("payment_balance") == ["2050", "-", "1000", "2000000000000001050"])
        #expect(
            try folder.leftRows(of: task.id).map { [String($0.id), $0.key, $0.field ?? "-", $0.code] }
                == [["2", "C-2", "paymentBalance", "blank_value"]])
        let file = String(decoding: try folder.read("left.csv"), as: UTF8.self)
        #expect(
            file.hasPrefix(
                "sluice_id,sluice_key,sluice_field,sluice_code,sluice_message\r\n2,C-2,paymentBalance,blank_value,"
            ))
        #expect(try folder.rejects(of: task.id) == folder.read("left.csv"))

        task = try folder.changing(
            "contacts", "--where", "paymentBalance is not empty", "--set", "paymentBalance-=0.25"
        ).task()
        #expect(task.counts == ShownCounts(read: 3, updated: 3))
        #expect(try column("payment_balance") == ["2025", "-", "975", "2000000000000001025"])
        run = try folder.changing("contacts", "--ids", "4", "--set", "paymentBalance+=9000000000000000")
        #expect(try run.task().byCode == ["value_out_of_range": 1])
        task = try folder.changing("contacts", "--all", "--set", "paymentBalance=7").task()
        #expect(task.counts == ShownCounts(read: 4, updated: 4))
        #expect(Set(try column("payment_balance")) == ["700"])
    }

    @Test("Due dates are set and moved by days, weeks, months and years, and told from today on")
    func dueDates() throws {
        func due(_ assignment: String, _ options: String...) throws -> [String] {
            let run = try folder.start(
                [
                    "change", "contacts", "--set", "accountDueDate\(assignment)", "--yes", "--json",
                    "--database", "a.db",
                ]
                    + (options.isEmpty ? ["--all"] : options)
            ).wait()
            #expect([0, 3].contains(run.exitCode), "\(run.text)")
            return try column("account_due_date")
        }
        #expect(try due("+=1 month") == ["2026-02-28", "2026-03-28", "-", "9999-12-31"])
        #expect(try folder.newestTask().byCode == ["blank_value": 1, "value_out_of_range": 1])
        #expect(try due("+=30d") == ["2026-03-30", "2026-04-27", "-", "9999-12-31"])
        #expect(try due("-=2w") == ["2026-03-16", "2026-04-13", "-", "9999-12-17"])
        #expect(try due("-=1y", "--ids", "1") == ["2025-03-16", "2026-04-13", "-", "9999-12-17"])
        let today = try #require(try Database(folder).text("SELECT date('now', 'localtime', '+30 days')"))
        #expect(try due("=today + 30 days", "--ids", "3")[2] == today)
        #expect(try due("=2027-01-01", "--ids", "3")[2] == "2027-01-01")
        // Rows are chosen by what they held before: none is moved twice.
        let task = try folder.changing(
            "contacts", "--where", "accountDueDate < 2028-01-01", "--set", "accountDueDate+=1 year",
            "--commit-every", "1"
        ).task()
        #expect(task.counts == ShownCounts(read: 3, updated: 3))
        #expect(try column("account_due_date") == ["2026-03-16", "2027-04-13", "2028-01-01", "9999-12-17"])
    }

    @Test(
        "A consent that changes has today's date, one that is neither given nor refused has none, a date that is set counts"
    )
    func consents() throws {
        let today = try #require(try Database(folder).text("SELECT date('now', 'localtime')"))
        #expect(try folder.changing("contacts", "--all", "--set", "callConsent=YES").exitCode == 0)
        #expect(Set(try column("call_consent")) == ["yes"])
        #expect(try column("call_consent_date") == ["2020-01-01", today, today, today])
        #expect(
            try folder.changing(
                "contacts", "--ids", "1,2", "--set", "callConsent=no", "--set", "callConsentDate=2026-05-05"
            ).exitCode == 0)
        #expect(try column("call_consent_date") == ["2026-05-05", "2026-05-05", today, today])
        #expect(try folder.changing("contacts", "--ids", "1", "--set", "callConsent=unknown").exitCode == 0)
        #expect(try folder.changing("contacts", "--ids", "2", "--set", "callConsent=").exitCode == 0)
        #expect(try column("call_consent_date") == ["-", "-", today, today])
    }

    @Test("Status, ownership and fields of one's own are changed; a saved list chooses, narrowed by a filter")
    func otherKinds() throws {
        let added = try folder.ask(
            "types", "add-field", "contact", "--name", "tier", "--kind", "choice", "--choices", "gold,silver")
        #expect(added.exitCode == 0)
        #expect(
            try folder.sluice(
                "lists", "save", "west", "--type", "contacts", "--where", "state = 'CA'", "--database", "a.db"
            ).exitCode == 0)
        let run = try folder.changing(
            "contacts", "--list", "west", "--where", "active = yes", "--set", "active=no", "--set",
            "agentId=A-7", "--set", "agentTeam=Night", "--set", "tier=GOLD")
        #expect(try run.task().counts == ShownCounts(read: 2, updated: 2))
        #expect(
            try Database(folder).rows("SELECT active, agent_id, agent_team, tier FROM contacts ORDER BY id")
                == [
                    ["0", "A-7", "Night", "gold"], ["0", "A-7", "Night", "gold"], ["0", "-", "-", "-"],
                    ["0", "-", "-", "-"],
                ])
    }

    @Test(
        "What an import would reject is refused before anything is written, with the same code",
        arguments: [
            ("accountDueDate=31.12.2026", "date_malformed"), ("email=nobody", "email_malformed"),
            ("phone1=555", "phone_malformed"), ("callConsent=perhaps", "choice_unknown"),
            ("active=2", "boolean_malformed"), ("paymentBalance=1.234", "decimal_malformed"),
            ("paymentBalance+=x", "decimal_malformed"),
            ("lastName=\(String(repeating: "x", count: 256))", "text_too_long"),
            ("contactNumber=", "required_missing"), ("cardNumber=4111", "encrypted_field"),
            ("nosuch=1", "unknown_field"), ("lastName", "bad_assignment"), ("lastName+=x", "bad_assignment"),
            ("accountDueDate+=30", "bad_assignment"), ("accountDueDate=today + 3 moons", "bad_assignment"),
            ("contactNumber=C-9", "unique_field"),
        ])
    func refusals(assignment: String, code: String) throws {
        let before = try Database(folder).content(of: "contacts", by: "id")
        let run = try folder.changing("contacts", "--all", "--set", assignment)
        #expect(run.exitCode == 2, "\(run.text)")
        #expect(try run.failure().code == code)
        #expect(try folder.tasks().count == 1, "no task is made")
        #expect(try Database(folder).content(of: "contacts", by: "id") == before)
    }

    @Test("One record may get another key, unless another record has it")
    func keys() throws {
        #expect(try folder.changing("contacts", "--ids", "1", "--set", "contactNumber=C-9").exitCode == 0)
        #expect(try column("contact_number") == ["C-9", "C-2", "C-3", "C-4"])
        let run = try folder.changing("contacts", "--ids", "2", "--set", "contactNumber=C-9")
        #expect(run.exitCode == 3)
        #expect(try run.task().counts == ShownCounts(read: 1, rejected: 1))
        #expect(try run.task().byCode == ["contact_number_taken": 1])
        #expect(try column("contact_number") == ["C-9", "C-2", "C-3", "C-4"])
    }

    @Test(
        "Without a terminal nothing is changed unless that is meant; the total and the first records are told"
    )
    func asks() throws {
        let run = try folder.sluice(
            "change", "contacts", "--where", "state = 'CA'", "--set", "group=x", "--database", "a.db")
        #expect(run.exitCode == 2)
        #expect(run.errors.contains("3 contacts where state = 'CA': C-1, C-2, C-4"))
        #expect(run.errors.contains("--yes"))
        #expect(try folder.tasks().count == 1)
        for (arguments, words) in [
            (["--set", "group=x"], "--where"), (["--all", "--ids", "1", "--set", "group=x"], "--all"),
            (["--all"], "--set"),
        ] {
            let run = try folder.start(["change", "contacts", "--database", "a.db"] + arguments).wait()
            #expect(run.exitCode == 64 && run.errors.contains(words))
        }
    }

    @Test("A dry run changes nothing, and tells the counts and the records that would be left alone")
    func dryRun() throws {
        let before = try Database(folder).content(of: "contacts", by: "id")
        let run = try folder.sluice(
            "change", "contacts", "--all", "--set", "paymentBalance+=1", "--dry-run", "--json", "--database",
            "a.db")
        #expect(run.exitCode == 3)
        let task = try run.task()
        #expect(task.dryRun)
        #expect(task.counts == ShownCounts(read: 4, updated: 3, rejected: 1))
        #expect(try folder.leftRows(of: task.id).map(\.key) == ["C-2"])
        #expect(try Database(folder).content(of: "contacts", by: "id") == before)
        #expect(try Database(folder).number("SELECT count(*) FROM sluice_journal WHERE task = 2") == 0)
    }

    @Test("A task without a file says what it is about")
    func texts() throws {
        let run = try folder.sluice(
            "change", "contacts", "--where", "state = 'CA'", "--set", "paymentBalance+=1", "--yes",
            "--database", "a.db")
        #expect(run.exitCode == 3)
        #expect(run.text.contains("About       contacts where state = 'CA'"))
        #expect(run.text.contains("Work        change contact, set paymentBalance+=1, where state = 'CA'"))
        #expect(run.text.contains("Rejects     sluice tasks rejects"))
        #expect(run.text.contains("blank_value (paymentBalance) × 1"))
        let list = try folder.sluice("tasks", "list", "--database", "a.db")
        #expect(list.text.contains("  change: contacts where state = 'CA'"))
    }

    @Test("An account that would come to be its own ancestor is left alone; the others get the parent")
    func parents() throws {
        try folder.write(
            "accounts.csv", "originalId,name,parentAccount\nA,a,\nB,b,A\nC,c,B\nD,d,\nE,e,D\n")
        #expect(try folder.importing("accounts", "accounts.csv").exitCode == 0)
        let run = try folder.changing("accounts", "--all", "--set", "parentAccount=C", "--commit-every", "2")
        #expect(run.exitCode == 3)
        #expect(try run.task().byCode == ["parent_cycle": 3])
        #expect(
            try Database(folder).rows("SELECT original_id, parent_account FROM accounts ORDER BY id")
                == [["A", "-"], ["B", "A"], ["C", "B"], ["D", "C"], ["E", "C"]])
        // C, by another name, would hang below its own child.
        _ = try folder.changing("accounts", "--where", "originalId = 'D'", "--set", "parentAccount=X")
        let moved = try folder.changing(
            "accounts", "--where", "originalId = 'E'", "--set", "originalId=X", "--set", "parentAccount=D")
        #expect(try moved.task().byCode == ["parent_cycle": 1])
        #expect(try Database(folder).damage() == [])
    }

    @Test("A record keeps a key, and one that is no draft any more has what it must have")
    func keptRules() throws {
        try folder.write(
            "customers.csv",
            "customerNumber,email,firstName,lastName\nN-1,a@example.com,A,B\nN-2,,C,D\n")
        #expect(try folder.importing("customers", "customers.csv").exitCode == 0)
        let run = try folder.changing("customers", "--all", "--set", "customerNumber=")
        #expect(try run.task().byCode == ["key_missing": 1])
        #expect(
            try Database(folder).rows("SELECT customer_number FROM customers ORDER BY id") == [
                ["-"], ["N-2"],
            ])
        let both = try folder.changing("customers", "--all", "--set", "customerNumber=", "--set", "email=")
        #expect(try both.failure().code == "key_missing")
    }
}
