/// The export formats that come with the program: the documents of the folder `Shipped`, kept in the binary so that
/// they are found wherever it is installed.
package enum ShippedFormats {
    /// Documents by name.
    package static let all: [String: String] = [
        "data": text(PackageResources.data_yaml),
        "fixed-width-contacts": text(PackageResources.fixed_width_contacts_yaml),
        "hubspot-companies": text(PackageResources.hubspot_companies_yaml),
        "hubspot-contacts": text(PackageResources.hubspot_contacts_yaml),
        "livevox-accounts": text(PackageResources.livevox_accounts_yaml),
        "livevox-contacts": text(PackageResources.livevox_contacts_yaml),
        "salesforce-accounts": text(PackageResources.salesforce_accounts_yaml),
        "salesforce-contacts": text(PackageResources.salesforce_contacts_yaml),
        "spreadsheet": text(PackageResources.spreadsheet_yaml),
        "spreadsheet-semicolon": text(PackageResources.spreadsheet_semicolon_yaml),
    ]

    /// The YAML of one.
    package static func named(_ name: String) -> String? {
        all[name]
    }

    private static func text(_ bytes: [UInt8]) -> String {
        String(decoding: bytes, as: UTF8.self)
    }
}
