internal import ArgumentParser
internal import SluiceEngine

struct RecordsHistory: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "Tell what happened to a record: when, by whom, through which user task, the newest first.",
        discussion: """
            The record is named by a value of one of its keys, tried in their order, by FIELD=VALUE, or by id=NUMBER: so \
            a deleted one is found, too. What was changed is told as far as the journal of changes still has it.

              sluice records history contact C-0001
            """)

    @Argument(help: "The record type, such as contact.")
    var type: String

    @Argument(help: "A value of one of its keys, FIELD=VALUE, or id=NUMBER.")
    var key: String

    @OptionGroup var global: GlobalOptions

    func run() throws {
        try reportingFailures(json: global.json) {
            let (type, history) = try global.engine().history(of: type, key)
            if global.json {
                Console.output(Console.json(HistoryForm(type, history)))
            } else if history.events.isEmpty {
                Console.output("the journal of changes tells nothing of this \(type.name)")
            } else {
                for line in HistoryText.lines(history) { Console.output(line) }
            }
            return Exit.done
        }
    }
}

/// A record's history as people read it.
private enum HistoryText {
    static func lines(_ history: RecordHistory) -> [String] {
        history.events.flatMap { event in [heading(event)] + fields(event) }
    }

    private static func heading(_ event: RecordHistory.Event) -> String {
        let task = event.task
        var parts = ["\(Words.moment(event.at))  \(what(event))"]
        let kind = task.kind.map { "\($0.rawValue) \(VisibleText.of(task.file))" } ?? "a user task"
        parts.append("by \(VisibleText.of(task.requestedBy)), \(kind) (\(task.id.prefix(12)))")
        if let undoes = task.undoes { parts.append("takes back \(undoes.prefix(12))") }
        if let undo = event.takenBackBy { parts.append("taken back by \(undo.prefix(12))") }
        return parts.joined(separator: ", ")
    }

    private static func what(_ event: RecordHistory.Event) -> String {
        guard let link = event.link else {
            return event.what == .changed && event.fields.isEmpty
                ? "changed (not kept what)" : event.what.rawValue
        }
        let other = "\(link.role) \(link.key.map(VisibleText.of) ?? "id=\(link.id)")"
        return "\(event.what == .linked ? "linked with" : "unlinked from") \(other)"
    }

    private static func fields(_ event: RecordHistory.Event) -> [String] {
        Words.aligned(
            event.fields.map { change in
                let (old, new) = (change.old.map(VisibleText.of), change.new.map(VisibleText.of))
                let text =
                    switch event.what {
                    case .created, .restored: new ?? ""
                    case .deleted: old ?? ""
                    default: "\(old ?? "(blank)") → \(change.isNewKnown ? new ?? "(blank)" : "(not kept)")"
                    }
                return ["    \(change.field)", text]
            })
    }
}

/// A record's history as programs are shown it.
private struct HistoryForm: Encodable {
    var recordType: String
    var id: Int64
    var history: [EventForm]

    init(_ type: RecordType, _ history: RecordHistory) {
        recordType = type.name
        id = history.id
        self.history = history.events.map(EventForm.init)
    }

    struct TaskForm: Encodable {
        var id: String
        var kind: String?
        var file: String
        var undoes: String?

        enum CodingKeys: CodingKey { case id, kind, file, undoes }

        func encode(to encoder: any Encoder) throws {
            var values = encoder.container(keyedBy: CodingKeys.self)
            try values.encode(id, forKey: .id)
            try values.encode(kind, forKey: .kind)
            try values.encode(file, forKey: .file)
            try values.encode(undoes, forKey: .undoes)
        }
    }

    struct ChangeForm: Encodable {
        var change: RecordHistory.FieldChange

        enum CodingKeys: CodingKey { case field, old, new, newKnown }

        func encode(to encoder: any Encoder) throws {
            var values = encoder.container(keyedBy: CodingKeys.self)
            try values.encode(change.field, forKey: .field)
            try values.encode(change.old, forKey: .old)
            try values.encode(change.new, forKey: .new)
            try values.encode(change.isNewKnown, forKey: .newKnown)
        }
    }

    struct LinkedForm: Encodable {
        var link: RecordHistory.LinkedRecord

        enum CodingKeys: CodingKey { case link, role, id, key }

        func encode(to encoder: any Encoder) throws {
            var values = encoder.container(keyedBy: CodingKeys.self)
            try values.encode(link.link, forKey: .link)
            try values.encode(link.role, forKey: .role)
            try values.encode(link.id, forKey: .id)
            try values.encode(link.key, forKey: .key)
        }
    }

    struct EventForm: Encodable {
        var event: RecordHistory.Event

        init(_ event: RecordHistory.Event) {
            self.event = event
        }

        enum CodingKeys: CodingKey { case at, what, requestedBy, task, fields, linked, takenBackBy }

        func encode(to encoder: any Encoder) throws {
            var values = encoder.container(keyedBy: CodingKeys.self)
            let task = event.task
            try values.encode(event.at, forKey: .at)
            try values.encode(event.what, forKey: .what)
            try values.encode(task.requestedBy, forKey: .requestedBy)
            try values.encode(
                TaskForm(id: task.id, kind: task.kind?.rawValue, file: task.file, undoes: task.undoes),
                forKey: .task)
            try values.encode(event.fields.map(ChangeForm.init), forKey: .fields)
            try values.encode(event.link.map(LinkedForm.init), forKey: .linked)
            try values.encode(event.takenBackBy, forKey: .takenBackBy)
        }
    }
}
