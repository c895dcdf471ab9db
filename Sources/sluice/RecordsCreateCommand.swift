internal import ArgumentParser
internal import SluiceEngine

struct RecordsCreate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Make a record.",
        discussion: """
            The values pass the rules of imports; all that is wrong with them is told at once. A record that is there \
            is not changed: its key is taken.

              sluice records create contacts contactNumber=C-0001 firstName=Ada 'lastName=King of Lovelace'
            """)

    @Argument(help: "What the record is: contact, account … ('sluice types list').")
    var type: String

    @Argument(help: ArgumentHelp("Its values.", valueName: "FIELD=VALUE"))
    var values: [String] = []

    @OptionGroup var global: GlobalOptions

    func run() throws {
        try reportingFailures(json: global.json) {
            RecordTaskText.tell(
                try global.engine().createRecord(type, values, requestedBy: CurrentUser.name), global)
        }
    }
}
