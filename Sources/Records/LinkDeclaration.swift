/// What becomes of a database's declarations when somebody adds a link: decided here, written by the store.
package struct LinkDeclaration: Hashable, Sendable {
    package let linked: LinkedTypes
    /// The types whose tables the link's refers to.
    package let tables: [RecordType]
    /// `nil` where the database has the link already.
    package let added: Declarations.Link?

    /// A link of an administrator's document.
    ///
    /// One that is there does not change.
    ///
    /// - Throws: what is wrong with the document; `unknown_type`, `name_taken`, `name_reserved`.
    package static func adding(
        _ yaml: String, name document: String, to declarations: Declarations, builtIn: Catalogue,
        _ signature: Signature
    ) throws(Failure) -> LinkDeclaration {
        let link = try LinkTypeDocument.parse(yaml, name: document)
        let catalogue = try builtIn.adding(declarations)
        for side in [link.first, link.second] where !catalogue.types.contains(where: { $0.name == side.type })
        {
            throw Failure(
                .refused, code: "unknown_type", message: "there is no record type '\(side.type)' to link",
                hint: NearestName.hint(for: side.type, among: catalogue.types.map(\.name)))
        }
        guard let linked = catalogue.linkedTypes(link) else { preconditionFailure("both types are there") }
        let tables = catalogue.tables(for: linked)
        if catalogue.links.contains(link) {
            return LinkDeclaration(linked: linked, tables: tables, added: nil)
        }
        try TypeRules.checkNames(of: link, in: catalogue)
        return LinkDeclaration(
            linked: linked, tables: tables,
            added: Declarations.Link(
                name: link.name, yaml: yaml, savedAt: signature.at, savedBy: signature.by))
    }
}

extension TypeRules {
    /// - Throws: `name_reserved`, `name_taken`.
    static func checkNames(of link: LinkType, in catalogue: Catalogue) throws(Failure) {
        if let other = catalogue.types.first(where: { $0.name == link.name }) {
            throw Failure(
                .refused, code: "name_taken",
                message: "the name '\(link.name)' is taken by the record type '\(other.name)'",
                hint: "Choose another name.")
        }
        // A table is a table: what its name must keep to is the same as of a type's.
        let table = RecordType(
            name: link.name, plural: link.plural, fields: [], keys: [], allowsNoKey: false, limit: .records(1)
        )
        try checkNames(of: table, among: catalogue.types, links: catalogue.links)
        for (own, other) in [(link.first, link.second), (link.second, link.first)] {
            guard let type = catalogue.types.first(where: { $0.name == own.type }) else { continue }
            let wanted = Field.comparableName(other.role)
            if let taken = catalogue.relations(of: type).first(where: {
                Field.comparableName($0.name) == wanted
            }) {
                throw Failure(
                    .refused, code: "name_taken",
                    message:
                        "'\(taken.name)' of \(type.name) means records that are linked otherwise already",
                    hint: "Give the side a role of its own: {type: \(other.type), role: …}.")
            }
        }
    }
}
