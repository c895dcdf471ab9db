/// The input filters that come with the program: the documents of the folder `InputFilters`, kept in the
/// binary so that they are found wherever it is installed.
package enum ShippedFilters {
    /// Documents by name.
    package static let all: [String: String] = [
        // A name cannot begin with a digit: the build puts an underscore in its place.
        "8x8-customers": text(PackageResources._x8_customers_yaml),
        "google-contacts": text(PackageResources.google_contacts_yaml),
        "hubspot-companies": text(PackageResources.hubspot_companies_yaml),
        "hubspot-contacts": text(PackageResources.hubspot_contacts_yaml),
        "livevox-accounts": text(PackageResources.livevox_accounts_yaml),
        "livevox-accounts-by-position": text(PackageResources.livevox_accounts_by_position_yaml),
        "livevox-contacts": text(PackageResources.livevox_contacts_yaml),
        "livevox-contacts-by-position": text(PackageResources.livevox_contacts_by_position_yaml),
        "nextiva-accounts": text(PackageResources.nextiva_accounts_yaml),
        "outlook-contacts": text(PackageResources.outlook_contacts_yaml),
        "salesforce-accounts": text(PackageResources.salesforce_accounts_yaml),
        "salesforce-contacts": text(PackageResources.salesforce_contacts_yaml),
        "us-district-offices": text(PackageResources.us_district_offices_yaml),
        "us-legislators": text(PackageResources.us_legislators_yaml),
        "zendesk-users": text(PackageResources.zendesk_users_yaml),
    ]

    /// The YAML of one.
    package static func named(_ name: String) -> String? {
        all[name]
    }

    private static func text(_ bytes: [UInt8]) -> String {
        String(decoding: bytes, as: UTF8.self)
    }
}
