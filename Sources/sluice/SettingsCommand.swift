internal import ArgumentParser
internal import SluiceEngine

struct SettingsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "settings",
        abstract: "See and change what holds for a whole database, such as what a power cut can take of it.",
        discussion: SettingsText.help,
        subcommands: [SettingsList.self, SettingsGet.self, SettingsSet.self, SettingsReset.self],
        defaultSubcommand: SettingsList.self)
}

/// A setting as programs are told of it.
private struct SettingForm: Encodable {
    var name: String
    var value: Setting.Value
    var standard: Setting.Value
    var isSet: Bool
    var least: Int?
    var most: Int?
    var unit: String?
    var words: [String]?
    var meaning: String

    init(_ setting: Setting, _ settings: Settings) {
        name = setting.name
        value = settings[setting]
        standard = setting.standard
        isSet = settings.isSet(setting)
        switch setting.values {
        case .numbers(let range, let unit):
            least = range.lowerBound
            most = range.upperBound
            self.unit = unit
        case .words(let words): self.words = words
        }
        meaning = setting.meaning
    }
}

extension Setting.Value: Encodable {
    /// A JSON number or string.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .number(let number): try container.encode(number)
        case .word(let word): try container.encode(word)
        }
    }
}

/// Settings as people read them.
private enum SettingsText {
    static let help =
        "The settings:\n"
        + Words.aligned(
            Setting.all.map { ["  \($0.name)", told($0.standard, of: $0), $0.meaning] }
        ).joined(separator: "\n")

    static func line(_ setting: Setting, _ settings: Settings) -> [String] {
        let origin = settings.isSet(setting) ? "set; standard \(setting.standard)" : "standard"
        return [setting.name, told(settings[setting], of: setting), origin, setting.meaning]
    }

    static func change(_ setting: Setting, from before: Settings, to after: Setting.Value) -> String {
        let old = before[setting]
        let new = "\(setting.name): \(told(after, of: setting))"
        return old == after ? "\(new), as it was" : "\(new), was \(old)"
    }

    /// A value with what it counts.
    private static func told(_ value: Setting.Value, of setting: Setting) -> String {
        switch setting.values {
        case .numbers(_, let unit): "\(value) \(unit)"
        case .words: "\(value)"
        }
    }
}

/// What the commands about one setting take.
struct SettingArgument: ParsableArguments {
    @Argument(help: "The setting's name ('sluice settings list').")
    var name: String
}

struct SettingsList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the settings with their values.")

    @OptionGroup var global: GlobalOptions

    private struct Answer: Encodable {
        var settings: [SettingForm]
    }

    func run() throws {
        try reportingFailures(json: global.json) {
            let settings = try global.engine().settings()
            if global.json {
                Console.output(
                    Console.json(Answer(settings: Setting.all.map { SettingForm($0, settings) })))
            } else {
                let lines = Words.aligned(Setting.all.map { SettingsText.line($0, settings) })
                for line in lines { Console.output(line) }
            }
            return Exit.done
        }
    }
}

struct SettingsGet: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get", abstract: "Print the value of a setting.")

    @OptionGroup var argument: SettingArgument
    @OptionGroup var global: GlobalOptions

    func run() throws {
        try reportingFailures(json: global.json) {
            let setting = try Setting.named(argument.name)
            let settings = try global.engine().settings()
            Console.output(
                global.json ? Console.json(SettingForm(setting, settings)) : "\(settings[setting])")
            return Exit.done
        }
    }
}

struct SettingsSet: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Set a setting.",
        discussion: """
            It holds for what begins afterwards. What it makes shorter is taken away when the next user task ends, or by \
            'sluice purge'. A new database is made only where --database or SLUICE_DATABASE names it.
            """)

    @OptionGroup var argument: SettingArgument

    @Argument(help: "The new value: a whole number or a word, as the setting takes it.")
    var value: String

    @OptionGroup var global: GlobalOptions

    func run() throws {
        try reportingFailures(json: global.json) {
            let setting = try Setting.named(argument.name)
            let value = try setting.value(value)
            try change(setting, to: value, global)
            return Exit.done
        }
    }
}

struct SettingsReset: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reset", abstract: "Have a setting be what it is where nobody has set it.")

    @OptionGroup var argument: SettingArgument
    @OptionGroup var global: GlobalOptions

    func run() throws {
        try reportingFailures(json: global.json) {
            try change(Setting.named(argument.name), to: nil, global)
            return Exit.done
        }
    }
}

/// Writes a setting and tells so.
private func change(_ setting: Setting, to value: Setting.Value?, _ global: GlobalOptions) throws {
    let before = try global.writing { engine, createsDatabase in
        try engine.set(setting, to: value, createsDatabase: createsDatabase && value != nil)
    }
    if global.json {
        Console.output(Console.json(SettingForm(setting, Settings(value.map { [setting: $0] } ?? [:]))))
    } else if !global.quiet {
        Console.output(SettingsText.change(setting, from: before, to: value ?? setting.standard))
    }
}
