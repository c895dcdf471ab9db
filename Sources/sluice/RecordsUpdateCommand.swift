internal import ArgumentParser
internal import SluiceEngine

struct RecordsUpdate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "update",
        abstract: "Set values of a record.",
        discussion: """
            An empty value clears its field; fields that are not named stay. The values pass the rules of imports; all \
            that is wrong with them is told at once, and then nothing is written.

              sluice records update contacts C-0001 paymentBalance=12.50 title=
            """)

    @Argument(help: "What the record is: contact, account … ('sluice types list').")
    var type: String

    @Argument(help: "A value of one of its keys, FIELD=VALUE, or id=N.")
    var key: String

    @Argument(help: ArgumentHelp("What it is to have from now on.", valueName: "FIELD=VALUE"))
    var values: [String]

    @OptionGroup var global: GlobalOptions

    func run() throws {
        try reportingFailures(json: global.json) {
            RecordTaskText.tell(
                try global.engine().changeRecord(type, key, values, requestedBy: CurrentUser.name), global)
        }
    }
}
