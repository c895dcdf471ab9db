/// A choice of a database's administrators that is a whole number, declared once.
///
/// The command line, its help and the checks derive from ``all``.
package struct Setting: Hashable, Sendable {
    /// For command line and database: camel case, never changed once shipped.
    package let name: String
    /// The value where none has been set.
    package let standard: Int
    package let range: ClosedRange<Int>
    /// What the number counts.
    package let unit: String
    /// One line, for people.
    package let meaning: String

    /// For how many days it is kept what records held before they were changed.
    package static let journalDays = Setting(
        name: "journalDays", standard: 30, range: 0...36_500, unit: "days",
        meaning:
            "how long it is kept what records held before: for undo and history; 0: no longer than the task runs"
    )

    /// Every setting there is, in the order in which they are listed.
    package static let all = [journalDays]

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
    package func value(_ text: String) throws(Failure) -> Int {
        guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let value = Int(text), range.contains(value)
        else {
            throw Failure(
                .refused, code: "bad_setting_value", message: "'\(text)' is no value of \(name)",
                hint: "It takes a whole number of \(unit) from \(range.lowerBound) to \(range.upperBound).")
        }
        return value
    }
}

/// The values that hold in a database.
package struct Settings: Hashable, Sendable {
    /// By name; what is not in it has the standard value.
    private var values: [String: Int]

    package init(_ values: [String: Int] = [:]) {
        self.values = values
    }

    package subscript(_ setting: Setting) -> Int { values[setting.name] ?? setting.standard }

    /// Whether somebody has set it.
    package func isSet(_ setting: Setting) -> Bool { values[setting.name] != nil }
}
