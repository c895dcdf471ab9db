/// What somebody sets in one record, as it will be stored.
package struct RecordEdit: Hashable, Sendable {
    /// A field and its new value.
    package struct Value: Hashable, Sendable {
        package var field: Field
        /// `nil` for a blank.
        package var value: RecordName.Value?

        package init(_ field: Field, _ value: RecordName.Value?) {
            self.field = field
            self.value = value
        }
    }

    /// Each field once.
    package var values: [Value]

    package init(_ values: [Value]) {
        self.values = values
    }

    package subscript(field: Field) -> Value? { values.first { $0.field == field } }
}

/// A field and a text for it, as people write them: `lastName=Lovelace`.
package struct FieldText: Hashable, Sendable {
    package var field: Field
    /// Empty for a blank.
    package var text: String

    package init(_ field: Field, _ text: String) {
        self.field = field
        self.text = text
    }

    /// Reads several, each of another field; names are compared as those of a header.
    ///
    /// - Throws: `bad_assignment`, `unknown_field`, `field_twice`, `encrypted_field_unsupported`.
    package static func parse(_ texts: [String], of type: RecordType) throws(Failure) -> [FieldText] {
        var found: [FieldText] = []
        for text in texts {
            guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
                throw Failure(
                    .refused, code: "bad_assignment", message: "'\(text)' is not of the form FIELD=VALUE",
                    hint: "Quote values with spaces: 'title=Head of Sales'. An empty value clears the field.")
            }
            let name = String(text[..<equals])
            guard let field = type.field(matchingHeader: name) else {
                throw Failure(
                    .refused, code: "unknown_field", message: "\(type.name) has no field '\(name)'",
                    hint: NearestName.hint(for: name, among: type.fields.map(\.name)))
            }
            guard !field.isEncrypted else {
                throw Failure(
                    .refused, code: "encrypted_field_unsupported",
                    message: "'\(field.name)' is kept encrypted, which this version cannot do yet",
                    hint: "Leave it out.")
            }
            guard !found.contains(where: { $0.field == field }) else {
                throw Failure(
                    .refused, code: "field_twice", message: "\(field.name) is given twice",
                    hint: "Give it once.")
            }
            found.append(FieldText(field, String(text[text.index(after: equals)...])))
        }
        return found
    }
}
