/// What one column of a list shows: a record's id, a field of its own, or a field of the records linked with it.
package enum FieldPath: Hashable, Sendable {
    /// The row's id.
    case id
    case field(Field)
    /// Of each linked record one value: none, one or many.
    case linked(Relation, Field)

    /// As it is written: `id`, `lastName`, `account.name`.
    package var name: String {
        switch self {
        case .id: "id"
        case .field(let field): field.name
        case .linked(let relation, let field): "\(relation.name).\(field.name)"
        }
    }

    /// What its values are.
    package var kind: FieldKind {
        switch self {
        case .id: .integer
        case .field(let field), .linked(_, let field): field.kind
        }
    }

    /// Whether its values are kept encrypted.
    package var isEncrypted: Bool {
        switch self {
        case .id: false
        case .field(let field), .linked(_, let field): field.isEncrypted
        }
    }

    /// Whether a record may have several values.
    package var isList: Bool {
        if case .linked = self { true } else { false }
    }

    /// Finds what a text names, ignoring case, spaces, underscores and hyphens.
    ///
    /// - Throws: `unknown_field`, with the nearest name.
    package init(_ text: String, of type: RecordType, relations: [Relation]) throws(Failure) {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else {
            if Field.comparableName(text) == "id", type.field(named: "id") == nil {
                self = .id
            } else {
                self = .field(try Self.field(text, of: type, relations))
            }
            return
        }
        let wanted = Field.comparableName(String(parts[0]))
        guard let relation = relations.first(where: { Field.comparableName($0.name) == wanted }) else {
            throw Failure(
                .refused, code: "unknown_field",
                message: "nothing called '\(parts[0])' is linked with a \(type.name)",
                hint: relations.isEmpty
                    ? nil : NearestName.hint(for: String(parts[0]), among: relations.map(\.name)))
        }
        self = .linked(relation, try Self.field(String(parts[1]), of: relation.type, []))
    }

    private static func field(
        _ name: String, of type: RecordType, _ relations: [Relation]
    ) throws(Failure) -> Field {
        guard let field = type.field(matchingHeader: name) else {
            throw Failure(
                .refused, code: "unknown_field", message: "\(type.name) has no field '\(name)'",
                hint: NearestName.hint(
                    for: name,
                    among: type.fields.map(\.name)
                        + relations.map { "\($0.name).\($0.type.fields.first?.name ?? "id")" }))
        }
        return field
    }
}
