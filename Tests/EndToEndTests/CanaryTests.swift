import Foundation
import GRDB
import TestSupport
import Testing

/// Values that are looked for in every file that the program wrote.
@Suite("Canaries")
struct CanaryTests {
    /// So many different ones that no batch, page or piece is without.
    private static func ssn(_ number: Int) -> String { "CANARYssn\(100_000 + number)" }
    private static func card(_ number: Int) -> String { "CANARYcard\(900_000 + number)" }
    private static let words = ["CANARYssn", "CANARYcard"]

    /// Every 10th record is rejected for its e-mail, every 25th for its shape.
    private static func text(_ count: Int, from first: Int = 1) -> String {
        "contactNumber,lastName,email,ssn,cardNumber\n"
            + (first..<first + count).map { number in
                let email = number % 10 == 0 ? "nobody" : "a\(number)@example.com"
                let more = number % 25 == 0 ? ",\(Self.ssn(number))" : ""
                return "\(number),n\(number),\(email),\(Self.ssn(number)),\(Self.card(number))\(more)\n"
            }.joined()
    }

    /// Files of the tests' own that hold the values by right.
    private static let own: Set<String> = ["in.csv", "shown.csv", "rejects-shown.csv"]

    private func expectNone(
        _ folder: SecretFolder, _ when: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let found = try folder.filesHolding(Self.words, except: Self.own)
        #expect(found == [], "\(when)", sourceLocation: sourceLocation)
    }

    /// Keeps the WAL as it grows: an open reader of an old state keeps checkpoints from emptying it.
    private func reader(_ folder: SecretFolder) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.allowsUnsafeTransactions = true
        let queue = try DatabaseQueue(path: folder.folder.file("a.db"), configuration: configuration)
        try queue.inDatabase { db in
            try db.execute(sql: "BEGIN")
            _ = try Int.fetchOne(db, sql: "SELECT count(*) FROM sluice_tasks")
        }
        return queue
    }

    @Test("The search finds what lies in the clear, in base64 and in hexadecimal")
    func searchFinds() throws {
        let folder = try SecretFolder()
        let value = Self.ssn(1)
        for before in 0..<3 {
            let text = String(repeating: "x", count: before) + value + "yz"
            try folder.folder.write("base64-\(before)", Data(text.utf8).base64EncodedString())
        }
        try folder.folder.write("hex", Array(value.utf8).map { String(format: "%02X", $0) }.joined())
        try folder.folder.write("plain", "x\(value)y")
        try folder.folder.write("none", "CANARY ssn")
        let found = try folder.filesHolding(Self.words, except: []).sorted()
        #expect(found == ["base64-0", "base64-1", "base64-2", "hex", "plain"])
    }

    @Test(
        "Imported from a file or standard input, killed, resumed, exported: no value lies anywhere in the clear",
        arguments: [false, true])
    func imports(isPiped: Bool) throws {
        let folder = try SecretFolder()
        let text = Self.text(3_000)
        try folder.folder.write("in.csv", text)
        try folder.folder.write("first.csv", "contactNumber,lastName\n0,z\n")
        #expect(try folder.run(["import", "contacts", "first.csv", "--quiet"]).exitCode == 0)
        let reader = try reader(folder)
        let source = isPiped ? "-" : "in.csv"
        let input = isPiped ? folder.folder.file("in.csv") : "/dev/null"
        let killed = try folder.run(
            [
                "import", "contacts", source, "--commit-every", "400", "--rejects", "rejects.csv",
                "--results",
                "results.csv",
            ], ["SLUICE_FAILPOINT": "after-commit:3"], input: input)
        #expect(killed.exitCode == -SIGKILL)
        #expect(folder.folder.leftBeside().contains { $0.hasSuffix(".spool") } == isPiped)
        try expectNone(folder, "killed")
        let id = try folder.folder.newestTask().id
        // Without the key a resume is refused, and the task stays as it was.
        let blind = try folder.folder.ask("tasks", "resume", id)
        #expect(try blind.exitCode == 2 && blind.failure().code == "key_needed")
        let run = try folder.run(["tasks", "resume", id, "--json"])
        try folder.folder.write("said", run.text + run.errors + killed.text + killed.errors)
        let task = try run.task()
        #expect(run.exitCode == 3 && task.state == "completedWithRejects", "\(run.errors)")
        #expect(task.warnings.map(\.code) == ["rejects_masked"])
        #expect(task.counts.created == 3_000 - task.counts.rejected && task.counts.rejected == 360)
        if isPiped { #expect(task.file.bytes == UInt64(text.utf8.count)) }
        try expectNone(folder, "resumed")

        let masked = try folder.run([
            "export", "contacts", "--columns", "ssn,cardNumber", "--output", "masked.csv",
        ])
        #expect(masked.exitCode == 0)
        for arguments in [
            ["tasks", "rejects", id], ["tasks", "rejects", id, "--json"],
            ["tasks", "rejects", id, "--reasons"],
            ["tasks", "results", id], ["tasks", "show", id, "--json"], ["tasks", "list", "--json"],
            ["export", "contacts", "--columns", "ssn", "--output", "-"],
        ] {
            let run = try folder.run(arguments)
            try folder.folder.write("said-\(arguments.joined(separator: "-"))", run.text + run.errors)
        }
        try expectNone(folder, "exported")
        try reader.close()
        #expect(try folder.run(["import", "contacts", "first.csv", "--quiet"]).exitCode == 0)
        try expectNone(folder, "checkpointed")

        // With the key all of it is there.
        let shown = try folder.exported(
            "contactNumber,ssn,cardNumber", "--show-encrypted", "--where", "contactNumber > '0'")
        let wanted = (1...3_000).filter { $0 % 10 != 0 && $0 % 25 != 0 }.map {
            "\($0),\(Self.ssn($0)),\(Self.card($0))"
        }
        #expect(Set(shown) == Set(wanted))
        let rejects = try folder.run(["tasks", "rejects", id, "--show-encrypted"])
        let file = try #require(RejectFile(rejects.output))
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { $0 + "\n" }
        for entry in file.entries {
            let line = try #require(Int(entry.line))
            #expect(entry.record == Array(lines[line - 1].utf8))
        }
        #expect(file.entries.count == 360)
    }

    @Test(
        "In one transaction, dry or not, no value lies anywhere in the clear",
        arguments: ["--atomic", "--dry-run"])
    func oneTransaction(option: String) throws {
        let folder = try SecretFolder()
        try folder.folder.write("in.csv", Self.text(500))
        let killed = try folder.run(
            ["import", "contacts", "in.csv", option, "--quiet"], ["SLUICE_FAILPOINT": "before-commit:1"])
        #expect(killed.exitCode == -SIGKILL)
        #expect(folder.folder.leftBeside().contains { $0.hasSuffix(".aside") })
        try expectNone(folder, "killed")
        let run = try folder.run(["tasks", "resume", folder.folder.newestTask().id, "--json"])
        #expect(run.exitCode == 3)
        try expectNone(folder, "resumed")
    }

    @Test("What came through a pipe without a filter and without a key is refused before it is kept")
    func pipedWithoutKey() throws {
        let folder = try SecretFolder()
        try folder.folder.write("in.csv", Self.text(20_000))
        let run = try folder.folder.sluice(
            "import", "contacts", "-", "--json", "--database", "a.db", input: folder.folder.file("in.csv"))
        #expect(try run.exitCode == 2 && run.failure().code == "key_needed")
        try expectNone(folder, "refused")
        // Where the header names none, the source is spooled as ever.
        try folder.folder.write("plain.csv", "contactNumber,lastName\n1,a\n")
        let plain = try folder.folder.sluice(
            "import", "contacts", "-", "--json", "--database", "a.db", input: folder.folder.file("plain.csv"))
        #expect(try plain.task().counts.created == 1)
    }

    @Test(
        "Rejects without the key have masks, in any dialect and encoding, and say so",
        arguments: ["utf-8", "utf-16le", "windows-1252"])
    func maskedRejects(encoding: String) throws {
        let folder = try SecretFolder()
        let text = """
            n;s;m;l\r
            1;"CANARYssn1";nobody;"a;b"\r
            2;CANARYssn2;nobody;"é""c"\r
            3;CANARYssn3\r
            4;;nobody;x\r
            5;"CANARYssn4"x;nobody;y\r

            """
        let encoded: String.Encoding =
            ["utf-16le": .utf16LittleEndian, "windows-1252": .windowsCP1252][encoding] ?? .utf8
        try folder.folder.write("in.csv", Array(try #require(text.data(using: encoded))))
        try folder.folder.write(
            "f.yaml",
            """
            name: f
            recordType: contact
            file: {delimiter: ";", encoding: \(encoding)}
            columns:
              - {field: contactNumber, from: n}
              - {field: ssn, from: s}
              - {field: email, from: m}
              - {field: lastName, from: l}
            """)
        let task = try folder.run(["import", "contacts", "in.csv", "--filter", "f.yaml", "--json"]).task()
        #expect(task.counts.rejected == 5)
        let run = try folder.run(["tasks", "rejects", task.id])
        #expect(run.errors.contains("5 records with masks"))
        let shown = try #require(String(data: Data(run.output), encoding: encoded))
        let lines = shown.components(separatedBy: "\r\n")
        #expect(lines[1].hasSuffix(";1;****;nobody;\"a;b\""))
        #expect(lines[2].hasSuffix(";2;****;nobody;\"é\"\"c\""))
        #expect(lines[3].hasSuffix(";****"))
        #expect(lines[4].hasSuffix(";4;;nobody;x"))
        #expect(lines[5].hasSuffix(";****"))
        #expect(lines[1].contains("cannot be imported again"))
        try expectNone(folder, "rejected")
        // Such a file, imported as it is, puts no mask in the place of a value.
        try folder.folder.write("again.csv", run.output)
        let again = try folder.run(["import", "contacts", "again.csv", "--filter", "f.yaml", "--json"]).task()
        #expect(again.counts.created == 0)
        // With the key it is what it was.
        let whole = try folder.run(["tasks", "rejects", task.id, "--show-encrypted"])
        let back = try #require(String(data: Data(whole.output), encoding: encoded))
        for (line, source) in zip(back.components(separatedBy: "\r\n"), text.components(separatedBy: "\r\n"))
        {
            #expect(line.hasSuffix(source))
        }
    }

    @Test("Of fixed-width lines the characters are masked, and the lines keep their length")
    func fixedWidth() throws {
        let folder = try SecretFolder()
        try folder.folder.write("in.txt", "01 CANARYssn1 nobody\n02            nobody\n")
        try folder.folder.write(
            "f.yaml",
            """
            name: f
            recordType: contact
            file: {format: fixedWidth}
            columns:
              - {field: contactNumber, from: {start: 1, length: 2}}
              - {field: ssn, from: {start: 4, length: 10}}
              - {field: email, from: {start: 15, length: 6}}
            """)
        let run = try folder.run([
            "import", "contacts", "in.txt", "--filter", "f.yaml", "--json", "--rejects", "rejects.txt",
        ])
        #expect(try run.task().counts.rejected == 2, "\(run.text) \(run.errors)")
        let rejects = try String(decoding: folder.folder.read("rejects.txt"), as: UTF8.self)
        #expect(rejects == "01 ********** nobody\n02            nobody\n")
        let reasons = try String(decoding: folder.folder.read("rejects.txt.reasons.csv"), as: UTF8.self)
        #expect(reasons.contains("cannot be imported again"))
    }
}
