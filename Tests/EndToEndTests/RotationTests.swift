import Foundation
import GRDB
import TestSupport
import Testing

@Suite("Rotation of keys")
struct RotationTests {
    private static func text(_ numbers: ClosedRange<Int>, _ value: (Int) -> String) -> String {
        "contactNumber,lastName,email,ssn\n"
            + numbers.map { "\($0),n\($0),\($0 % 7 == 0 ? "nobody" : "a@example.com"),\(value($0))\n" }
            .joined()
    }

    private struct Key: Decodable, Equatable {
        var id: String
        var seals: Bool
        var isInUse: Bool?
    }

    private func keys(_ folder: SecretFolder) throws -> [Key] {
        struct Page: Decodable {
            var keys: [Key]
        }
        return try JSONDecoder().decode(Page.self, from: Data(folder.run(["keys", "--json"]).output)).keys
    }

    /// Takes all keys but the first out of the key file.
    private func dropOldKeys(_ folder: SecretFolder) throws {
        let lines = try String(decoding: folder.folder.read("keys"), as: UTF8.self).split(separator: "\n")
        let first = try #require(lines.first { !$0.hasPrefix("#") })
        try Data("\(first)\n".utf8).write(to: URL(fileURLWithPath: folder.folder.file("keys")))
        chmod(folder.folder.file("keys"), 0o600)
    }

    @Test("Everything is sealed anew by the first key, and the older one is needed no more")
    func everything() throws {
        let folder = try SecretFolder()
        let first = try folder.importing(Self.text(1...3000) { "CANARYBIRD-\($0)" })
        // Changes, so that the journal holds what was before.
        _ = try folder.importing(Self.text(1...50) { "CANARYBIRD-second-\($0)" })
        let before = try folder.exported("contactNumber,ssn", "--show-encrypted")
        let rejects = try folder.run(["tasks", "rejects", first.id, "--show-encrypted"]).output
        let old = try #require(try keys(folder).first)
        #expect(old.seals && old.isInUse == true)

        #expect(try folder.run(["keys", "add", "keys"]).exitCode == 0)
        #expect(try keys(folder).map(\.isInUse) == [false, true])
        // Between the two, what the old key has sealed is known to be the same.
        let same = try folder.importing(
            Self.text(1...3000) { $0 <= 50 ? "CANARYBIRD-second-\($0)" : "CANARYBIRD-\($0)" })
        #expect(same.counts.unchanged == 3000 - 428 && same.counts.updated == 0, "\(same.counts)")
        let run = try folder.run(["keys", "rotate", "--json"])
        #expect(run.exitCode == 0, "\(run.errors)")
        let task = try run.task()
        #expect(task.kind == "rotate" && task.state == "completed")
        #expect(task.counts == ShownCounts(read: 3000 - 428, updated: 3000 - 428))
        let after = try keys(folder)
        #expect(after.map(\.isInUse) == [true, false] && after[1].id == old.id)
        // Nothing of the old key is left: neither as the beginning of a hash, nor in sealed bytes.
        try dropOldKeys(folder)
        #expect(try folder.exported("contactNumber,ssn", "--show-encrypted") == before)
        #expect(try folder.run(["tasks", "rejects", first.id, "--show-encrypted"]).output == rejects)
        let database = try Database(folder.folder)
        for (table, column) in [("contacts", "ssn"), ("sluice_rejects", "sealed")] {
            #expect(
                try database.number(
                    "SELECT count(*) FROM \(table) WHERE lower(hex(substr(\(column), 2, 4))) = '\(old.id)'")
                    == 0)
        }
        let journal = try database.number(
            "SELECT count(*) FROM sluice_journal WHERE instr(lower(hex(page)), '01\(old.id)') > 0 "
                + "OR instr(page, cast('\(old.id).' AS BLOB)) > 0")
        #expect(journal == 0)
        let again = try folder.importing(
            Self.text(1...3000) { $0 <= 50 ? "CANARYBIRD-second-\($0)" : "CANARYBIRD-\($0)" })
        #expect(again.counts.unchanged == 3000 - 428)
        #expect(try folder.filesHolding(["CANARYBIRD"], except: ["in.csv"]) == [])
        // With nothing to do it does nothing.
        #expect(try folder.run(["keys", "rotate", "--json"]).task().counts == ShownCounts())
    }

    @Test("Killed around any commit and resumed, a rotation ends as one that was never killed")
    func killed() throws {
        let folder = try SecretFolder()
        let values = (1...6000).map { "s\($0)" }
        _ = try folder.importing(Self.text(1...6000) { values[$0 - 1] })
        _ = try folder.importing(Self.text(1...100) { "t\($0)" })
        let before = try folder.exported("contactNumber,ssn", "--show-encrypted")
        var commits = 0
        for failpoint in [
            "before-commit:1", "after-commit:1", "before-commit:3", "after-commit:3", "after-commit:4",
        ] {
            #expect(try folder.run(["keys", "add", "keys"]).exitCode == 0)
            let killed = try folder.run(["keys", "rotate"], ["SLUICE_FAILPOINT": failpoint])
            #expect(killed.exitCode == -SIGKILL, "\(failpoint)")
            commits += 1
            let id = try folder.folder.newestTask().id
            // Half done, all of it can be read.
            #expect(try folder.exported("contactNumber,ssn", "--show-encrypted") == before)
            let resumed = try folder.run(["tasks", "resume", id, "--json"])
            #expect(resumed.exitCode == 0, "\(resumed.errors)")
            #expect(try resumed.task().counts.reconcile)
            #expect(try keys(folder).filter { $0.isInUse == true }.count == 1)
            #expect(try folder.exported("contactNumber,ssn", "--show-encrypted") == before)
        }
        try dropOldKeys(folder)
        #expect(try folder.exported("contactNumber,ssn", "--show-encrypted") == before)
        #expect(try Database(folder.folder).damage() == [])
        #expect(commits == 5)
    }

    @Test("A rotation goes on by its own key alone; a value that was damaged is left as it is and told")
    func refused() throws {
        let folder = try SecretFolder()
        _ = try folder.importing("contactNumber,ssn\n1,a\n2,b\n3,c\n")
        #expect(try folder.run(["keys", "add", "keys"]).exitCode == 0)
        let killed = try folder.run(["keys", "rotate"], ["SLUICE_FAILPOINT": "before-commit:1"])
        #expect(killed.exitCode == -SIGKILL)
        let id = try folder.folder.newestTask().id
        #expect(try folder.run(["keys", "add", "keys"]).exitCode == 0)
        let outdated = try folder.run(["tasks", "resume", id, "--json"])
        #expect(try outdated.exitCode == 2 && outdated.failure().code == "rotation_outdated")

        let queue = try DatabaseQueue(path: folder.folder.file("a.db"))
        // A value put into another's place is none of its own.
        try queue.write { db in
            try db.execute(
                sql: "UPDATE contacts SET ssn = (SELECT ssn FROM contacts WHERE id = 1) WHERE id = 2")
        }
        try queue.close()
        let task = try folder.run(["keys", "rotate", "--json"]).task()
        #expect(task.state == "completedWithRejects" && task.byCode == ["sealed_value_damaged": 1], "\(task)")
        #expect(task.counts.updated == 2 && task.counts.skipped == 1)
        let export = try folder.run([
            "export", "contacts", "--columns", "ssn", "--show-encrypted", "--output", "out.csv", "--json",
        ])
        #expect(export.exitCode == 1)
        #expect(try export.task().failure?.code == "sealed_value_damaged")
        #expect(!folder.folder.has("out.csv"))
        #expect(
            try folder.exported("ssn", "--show-encrypted", "--where", "contactNumber != '2'") == ["a", "c"])
    }

    @Test("A key by which an unfinished import's source is sealed stays in use until that is over")
    func spool() throws {
        let folder = try SecretFolder()
        try folder.folder.write("in.csv", Self.text(1...60) { "s\($0)" })
        let killed = try folder.run(
            ["import", "contacts", "-", "--commit-every", "10"], ["SLUICE_FAILPOINT": "after-commit:1"],
            input: folder.folder.file("in.csv"))
        #expect(killed.exitCode == -SIGKILL)
        let id = try folder.folder.newestTask().id
        #expect(try folder.run(["keys", "add", "keys"]).exitCode == 0)
        #expect(try folder.run(["keys", "rotate", "--quiet"]).exitCode == 0)
        #expect(try keys(folder).map(\.isInUse) == [true, true])
        #expect(try folder.run(["tasks", "resume", id, "--json"]).task().counts.created == 60 - 8)
        #expect(try folder.run(["keys", "rotate", "--quiet"]).exitCode == 0)
        #expect(try keys(folder).map(\.isInUse) == [true, false])
    }

    @Test(
        "An import is taken back with the values that it changed, before a rotation and after",
        arguments: [false, true])
    func undo(rotates: Bool) throws {
        let folder = try SecretFolder()
        let first = try folder.importing("contactNumber,ssn,cardNumber\n1,a,x\n2,b,\n3,,z\n")
        #expect(first.counts.created == 3)
        let before = try folder.exported("contactNumber,ssn,cardNumber", "--show-encrypted")
        try folder.folder.write(
            "f.yaml",
            "name: f\nrecordType: contact\nblank: clear\ncolumns:\n  - {field: contactNumber, from: n}\n"
                + "  - {field: ssn, from: s}\n  - {field: cardNumber, from: c}\n")
        let second = try folder.importing("n,s,c\n1,,x\n2,bb,y\n3,c,\n4,d,w\n", "--filter", "f.yaml")
        #expect(second.counts.updated == 3 && second.counts.created == 1)
        #expect(
            try folder.exported("contactNumber,ssn,cardNumber", "--show-encrypted")
                == ["1,,x", "2,bb,y", "3,c,", "4,d,w"])
        if rotates {
            #expect(try folder.run(["keys", "add", "keys"]).exitCode == 0)
            #expect(try folder.run(["keys", "rotate", "--quiet"]).exitCode == 0)
            try dropOldKeys(folder)
        }
        let undo = try folder.run(["tasks", "undo", second.id, "--yes", "--json"])
        #expect(undo.exitCode == 0, "\(undo.text) \(undo.errors)")
        #expect(try folder.exported("contactNumber,ssn,cardNumber", "--show-encrypted") == before)
        let again = try folder.importing("contactNumber,ssn,cardNumber\n1,a,x\n2,b,\n3,,z\n")
        #expect(again.counts.unchanged == 3)
        if rotates { #expect(try keys(folder).count == 1) }
    }
}
