import Foundation
import Testing

@Suite("Fixed-width files and parts of values")
struct FixedWidthTests {
    /// Two lines to skip, a header, and lines of number (6), name (12), city (8), due (8) and balance (8).
    private static let filter = """
        name: host
        recordType: contact
        file: {format: fixedWidth, header: true, skipLines: 1, recordLength: 42, namePattern: "HOST*.txt"}
        blank: clear
        columns:
          - {field: contactNumber, from: {start: 1, length: 6}, required: true}
          - {field: firstName, from: {start: 7, length: 12}, split: {separator: " ", part: first}}
          - {field: lastName, from: {start: 7, length: 12}, split: {separator: " ", part: afterFirst}}
          - {field: city, from: {start: 19, length: 8}, blank: keep}
          - {field: accountDueDate, from: {start: 27, length: 8}, date: yyyyMMdd}
          - {field: paymentBalance, from: {start: 35, length: 8}}
          - {field: description, join: [{start: 19, length: 8}, {start: 1, length: 6}], separator: "/"}
        """

    private static let top = ["RUN 7", "NUMBERNAME........CITY....DUE.....BALANCE."]
    private static let good = [
        "000001Ada LovelaceKöln    20261130   12.50", "000002José        Łódź    20261201    0.00",
        "000003Mary A. Cruz        20261202  -10.25",
    ]
    private static let bad = [
        "      No Number   Bonn    20261130    1.00", "000005Bad Date    Bonn    20261131    1.00",
        "000006Short", "000007Much too long a line for this format here.",
    ]

    @Test(
        "Lines are cut by characters, and what stays out imports again with the reasons beside it",
        arguments: ["\n", "\r\n", "\r"])
    func importAndAgain(lineEnd: String) throws {
        let folder = try Workdir()
        try folder.write("host.yaml", Self.filter)
        let lines = Self.top + Self.good + [""] + Self.bad
        let odd = Array("000008Odd ".utf8) + [0xFF] + Array(String(repeating: "x", count: 31).utf8)
        try folder.write(
            "HOST1.txt", Array(lines.joined(separator: lineEnd).utf8) + Array(lineEnd.utf8) + odd)
        let run = try folder.importing(
            "contacts", "HOST1.txt", "--filter", "host.yaml", "--rejects", "out.txt")
        #expect(run.exitCode == 3)
        let task = try run.task()
        #expect(task.warnings == [])
        #expect(
            task.byCode == [
                "record_length": 2, "required_missing": 1, "date_malformed": 1, "invalid_utf8": 1,
            ])
        #expect(task.counts == ShownCounts(read: 9, created: 3, skipped: 1, rejected: 5))
        let rows = try Database(folder).rows(
            "SELECT contact_number, first_name, last_name, city, account_due_date, description FROM contacts "
                + "ORDER BY 1")
        #expect(
            rows == [
                ["000001", "Ada", "Lovelace", "Köln", "2026-11-30", "Köln/000001"],
                ["000002", "José", "-", "Łódź", "2026-12-01", "Łódź/000002"],
                ["000003", "Mary", "A. Cruz", "-", "2026-12-02", "000003"],
            ])
        let balances = try Database(folder).rows(
            "SELECT payment_balance FROM contacts ORDER BY contact_number")
        #expect(balances == [["1250"], ["0"], ["-1025"]])

        let kept = try folder.read("out.txt")
        let expected = ["", Self.top[1]] + Self.bad
        #expect(
            kept == Array((expected.joined(separator: lineEnd) + lineEnd).utf8) + odd + Array(lineEnd.utf8))
        let reasons = try #require(PlainTable(folder.read("out.txt.reasons.csv")))
        #expect(
            reasons.records.map { $0.text(4) } == [
                "required_missing", "date_malformed", "record_length", "record_length", "invalid_utf8",
            ])
        #expect(reasons.records.map { $0.text(2) } == ["1", "27", "", "", ""])
        #expect(reasons.records.map { $0.text(1) } == ["7", "8", "9", "10", "11"])
        let again = try folder.importing(
            "contacts", "out.txt", "--filter", "host.yaml", "--rejects", "again.txt")
        #expect(try again.task().byCode == task.byCode)
        #expect(try again.task().warnings.map(\.code) == ["name_pattern"])
        #expect(try folder.read("again.txt") == kept)
    }

    @Test("A second import of the same lines changes nothing, and a blank clears or keeps as its column says")
    func unchangedAndBlank() throws {
        let folder = try Workdir()
        try folder.write("host.yaml", Self.filter)
        try folder.write("HOST1.txt", (Self.top + Self.good).joined(separator: "\n"))
        _ = try folder.importing("contacts", "HOST1.txt", "--filter", "host.yaml")
        let second = try folder.importing("contacts", "HOST1.txt", "--filter", "host.yaml").task()
        #expect(second.counts == ShownCounts(read: 3, unchanged: 3))
        let blank = "000001Ada".padding(to: 42)
        try folder.write("HOST2.txt", (Self.top + [blank]).joined(separator: "\n"))
        let third = try folder.importing("contacts", "HOST2.txt", "--filter", "host.yaml").task()
        #expect(third.counts == ShownCounts(read: 1, updated: 1))
        let row = try Database(folder).rows(
            "SELECT first_name, last_name, city, account_due_date FROM contacts WHERE contact_number = '000001'"
        )
        #expect(row == [["Ada", "-", "Köln", "-"]])
    }

    @Test("Without recordLength a short line has blanks, and a longer one is fine")
    func anyLength() throws {
        let folder = try Workdir()
        try folder.write(
            "host.yaml",
            Self.filter.replacing(", recordLength: 42", with: "").replacing(", skipLines: 1", with: ""))
        try folder.write("HOST.txt", "header\n000001\n000002Bob\(String(repeating: " ", count: 60))more\n")
        let task = try folder.importing("contacts", "HOST.txt", "--filter", "host.yaml").task()
        #expect(task.counts == ShownCounts(read: 2, created: 2))
    }

    @Test("Killed around a commit and resumed, an import ends as if it had never been killed")
    func killedAndResumed() throws {
        let lines = (1...40).map { number in
            let city = number % 5 == 0 ? "Köln" : "Bonn"
            let date = number % 7 == 0 ? "20261131" : "20261130"
            return "\(100_000 + number)Ann B.".padding(to: 18) + city.padding(to: 8) + date + "    1.00"
        }
        func prepared() throws -> Workdir {
            let folder = try Workdir()
            try folder.write("host.yaml", Self.filter)
            try folder.write("HOST1.txt", (Self.top + lines.flatMap { [$0, ""] }).joined(separator: "\r\n"))
            return folder
        }
        let options = ["--filter", "host.yaml", "--commit-every", "6"]
        let clean = try prepared()
        let whole = try Outcome(clean, clean.importing("contacts", "HOST1.txt", options).task())
        for failpoint in ["before-commit:2", "after-commit:3"] {
            let folder = try prepared()
            let killed = try folder.importing(
                "contacts", "HOST1.txt", "--filter", "host.yaml", "--commit-every", "6",
                environment: ["SLUICE_FAILPOINT": failpoint])
            #expect(killed.exitCode == -SIGKILL)
            let id = try folder.newestTask().id
            let resumed = try folder.ask("tasks", "resume", id)
            #expect(resumed.exitCode == 3)
            #expect(try Outcome(folder, resumed.task()).differences(from: whole) == [])
        }
    }

    @Test("A value that is cut is a warning of its field, with count and first line; a reject is none")
    func truncationWarns() throws {
        let folder = try Workdir()
        try folder.write(
            "cut.yaml",
            """
            name: cut
            recordType: contact
            columns:
              - {field: contactNumber, from: Id}
              - {field: city, from: City, tooLong: truncate}
              - {field: title, from: Title}
              - {field: email, from: Mail}
            """)
        let long = String(repeating: "é", count: 400)
        try folder.write(
            "in.csv",
            "Id,City,Title,Mail\n1,Bonn,,\n2,\(long),,\n3,\(long),\(long),\n4,\(long),,nobody\n5,\(long),,\n")
        let task = try folder.importing(
            "contacts", "in.csv", "--filter", "cut.yaml", "--commit-every", "1"
        ).task()
        #expect(task.byCode == ["text_too_long": 1, "email_malformed": 1])
        #expect(task.warnings == [ShownTally(code: "value_truncated", field: "city", count: 2, firstLine: 3)])

        // Nobody asked for the records that `where` leaves out.
        try folder.write(
            "some.yaml",
            String(decoding: folder.read("cut.yaml"), as: UTF8.self) + "\nwhere: contactNumber = '5'\n")
        let some = try folder.importing("contacts", "in.csv", "--filter", "some.yaml").task()
        #expect(some.warnings == [ShownTally(code: "value_truncated", field: "city", count: 1, firstLine: 6)])
    }
}

extension String {
    fileprivate func padding(to length: Int) -> String {
        self + String(repeating: " ", count: length - count)
    }
}
