public import FoundationEssentials

/// A record of the database as it stood at one moment.
public struct StoredRecord: Hashable, Sendable, Identifiable {
    /// A field and the record's value in it.
    public struct Value: Hashable, Sendable {
        /// The field's name; of linked records such as `account.name`.
        public let field: String
        /// As exports write it; `nil` for a blank, `****` where it is kept encrypted and not shown.
        public let text: String?
    }

    /// How many records of one kind it is linked to.
    public struct Links: Hashable, Sendable {
        /// What they are to the record: their type's plural, or their role.
        public let kind: String
        /// How many.
        public let count: Int
    }

    /// Never used again once the record is gone.
    public let id: Int64
    /// The record type's name.
    public let recordType: String
    /// In the order in which they were asked for, or declared.
    public let values: [Value]
    /// By kind, those of none included.
    public let links: [Links]
    /// Notes on it.
    public let notes: Int

    init(_ record: RecordView) {
        id = record.id
        recordType = record.type.name
        values = record.values.map { Value(field: $0.name, text: $0.text) }
        links = record.links.map { Links(kind: $0.kind, count: $0.count) }
        notes = record.notes
    }

    /// The value of a field; `nil` where it is blank, or was not asked for.
    public subscript(field: String) -> String? { values.first { $0.field == field }?.text }
}

/// A note on a record.
public struct RecordNote: Hashable, Sendable, Identifiable {
    /// Of the note.
    public let id: Int64
    /// What somebody wrote.
    public let text: String
    /// When.
    public let createdAt: Date
    /// Who; `nil` where an imported file did not say.
    public let createdBy: String?

    init(_ note: Note) {
        id = note.id
        text = note.text
        createdAt = Date(note.createdAt)
        createdBy = note.createdBy
    }
}

/// One change of a record, as its history has it.
public struct RecordEvent: Hashable, Sendable {
    /// What happened; kinds may be added.
    public struct Kind: RawRepresentable, Hashable, Sendable {
        /// The word, as in the JSON of `sluice records history`.
        public let rawValue: String

        /// Any word, also one that this version does not know.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// It was made.
        public static let created = Kind(rawValue: "created")
        /// Values of it were changed.
        public static let changed = Kind(rawValue: "changed")
        /// It was deleted.
        public static let deleted = Kind(rawValue: "deleted")
        /// It was put back by an undo.
        public static let restored = Kind(rawValue: "restored")
        /// It was linked with another record.
        public static let linked = Kind(rawValue: "linked")
        /// A link of it was taken away.
        public static let unlinked = Kind(rawValue: "unlinked")
    }

    /// A field, and what became of it.
    public struct Change: Hashable, Sendable {
        /// The field's name.
        public let field: String
        /// What it was, as exports write it; `nil` for a blank, `****` for what is kept encrypted.
        public let old: String?
        /// What it became, likewise.
        public let new: String?
        /// Whether what it became is still known.
        public let isNewKnown: Bool
    }

    /// The record at the other end of a link.
    public struct Linked: Hashable, Sendable {
        /// The link's name.
        public let link: String
        /// What the other record is in it.
        public let role: String
        /// The other record's id.
        public let id: Int64
        /// Its key; `nil` where it is gone or has none.
        public let key: String?
    }

    /// When.
    public let at: Date
    /// What happened.
    public let kind: Kind
    /// Who asked for it.
    public let requestedBy: String
    /// The id of the task that did it; empty where that is no longer known.
    public let taskID: String
    /// The fields that changed; of a record that came or went, those that had a value.
    public let changes: [Change]
    /// The other record, where a link came or went.
    public let linked: Linked?
    /// The id of the task that has taken the change back.
    public let takenBackBy: String?

    init(_ event: RecordHistory.Event) {
        at = Date(event.at)
        kind = Kind(rawValue: event.what.rawValue)
        requestedBy = event.task.requestedBy
        taskID = event.task.id
        changes = event.fields.map {
            Change(field: $0.field, old: $0.old, new: $0.new, isNewKnown: $0.isNewKnown)
        }
        linked = event.link.map { Linked(link: $0.link, role: $0.role, id: $0.id, key: $0.key) }
        takenBackBy = event.takenBackBy
    }
}
