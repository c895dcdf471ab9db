import InputFilters
import Records
import Testing

@testable import FilterGuess

@Suite("Columns that feed more than their own field")
struct StandInTests {
    private static let people = """
        First Name,Last Name,E-mail 1 - Value,Birthday
        Ann,Lee,Ann@example.com ::: ann@example.org,--02-07
        Bob,Kim,bob@example.com,1989-11-07
        Eve,May,eve@example.com,1990-01-02

        """

    @Test("Without a number the e-mail address is the key, in small letters, the first of several")
    func emailKey() throws {
        let found = try guess(Self.people, name: "contacts.csv")
        #expect(found.fields(of: "E-mail 1 - Value") == ["contactNumber", "email"])
        let key = try found.rule("contactNumber")
        #expect(key.transform.letterCase == .lower)
        #expect(key.split == Split(separator: ":::", part: .first))
        #expect(try found.rule("email").split == key.split)
        #expect(found.rejected == 0)
    }

    @Test("Dates without a year are left out")
    func yearless() throws {
        let birthday = try guess(Self.people, name: "contacts.csv").rule("dateOfBirth")
        #expect(birthday.split == Split(separator: "--", part: .first))
    }

    @Test("A whole name is parted where nothing else has the first and last name")
    func wholeName() throws {
        let found = try guess("Id,Name,Email\n1,Ann Lee,a@example.com\n2,Mary de Vries,m@example.com\n")
        #expect(found.fields(of: "Name") == ["firstName", "lastName"])
        #expect(try found.rule("lastName").split == Split(separator: " ", part: .afterFirst))
        let parted = try guess("Id,Name,First Name,Last Name\n1,Ann Lee,Ann,Lee\n2,Bo Kim,Bo,Kim\n")
        #expect(parted.fields(of: "Name") == [])
    }

    @Test("An account's only address is that for bills")
    func billing() throws {
        let found = try guess(
            "Account ID,Company,Billing City\n1,Acme,Reno\n2,Bolt,Elko\n",
            wishes: wishing { $0.recordType = "account" })
        #expect(found.fields(of: "Billing City").sorted() == ["billingCity", "city"])
    }

    @Test("Without a header phones, streets, cities, states and countries are told by their values")
    func byValues() throws {
        let found = try guess(
            """
            1001,(704) 555-0199,5346 Mill Rd,Charlotte,NC,28277,US
            1002,7045550192,12 Elm St,Reno,NV,89501,US
            1003,(612) 555-0152,99 Main St,Reno,NV,89501,US

            """, wishes: wishing { $0.recordType = "contact" })
        #expect(!found.dialect.hasHeader)
        #expect(
            found.columns.map(\.fields) == [
                ["contactNumber"], ["phone1"], ["address1"], ["city"], ["state"], ["postalCode"], ["country"],
            ])
    }

    @Test("A few bad bytes among sound UTF-8 do not make another encoding of it")
    func badBytes() {
        let sound = Array("Søren Núñez, Strauß".utf8)
        #expect(EncodingGuess.candidates(for: sound + [0xFF]) == [.utf8])
        #expect(EncodingGuess.candidates(for: Array("M".utf8) + [0xFC] + Array("ller".utf8)).count > 1)
    }
}
