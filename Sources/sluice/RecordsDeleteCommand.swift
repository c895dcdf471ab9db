internal import ArgumentParser
internal import SluiceEngine

struct RecordsDelete: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Delete a record, and the links that it has.",
        discussion: """
            It asks before it does so; where nobody can answer, --yes says it is meant. An account that is linked to a \
            contact or a ticket is not deleted.
            """)

    @Argument(help: "What the record is: contact, account … ('sluice types list').")
    var type: String

    @Argument(help: "A value of one of its keys, FIELD=VALUE, or id=N.")
    var key: String

    @Flag(help: "Do not ask.")
    var yes = false

    @OptionGroup var global: GlobalOptions

    func run() throws {
        try reportingFailures(json: global.json) {
            let engine = try global.engine()
            // What is not there, or may not go, is told before anybody is asked.
            if !yes { try engine.expectDeletable(type, key) }
            try Confirmation.ask(
                "Delete the record \(VisibleText.of(type)) \(VisibleText.of(key))?", unless: yes)
            return RecordTaskText.tell(
                try engine.deleteRecord(type, key, requestedBy: CurrentUser.name), global)
        }
    }
}
