/// A file that another system writes; named after the input filter that reads it.
package enum Export: String, Hashable, Sendable, CaseIterable {
    case livevoxContactsByPosition = "livevox-contacts-by-position"
    case livevoxAccountsByPosition = "livevox-accounts-by-position"
    case nextivaAccounts = "nextiva-accounts"
    case eightByEightCustomers = "8x8-customers"
    case salesforceContacts = "salesforce-contacts"
    case salesforceAccounts = "salesforce-accounts"
    case hubspotContacts = "hubspot-contacts"
    case hubspotCompanies = "hubspot-companies"
    case zendeskUsers = "zendesk-users"
    case googleContacts = "google-contacts"
    case outlookContacts = "outlook-contacts"
}

/// One column of such a file.
struct ExportColumn {
    enum Value {
        /// Nothing, in every record.
        case blank
        /// The same in every record.
        case text(String)
        /// The record's key, with what the system puts before and behind its digits.
        case key(String, String = "")
        case contact(ContactColumn)
        case account(AccountColumn)
        /// First and last name, parted by a space.
        case fullName
        /// An address that no other key has; the system writes its letters as people do.
        case uniqueEmail
        /// The same, for one in ten with a second one behind ` ::: `.
        case uniqueEmails
        /// Year first, with hyphens; for one in ten the year is left out where the system does that.
        case birthday(mayLackYear: Bool)
        /// Month, day and year without leading zeros; `0/0/00` for none.
        case shortBirthday
        /// One of these, or nothing.
        case one([String])
    }

    let name: String
    let value: Value
    /// What may be wrong with it.
    let faults: [Fault]

    init(_ name: String, _ value: Value = .blank, _ faults: Fault...) {
        self.name = name
        self.value = value
        self.faults = faults
    }
}

/// How a system writes its files.
struct ExportForm {
    let recordType: String
    let columns: [ExportColumn]
    var hasHeader = true
    var quotesAll = false
    var usesCRLF = false
    /// Whether a UTF-8 byte-order mark is put before the first column's name.
    var hasMark = false
}

extension Export {
    var form: ExportForm {
        switch self {
        case .livevoxContactsByPosition:
            ExportForm(recordType: "contact", columns: Self.livevoxContacts, hasHeader: false)
        case .livevoxAccountsByPosition:
            ExportForm(recordType: "account", columns: Self.livevoxAccounts, hasHeader: false)
        case .nextivaAccounts: ExportForm(recordType: "account", columns: Self.nextiva)
        case .eightByEightCustomers: ExportForm(recordType: "customer", columns: Self.eightByEight)
        case .salesforceContacts:
            ExportForm(recordType: "contact", columns: Self.salesforceContactColumns, quotesAll: true)
        case .salesforceAccounts:
            ExportForm(recordType: "account", columns: Self.salesforceAccountColumns, quotesAll: true)
        case .hubspotContacts: ExportForm(recordType: "contact", columns: Self.hubspotContactColumns)
        case .hubspotCompanies: ExportForm(recordType: "account", columns: Self.hubspotCompanyColumns)
        case .zendeskUsers: ExportForm(recordType: "contact", columns: Self.zendesk)
        case .googleContacts: ExportForm(recordType: "contact", columns: Self.google)
        case .outlookContacts:
            ExportForm(recordType: "contact", columns: Self.outlook, usesCRLF: true, hasMark: true)
        }
    }

    private typealias Columns = [ExportColumn]

    private static let livevoxContacts: Columns = ContactColumn.allCases.map { column in
        let value = ExportColumn.Value.contact(column)
        return switch column {
        case .contactID: ExportColumn("", value, .requiredMissing)
        case .firstName: ExportColumn("", value, .textTooLong)
        case .lastName: ExportColumn("", value, .invalidUTF8)
        case .email: ExportColumn("", value, .emailMalformed, .emailTooLong)
        case .mobilePhone: ExportColumn("", value, .phoneMalformed)
        case .dateOfBirth: ExportColumn("", value, .dateMalformed)
        case .balance: ExportColumn("", value, .decimalMalformed)
        case .smsConsent: ExportColumn("", value, .choiceUnknown)
        default: ExportColumn("", value)
        }
    }

    private static let livevoxAccounts: Columns = AccountColumn.allCases.map { column in
        let value = ExportColumn.Value.account(column)
        return switch column {
        case .company: ExportColumn("", value, .requiredMissing, .textTooLong, .invalidUTF8)
        case .officePhone: ExportColumn("", value, .phoneMalformed)
        case .employees: ExportColumn("", value, .integerMalformed)
        case .revenue: ExportColumn("", value, .decimalMalformed)
        default: ExportColumn("", value)
        }
    }

    private static let nextiva: Columns = [
        ExportColumn("Account Identifier", .key("NX-")),
        ExportColumn("Business Name", .account(.company), .requiredMissing, .textTooLong, .invalidUTF8),
        ExportColumn("Description", .one(["Key account", "Renews in March, by phone", "\"Do not mail\""])),
        ExportColumn("Website URL", .account(.website)), ExportColumn("Industry", .account(.industry)),
        ExportColumn("Phone Number", .account(.officePhone), .phoneMalformed),
        ExportColumn("Address", .account(.address)), ExportColumn("City", .account(.city)),
        ExportColumn("State", .account(.state)), ExportColumn("ZIP", .account(.postalCode)),
        ExportColumn("Country", .account(.country)),
    ]

    private static let eightByEight: Columns = [
        ExportColumn("Customer Number", .key("C")),
        ExportColumn("First Name", .contact(.firstName), .textTooLong),
        ExportColumn("Last Name", .contact(.lastName), .requiredMissing, .invalidUTF8),
        ExportColumn("Email", .uniqueEmail, .emailMalformed, .emailTooLong),
        ExportColumn("Company", .account(.company)),
        ExportColumn("Voice", .contact(.homePhone), .phoneMalformed), ExportColumn("Fax"),
        ExportColumn("Alternative", .contact(.mobilePhone)),
        ExportColumn("Street (line 1)", .contact(.address)), ExportColumn("Street (line 2)"),
        ExportColumn("City", .contact(.city)), ExportColumn("State", .contact(.state)),
        ExportColumn("Zip", .contact(.postalCode)), ExportColumn("Country", .text("US")),
        ExportColumn("Comments", .one(["Prefers e-mail", "Called twice,\nno answer", "VIP"])),
    ]

    private static let salesforceContactColumns: Columns = [
        ExportColumn("Id", .key("0035e", "AAA"), .requiredMissing),
        ExportColumn("AccountId", .key("0015e", "AAA")),
        ExportColumn("Salutation", .one(["Mr.", "Ms.", "Dr."])),
        ExportColumn("FirstName", .contact(.firstName), .textTooLong),
        ExportColumn("LastName", .contact(.lastName), .invalidUTF8),
        ExportColumn("Title", .one(["Buyer", "VP, Sales", "Office Manager"])),
        ExportColumn("Birthdate", .birthday(mayLackYear: false), .dateMalformed),
        ExportColumn("Email", .contact(.email), .emailMalformed, .emailTooLong),
        ExportColumn("Phone", .contact(.homePhone), .phoneMalformed),
        ExportColumn("MobilePhone", .contact(.mobilePhone)),
        ExportColumn("MailingStreet", .contact(.address)), ExportColumn("MailingCity", .contact(.city)),
        ExportColumn("MailingState", .contact(.state)),
        ExportColumn("MailingPostalCode", .contact(.postalCode)),
        ExportColumn("MailingCountry", .text("United States")),
        ExportColumn("DoNotCall", .one(["false", "false", "true"]), .choiceUnknown),
        ExportColumn("HasOptedOutOfEmail", .one(["false", "true"])),
        ExportColumn("LeadSource", .one(["Web"])),
        ExportColumn("OwnerId", .text("0055e000001AbCdAAK")),
    ]

    private static let salesforceAccountColumns: Columns = [
        ExportColumn("Id", .key("0015e", "AAA")),
        ExportColumn("Name", .account(.company), .requiredMissing, .textTooLong, .invalidUTF8),
        ExportColumn("AccountNumber", .account(.accountNumber)),
        ExportColumn("Type", .one(["Prospect", "Customer - Direct", "Other"])),
        ExportColumn("Rating", .one(["Hot", "Warm", "Cold"])), ExportColumn("Industry", .account(.industry)),
        ExportColumn("AnnualRevenue", .account(.revenue), .decimalMalformed),
        ExportColumn("NumberOfEmployees", .account(.employees), .integerMalformed),
        ExportColumn("Phone", .account(.officePhone), .phoneMalformed), ExportColumn("Fax"),
        ExportColumn("Website", .account(.website)), ExportColumn("Sic", .account(.sicCode)),
        ExportColumn("BillingStreet", .account(.address)), ExportColumn("BillingCity", .account(.city)),
        ExportColumn("BillingState", .account(.state)),
        ExportColumn("BillingPostalCode", .account(.postalCode)),
        ExportColumn("BillingCountry", .text("United States")),
    ]

    private static let hubspotContactColumns: Columns = [
        ExportColumn("Record ID", .key("5"), .requiredMissing),
        ExportColumn("First Name", .contact(.firstName), .textTooLong),
        ExportColumn("Last Name", .contact(.lastName), .invalidUTF8),
        ExportColumn("Email", .contact(.email), .emailMalformed, .emailTooLong),
        ExportColumn("Phone Number", .contact(.homePhone), .phoneMalformed),
        ExportColumn("Mobile Phone Number", .contact(.mobilePhone)),
        ExportColumn("Job Title", .one(["Buyer"])),
        ExportColumn("Company Name", .account(.company)), ExportColumn("Street Address", .contact(.address)),
        ExportColumn("City", .contact(.city)), ExportColumn("State/Region", .contact(.state)),
        ExportColumn("Postal Code", .contact(.postalCode)), ExportColumn("Country/Region", .text("US")),
        ExportColumn("Lifecycle Stage", .one(["Lead", "Customer", "Subscriber"])),
        ExportColumn("Contact owner", .contact(.agentTeam)),
        ExportColumn("Create Date", .text("2026-02-27 09:14")),
        ExportColumn("Unsubscribed from all email", .one(["true", "false"]), .choiceUnknown),
    ]

    private static let hubspotCompanyColumns: Columns = [
        ExportColumn("Record ID", .key("8")),
        ExportColumn("Company name", .account(.company), .requiredMissing, .textTooLong, .invalidUTF8),
        ExportColumn("Company Domain Name", .account(.website)),
        ExportColumn("Phone Number", .account(.officePhone), .phoneMalformed),
        ExportColumn("Industry", .account(.industry)),
        ExportColumn("Number of Employees", .account(.employees), .integerMalformed),
        ExportColumn("Annual Revenue", .account(.revenue), .decimalMalformed),
        ExportColumn("Type", .one(["Prospect", "Partner", "Vendor"])),
        ExportColumn("Street Address", .account(.address)), ExportColumn("City", .account(.city)),
        ExportColumn("State/Region", .account(.state)), ExportColumn("Postal Code", .account(.postalCode)),
        ExportColumn("Country/Region", .account(.country)),
        ExportColumn("Create Date", .text("2026-02-27 09:14")),
    ]

    private static let zendesk: Columns = [
        ExportColumn("Id", .key("36"), .requiredMissing), ExportColumn("Name", .fullName, .invalidUTF8),
        ExportColumn("Email", .contact(.email), .emailMalformed, .emailTooLong),
        ExportColumn("External Id", .key("crm-")), ExportColumn("Details"),
        ExportColumn("Notes", .one(["Called in March", "Asks for \"Sam\", always"])),
        ExportColumn("Phone", .contact(.mobilePhone), .phoneMalformed),
        ExportColumn("Role", .text("end-user")),
        ExportColumn("Organization", .account(.company)),
        ExportColumn("Tags", .one(["vip", "vip, billing"])),
    ]

    private static let google: Columns = [
        ExportColumn("First Name", .contact(.firstName), .textTooLong),
        ExportColumn("Middle Name", .one(["A.", "Lee"])),
        ExportColumn("Last Name", .contact(.lastName), .invalidUTF8), ExportColumn("Phonetic First Name"),
        ExportColumn("Phonetic Middle Name"), ExportColumn("Phonetic Last Name"),
        ExportColumn("Name Prefix", .one(["Dr."])), ExportColumn("Name Suffix"), ExportColumn("Nickname"),
        ExportColumn("File As"), ExportColumn("Organization Name", .account(.company)),
        ExportColumn("Organization Title", .one(["Buyer"])), ExportColumn("Organization Department"),
        ExportColumn("Birthday", .birthday(mayLackYear: true), .dateMalformed), ExportColumn("Notes"),
        ExportColumn("Photo"), ExportColumn("Labels", .text("* myContacts")),
        ExportColumn("E-mail 1 - Label", .text("* Work")),
        ExportColumn("E-mail 1 - Value", .uniqueEmails, .requiredMissing, .emailMalformed),
        ExportColumn("Phone 1 - Label", .text("Mobile")),
        ExportColumn("Phone 1 - Value", .contact(.mobilePhone), .phoneMalformed),
        ExportColumn("Phone 2 - Label", .text("Home")), ExportColumn("Phone 2 - Value", .contact(.homePhone)),
        ExportColumn("Address 1 - Label", .text("Home")), ExportColumn("Address 1 - Formatted"),
        ExportColumn("Address 1 - Street", .contact(.address)),
        ExportColumn("Address 1 - City", .contact(.city)), ExportColumn("Address 1 - PO Box"),
        ExportColumn("Address 1 - Region", .contact(.state)),
        ExportColumn("Address 1 - Postal Code", .contact(.postalCode)),
        ExportColumn("Address 1 - Country", .text("US")), ExportColumn("Address 1 - Extended Address"),
    ]

    private static let outlook: Columns =
        [
            ExportColumn("First Name", .contact(.firstName), .textTooLong),
            ExportColumn("Middle Name", .one(["A.", "Lee"])),
            ExportColumn("Last Name", .contact(.lastName), .invalidUTF8),
            ExportColumn("Title", .one(["Mr.", "Ms.", "Dr."])), ExportColumn("Suffix"),
            ExportColumn("Nickname"),
            ExportColumn("E-mail Address", .uniqueEmail, .requiredMissing, .emailMalformed),
        ] + ["E-mail 2 Address", "E-mail 3 Address"].map { ExportColumn($0) } + [
            ExportColumn("Home Phone", .contact(.homePhone)), ExportColumn("Home Phone 2"),
            ExportColumn("Business Phone"), ExportColumn("Business Phone 2"),
            ExportColumn("Mobile Phone", .contact(.mobilePhone), .phoneMalformed),
            ExportColumn("Other Phone"), ExportColumn("Job Title", .one(["Buyer", "VP, Sales"])),
            ExportColumn("Department"), ExportColumn("Company", .account(.company)),
            ExportColumn("Business Street"), ExportColumn("Business City"), ExportColumn("Business State"),
            ExportColumn("Business Postal Code"), ExportColumn("Business Country/Region"),
            ExportColumn("Home Street", .contact(.address)), ExportColumn("Home City", .contact(.city)),
            ExportColumn("Home State", .contact(.state)),
            ExportColumn("Home Postal Code", .contact(.postalCode)),
            ExportColumn("Home Country/Region", .text("United States")),
            ExportColumn("Birthday", .shortBirthday, .dateMalformed),
            ExportColumn("Anniversary", .text("0/0/00")),
            ExportColumn("Notes", .one(["Met in Reno", "Calls back;\nask for \"Sam\""])),
            ExportColumn("Categories", .one(["Clients", "Clients;Friends"])),
        ]
}
