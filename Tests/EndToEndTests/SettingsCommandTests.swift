import Foundation
import Testing

@Suite("Settings, from the command line")
struct SettingsCommandTests {
    private struct Shown: Decodable, Equatable {
        var name: String
        var value: Int
        var standard: Int
        var isSet: Bool
    }

    @Test("a setting is seen, set and reset")
    func set() throws {
        let folder = try Workdir()
        try folder.write("c.csv", "Contact Number\nC-1\n")
        #expect(try folder.importing("contacts", "c.csv").exitCode == 0)
        func shown() throws -> Shown {
            try JSONDecoder().decode(
                Shown.self, from: Data(folder.ask("settings", "get", "journalDays").output))
        }
        #expect(try shown() == Shown(name: "journalDays", value: 30, standard: 30, isSet: false))
        #expect(try folder.ask("settings", "set", "journal-days", "7").exitCode == 0)
        #expect(try shown() == Shown(name: "journalDays", value: 7, standard: 30, isSet: true))
        #expect(try folder.ask("settings", "reset", "journalDays").exitCode == 0)
        #expect(try shown() == Shown(name: "journalDays", value: 30, standard: 30, isSet: false))
        let list = try folder.sluice("settings", "--database", "a.db")
        #expect(list.text.contains("journalDays  30 days"))
    }

    @Test("a setting that is a word can be set before there is a database")
    func word() throws {
        struct Shown: Decodable, Equatable {
            var value: String
            var words: [String]
        }
        let folder = try Workdir()
        func shown() throws -> Shown {
            try JSONDecoder().decode(
                Shown.self, from: Data(folder.ask("settings", "get", "synchronous").output))
        }
        let run = try folder.sluice("settings", "set", "synchronous", "full", "--database", "a.db")
        #expect(run.text == "synchronous: full, was normal\n")
        #expect(run.errors == "sluice: made the database a.db\n")
        #expect(try shown() == Shown(value: "full", words: ["normal", "full"]))
        try folder.write("c.csv", "Contact Number\nC-1\n")
        #expect(try folder.importing("contacts", "c.csv").exitCode == 0)
        #expect(try shown().value == "full")
        #expect(try folder.ask("settings", "reset", "synchronous").exitCode == 0)
        #expect(try shown().value == "normal")
    }

    @Test(
        "what is wrong is refused, and makes no database",
        arguments: [
            (["settings", "list"], "database_missing"),
            (["settings", "reset", "journalDays"], "database_missing"),
            (["settings", "set", "synchronous", "off"], "bad_setting_value"),
            (["settings", "get", "journalDay"], "unknown_setting"),
            (["settings", "set", "journalDays", "36501"], "bad_setting_value"),
            (["settings", "set", "journalDays", "soon"], "bad_setting_value"),
        ])
    func refusals(arguments: [String], code: String) throws {
        struct Answer: Decodable {
            struct Problem: Decodable { var code: String }
            var error: Problem
        }
        let folder = try Workdir()
        let run = try folder.start(arguments + ["--json", "--database", "a.db"]).wait()
        #expect(run.exitCode == 2, "\(run.errors)")
        #expect(try JSONDecoder().decode(Answer.self, from: Data(run.output)).error.code == code)
        #expect(!folder.has("a.db"))
    }
}
