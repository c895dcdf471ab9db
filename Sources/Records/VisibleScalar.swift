extension Unicode.Scalar {
    /// The scalar as it may stand in a message, a comment or on a terminal: on one line, to be seen, and nothing that
    /// would be obeyed.
    ///
    /// Controls, invisible and bidirectional characters, and spaces other than the plain one are written as `\n`,
    /// `\u{202E}`.
    package var visible: String {
        switch self {
        case "\n": "\\n"
        case "\r": "\\r"
        case "\t": "\\t"
        default: isInvisible ? "\\u{\(hexadecimal)}" : String(self)
        }
    }

    private var isInvisible: Bool {
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned, .surrogate:
            true
        case .spaceSeparator: self != " "
        default: false
        }
    }

    private var hexadecimal: String {
        let digits = String(value, radix: 16, uppercase: true)
        return digits.utf8.count < 2 ? "0" + digits : digits
    }
}
