package import ListFilters
package import Records

/// A record type with a field of each kind, for these tests.
package enum Visits {
    package static let words = ["planned", "No Show", "Straße", "done"]

    package static let type = RecordType(
        name: "visit", plural: "visits",
        fields: [
            Field(name: "visitNumber", kind: .identifier, isRequired: true),
            Field(name: "state", kind: .text), Field(name: "lastName", kind: .text),
            Field(name: "age", kind: .integer), Field(name: "balance", kind: .decimal(places: 2)),
            Field(name: "rate", kind: .decimal(places: 0)), Field(name: "dueDate", kind: .date),
            Field(name: "changedAt", kind: .dateTime), Field(name: "active", kind: .boolean),
            Field(name: "email", kind: .email), Field(name: "phone1", kind: .phone),
            Field(name: "outcome", kind: .choice(words)), Field(name: "in", kind: .text),
            Field(name: "ssn", kind: .identifier, isEncrypted: true),
        ],
        keys: [["visitNumber"]], allowsNoKey: false, limit: .records(1))

    /// The same for tables of made-up rows.
    package static let withoutUniqueness: RecordType = {
        var type = Visits.type
        type.keys = []
        return type
    }()

    package static let fields = type.fields.filter { !$0.isEncrypted }

    package static func filter(_ text: String) throws(ListFilterError) -> ListFilter {
        try ListFilter(text, for: type)
    }

    package static func error(_ text: String) -> ListFilterError? {
        do {
            _ = try filter(text)
            return nil
        } catch {
            return error
        }
    }
}
