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
