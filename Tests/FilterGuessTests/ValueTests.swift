import InputFilters
import Testing

@testable import FilterGuess

@Suite("What values say")
struct ValueTests {
    private func contacts(_ name: String, _ values: [String], more: String = "", moreValue: String = "")
        -> String
    {
        let rows = values.enumerated().map { "\($0 + 1),\"\($1)\",\(moreValue)" }
        return (["Contact ID,\(name),\(more)"] + rows).joined(separator: "\n") + "\n"
    }

    @Test(
        "The date pattern that reads every value is found",
        arguments: [
            (["31.01.1980", "01.02.1990"], "dd.MM.yyyy"), (["1.2.1980", "31.12.1990"], "d.M.yyyy"),
            (["12/31/1980", "01/02/1990"], "MM/dd/yyyy"), (["31/12/1980", "01/02/1990"], "dd/MM/yyyy"),
            (["19801231", "19900102"], "yyyyMMdd"), (["31-Jan-1980", "01-Feb-1990"], "dd-MMM-yyyy"),
            (["Jan 31, 1980", "Feb 1, 1990"], "MMM d, yyyy"),
            (["12/31/1980 10:30", "01/02/1990 23:59"], "MM/dd/yyyy HH:mm"),
            (["1980-12-31 10:30:00", "1990-01-02 23:59:00"], "yyyy-MM-dd HH:mm:ss"),
            (["1980-12-31", "1990-01-02"], nil),
        ] as [([String], String?)])
    func datePattern(values: [String], pattern: String?) throws {
        #expect(try guess(contacts("DOB", values)).rule("dateOfBirth").datePattern == pattern)
    }

    @Test(
        "Day and month that could be either are told, and taken as the file's other dates, else as its country"
    )
    func dayOrMonth() throws {
        let either = ["01/02/1980", "03/04/1990"]
        let plain = try guess(contacts("DOB", either))
        #expect(try plain.rule("dateOfBirth").datePattern == "MM/dd/yyyy")
        #expect(plain.questions.contains { $0.contains("other way round (dd/MM/yyyy)") })

        let other = try guess(contacts("DOB", either, more: "Due Date", moreValue: "31/12/2024"))
        #expect(try other.rule("dateOfBirth").datePattern == "dd/MM/yyyy")

        let british = try guess(contacts("DOB", either, more: "Country", moreValue: "United Kingdom"))
        #expect(try british.rule("dateOfBirth").datePattern == "dd/MM/yyyy")
    }

    @Test("Dates with years of two digits are not mapped, and it is said why")
    func shortYears() throws {
        let found = try guess(contacts("DOB", ["01/02/80", "12/31/90"]))
        #expect(found.fields(of: "DOB") == [])
        #expect(found.yaml.contains("years of two digits are not read"))
    }

    @Test(
        "Amounts with signs or marks that no rule reads are not mapped, and it is said why",
        arguments: ["$12.50", "1,234.50", "12,50"])
    func amounts(value: String) throws {
        let found = try guess(contacts("Balance", [value, value]))
        #expect(found.fields(of: "Balance") == [])
        #expect(found.yaml.contains("currency signs"))
    }

    @Test(
        "Phones that name no country get the one that the file shows",
        arguments: [
            ("Country", "Germany", "030 1234567", "DE"), ("Country", "GB", "020 7946 0958", "GB"),
            ("State", "NY", "2025550123", "US"), ("Mobile", "+49 170 1234567", "030 1234567", "DE"),
            ("Note", "x", "(202) 555-0123", "US"),
        ])
    func phoneCountry(other: String, otherValue: String, phone: String, country: String) throws {
        let found = try guess(contacts("Home Phone", [phone, phone], more: other, moreValue: otherValue))
        let rules = try found.read().columns.filter { $0.phoneCountry != nil }
        #expect(rules.map(\.phoneCountry) == [country])
    }

    @Test("Phones of no country that can be seen are left out until --country says it")
    func unknownCountry() throws {
        let sample = contacts("Phone", ["030 1234567", "030 7654321"])
        let unknown = try guess(sample)
        #expect(unknown.fields(of: "Phone") == [])
        #expect(unknown.yaml.contains("--country"))
        let told = try guess(sample, wishes: wishing { $0.country = "DE" })
        #expect(try told.rule("phone1").phoneCountry == "DE")
    }

    @Test("Words for yes and no are mapped to the field's own")
    func valueMaps() throws {
        let consent = try guess(contacts("SMS Consent", ["J", "N", "J"])).rule("smsConsent").valueMap
        #expect(consent?.entries.map { "\($0.key)=\($0.value)" } == ["J=yes", "N=no"])
        let active = try guess(contacts("Status", ["Active", "Inactive"])).rule("active").valueMap
        #expect(active?.entries.map { "\($0.key)=\($0.value)" } == ["Active=true", "Inactive=false"])
        #expect(try guess(contacts("Active", ["yes", "no"])).rule("active").valueMap == nil)
    }

    @Test("Spaces at the ends and capitals of addresses are taken off")
    func transforms() throws {
        #expect(try guess(contacts("City", ["Reno ", "Reno"])).rule("city").transform.trims)
        #expect(try guess(contacts("City", ["Reno", "Reno"])).rule("city").transform.isIdentity)
        let email = try guess(contacts("Email", ["Ann@Example.com", "b@example.com"])).rule("email")
        #expect(email.transform.letterCase == .lower)
    }

    @Test("One bad value in ten is a bad value, more are a column that does not fit")
    func tolerance() throws {
        let good = (0..<18).map { "a\($0)@example.com" }
        #expect(try guess(contacts("Email", good + ["none", "nobody"])).fields(of: "Email") == ["email"])
        let found = try guess(contacts("Email", good + ["none", "nobody", "no one"]))
        #expect(found.fields(of: "Email") == [])
    }
}
