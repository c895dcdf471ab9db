import InputFilters
import Records
import Testing

@testable import FilterGuess

@Suite("Keys, types and required fields")
struct KeyTests {
    @Test("A column of identifiers that all differ can be the key where no name says so")
    func byValues() throws {
        let found = try guess("Given Name,Surname,bioguide_id\nAnn,Lee,A01\nBob,Kim,A02\n")
        #expect(found.recordType == "contact")
        #expect(found.fields(of: "bioguide_id") == ["contactNumber"])
    }

    @Test("Where no column tells the records apart there is no document")
    func noKey() throws {
        let sample = "First Name,Last Name,City\nAnn,Lee,Reno\nAnn,Lee,Reno\n"
        let failure = #expect(throws: Failure.self) {
            try guess(sample, wishes: wishing { $0.recordType = "contact" })
        }
        #expect(failure?.code == "guess_no_key")
    }

    @Test("A key whose values are missing in more than a few records is none")
    func blankKey() {
        let sample = "Contact ID,First Name\n1,Ann\n,Bob\n,Cy\n"
        let failure = #expect(throws: Failure.self) {
            try guess(sample, wishes: wishing { $0.recordType = "contact" })
        }
        #expect(failure?.code == "guess_no_key")
    }

    @Test("Values of the key that come again are told")
    func repeatedKey() throws {
        let found = try guess("Contact ID,First Name\n1,Ann\n1,Bob\n2,Cy\n")
        #expect(found.questions.contains { $0.contains("come again") })
    }

    @Test("Something stands in for a name that an account must have, and that is told")
    func standIn() throws {
        let found = try guess(
            "id,city,zip\nA1,Reno,89501\nA2,Reno,89502\n", wishes: wishing { $0.recordType = "account" })
        #expect(try found.read().columns.contains { $0.field == "name" })
        #expect(found.questions.contains { $0.contains("name a better") })
        #expect(found.rejected == 0)
    }

    @Test("Companies are accounts, people contacts or customers; the file's name has a say")
    func types() throws {
        #expect(
            try guess("Account ID,Company Name,Industry\n1,Acme,Tools\n2,Bolt,Steel\n").recordType
                == "account")
        let people =
            "Customer Number,First Name,Last Name,Email\n1,Ann,Lee,a@example.com\n2,Bo,Kim,b@example.com\n"
        #expect(try guess(people, name: "customers.csv").recordType == "customer")
        #expect(try guess(people, name: "contacts.csv").recordType == "contact")
    }

    @Test(
        "Fields that are kept encrypted are mapped by their names, and the values of their columns not shown")
    func encrypted() throws {
        let found = try guess(
            "Contact ID,SSN,Card Number,Social Security Number\n1,078-05-1120,4111,a\n2,219-09-9999,4222,b\n")
        #expect(found.fields(of: "SSN") == ["ssn"] && found.fields(of: "Card Number") == ["cardNumber"])
        #expect(try found.rule("ssn").source == .column(.header(["SSN"])))
        #expect(found.yaml.contains("--key-file KEYS") && found.yaml.contains("kept encrypted"))
        #expect(!found.yaml.contains("078") && !found.yaml.contains("4111"))
        #expect(found.columns[1...2].allSatisfy { $0.examples == ["****"] })
        // What nothing names is no secret.
        let plain = try guess("Contact ID,Remark\n1,078-05-1120\n2,219-09-9999\n")
        #expect(plain.fields(of: "Remark") != ["ssn"] && !plain.yaml.contains("--key-file"))
    }
}
