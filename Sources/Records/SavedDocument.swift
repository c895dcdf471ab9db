/// A kind of document that a database keeps under names, version by version.
package enum DocumentKind: Hashable, Sendable {
    case inputFilter
    case exportFormat
    case list

    /// What messages call one.
    package var noun: String {
        switch self {
        case .inputFilter: "input filter"
        case .exportFormat: "export format"
        case .list: "list"
        }
    }

    /// What messages call one among those that are kept: of lists there are no others.
    package var keptNoun: String { self == .list ? "saved list" : noun }

    /// The code of a name, or a version, that there is not.
    package var unknownCode: String {
        switch self {
        case .inputFilter: "unknown_filter"
        case .exportFormat: "unknown_format"
        case .list: "unknown_list"
        }
    }
}

/// A version of a document as it was saved.
package struct SavedDocument: Hashable, Sendable {
    package var name: String
    /// From 1; grows with every change.
    package var version: Int
    /// The record type's name; `nil` for an export format that fits any, and for lists, whose text says it.
    package var recordType: String?
    /// YAML as it was given; of a list, its definition as JSON.
    package var text: String
    package var savedAt: Timestamp
    package var savedBy: String

    package init(
        name: String, version: Int, recordType: String?, text: String, savedAt: Timestamp, savedBy: String
    ) {
        self.name = name
        self.version = version
        self.recordType = recordType
        self.text = text
        self.savedAt = savedAt
        self.savedBy = savedBy
    }
}
