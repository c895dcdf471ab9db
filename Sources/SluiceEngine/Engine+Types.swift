internal import Store

extension Engine {
    /// A record type with what is known of its declaration.
    package struct TypeDescription: Hashable, Sendable {
        package let type: RecordType
        package let isBuiltIn: Bool
        /// Of an administrator's document; 1 for a type that ships.
        package let version: Int
        /// Names of fields that were added to the declaration, or changed in it.
        package let addedFields: [String]
    }

    /// The record types that ship, then the database's own.
    package func types() throws -> [TypeDescription] {
        let declarations = try StoreReader.ifThere(paths)?.declarations() ?? Declarations()
        let catalogue = try Catalogue.builtIn().adding(declarations)
        return catalogue.types.map { type in
            TypeDescription(
                type: type, isBuiltIn: catalogue.isBuiltIn(type),
                version: declarations.documents.first { $0.name == type.name }?.version ?? 1,
                addedFields: declarations.fields.filter { $0.type == type.name }.map(\.name))
        }
    }

    /// A record type by its name or plural.
    ///
    /// - Throws: `unknown_type`, with the nearest name.
    package func type(_ name: String) throws -> TypeDescription {
        let found = try catalogue().type(named: name)
        guard let described = try types().first(where: { $0.type.name == found.name }) else {
            preconditionFailure("the catalogue's types are described")
        }
        return described
    }

    /// What a change of the record types came to.
    package struct TypeChange: Hashable, Sendable {
        package let change: DeclarationChange
        /// Rows that were in the table already.
        package let rowsBefore: Int64
    }

    /// Declares a record type by a document, or has one of the database's own grow.
    ///
    /// `createsDatabase` says whether a missing database is made.
    ///
    /// - Throws: what refuses the document, before anything is made or written.
    package func addType(
        at path: String, createsDatabase: Bool, _ signature: Signature
    ) throws -> TypeChange {
        let yaml = try SmallFile.read(path)
        let builtIn = try Catalogue.builtIn()
        return try declare(creating: createsDatabase) { declarations throws(Failure) in
            try DeclarationChange.adding(yaml, name: path, to: declarations, builtIn: builtIn, signature)
        }
    }

    /// Adds a field to a type, or has one grow; `declaration` is an element of a document's `fields`.
    ///
    /// - Throws: what refuses the field, before anything is made or written.
    package func addField(
        _ declaration: String, toType name: String, createsDatabase: Bool, _ signature: Signature
    ) throws -> TypeChange {
        let builtIn = try Catalogue.builtIn()
        return try declare(creating: createsDatabase) { declarations throws(Failure) in
            try DeclarationChange.addingField(
                declaration, toType: name, of: declarations, builtIn: builtIn, signature)
        }
    }

    /// A link as it is listed.
    package struct LinkDescription: Hashable, Sendable {
        package let link: LinkType
        package let isBuiltIn: Bool
    }

    /// The links that ship, then the database's own.
    package func links() throws -> [LinkDescription] {
        try catalogue().links.map { link in
            LinkDescription(link: link, isBuiltIn: LinkType.shipped.contains(link))
        }
    }

    /// A link by its name or plural, or `links`; `nil` where there is none.
    package func link(_ name: String) throws -> LinkDescription? {
        guard let found = try catalogue().link(named: name) else { return nil }
        return try links().first { $0.link == found.link }
    }

    /// Declares a link between two record types by a document.
    ///
    /// `createsDatabase` says whether a missing database is made.
    ///
    /// - Returns: the link, and whether it is new.
    /// - Throws: what refuses the document, before anything is made or written.
    package func addLink(
        at path: String, createsDatabase: Bool, _ signature: Signature
    ) throws -> (link: LinkType, isNew: Bool) {
        let yaml = try SmallFile.read(path)
        let builtIn = try Catalogue.builtIn()
        func decide(_ declarations: Declarations) throws(Failure) -> LinkDeclaration {
            try LinkDeclaration.adding(yaml, name: path, to: declarations, builtIn: builtIn, signature)
        }
        // Asked before there is a writer, too: what is refused must not leave a new database behind.
        _ = try decide(StoreReader.ifThere(paths)?.declarations() ?? Declarations())
        let writer = try writer(creating: createsDatabase, .builtIn())
        let declaration = try writer.declareLink(decide)
        writer.checkpointAll()
        return (declaration.linked.link, declaration.added != nil)
    }

    private func declare(
        creating: Bool, _ decide: (Declarations) throws(Failure) -> DeclarationChange
    ) throws -> TypeChange {
        // Asked before there is a writer, too: what is refused must not leave a new database behind.
        let reader = try StoreReader.ifThere(paths)
        let expected = try decide(reader?.declarations() ?? Declarations())
        let rows = expected.isNewType ? 0 : try reader?.rowCount(of: expected.type) ?? 0
        let writer = try writer(creating: creating, .builtIn())
        let change = try writer.declare(decide)
        writer.checkpointAll()
        return TypeChange(change: change, rowsBefore: rows)
    }

    /// A writer of the database; one that is made now gets the tables that every database has.
    func writer(creating: Bool, _ catalogue: Catalogue) throws -> StoreWriter {
        let isNew = try StoreReader.ifThere(paths) == nil
        let writer = try StoreWriter(paths: paths, create: creating)
        if isNew { try writer.prepareTables(catalogue.typesMadeAtOnce) }
        return writer
    }
}
