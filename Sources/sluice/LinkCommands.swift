internal import ArgumentParser
internal import SluiceEngine

struct LinkCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "link",
        abstract: "Link two records.",
        discussion: """
            A record is named by a value of one of its keys, tried in their order, or by FIELD=VALUE. Linking two \
            that are linked already is harmless. Many pairs are imported with 'sluice import links'.

              sluice link account A-17 contact C-0001
            """)

    @OptionGroup var pair: PairArguments
    @OptionGroup var global: GlobalOptions

    func run() throws {
        try reportingFailures(json: global.json) { try pair.settle(.link, global) }
    }
}

struct UnlinkCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unlink",
        abstract: "Take the link between two records away.",
        discussion: "Records are named as for 'sluice link'. Both stay; only the link between them goes.")

    @OptionGroup var pair: PairArguments
    @OptionGroup var global: GlobalOptions

    func run() throws {
        try reportingFailures(json: global.json) { try pair.settle(.unlink, global) }
    }
}

/// The two records that a command links or unlinks.
struct PairArguments: ParsableArguments {
    @Argument(help: "What the one record is: account, contact …, or its role in the link.")
    var type: String

    @Argument(help: "A value of one of its keys, or FIELD=VALUE.")
    var key: String

    @Argument(help: "What the other record is.")
    var otherType: String

    @Argument(help: "A value of one of its keys, or FIELD=VALUE.")
    var otherKey: String

    @Option(help: "Which link, where several join the two types.")
    var link: String?

    /// Does it, tells of it, and gives the exit code.
    func settle(_ mode: LinkMode, _ global: GlobalOptions) throws -> Int32 {
        let task = try global.engine().settle(
            mode, PairLinker.End(type: type, key: key), PairLinker.End(type: otherType, key: otherKey),
            link: link, requestedBy: CurrentUser.name)
        if global.json {
            Console.output(Console.json(task))
        } else if !global.quiet {
            let done =
                switch (mode, task.counts.unchanged) {
                case (.link, 0): "linked"
                case (.link, _): "were linked already"
                case (.unlink, 0): "unlinked"
                case (.unlink, _): "were not linked"
                }
            Console.output("\(VisibleText.of(task.file.name)): \(done)")
        }
        return Exit.done
    }
}
