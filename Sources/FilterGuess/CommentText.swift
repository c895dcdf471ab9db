internal import Records

/// Values of a file as a comment can hold them: short, on one line, and harmless.
enum CommentText {
    /// Characters of a value that are shown.
    static let mostCharacters = 40

    static func quoted(_ value: String) -> String { "'\(shown(value))'" }

    static func shown(_ bytes: [UInt8]) -> String {
        shown(String(decoding: bytes.prefix(200), as: UTF8.self))
    }

    /// A sentence of ours that may repeat what a file holds: on one line, whatever it repeats.
    static func shownReason(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.prefix(200).map { $0.value < 32 ? " " : $0 }))
    }

    /// Cut short, with what cannot be seen or would turn the line about written as an escape.
    static func shown(_ text: String, most: Int = mostCharacters) -> String {
        var out = ""
        var count = 0
        for scalar in text.unicodeScalars {
            guard count < most else { return out + "…" }
            count += 1
            out += scalar.visible
        }
        return out
    }

    /// Up to three different values of a column.
    static func examples(of column: ColumnSample) -> [String] {
        var seen: Set<[UInt8]> = []
        var examples: [String] = []
        for value in column.filled where examples.count < 3 && seen.insert(value).inserted {
            examples.append(shown(value))
        }
        return examples
    }
}
