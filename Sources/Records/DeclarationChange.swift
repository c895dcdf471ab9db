/// What becomes of a database's declarations when somebody adds a type or a field: decided here, written by
/// the store.
package struct DeclarationChange: Hashable, Sendable {
    /// The type as it is from now on.
    package let type: RecordType
    /// What is new, one line each; empty where all was so already and nothing is to be written.
    package let changes: [String]
    /// Required fields that are new to a type that was there: rows have no value in them.
    package let newRequiredFields: [String]
    /// The type's new document, where it has one.
    package let document: Declarations.Document?
    /// Fields that are added, or take the place of those of their name.
    package let fields: [Declarations.AddedField]
    /// Added fields that the new document holds from now on.
    package let takenOver: [String]

    /// Whether the type was not there before.
    package var isNewType: Bool { document?.version == 1 }

    /// A type of an administrator's document, new or grown.
    ///
    /// A field that was added to the type stays, whether the document has it or not.
    ///
    /// - Throws: what is wrong with the document; `built_in_type`, `name_taken`, `name_reserved`,
    ///   `too_many_fields`, `type_would_shrink`.
    package static func adding(
        _ yaml: String, name document: String, to declarations: Declarations, builtIn: Catalogue,
        _ signature: Signature
    ) throws(Failure) -> DeclarationChange {
        let declared = try RecordTypeDocument.parse(yaml, name: document)
        let catalogue = try builtIn.adding(declarations)
        let before = declarations.documents.first { $0.name == declared.name }
        if before == nil, let other = builtIn.types.first(where: { $0.name == declared.name }) {
            throw Failure(
                .refused, code: "built_in_type",
                message: "the record type '\(other.name)' ships and cannot be declared anew",
                hint: "Add fields to it with: sluice types add-field \(other.name) --name NAME --kind KIND")
        }
        try TypeRules.checkNames(of: declared, among: catalogue.types, links: catalogue.links)
        try TypeRules.checkProtection(of: declared, among: catalogue.types)
        var type = declared
        var takenOver: [String] = []
        for added in declarations.fields where added.type == declared.name {
            if declared.field(named: added.name) != nil {
                takenOver.append(added.name)
            } else if let other = declared.field(matchingHeader: added.name) {
                throw taken(other, declared, "the field '\(added.name)', which was added")
            } else if let field = catalogue.types.first(where: { $0.name == added.type })?.field(
                named: added.name)
            {
                type.put(field)
            }
        }
        var changes = ["new record type \(declared.name)"]
        var newRequiredFields: [String] = []
        let old = try before.map { _ throws(Failure) in try catalogue.type(named: declared.name) }
        if let old {
            let growth = try TypeGrowth(from: old, to: type)
            changes = growth.changes
            newRequiredFields = growth.newRequiredFields
        }
        try TypeRules.checkFields(of: type, before: old)
        return DeclarationChange(
            type: type, changes: changes, newRequiredFields: newRequiredFields,
            document: Declarations.Document(
                name: declared.name, version: (before?.version ?? 0) + 1, yaml: yaml, savedAt: signature.at,
                savedBy: signature.by),
            fields: [], takenOver: takenOver)
    }

    /// A field of any type, new or grown.
    ///
    /// A field that is there stays required, unique and indexed; it may take longer texts and more choices.
    ///
    /// - Throws: what is wrong with the declaration; `unknown_type`, `name_taken`, `name_reserved`,
    ///   `too_many_fields`, `type_would_shrink`.
    package static func addingField(
        _ declaration: String, toType name: String, of declarations: Declarations, builtIn: Catalogue,
        _ signature: Signature
    ) throws(Failure) -> DeclarationChange {
        let old = try builtIn.adding(declarations).type(named: name)
        var type = old
        let fields = try RecordTypeDocument.parseField(declaration, name: "the field")
        for var field in fields {
            if let present = old.field(named: field.name) {
                field.isRequired = present.isRequired || field.isRequired
                field.isUnique = present.isUnique || field.isUnique
                field.isIndexed = present.isIndexed || field.isIndexed
                field.isSearchable = present.isSearchable || field.isSearchable
                field.parentKey = field.parentKey ?? present.parentKey
                field.generatedPrefix = field.generatedPrefix ?? present.generatedPrefix
            } else if Field.comparableName(field.name) == "id" {
                throw taken(field, type, "the row's number")
            } else if let other = type.field(matchingHeader: field.name) {
                throw taken(field, type, "the field '\(other.name)'")
            }
            type.put(field)
        }
        let growth = try TypeGrowth(from: old, to: type)
        try TypeRules.checkFields(of: type, before: old)
        let changed = type.fields.filter { old.field(named: $0.name) != $0 }
        return DeclarationChange(
            type: type, changes: growth.changes, newRequiredFields: growth.newRequiredFields, document: nil,
            fields: changed.map { field in
                Declarations.AddedField(
                    type: type.name, name: field.name, declaration: field.declaration, savedAt: signature.at,
                    savedBy: signature.by)
            }, takenOver: [])
    }

    private static func taken(_ field: Field, _ type: RecordType, _ other: String) -> Failure {
        Failure(
            .refused, code: "name_taken",
            message: "the name '\(field.name)' is taken by \(other) of \(type.name)",
            hint: "Names are compared without case, underscores and hyphens: header cells are, too.")
    }
}
