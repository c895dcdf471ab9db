/// A choice of a database's administrators, declared once.
///
/// The command line, its help and the checks derive from ``all``.
package struct Setting: Hashable, Sendable {
    /// For command line and database: camel case, never changed once shipped.
    package let name: String
    /// The value where none has been set.
    package let standard: Value
    package let values: Values
    /// One line, for people.
    package let meaning: String

    /// What a setting can be set to.
    package enum Values: Hashable, Sendable {
        /// A whole number; `unit` is what it counts.
        case numbers(ClosedRange<Int>, unit: String)
        case words([String])
    }

    package enum Value: Hashable, Sendable {
        case number(Int)
        case word(String)
    }

    /// For how many days it is kept what records held before they were changed.
    package static let journalDays = Setting(
        name: "journalDays", standard: .number(30), values: .numbers(0...36_500, unit: "days"),
        meaning:
            "how long it is kept what records held before: for undo and history; 0: no longer than the task runs"
    )

    /// What a transaction waits for.
    package static let synchronous = Setting(
        name: "synchronous", standard: .word(Synchronous.normal.rawValue),
        values: .words(Synchronous.allCases.map(\.rawValue)),
        meaning: "what a power cut can take: normal: the last transactions, whole; full: none"
    )

    /// Every setting there is, in the order in which they are listed.
    package static let all = [journalDays, synchronous]

    /// - Throws: `unknown_setting`, with the nearest name.
    package static func named(_ name: String) throws(Failure) -> Setting {
        if let setting = all.first(where: { Field.comparableName($0.name) == Field.comparableName(name) }) {
            return setting
        }
        throw Failure(
            .refused, code: "unknown_setting", message: "there is no setting '\(name)'",
            hint: NearestName.hint(for: name, among: all.map(\.name)))
    }

    /// Reads a value as people write it.
    ///
    /// - Throws: `bad_setting_value`.
    package func value(_ text: String) throws(Failure) -> Value {
        if let value = read(text) { return value }
        let takes =
            switch values {
            case .numbers(let range, let unit):
                "It takes a whole number of \(unit) from \(range.lowerBound) to \(range.upperBound)."
            case .words(let words): "It takes one of: \(words.joined(separator: ", "))."
            }
        throw Failure(
            .refused, code: "bad_setting_value", message: "'\(text)' is no value of \(name)", hint: takes)
    }

    private func read(_ text: String) -> Value? {
        switch values {
        case .words(let words): return words.contains(text) ? .word(text) : nil
        case .numbers(let range, _):
            guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
                let number = Int(text), range.contains(number)
            else { return nil }
            return .number(number)
        }
    }
}

extension Setting.Value: CustomStringConvertible {
    /// As people write it, and as the database keeps it.
    package var description: String {
        switch self {
        case .number(let number): String(number)
        case .word(let word): word
        }
    }
}

/// What a transaction waits for before it is complete; SQLite's `PRAGMA synchronous`, in WAL mode.
package enum Synchronous: String, CaseIterable, Sendable {
    /// The disk is waited for at checkpoints only: a power cut takes the last transactions, whole.
    case normal
    /// Each transaction is on the disk when it is complete.
    case full
}

/// The values that hold in a database.
package struct Settings: Hashable, Sendable {
    /// By setting; what is not in it has the standard value.
    private var values: [Setting: Setting.Value]

    package init(_ values: [Setting: Setting.Value] = [:]) {
        self.values = values
    }

    package subscript(_ setting: Setting) -> Setting.Value { values[setting] ?? setting.standard }

    /// Whether somebody has set it.
    package func isSet(_ setting: Setting) -> Bool { values[setting] != nil }

    package var journalDays: Int {
        guard case .number(let days) = self[.journalDays] else {
            preconditionFailure("journalDays is a number")
        }
        return days
    }

    package var synchronous: Synchronous {
        guard case .word(let word) = self[.synchronous], let synchronous = Synchronous(rawValue: word) else {
            preconditionFailure("synchronous is one of its words")
        }
        return synchronous
    }
}
