import Foundation
import Testing

@Suite("How lists are found")
struct ExplainTests {
    private struct Answer: Decodable {
        struct Advice: Decodable {
            var field: String
            var command: String
        }

        var recordType: String
        var listFilter: String?
        var scans: Bool
        var usesIds: Bool
        var indexes: [[String]]
        var sorts: Bool
        var scansLinked: Bool
        var advice: [Advice]
    }

    private func folder() throws -> Workdir {
        let folder = try Workdir()
        try folder.write(
            "c.csv", "contactNumber,lastName,state,accountDueDate,smsConsent\n1,A,CA,2020-01-31,yes\n2,B,,,\n"
        )
        _ = try folder.importing("contacts", "c.csv")
        return folder
    }

    private func start(_ folder: Workdir, _ arguments: [String]) throws -> Run {
        try folder.start(arguments, environment: ["SLUICE_DATABASE": "a.db"]).wait()
    }

    private func explained(_ folder: Workdir, _ filter: String) throws -> Answer {
        let run = try start(folder, ["lists", "explain", "contacts", "--where", filter, "--json"])
        #expect(run.exitCode == 0)
        return try JSONDecoder().decode(Answer.self, from: Data(run.text.utf8))
    }

    @Test(
        "the command that is advised makes the index that was missing",
        arguments: [
            "state = 'CA'", "accountDueDate between today - 30 days and today", "smsConsent = yes",
            "paymentBalance = 5.5",
            "phone1 starts with '+1415'",
        ])
    func advice(filter: String) throws {
        let folder = try folder()
        let before = try explained(folder, filter)
        #expect(before.scans && before.indexes.isEmpty && before.listFilter != nil)
        let advice = try #require(before.advice.first)
        let shell = Process()
        shell.executableURL = URL(fileURLWithPath: "/bin/sh")
        shell.arguments = ["-c", "set -- " + advice.command + "; shift; printf '%s\\n' \"$@\""]
        let pipe = Pipe()
        shell.standardOutput = pipe
        try shell.run()
        let words = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            .split(separator: "\n").map(String.init)
        shell.waitUntilExit()
        let made = try start(folder, words)
        #expect(made.exitCode == 0, "\(advice.command): \(made.text)")
        let after = try explained(folder, filter)
        #expect(!after.scans && after.indexes == [[advice.field]] && after.advice.isEmpty)
    }

    @Test("linked records can be asked about before there is any link", arguments: ["contacts", "tickets"])
    func noLinkYet(type: String) throws {
        let folder = try folder()
        let count = type == "contacts" ? 2 : 0
        for (filter, rows) in [("account.name = 'Acme'", 0), ("account is empty", count)] {
            let run = try start(
                folder,
                [
                    "export", type, "--where", filter, "--columns", "id,account.name", "--output", "-",
                    "--quiet",
                ])
            #expect(run.exitCode == 0, "\(run.text)")
            #expect(run.text.split(separator: "\n").count == rows + 1, "\(filter)")
            #expect(try start(folder, ["lists", "explain", type, "--where", filter]).exitCode == 0)
            let counted = try start(folder, ["lists", "count", "--type", type, "--where", filter])
            #expect(counted.text == "\(rows)\n")
        }
    }

    @Test("what is wrong with a list is told as an export tells it")
    func refused() throws {
        let folder = try folder()
        for arguments in [["--where", "stat = 'CA'"], ["--sort", "account.name"], ["--sort", "lastNam"]] {
            #expect(try start(folder, ["lists", "explain", "contacts"] + arguments).exitCode == 2)
        }
    }
}
