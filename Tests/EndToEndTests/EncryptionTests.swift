import Foundation
import GRDB
import TestSupport
import Testing

@Suite("Encrypted fields")
struct EncryptionTests {
    private static let text = """
        contactNumber,lastName,ssn,cardNumber
        1,Ann,078-05-1120,4111111111111111
        2,Bob,,5500005555555559
        3,Čapek,"0,1""2",
        """

    @Test("A value is stored sealed, shown masked, and comes back byte for byte with the key")
    func roundTrip() throws {
        let folder = try SecretFolder()
        let task = try folder.importing(Self.text)
        #expect(task.counts == ShownCounts(read: 3, created: 3), "\(task)")
        let database = try Database(folder.folder)
        #expect(
            try database.rows("SELECT typeof(ssn), typeof(ssn_hash), typeof(card_number) FROM contacts")
                == [["blob", "text", "blob"], ["null", "null", "blob"], ["blob", "text", "null"]])
        #expect(
            try database.rows("SELECT ssn, card_number FROM contacts_view")
                == [["****", "****"], ["-", "****"], ["****", "-"]])
        #expect(
            try folder.exported("contactNumber,ssn,cardNumber") == ["1,****,****", "2,,****", "3,****,"])
        #expect(
            try folder.exported("contactNumber,ssn,cardNumber", "--show-encrypted") == [
                "1,078-05-1120,4111111111111111", "2,,5500005555555559", "3,\"0,1\"\"2\",",
            ])
        #expect(try database.damage() == [])
    }

    @Test("Without columns an export leaves encrypted fields out, unless they are to be shown")
    func defaultLayout() throws {
        let folder = try SecretFolder()
        _ = try folder.importing(Self.text)
        let masked = try folder.run(["export", "contacts", "--output", "-", "--quiet"])
        #expect(!masked.text.contains("ssn") && !masked.text.contains("****"))
        let shown = try folder.run([
            "export", "contacts", "--output", "out.csv", "--quiet", "--show-encrypted",
        ])
        #expect(shown.exitCode == 0, "\(shown.errors)")
        // It is imported again as it is, and nothing changes.
        let task = try folder.run(["import", "contacts", "out.csv", "--json"]).task()
        #expect(task.counts == ShownCounts(read: 3, unchanged: 3), "\(task)")
    }

    @Test("A list shows masks, and values with the key")
    func lists() throws {
        let folder = try SecretFolder()
        _ = try folder.importing(Self.text)
        let save = ["lists", "save", "l", "--type", "contacts", "--columns", "contactNumber,ssn"]
        #expect(try folder.run(save).exitCode == 0)
        #expect(try folder.run(["lists", "show", "l"]).text.contains("****"))
        #expect(try !folder.run(["lists", "show", "l"]).text.contains("078-05-1120"))
        #expect(try folder.run(["lists", "show", "l", "--show-encrypted"]).text.contains("078-05-1120"))
    }

    @Test("Encrypted values are checked as others are, and a mask is never taken for one")
    func checked() throws {
        let folder = try SecretFolder()
        let long = String(repeating: "9", count: 256)
        let task = try folder.importing(
            "contactNumber,ssn\n1,\(long)\n2,a\u{1}b\n3,****\n4,***\n5,\"****\"\n")
        #expect(task.byCode == ["identifier_too_long": 1, "identifier_malformed": 1, "masked_value": 2])
        #expect(task.counts.created == 1)
        let told = try folder.run(["tasks", "rejects", task.id, "--json"]).text
        #expect(!told.contains("9999") && told.contains("masked_value"))
        #expect(!told.contains("256") && told.contains("255"), "its length is not told either: \(told)")
        let slip = try folder.run(["records", "create", "contacts", "ssn:078-05-1120", "--json"])
        #expect(try slip.exitCode == 2 && slip.failure().code == "bad_assignment")
        #expect(!(slip.text + slip.errors).contains("078"))
    }

    @Test("The blank policy holds: a blank cell keeps or clears, and what is cleared is gone")
    func blanks() throws {
        let folder = try SecretFolder()
        func filter(_ blank: String) throws {
            try folder.folder.write(
                "f.yaml",
                """
                name: f
                recordType: contact
                blank: \(blank)
                columns:
                  - {field: contactNumber, from: n}
                  - {field: ssn, from: s}
                """)
        }
        try filter("keep")
        #expect(try folder.importing("n,s\n1,a\n2,b\n", "--filter", "f.yaml").counts.created == 2)
        #expect(try folder.importing("n,s\n1,\n2,c\n", "--filter", "f.yaml").counts.unchanged == 1)
        #expect(try folder.exported("contactNumber,ssn", "--show-encrypted") == ["1,a", "2,c"])
        try filter("clear")
        #expect(try folder.importing("n,s\n1,\n2,c\n", "--filter", "f.yaml").counts.updated == 1)
        #expect(try folder.exported("contactNumber,ssn", "--show-encrypted") == ["1,", "2,c"])
        let left = "SELECT count(*) FROM contacts WHERE ssn IS NOT NULL OR ssn_hash IS NOT NULL"
        #expect(try Database(folder.folder).number(left) == 1)
    }

    @Test(
        "Whatever is imported in whatever mode, an encrypted field ends as a plain one beside it, with the same counts",
        arguments: ["upsert", "create", "update"], ["last", "first", "reject"])
    func likeAPlainField(mode: String, duplicates: String) throws {
        var random = SeededGenerator.printingSeed("likeAPlainField \(mode) \(duplicates)")
        let folder = try SecretFolder()
        let plain = try SecretFolder()
        let declaration = """
            name: visit
            plural: visits
            keys: [visitNumber]
            withoutKey: reject
            limit: {records: 1000}
            fields:
              - {name: visitNumber, kind: identifier, unique: true}
              - {name: plain, kind: decimal}
              - {name: other, kind: text}

            """
        try folder.folder.write(
            "t.yaml", declaration + "  - {name: secret, kind: decimal, encrypted: true}\n")
        try plain.folder.write("t.yaml", declaration)
        for one in [folder, plain] { #expect(try one.run(["types", "add", "t.yaml"]).exitCode == 0) }
        for round in 0..<4 {
            var lines: [String] = []
            for _ in 0..<Int.random(in: 1...60, using: &random) {
                let value = random.chance(30) ? "" : "\(Int.random(in: -3...3, using: &random)).5"
                let other = random.chance(50) ? "" : "\(Int.random(in: 0...1, using: &random))"
                lines.append("\(Int.random(in: 1...25, using: &random)),\(value),\(value),\(other)")
            }
            // The first file makes rows in every mode.
            let options = [
                "--mode", round == 0 ? "upsert" : mode, "--duplicates", duplicates, "--commit-every", "7",
            ]
            let text = "visitNumber,plain,secret,other\n" + lines.joined(separator: "\n") + "\n"
            var counts: [ShownCounts] = []
            for one in [folder, plain] {
                try one.folder.write("in.csv", text)
                counts.append(try one.run(["import", "visits", "in.csv", "--json"] + options).task().counts)
            }
            #expect(counts[0] == counts[1])
            let rows = try folder.exported("plain,secret", "--show-encrypted", type: "visits")
            for row in rows {
                let values = row.split(separator: ",", omittingEmptySubsequences: false)
                #expect(values.count == 2 && values[0] == values[1], "\(row)")
            }
            #expect(
                try Database(folder.folder).number(
                    "SELECT count(*) FROM visits WHERE (secret IS NULL) <> (secret_hash IS NULL)") == 0)
        }
    }

    @Test("Killed around any commit and resumed, an import ends as one that was never killed")
    func killed() throws {
        let lines = (1...40).map { "\($0 % 23),n\($0),\($0 % 5 == 0 ? "" : "s\($0)")" }
        let text = "contactNumber,lastName,ssn\n" + lines.joined(separator: "\n") + "\n"
        let clean = try SecretFolder()
        let expected = try clean.importing(text, "--commit-every", "9")
        let rows = try clean.exported("contactNumber,lastName,ssn", "--show-encrypted")
        for failpoint in (1...5).flatMap({ ["before-commit:\($0)", "after-commit:\($0)"] }) {
            let folder = try SecretFolder()
            try folder.folder.write("in.csv", text)
            let killed = try folder.run(
                ["import", "contacts", "in.csv", "--commit-every", "9", "--quiet"],
                ["SLUICE_FAILPOINT": failpoint])
            guard killed.exitCode == -SIGKILL else { continue }
            let id = try folder.folder.newestTask().id
            let resumed = try folder.run(["tasks", "resume", id, "--json"]).task()
            #expect(resumed.counts == expected.counts, "\(failpoint)")
            #expect(try folder.exported("contactNumber,lastName,ssn", "--show-encrypted") == rows)
        }
    }

    @Test("Without the key, or with another, nothing is written and nothing shown")
    func refused() throws {
        let folder = try SecretFolder()
        let names = Set(folder.folder.names)
        // Without any: before there is a database.
        try folder.folder.write("in.csv", Self.text)
        try folder.folder.write(
            "f.yaml",
            "name: f\nrecordType: contact\ncolumns:\n  - {field: contactNumber, from: contactNumber}\n"
                + "  - {field: ssn, from: ssn}\n")
        let without = try folder.folder.importing("contacts", "in.csv", "--filter", "f.yaml")
        #expect(without.exitCode == 2)
        #expect(try without.failure().code == "key_needed")
        #expect(Set(folder.folder.names) == names.union(["in.csv", "f.yaml"]))
        let automatic = try folder.folder.importing("contacts", "in.csv")
        #expect(automatic.exitCode == 2)
        #expect(try automatic.task().failure?.code == "key_needed")
        #expect(try Database(folder.folder).number("SELECT count(*) FROM contacts") == 0)

        #expect(try folder.importing(Self.text).counts.created == 3)
        // Another key; another key of the same id; a file that others may read; no file.
        #expect(try folder.folder.sluice("keys", "create", "other").exitCode == 0)
        let own = try String(decoding: folder.folder.read("keys"), as: UTF8.self)
        let other = try String(decoding: folder.folder.read("other"), as: UTF8.self)
        func line(_ text: String) -> [Substring] {
            text.split(separator: "\n").last.map { $0.split(separator: " ") } ?? []
        }
        try folder.folder.write("impostor", "\(line(own)[0]) \(line(other)[1]) \(line(other)[2])\n")
        chmod(folder.folder.file("impostor"), 0o600)
        try folder.folder.write("open", own)
        chmod(folder.folder.file("open"), 0o644)
        for (file, code) in [
            ("other", "key_missing"), ("impostor", "wrong_key"), ("open", "key_file_exposed"),
            ("none", "key_file_missing"),
        ] {
            let export = try folder.run([
                "export", "contacts", "--columns", "ssn", "--output", "out.csv", "--show-encrypted", "--json",
                "--key-file", file,
            ])
            #expect(export.exitCode == 2)
            #expect(try export.failure().code == code)
            #expect(!folder.folder.has("out.csv"))
            let more = try folder.run(["import", "contacts", "in.csv", "--json", "--key-file", file])
            #expect(more.exitCode == 2)
            #expect(more.text.contains("\"\(code)\""), "\(more.text)")
        }
        let blind = try folder.folder.sluice(
            "export", "contacts", "--columns", "ssn", "--output", "out.csv", "--show-encrypted", "--json",
            "--database", "a.db")
        #expect(try blind.exitCode == 2 && blind.failure().code == "key_needed")
        #expect(try folder.exported("ssn", "--show-encrypted").count == 3)
        // What has no encrypted field needs no key.
        try folder.folder.write("plain.csv", "contactNumber,lastName\n9,Zoe\n")
        #expect(try folder.folder.importing("contacts", "plain.csv").task().counts.created == 1)
    }

    @Test("Nothing that feeds an encrypted field may lie in the clear by the filter's own doing")
    func filters() throws {
        let folder = try SecretFolder()
        // A constant is seen in the document alone, and so refused before there is a task; it is not repeated.
        try folder.folder.write(
            "c.yaml",
            "name: c\nrecordType: contact\ncolumns: [{field: contactNumber, from: n}, "
                + "{field: ssn, constant: \"078-05-1120\"}]\n")
        for command in [["filters", "check", "c.yaml"], ["filters", "save", "c.yaml"]] {
            let run = try folder.run(command + ["--json"])
            #expect(try run.exitCode == 2 && run.failure().code == "encrypted_constant")
            #expect(!run.text.contains("078"))
        }
        for (columns, code) in [
            ("{field: ssn, from: s}, {field: title, from: s}", "encrypted_column_shared"),
            ("{field: ssn, from: s}, {field: title, join: [l, s]}", "encrypted_column_shared"),
        ] {
            try folder.folder.write(
                "f.yaml",
                "name: f\nrecordType: contact\ncolumns: [{field: contactNumber, from: n}, \(columns)]\n")
            let task = try folder.importing("n,s,l\n1,078-05-1120,a\n", "--filter", "f.yaml")
            #expect(task.failure?.code == code, "\(task)")
        }
    }

    @Test("Values of encrypted fields cannot be asked about, ordered by or searched")
    func asked() throws {
        let folder = try SecretFolder()
        _ = try folder.importing(Self.text)
        for (options, code) in [
            (["--where", "ssn = '078-05-1120'"], "bad_list_filter"), (["--sort", "ssn"], "bad_sort"),
        ] {
            let run = try folder.run(
                ["export", "contacts", "--output", "out.csv", "--json", "--show-encrypted"] + options)
            #expect(try run.exitCode == 2 && run.failure().code == code)
            #expect(try run.failure().message.contains("ssn"))
        }
        #expect(try folder.exported("contactNumber", "--where", "search '078-05-1120'") == [])
    }

    @Test(
        "A single record's encrypted fields are sealed, masked, changed, cleared and taken back as those of imports"
    )
    func records() throws {
        let folder = try SecretFolder()
        _ = try folder.importing(Self.text)
        func shown(_ key: String, _ options: String...) throws -> String {
            try folder.run(["records", "show", "contacts", key, "--columns", "ssn"] + options).text
        }
        func set(_ verb: String, _ values: String...) throws -> ShownTask {
            try folder.run(["records", verb, "contacts"] + values + ["--json"]).task()
        }
        #expect(try set("create", "contactNumber=4", "ssn=219-09-9999").counts.created == 1)
        #expect(try shown("4") == "ssn  ****\n")
        #expect(try shown("4", "--show-encrypted") == "ssn  219-09-9999\n")
        #expect(try set("update", "4", "ssn=219-09-9999").counts.unchanged == 1)
        #expect(try set("update", "1", "ssn=219-09-9999").counts.updated == 1)
        #expect(try shown("1", "--show-encrypted") == "ssn  219-09-9999\n")
        // What an import and what a single change have sealed is one and the same.
        #expect(
            try folder.importing("contactNumber,ssn\n1,219-09-9999\n4,219-09-9999\n").counts.unchanged == 2)
        let cleared = try set("update", "1", "ssn=")
        #expect(cleared.counts.updated == 1)
        #expect(try shown("1", "--show-encrypted") == "ssn\n")
        #expect(
            try Database(folder.folder).number("SELECT count(*) FROM contacts WHERE ssn_hash IS NULL") == 2)
        let blind = try folder.folder.ask("records", "update", "contacts", "1", "ssn=1")
        #expect(try blind.exitCode == 2 && blind.failure().code == "key_needed")
        let mask = try folder.run(["records", "update", "contacts", "4", "ssn=****", "--json"])
        #expect(try mask.exitCode == 2 && mask.failure().code == "masked_value")
        let all = try folder.run(["records", "show", "contacts", "4"]).text
        #expect(all.contains("****") && !all.contains("219-09"))
        #expect(try folder.run(["records", "delete", "contacts", "4", "--yes"]).exitCode == 0)
        #expect(try folder.filesHolding(["219-09-9999", "078-05-1120"], except: ["in.csv"]) == [])
    }

    @Test("An older database gets the columns when it is next written to")
    func grows() throws {
        let folder = try SecretFolder()
        try folder.folder.write("in.csv", "contactNumber,lastName\n1,Ann\n")
        #expect(try folder.run(["import", "contacts", "in.csv", "--quiet"]).exitCode == 0)
        let queue = try DatabaseQueue(path: folder.folder.file("a.db"))
        try queue.write { db in
            try db.execute(sql: "DROP VIEW contacts_view")
            for column in ["ssn", "ssn_hash", "card_number", "card_number_hash"] {
                try db.execute(sql: "ALTER TABLE contacts DROP COLUMN \(column)")
            }
        }
        try queue.close()
        #expect(try folder.importing("contactNumber,ssn\n1,078-05-1120\n").counts.updated == 1)
        #expect(try folder.exported("lastName,ssn", "--show-encrypted") == ["Ann,078-05-1120"])
    }

    @Test("What a file is looked at by shows masks")
    func samples() throws {
        let folder = try SecretFolder()
        try folder.folder.write("in.csv", Self.text)
        try folder.folder.write(
            "f.yaml",
            "name: f\nrecordType: contact\ncolumns:\n  - {field: contactNumber, from: contactNumber}\n"
                + "  - {field: ssn, from: ssn}\n")
        for arguments in [
            ["preview", "in.csv", "--type", "contacts"],
            ["preview", "in.csv", "--filter", "f.yaml", "--json"],
            ["filters", "check", "f.yaml", "in.csv"], ["filters", "check", "f.yaml", "in.csv", "--json"],
            ["filters", "guess", "in.csv", "--type", "contacts"],
            ["filters", "guess", "in.csv", "--type", "contacts", "--json"],
        ] {
            let run = try folder.folder.start(arguments).wait()
            #expect(run.exitCode == 0, "\(arguments): \(run.errors)")
            #expect(!run.text.contains("078-05-1120") && !run.text.contains("41111111"), "\(arguments)")
            #expect(run.text.contains("****"), "\(arguments)")
        }
    }
}
