/// The input filters that come with the program: the documents of the folder `InputFilters`, kept in the
/// binary so that they are found wherever it is installed.
package enum ShippedFilters {
    /// Documents by name.
    package static let all: [String: String] = [
        "livevox-accounts": text(PackageResources.livevox_accounts_yaml),
        "livevox-contacts": text(PackageResources.livevox_contacts_yaml),
        "us-district-offices": text(PackageResources.us_district_offices_yaml),
        "us-legislators": text(PackageResources.us_legislators_yaml),
    ]

    /// The YAML of one.
    package static func named(_ name: String) -> String? {
        all[name]
    }

    private static func text(_ bytes: [UInt8]) -> String {
        String(decoding: bytes, as: UTF8.self)
    }
}
