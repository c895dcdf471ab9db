package import Records

/// Why a text is no list filter, and where.
package struct ListFilterError: FailureConvertible, Hashable {
    /// For programs: `bad_list_filter`, or `unknown_field`.
    package var code: String
    /// Unicode scalars of the text before the place, from 0.
    package var offset: Int
    package var message: String
    package var hint: String?

    init(_ message: String, at offset: Int, code: String = "bad_list_filter", hint: String? = nil) {
        self.code = code
        self.offset = offset
        self.message = message
        self.hint = hint
    }

    /// Where and what, the place counted from 1: `at character 9: …`.
    package var placedMessage: String { "at character \(offset + 1): \(message)" }

    package var failure: Failure {
        Failure(.refused, code: code, message: "list filter, \(placedMessage)", hint: hint)
    }
}
