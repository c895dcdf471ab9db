/// One record, named by a value of a key as people write it.
package struct RecordName: Hashable, Sendable {
    /// A key field, and the value as it is stored.
    package struct Way: Hashable, Sendable {
        package var field: Field
        package var value: Value
    }

    /// How values of key fields are stored.
    package enum Value: Hashable, Sendable {
        case integer(Int64)
        case text(String)
    }

    package let type: RecordType
    /// The value, as it was written.
    package let text: String
    /// Ways to find it, tried in order; never empty.
    package let ways: [Way]

    /// The id of its row, where it is named by that.
    package var id: Int64? {
        guard ways.count == 1, ways[0].field.name == "id", case .integer(let id) = ways[0].value else {
            return nil
        }
        return id
    }

    /// Reads `A-17`, looked up by the type's keys of one field in order, or `accountNumber=17`, or `id=3`.
    ///
    /// - Throws: `bad_record_name` where the value can be none of the keys'.
    package init(_ text: String, of type: RecordType) throws(Failure) {
        self.type = type
        let keys = type.keys.filter { $0.count == 1 }.flatMap { $0 }.compactMap(type.field(named:))
        var fields = keys
        var value = text
        if let equals = text.firstIndex(of: "=") {
            let wanted = Field.comparableName(String(text[..<equals]))
            let nameable = keys + [Field(name: "id", kind: .integer)]
            if let named = nameable.first(where: { Field.comparableName($0.name) == wanted }) {
                fields = [named]
                value = String(text[text.index(after: equals)...])
            }
        }
        self.text = value
        ways = fields.compactMap { field in
            guard field.kind.isStoredAsInteger else { return Way(field: field, value: .text(value)) }
            return Int64(value).map { Way(field: field, value: .integer($0)) }
        }
        guard !value.isEmpty, !ways.isEmpty else {
            throw Failure(
                .refused, code: "bad_record_name", message: "'\(text)' names no \(type.name)",
                hint: keys.isEmpty
                    ? "A \(type.name) is told by several fields together: give its id, as id=N."
                    : "Give a value of \(keys.map(\.name).joined(separator: " or ")), or FIELD=VALUE.")
        }
    }
}
