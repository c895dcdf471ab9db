import FixtureGenerator
import Foundation
import Testing

@Suite("Files of other systems, imported with the filters that ship")
struct ExportTests {
    private static func path(_ export: Export) throws -> String {
        let folder = Given.fixtures.appendingPathComponent("exports")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        let name = try #require(names.first { $0.hasPrefix("\(export.rawValue).csv") })
        return folder.appendingPathComponent(name).path
    }

    @Test("An import reports exactly what is in the file", arguments: Export.allCases)
    func reportsWhatIsThere(export: Export) throws {
        let folder = try Workdir()
        let expected = try Given.summary("exports/\(export.rawValue).json")
        let table = "\(expected.recordType)s"
        let path = try Self.path(export)
        let run = try folder.importing(table, path, "--filter", export.rawValue)
        #expect(run.exitCode == 3)
        let task = try run.task()
        expect(task.counts, is: expected)
        #expect(task.byCode == expected.byCode)
        #expect(task.warnings.map(\.code) == ["duplicate_in_file"])
        #expect(task.file.compression == (path.hasSuffix(".gz") ? "gzip" : "none"))
        let database = try Database(folder)
        #expect(try database.number("SELECT count(*) FROM \(table)") == Int64(expected.created))
        if let amount = expected.amountHundredths {
            let column = table == "accounts" ? "annual_revenue" : "payment_balance"
            #expect(try database.number("SELECT sum(\(column)) FROM \(table)") == amount)
        }
    }

    @Test("A second import of the same file changes nothing", arguments: Export.allCases)
    func againChangesNothing(export: Export) throws {
        let folder = try Workdir()
        let expected = try Given.summary("exports/\(export.rawValue).json")
        let table = "\(expected.recordType)s"
        // With `last`, a repeated record would go back and forth between its two forms.
        let options = ["--filter", export.rawValue, "--duplicates", "first"]
        let first = try folder.importing(table, Self.path(export), options).task()
        expect(first.counts, is: expected)
        let database = try Database(folder)
        let rows = try database.rows("SELECT * FROM \(table) ORDER BY id")
        let second = try folder.importing(table, Self.path(export), options).task()
        var counts = first.counts
        (counts.created, counts.unchanged) = (0, counts.created)
        #expect(second.counts == counts)
        #expect(try database.rows("SELECT * FROM \(table) ORDER BY id") == rows)
    }

    @Test("Every field that a filter feeds from the sample has values in it", arguments: Export.allCases)
    func fieldsAreFed(export: Export) throws {
        let folder = try Workdir()
        let table = try "\(Given.summary("exports/\(export.rawValue).json").recordType)s"
        _ = try folder.importing(table, Self.path(export), "--filter", export.rawValue)
        let database = try Database(folder)
        let (phone, email, name): (String, String, String) =
            table == "accounts" ? ("phone_office", "website", "name") : ("phone1", "email", "last_name")
        for column in [phone, email, name, "address1", "city", "state", "postal_code"] {
            guard export != .zendeskUsers || [phone, email, name].contains(column) else { continue }
            let filled = try database.number("SELECT count(\(column)) FROM \(table)") ?? 0
            #expect(filled > 200, "\(column)")
        }
        let strange = try database.number(
            "SELECT count(*) FROM \(table) WHERE \(phone) NOT GLOB '+1[2-9][0-9][0-9]55501[0-9][0-9]'")
        #expect(strange == 0)
    }

    @Test(
        "A birthday without its year is blank, a second e-mail left out, and a name split at its first space")
    func particulars() throws {
        let folder = try Workdir()
        let google = try Self.path(.googleContacts)
        _ = try folder.importing("contacts", google, "--filter", "google-contacts")
        let text = try String(decoding: Given.bytes(google), as: UTF8.self)
        #expect(text.contains(",--") && text.contains(" ::: "))
        let database = try Database(folder)
        #expect(
            try database.number(
                "SELECT count(*) FROM contacts WHERE contact_number <> email OR email LIKE '%:%' "
                    + "OR email <> lower(email) OR length(date_of_birth) <> 10") == 0)
        let other = try Workdir()
        _ = try other.importing(
            "contacts", try Self.path(.zendeskUsers), "--filter", "zendesk-users")
        #expect(try Database(other).number("SELECT count(*) FROM contacts WHERE first_name LIKE '% %'") == 0)
    }
}
