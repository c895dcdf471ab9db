/// The record types that are known: those that ship, and those of a database.
package struct Catalogue: Sendable {
    package let types: [RecordType]
    /// The types that ship, as they ship.
    private let shipped: [RecordType]
    /// Names of the types that a database declares or has added fields to.
    private let ownNames: Set<String>
    /// The links that a database declares.
    let ownLinks: [LinkType]

    /// - Throws: where a document is not sound.
    package init(documents: [(name: String, yaml: String)]) throws(Failure) {
        var types: [RecordType] = []
        for document in documents {
            types.append(try RecordTypeDocument.parse(document.yaml, name: document.name))
        }
        self.init(types: types, shipped: types, ownNames: [])
    }

    private init(
        types: [RecordType], shipped: [RecordType], ownNames: Set<String>, ownLinks: [LinkType] = []
    ) {
        self.types = types
        self.shipped = shipped
        self.ownNames = ownNames
        self.ownLinks = ownLinks
    }

    /// The types that ship.
    package static func builtIn() throws(Failure) -> Catalogue { try builtInResult.get() }

    /// Read once in a process.
    private static let builtInResult = Result<Catalogue, Failure> { () throws(Failure) in
        let documents: [(String, [UInt8])] = [
            ("account", PackageResources.account_yaml), ("contact", PackageResources.contact_yaml),
            ("customer", PackageResources.customer_yaml), ("ticket", PackageResources.ticket_yaml),
            ("opportunity", PackageResources.opportunity_yaml), ("lead", PackageResources.lead_yaml),
            ("product", PackageResources.product_yaml), ("agent", PackageResources.agent_yaml),
            ("agentTeam", PackageResources.agentTeam_yaml),
            ("interaction", PackageResources.interaction_yaml),
            ("scheduledCallback", PackageResources.scheduledCallback_yaml),
            ("followUp", PackageResources.followUp_yaml), ("note", PackageResources.note_yaml),
        ]
        return try Catalogue(
            documents: documents.map { ("\($0.0).yaml", String(decoding: $0.1, as: UTF8.self)) })
    }

    /// The same with what a database declares.
    ///
    /// What the database says wins over what ships, since its tables are made so: also where a later version
    /// of the program ships a type or a field of the same name.
    ///
    /// - Throws: where a document or declaration is not sound.
    package func adding(_ declarations: Declarations) throws(Failure) -> Catalogue {
        var added: [RecordType] = []
        for document in declarations.documents {
            added.append(try RecordTypeDocument.parse(document.yaml, name: "record type \(document.name)"))
        }
        let taken = Set(added.flatMap { [Field.comparableName($0.name), Field.comparableName($0.plural)] })
        var types =
            self.types.filter { type in
                [type.name, type.plural].allSatisfy { !taken.contains(Field.comparableName($0)) }
            } + added
        for declared in declarations.fields {
            guard let index = types.firstIndex(where: { $0.name == declared.type }) else { continue }
            let place = "field \(declared.name) of \(declared.type)"
            for field in try RecordTypeDocument.parseField(declared.declaration, name: place) {
                types[index].put(field)
            }
        }
        let own = Set(added.map(\.name) + declarations.fields.map(\.type))
        let declared = Set(added.map(\.name))
        var links: [LinkType] = []
        for link in declarations.links {
            links.append(try LinkTypeDocument.parse(link.yaml, name: "link \(link.name)"))
        }
        return Catalogue(
            types: types, shipped: shipped.filter { !declared.contains($0.name) }, ownNames: own,
            ownLinks: links)
    }

    /// The same with one type in place of the one of its name.
    package func replacing(_ type: RecordType) -> Catalogue {
        Catalogue(
            types: types.filter { $0.name != type.name } + [type], shipped: shipped, ownNames: ownNames,
            ownLinks: ownLinks)
    }

    /// Whether the type ships, whatever fields a database has added to it.
    package func isBuiltIn(_ type: RecordType) -> Bool { shippedType(named: type.name) != nil }

    /// The type of exactly this name as it ships, without what a database has added to it.
    package func shippedType(named name: String) -> RecordType? { shipped.first { $0.name == name } }

    /// Whether the database has a say in the type: it declares it, or has added fields.
    package func isOwn(_ type: RecordType) -> Bool { ownNames.contains(type.name) }

    /// The types whose tables every database has; others get theirs when they are declared or first used.
    ///
    /// With the tables of all twelve an empty database has 459 kB instead of 164 kB, and making them takes
    /// half as long again.
    package var typesMadeAtOnce: [RecordType] {
        types.filter { ["account", "contact", "customer"].contains($0.name) }
    }

    /// The types whose tables must be there before records of one are written.
    package func tables(for type: RecordType) -> [RecordType] {
        typesMadeAtOnce.filter { $0.name != type.name } + [type]
    }

    /// The types whose tables must be there before pairs of a link are written.
    package func tables(for linked: LinkedTypes) -> [RecordType] {
        linked.types.reduce(into: typesMadeAtOnce) { tables, type in
            if !tables.contains(where: { $0.name == type.name }) { tables.append(type) }
        }
    }

    /// A link by its name or plural, compared as those of types; `links` are those of accounts and contacts.
    ///
    /// - Returns: `nil` where there is none.
    package func link(named name: String) -> LinkedTypes? {
        let wanted = Field.comparableName(name)
        let isUsual = wanted == "links" || wanted == "link"
        let found = links.first { link in
            isUsual
                ? link.name == LinkType.usual
                : [link.name, link.plural].contains { Field.comparableName($0) == wanted }
        }
        return found.flatMap(linkedTypes)
    }

    /// A link with the types of its sides.
    package func linkedTypes(_ link: LinkType) -> LinkedTypes? {
        guard let first = types.first(where: { $0.name == link.first.type }),
            let second = types.first(where: { $0.name == link.second.type })
        else { return nil }
        return LinkedTypes(link: link, first: first, second: second)
    }

    /// What a file may hold records of: the record types, and the lines of each link's files.
    package var fileTypes: [RecordType] { types + links.compactMap { linkedTypes($0)?.recordType } }

    /// What a file may hold records of, by its name or plural, or `links`.
    ///
    /// - Throws: `unknown_type`, with the nearest name.
    package func fileType(named name: String) throws(Failure) -> RecordType {
        if let linked = link(named: name) { return linked.recordType }
        do {
            return try type(named: name)
        } catch {
            let names = types.map(\.plural) + ["links"] + links.map(\.plural)
            throw Failure(
                .refused, code: error.code, message: error.message,
                hint: NearestName.hint(for: name, among: names))
        }
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

extension RecordType {
    /// Takes a field in, in place of one of its name.
    mutating func put(_ field: Field) {
        if let index = fields.firstIndex(where: { $0.name == field.name }) {
            // A declaration of an earlier version, which knew neither, takes none away.
            let (parentKey, prefix) = (fields[index].parentKey, fields[index].generatedPrefix)
            fields[index] = field
            fields[index].parentKey = field.parentKey ?? parentKey
            fields[index].generatedPrefix = field.generatedPrefix ?? prefix
        } else {
            fields.append(field)
        }
    }
}
