import Foundation
import Records
import Testing

@testable import InputFilters

@Suite("Shipped input filters")
struct ShippedFiltersTests {
    private static let root: URL = {
        var folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        while folder.path != "/",
            !FileManager.default.fileExists(atPath: folder.appending(path: "Package.swift").path)
        {
            folder.deleteLastPathComponent()
        }
        return folder
    }()

    private static let suites: URL = {
        if let path = ProcessInfo.processInfo.environment["SLUICE_SUITES"] {
            return URL(fileURLWithPath: path)
        }
        return root.deletingLastPathComponent().appending(path: "shared/suites")
    }()

    private static let hasLegislators: Bool = {
        let folder = suites.appending(path: "real-us-legislators").path
        let isThere = FileManager.default.fileExists(atPath: folder)
        if !isThere { print("skipped: no \(folder)") }
        return isThere
    }()

    @Test("the binary holds the documents of the folder InputFilters, and all of them")
    func embedded() throws {
        let folder = Self.root.appending(path: "InputFilters")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter {
            $0.hasSuffix(".yaml")
        }
        #expect(Set(names) == Set(ShippedFilters.all.keys.map { "\($0).yaml" }))
        for name in names {
            let text = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
            #expect(ShippedFilters.named(String(name.dropLast(5))) == text)
        }
        #expect(ShippedFilters.named("nothing") == nil)
    }

    @Test("each is a sound document that bears its own name", arguments: ShippedFilters.all.keys.sorted())
    func sound(name: String) throws {
        let document = try shipped(name)
        #expect(document.name == name)
        #expect(
            try InputFilterDocument(
                document: name, yaml: document.yaml(), recordTypes: Catalogue.builtIn().types) == document
        )
    }

    @Test("a portal's contact file maps whole")
    func contacts() throws {
        let header =
            "Contact ID,First Name,Last Name,DOB,Email,Home Phone,Mobile Phone,Address,City,State,ZIP,Balance,"
            + "Due Date,SMS Consent,Agent Team"
        let map = try fit("livevox-contacts", header, Types.contact)
        #expect(
            map.fields.map(\.field.name) == [
                "contactNumber", "firstName", "lastName", "dateOfBirth", "email", "phone1", "phone2",
                "address1", "city",
                "state", "postalCode", "paymentBalance", "accountDueDate", "smsConsent", "agentTeam",
            ])
        #expect(map.fields.map(\.plane) == Array(0..<15))
        #expect(map.matchAlternatives == [[0]])
        #expect(map.fields[3].datePattern == "MM/dd/yyyy" && map.fields[5].phoneCountry == "US")
    }

    @Test("a portal's account file maps whole")
    func accounts() throws {
        let header =
            "Account ID,Account Number,Company,Industry,Web Site,Employees,Revenue,Office Phone,Address,City,State,"
            + "ZIP,Country,SIC"
        let map = try fit("livevox-accounts", header, Types.account)
        #expect(map.fields.map(\.sourceColumn) == Array(0..<14))
        #expect(map.matchAlternatives == [[0], [1]])
        #expect(map.unfedRequiredFields.isEmpty)
    }

    @Test("an older export of Google, with its other names, fits too")
    func olderGoogle() throws {
        let header =
            "Name,Given Name,Additional Name,Family Name,Birthday,Notes,Group Membership,E-mail 1 - Type,"
            + "E-mail 1 - Value,Phone 1 - Type,Phone 1 - Value,Organization 1 - Name,Organization 1 - Title"
        let map = try fit("google-contacts", header, try Catalogue.builtIn().type(named: "contact"))
        #expect(map.fields.count == 10)
    }

    @Test("a report of Salesforce, with labels for names, fits as Data Loader's files do")
    func salesforceReports() throws {
        let contacts =
            "Salutation,First Name,Last Name,Title,Account Name,Mailing Street,Mailing City,"
            + "Mailing State/Province,Mailing Zip/Postal Code,Mailing Country,Phone,Mobile,Email,Birthdate,"
            + "Do Not Call,Email Opt Out,Contact Owner,Contact ID,Account ID"
        let map = try fit("salesforce-contacts", contacts, try Catalogue.builtIn().type(named: "contact"))
        #expect(map.fields.count == 18)
        let accounts =
            "Account ID,Account Name,Account Owner,Type,Rating,Billing Street,Billing City,"
            + "Billing State/Province,Billing Zip/Postal Code,Billing Country,Phone,Employees,Annual Revenue"
        let types = try Catalogue.builtIn()
        #expect(try fit("salesforce-accounts", accounts, types.type(named: "account")).fields.count == 18)
    }

    @Test("the real files of the Congress fit", .enabled(if: hasLegislators))
    func congress() throws {
        let folder = Self.suites.appending(path: "real-us-legislators")
        func header(_ name: String) throws -> String {
            let text = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
            return String(try #require(text.split(whereSeparator: \.isNewline).first))
        }
        let people = try fit("us-legislators", try header("legislators-current.csv"), Types.contact)
        #expect(people.projection.expectedFields == 36)
        #expect(
            people.matchAlternatives.map { $0.map { people.fields[$0].field.name } } == [["contactNumber"]])
        let offices = try fit(
            "us-district-offices", try header("legislators-district-offices.csv"), Types.account)
        #expect(offices.projection.columns == [3, 4, 5, 6, 8, 9, 10, 11, 12])
        #expect(offices.unfedRequiredFields.isEmpty)
    }

    private func shipped(_ name: String) throws -> InputFilterDocument {
        try InputFilterDocument(
            document: "\(name).yaml", yaml: #require(ShippedFilters.named(name)),
            recordTypes: Catalogue.builtIn().types)
    }

    private func fit(_ name: String, _ header: String, _ type: RecordType) throws -> FieldMap {
        let names = header.split(separator: ",").map(String.init)
        return try FieldMap(document: shipped(name), type: type, columns: FileColumns(names: names))
    }
}
