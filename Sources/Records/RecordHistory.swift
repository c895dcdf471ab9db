/// What happened to one record, as the journal tells it: the newest first.
package struct RecordHistory: Hashable, Sendable {
    package var id: Int64
    package var events: [Event]

    package init(id: Int64, events: [Event]) {
        self.id = id
        self.events = events
    }

    /// One change.
    package struct Event: Hashable, Sendable {
        package enum What: String, Hashable, Sendable, Codable {
            case created, changed, deleted
            /// Put back by an undo of what deleted it.
            case restored
            case linked, unlinked
        }

        package var at: Timestamp
        package var what: What
        package var task: Task
        /// The fields that were changed; of a record that was created or deleted, those that had a value.
        package var fields: [FieldChange] = []
        /// The record at the other end of the link.
        package var link: LinkedRecord?
        /// The id of the task that has taken the change back.
        package var takenBackBy: String?

        package init(at: Timestamp, what: What, task: Task) {
            self.at = at
            self.what = what
            self.task = task
        }
    }

    /// Who did it, and through what.
    package struct Task: Hashable, Sendable {
        package var id: String
        package var kind: UserTask.Kind?
        package var requestedBy: String
        /// The name of its file, or of what it was about.
        package var file: String
        /// The id of the task whose work it took back.
        package var undoes: String?

        package init(
            id: String, kind: UserTask.Kind?, requestedBy: String, file: String, undoes: String?
        ) {
            self.id = id
            self.kind = kind
            self.requestedBy = requestedBy
            self.file = file
            self.undoes = undoes
        }
    }

    package struct FieldChange: Hashable, Sendable {
        /// The field's name.
        package var field: String
        /// As exports write it; `nil` where there was none.
        package var old: String?
        package var new: String?
        /// Whether what the field was changed to is still known.
        package var isNewKnown: Bool

        package init(field: String, old: String?, new: String?, isNewKnown: Bool = true) {
            self.field = field
            self.old = old
            self.new = new
            self.isNewKnown = isNewKnown
        }
    }

    package struct LinkedRecord: Hashable, Sendable {
        /// The link's name.
        package var link: String
        /// What the other record is in the link.
        package var role: String
        package var id: Int64
        /// Its key as people know it; `nil` where it is gone or has none.
        package var key: String?

        package init(link: String, role: String, id: Int64, key: String?) {
            self.link = link
            self.role = role
            self.id = id
            self.key = key
        }
    }
}
