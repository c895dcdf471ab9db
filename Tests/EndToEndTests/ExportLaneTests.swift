import Foundation
import Testing

@Suite("Exports of records that an index leads to")
struct ExportLaneTests {
    /// Contacts by the thousand, whose states are indexed and whose ids lie far apart.
    private func folder() throws -> Workdir {
        let folder = try Workdir()
        let field = try folder.sluice(
            "types", "add-field", "contacts", "--name", "state", "--kind", "text", "--indexed", "--database",
            "a.db")
        #expect(field.exitCode == 0, "\(field.errors)")
        let run = try folder.importing("contacts", Given.contacts, "--filter", "livevox-contacts")
        #expect(run.exitCode == 3, "\(run.text)")
        let writer = try WriteLock(folder)
        try writer.execute("UPDATE contacts SET id = -id")
        try writer.execute("UPDATE contacts SET id = -7 * id")
        return folder
    }

    private func export(_ folder: Workdir, _ options: String...) throws -> [String] {
        let run = try folder.start(
            [
                "export", "contacts", "--database", "a.db", "--columns", "id,contactNumber,state,email",
                "--output", "-", "--quiet",
            ] + options
        ).wait()
        #expect(run.exitCode == 0, "\(run.errors)")
        return run.text.split(separator: "\n").map(String.init)
    }

    @Test("they come in the order of the whole, and none is missing or comes twice")
    func orderOfTheWhole() throws {
        let folder = try folder()
        let all = try export(folder)
        #expect(all.count > 25_000)
        func picked(_ states: String...) -> [String] {
            [all[0]] + all.dropFirst().filter { line in states.contains { line.contains(",\($0),") } }
        }
        #expect(try export(folder, "--where", "state = 'CA'") == picked("CA"))
        #expect(picked("CA").count > 1000)
        #expect(try export(folder, "--where", "state in ('TX', 'CA', 'AZ')") == picked("TX", "CA", "AZ"))
        #expect(try export(folder, "--where", "state = 'none'") == [all[0]])
        let both = try export(folder, "--where", "state = 'CA' and contactNumber > '5'")
        #expect(
            both == picked("CA").filter { line in line == all[0] || line.split(separator: ",")[1] > "5" })
    }
}
