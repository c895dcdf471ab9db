/// What somebody wrote down about a record: added, and never changed or deleted.
package struct Note: Hashable, Sendable {
    /// The record type that notes are of, and its table.
    package static let typeName = "note"
    package static let table = "notes"
    /// Most notes of a record that are shown: the newest.
    package static let mostShown = 5_000

    package var id: Int64
    /// The key by which the note names its record.
    package var record: String
    package var text: String
    package var createdAt: Timestamp
    package var createdBy: String?

    package init(id: Int64, record: String, text: String, createdAt: Timestamp, createdBy: String?) {
        self.id = id
        self.record = record
        self.text = text
        self.createdAt = createdAt
        self.createdBy = createdBy
    }

    /// The values of a new one, as they are given to a record that is made.
    package static func values(
        recordType: String, record: String, text: String, createdAt: Timestamp, createdBy: String
    ) -> [String] {
        [
            "recordType=\(recordType)", "record=\(record)", "text=\(text)", "createdAt=\(createdAt.text)",
            "createdBy=\(createdBy)",
        ]
    }
}
