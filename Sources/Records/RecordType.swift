/// One kind of record: its fields, keys and limits, declared once.
///
/// Tables, validation, input filters, list filters, export formats and help derive from it.
package struct RecordType: Hashable, Sendable {
    /// What a file of records may hold at most, after decompression.
    package enum Limit: Hashable, Sendable {
        case bytes(UInt64)
        case records(UInt64)
    }

    /// Singular, camel case: `contact`.
    package var name: String
    /// Plural: the table's name (in snake case) and the word on the command line.
    package var plural: String
    package var fields: [Field]
    /// Ways to find an existing record, tried in order; each is a key of one or more fields.
    ///
    /// A record uses the first key whose fields it has all of.
    package var keys: [[String]]
    /// Whether a record without any key is taken (and always created) instead of rejected.
    package var allowsNoKey: Bool
    package var limit: Limit
    /// Names of the types that protect a record they are linked to: it cannot be deleted then.
    package var protectedBy: [String] = []
    /// Whether records are only ever added: none is changed or deleted.
    package var isAppendOnly = false
    /// The name of the boolean field that says whether a record is a draft; `nil` where there are no drafts.
    ///
    /// A draft may lack required fields, and is in no list and no export that does not ask for drafts.
    package var draftField: String?
    /// When records are purged; `nil` where they are kept for ever.
    package var retention: Retention?

    package init(
        name: String, plural: String, fields: [Field], keys: [[String]], allowsNoKey: Bool, limit: Limit
    ) {
        self.name = name
        self.plural = plural
        self.fields = fields
        self.keys = keys
        self.allowsNoKey = allowsNoKey
        self.limit = limit
    }

    /// The table's name.
    package var table: String { Field.snakeCase(plural) }

    /// The field that says whether a record is a draft.
    package var drafts: Field? { draftField.flatMap(field(named:)) }

    /// Refuses to change or delete what is only ever added.
    ///
    /// - Throws: `append_only`.
    package func expectMutable() throws(Failure) {
        guard isAppendOnly else { return }
        throw Failure(
            .refused, code: "append_only",
            message: "\(plural) are only ever added: none is changed or deleted",
            hint: "Add another that says what is so now.")
    }

    /// The fields that quick search looks into: the first of those declared so, as many as it takes.
    package var searchedFields: [Field] {
        Array(fields.lazy.filter(\.isSearched).prefix(TypeRules.maxSearchedFields))
    }

    package func field(named name: String) -> Field? {
        fields.first { $0.name == name }
    }

    /// The field whose name matches a header cell, by the rule of ``Field/comparableName(_:)``.
    package func field(matchingHeader header: String) -> Field? {
        let wanted = Field.comparableName(header)
        return fields.first { Field.comparableName($0.name) == wanted }
    }
}
