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

    /// The first encrypted field that is set.
    package var encryptedField: Field? { values.first { $0.field.isEncrypted }?.field }

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
    /// What is kept in a plan must not hold values of encrypted fields: `takesEncrypted` says that it is not kept.
    ///
    /// - Throws: `bad_assignment`, `unknown_field`, `field_twice`, `encrypted_in_bulk`.
    package static func parse(
        _ texts: [String], of type: RecordType, takesEncrypted: Bool = false
    ) throws(Failure) -> [FieldText] {
        var found: [FieldText] = []
        for text in texts {
            guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
                // What stands behind the name may be a secret.
                let name = text.prefix { $0.isLetter || $0.isNumber || "_-".contains($0) }
                throw Failure(
                    .refused, code: "bad_assignment",
                    message: "'\(name)\(name.count < text.count ? "…" : "")' is not of the form FIELD=VALUE",
                    hint: "Quote values with spaces: 'title=Head of Sales'. An empty value clears the field.")
            }
            let name = String(text[..<equals])
            guard let field = type.field(matchingHeader: name) else {
                throw Failure(
                    .refused, code: "unknown_field", message: "\(type.name) has no field '\(name)'",
                    hint: NearestName.hint(for: name, among: type.fields.map(\.name)))
            }
            guard takesEncrypted || !field.isEncrypted else {
                throw Failure(
                    .refused, code: "encrypted_in_bulk",
                    message: "'\(field.name)' is kept encrypted, and is not set in many records at once",
                    hint: "Set it record by record: sluice records update, or sluice import.")
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
