import Testing

@testable import FilterGuess

@Suite("Names of columns")
struct NameTests {
    @Test(
        "A name becomes words without case, accents and marks",
        arguments: [
            ("E-mail 1 - Value", ["e", "mail", "1", "value"]), ("firstName", ["first", "name"]),
            ("Prénom", ["prenom"]), ("Straße", ["strasse"]), ("ZIP", ["zip"]), ("Phone2", ["phone", "2"]),
            ("  ", []), ("DATE_OF_BIRTH", ["date", "of", "birth"]), ("電話", ["電話"]),
        ])
    func words(name: String, words: [String]) {
        #expect(NameWords(name).words == words)
    }

    @Test(
        "Names of other systems and languages are known",
        arguments: [
            ("Given Name", "firstName"), ("Surname", "lastName"), ("DOB", "dateOfBirth"),
            ("Zip", "postalCode"),
            ("E-mail 1 - Value", "email"), ("Vorname", "firstName"), ("Nachname", "lastName"),
            ("PLZ", "postalCode"),
            ("Straße", "address1"), ("Geburtsdatum", "dateOfBirth"), ("Prénom", "firstName"),
            ("Code postal", "postalCode"), ("Apellidos", "lastName"), ("Correo electrónico", "email"),
            ("Mailing City", "city"), ("Phone 3", "phone3"), ("Phone 2 - Value", "phone2"),
            ("Contact First Name", "firstName"), ("Adress", "address1"), ("Postl Code", "postalCode"),
        ])
    func known(name: String, field: String) throws {
        let sample = "Contact ID,\(name)\n1,\n2,\n"
        #expect(try guess(sample, wishes: wishing { $0.recordType = "contact" }).fields(of: name) == [field])
    }

    @Test(
        "Names that no field is for feed none, even where the values would fit",
        arguments: [
            ("Fax", "+12025550123"), ("Middle Name", "Ann"), ("Gender", "F"), ("Latitude", "52.5"),
            ("Last Modified", "2024-01-02"),
        ])
    func foreign(name: String, value: String) throws {
        let sample = "Contact ID,\(name)\n1,\(value)\n2,\(value)\n"
        #expect(try guess(sample, wishes: wishing { $0.recordType = "contact" }).fields(of: name) == [])
    }

    @Test("Phones without a number of their own are numbered in the order of the file, others keep theirs")
    func families() throws {
        let sample = """
            Contact ID,Mobile,Home Phone,Phone 5,Work Phone
            1,+12025550101,+12025550102,+12025550103,+12025550104
            2,+12025550105,+12025550106,+12025550107,+12025550108

            """
        let found = try guess(sample)
        #expect(found.fields(of: "Mobile") == ["phone1"])
        #expect(found.fields(of: "Home Phone") == ["phone2"])
        #expect(found.fields(of: "Phone 5") == ["phone5"])
        #expect(found.fields(of: "Work Phone") == ["phone3"])
    }

    @Test("A name alone does not do: the values must fit the field")
    func valuesMustFit() throws {
        let sample =
            "Contact ID,Email,Reply To\n1,yes,ann@example.com\n2,no,bob@example.com\n3,no,c@example.com\n"
        let found = try guess(sample)
        #expect(found.fields(of: "Email") == [])
        #expect(found.fields(of: "Reply To") == ["email"])
    }

    @Test("The better of two columns for one field gets it, and the other is offered as a comment")
    func oneToOne() throws {
        let sample =
            "Contact ID,E-mail,Secondary mail\n1,a@example.com,b@example.com\n2,c@example.com,d@example.com\n"
        let found = try guess(sample)
        #expect(found.fields(of: "E-mail") == ["email"])
        #expect(found.fields(of: "Secondary mail") == [])
        #expect(found.yaml.contains("# - {field: FIELD, from: Secondary mail}"))
    }
}
