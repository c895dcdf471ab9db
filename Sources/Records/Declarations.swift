/// What a database adds to the record types that ship: types and fields of its administrators.
package struct Declarations: Hashable, Sendable {
    /// A type's document as it was given, in its latest version.
    package struct Document: Hashable, Sendable {
        /// The type's name.
        package var name: String
        /// From 1; grows with every change.
        package var version: Int
        package var yaml: String
        package var savedAt: Timestamp
        package var savedBy: String

        package init(name: String, version: Int, yaml: String, savedAt: Timestamp, savedBy: String) {
            self.name = name
            self.version = version
            self.yaml = yaml
            self.savedAt = savedAt
            self.savedBy = savedBy
        }
    }

    /// A field that was added to a type, or takes the place of one, as a declaration.
    package struct AddedField: Hashable, Sendable {
        /// The type's name.
        package var type: String
        package var name: String
        package var declaration: String
        package var savedAt: Timestamp
        package var savedBy: String

        package init(type: String, name: String, declaration: String, savedAt: Timestamp, savedBy: String) {
            self.type = type
            self.name = name
            self.declaration = declaration
            self.savedAt = savedAt
            self.savedBy = savedBy
        }
    }

    /// A link between two types, as it was declared.
    package struct Link: Hashable, Sendable {
        package var name: String
        package var yaml: String
        package var savedAt: Timestamp
        package var savedBy: String

        package init(name: String, yaml: String, savedAt: Timestamp, savedBy: String) {
            self.name = name
            self.yaml = yaml
            self.savedAt = savedAt
            self.savedBy = savedBy
        }
    }

    /// One of each name.
    package var documents: [Document]
    /// In the order in which they were added.
    package var fields: [AddedField]
    /// In the order of their names.
    package var links: [Link]

    package init(documents: [Document] = [], fields: [AddedField] = [], links: [Link] = []) {
        self.documents = documents
        self.fields = fields
        self.links = links
    }
}

/// Who changes what a database declares, and when.
package struct Signature: Hashable, Sendable {
    package var at: Timestamp
    package var by: String

    package init(at: Timestamp = .now(), by: String) {
        self.at = at
        self.by = by
    }
}
