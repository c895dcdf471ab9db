/// The record types that are known: the built-in ones.
package struct Catalogue: Sendable {
    package let types: [RecordType]

    /// - Throws: where a document is not sound.
    package init(documents: [(name: String, yaml: String)]) throws(Failure) {
        var types: [RecordType] = []
        for document in documents {
            types.append(try RecordTypeDocument.parse(document.yaml, name: document.name))
        }
        self.types = types
    }

    /// The types that ship: account, contact, customer.
    package static func builtIn() throws(Failure) -> Catalogue {
        try Catalogue(documents: [
            ("account.yaml", String(decoding: PackageResources.account_yaml, as: UTF8.self)),
            ("contact.yaml", String(decoding: PackageResources.contact_yaml, as: UTF8.self)),
            ("customer.yaml", String(decoding: PackageResources.customer_yaml, as: UTF8.self)),
        ])
    }

    /// A type by its name or plural, ignoring case, spaces, underscores and hyphens.
    ///
    /// - Throws: `unknown_type`, with the nearest name.
    package func type(named name: String) throws(Failure) -> RecordType {
        let wanted = Field.comparableName(name)
        if let type = types.first(where: {
            Field.comparableName($0.name) == wanted || Field.comparableName($0.plural) == wanted
        }) {
            return type
        }
        throw Failure(
            .refused, code: "unknown_type", message: "there is no record type '\(name)'",
            hint: NearestName.hint(for: name, among: types.map(\.plural)))
    }
}
