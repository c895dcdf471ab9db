import Testing

@testable import Records

@Suite("The built-in record types")
struct CatalogueTests {
    private let types: [RecordType]

    init() throws {
        types = try Catalogue.builtIn().types
    }

    private func type(_ name: String) throws -> RecordType {
        try #require(types.first { $0.name == name })
    }

    @Test("there are accounts, contacts, customers and what belongs to a contact centre")
    func names() {
        #expect(
            types.map(\.name) == [
                "account", "contact", "customer", "ticket", "opportunity", "lead", "product", "agent",
                "agentTeam", "interaction", "scheduledCallback", "followUp", "note",
            ])
        #expect(
            types.map(\.plural) == [
                "accounts", "contacts", "customers", "tickets", "opportunities", "leads", "products",
                "agents", "agentTeams", "interactions", "scheduledCallbacks", "followUps", "notes",
            ])
        #expect(
            types.map(\.table) == [
                "accounts", "contacts", "customers", "tickets", "opportunities", "leads", "products",
                "agents", "agent_teams", "interactions", "scheduled_callbacks", "follow_ups", "notes",
            ])
    }

    @Test("a ticket has the fields that scripts rely on")
    func ticketFields() throws {
        let fields = try type("ticket").fields.map(\.name)
        #expect(fields.starts(with: ["ticketNumber", "subject", "status", "description"]))
    }

    @Test("every type but account, customer and note has one key, of one required field, first of all")
    func oneKey() throws {
        for type in types.dropFirst(3).dropLast() {
            let key = try #require(type.fields.first)
            #expect(type.keys == [[key.name]])
            #expect(key.isUnique && key.isRequired)
            #expect(!type.allowsNoKey)
            #expect(type.limit == .records(5_000_000))
        }
    }

    @Test("an account has the fields that scripts rely on, and no others")
    func accountFields() throws {
        let wanted = """
            originalId accountNumber name originalAccountNumber classification website employees industry \
            accountType phoneOffice phoneAlternate annualRevenue agentId agentTeam description address1 address2 \
            city state postalCode country shippingAddress1 shippingCity shippingState shippingPostalCode \
            shippingCountry billingAddress1 billingCity billingState billingPostalCode billingCountry \
            tickerSymbol sicCode parentAccount
            """
        #expect(try type("account").fields.map(\.name) == wanted.split(separator: " ").map(String.init))
    }

    @Test("a contact has the fields that scripts rely on, and no others")
    func contactFields() throws {
        let wanted = """
            contactNumber originalAccountNumber accountToSpeak salutation firstName lastName guarantorFirstName \
            guarantorLastName dateOfBirth active department title description address1 address2 city state \
            postalCode country email phone1 phone2 phone3 phone4 phone5 phone6 phone7 phone8 phone9 phone10 \
            phone11 phone12 phone13 phone14 phone15 phone16 phone17 phone18 phone19 phone20 phone21 phone22 \
            phone23 phone24 phone25 phone26 phone27 phone28 phone29 phone30 happinessIndex happinessTrend \
            happinessUpdated paymentBalance amountToSpeak accountDueDate group agentId agentTeam callConsent \
            callConsentDate smsConsent smsConsentDate emailConsent emailConsentDate retentionDays cardNumber ssn
            """
        #expect(try type("contact").fields.map(\.name) == wanted.split(separator: " ").map(String.init))
    }

    @Test("a customer has the fields that scripts rely on, and no others")
    func customerFields() throws {
        let wanted = """
            customerNumber email firstName lastName company accountNumber phone1 phone2 phone3 phone4 phone5 \
            address1 address2 city state postalCode country secondaryAddress1 secondaryCity secondaryState \
            secondaryPostalCode secondaryCountry comments supportCenterRestricted draft
            """
        #expect(try type("customer").fields.map(\.name) == wanted.split(separator: " ").map(String.init))
    }

    @Test("keys are tried in the order of the contract; only an account may have none")
    func keys() throws {
        #expect(try type("account").keys == [["originalId"], ["accountNumber"]])
        #expect(try type("contact").keys == [["contactNumber"]])
        #expect(try type("customer").keys == [["customerNumber"], ["email"]])
        #expect(types.filter(\.allowsNoKey).map(\.name) == ["account"])
    }

    @Test("only keys are unique: a contact's e-mail may be another's, a customer's not")
    func unique() {
        let unique = types.map { type in type.fields.filter(\.isUnique).map(\.name) }
        #expect(
            unique.prefix(3) == [
                ["originalId", "accountNumber"], ["contactNumber"], ["customerNumber", "email"],
            ])
        #expect(
            types.flatMap(\.fields).filter(\.isIndexed).isEmpty, "every index is paid for at every import")
    }

    @Test("a file of accounts may have 15 MB, one of contacts or customers 5,000,000 records")
    func limits() {
        let wanted: [RecordType.Limit] = [
            .bytes(15 * 1024 * 1024), .records(5_000_000), .records(5_000_000),
        ]
        #expect(types.prefix(3).map(\.limit) == wanted)
    }

    @Test("what every new record must have")
    func required() {
        let required = types.prefix(3).map { type in type.fields.filter(\.isRequired).map(\.name) }
        #expect(required == [["name"], ["contactNumber"], ["firstName", "lastName"]])
    }

    @Test("lengths are 255 but for those that the field's users know by another number")
    func lengths() throws {
        var others: [String] = []
        for type in types.prefix(3) {
            for field in type.fields where field.maxLength != 255 {
                others.append("\(type.name).\(field.name) \(field.maxLength)")
            }
        }
        #expect(
            others == [
                "account.description 4000", "contact.description 4000", "contact.email 254",
                "customer.email 254", "customer.firstName 30", "customer.lastName 30", "customer.company 50",
                "customer.comments 400",
            ])
    }

    @Test("kinds that are more than text")
    func kinds() throws {
        func names(_ type: String, _ kind: FieldKind) throws -> [String] {
            try self.type(type).fields.filter { $0.kind == kind }.map(\.name)
        }
        let money = FieldKind.decimal(places: 2)
        #expect(try names("account", money) == ["annualRevenue"])
        #expect(try names("contact", money) == ["paymentBalance", "amountToSpeak"])
        #expect(try names("account", .phone) == ["phoneOffice", "phoneAlternate"])
        #expect(try names("contact", .phone) == (1...30).map { "phone\($0)" })
        #expect(try names("customer", .phone) == (1...5).map { "phone\($0)" })
        #expect(try names("contact", .boolean) == ["active"])
        #expect(try names("customer", .boolean) == ["supportCenterRestricted", "draft"])
        #expect(try names("contact", .email) == ["email"])
        #expect(try names("customer", .email) == ["email"])
        #expect(
            try names("contact", .choice(["yes", "no", "unknown"]))
                == ["callConsent", "smsConsent", "emailConsent"])
        #expect(
            try names("contact", .date) == [
                "dateOfBirth", "accountDueDate", "callConsentDate", "smsConsentDate", "emailConsentDate",
            ])
        #expect(try names("contact", .dateTime) == ["happinessUpdated"])
        #expect(try names("contact", .integer) == ["happinessIndex", "retentionDays"])
        #expect(try type("contact").fields.filter(\.isEncrypted).map(\.name) == ["cardNumber", "ssn"])
        #expect(types.flatMap(\.fields).filter(\.isEncrypted).count == 2)
    }

    @Test("columns are the snake case of the field names")
    func columns() throws {
        let columns = try type("contact").fields.map(\.column)
        #expect(columns.first == "contact_number")
        #expect(columns.contains("guarantor_first_name"))
        #expect(columns.contains("phone30"))
        #expect(columns.contains("address1"))
        #expect(Set(columns).count == columns.count)
    }

    @Test(
        "a type is found by name or plural, whatever its case, spaces, underscores and hyphens",
        arguments: ["contact", "contacts", "Contacts", "CON_TACT", " con-tacts "])
    func lookup(name: String) throws {
        #expect(try Catalogue.builtIn().type(named: name).name == "contact")
    }

    @Test("a type that there is not is refused with the nearest name")
    func unknown() throws {
        let catalogue = try Catalogue.builtIn()
        let failure = try #require(throws: Failure.self) { try catalogue.type(named: "contcats") }
        #expect(failure.code == "unknown_type")
        #expect(failure.kind == .refused)
        #expect(failure.hint?.contains("contacts") == true)
    }
}
