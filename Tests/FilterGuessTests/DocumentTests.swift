import InputFilters
import Records
import Testing

@testable import FilterGuess

@Suite("The guessed document")
struct DocumentTests {
    private static let sample = """
        Contact ID,First Name,Shoe Size,Email
        1,Ann,38,ann@example.com
        2,"Bob\u{7}
        # - {field: x}",41,bob@example.com

        """

    @Test("Comments change nothing: the document reads back as it was meant")
    func readsBack() throws {
        let found = try guess(Self.sample)
        let document = try found.read()
        #expect(document.name == "sample")
        #expect(document.columns.map(\.field) == ["contactNumber", "firstName", "email"])
        #expect(document.match == [["contactNumber"]])
    }

    @Test("Values in comments stay on their line, control characters as escapes")
    func escaped() throws {
        let yaml = try guess(Self.sample).yaml
        #expect(yaml.contains("Bob\\u{07}\\n# - {field: x}"))
        #expect(yaml.unicodeScalars.allSatisfy { $0 == "\n" || $0.properties.generalCategory != .control })
    }

    @Test("Without examples no value of the file is repeated")
    func noExamples() throws {
        let found = try guess(Self.sample, wishes: wishing { $0.showsExamples = false })
        for value in ["Ann", "Bob", "38", "41", "example.com"] { #expect(!found.yaml.contains(value)) }
        #expect(found.columns.flatMap(\.examples) == [])
    }

    @Test("A column that feeds nothing is there as a comment that can be taken up")
    func uncommented() throws {
        let yaml = try guess(Self.sample).yaml
        let taken = yaml.replacing(
            "  # - {field: FIELD, from: Shoe Size}", with: "  - {field: title, from: Shoe Size}")
        #expect(taken != yaml)
        let document = try InputFilterDocument(
            document: "edited", yaml: taken, recordTypes: Catalogue.builtIn().types)
        #expect(document.columns.map(\.field) == ["contactNumber", "firstName", "title", "email"])
    }

    @Test(
        "A column is named where its name means it alone, else counted",
        arguments: [
            ("Contact ID,Email,Email\n1,a@example.com,\n2,b@example.com,\n", ColumnReference.position(1)),
            ("Contact ID,Email\n1,a@example.com\n2,b@example.com\n", .header(["Email"])),
        ])
    func references(sample: String, reference: ColumnReference) throws {
        #expect(try guess(sample).rule("email").source == .column(reference))
    }

    @Test(
        "The filter's name is made of the file's",
        arguments: [
            ("contacts.csv.gz", "contacts"), ("Nightly Load (2).csv", "Nightly-Load-2"),
            ("日本.csv", "guessed"),
            (".hidden.csv", "hidden"), ("-x.csv", "x"), ("a_b-c.csv", "a_b-c"),
        ])
    func names(file: String, name: String) {
        #expect(GuessDraft.name(of: file) == name)
    }

    @Test("A reject file's five columns are none of the source's")
    func rejectFile() throws {
        let found = try guess(
            """
            sluice_line,sluice_column,sluice_field,sluice_code,sluice_message,Contact ID,Email
            2,2,email,email_malformed,no @,1,ann@example.com
            3,2,email,email_malformed,no @,2,bob@example.com

            """)
        #expect(found.columns.map(\.name) == ["Contact ID", "Email"])
        #expect(found.rejected == 0)
    }
}
