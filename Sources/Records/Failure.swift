/// Why a run ended, or was refused, in the form that people and programs are told.
package struct Failure: Error, Hashable, Sendable, Codable, CustomStringConvertible {
    /// What became of the work.
    package enum Kind: String, Hashable, Sendable, Codable {
        /// Nothing was written.
        case refused
        /// What was committed stays; the task can be resumed.
        case failed
    }

    package var kind: Kind
    /// For programs: lower snake case, never changed once shipped.
    package var code: String
    /// For people: where, and what.
    package var message: String
    /// For people: what to do next.
    package var hint: String?
    /// Line of the source, from 1.
    package var line: UInt64?
    /// Column (field) of the record, from 1.
    package var column: Int?
    /// Byte of the decompressed source, from 0.
    package var byteOffset: UInt64?
    /// All that is wrong with a single record, where that is why.
    package var issues: [Issue]?

    package init(
        _ kind: Kind, code: String, message: String, hint: String? = nil,
        line: UInt64? = nil, column: Int? = nil, byteOffset: UInt64? = nil
    ) {
        self.kind = kind
        self.code = code
        self.message = message
        self.hint = hint
        self.line = line
        self.column = column
        self.byteOffset = byteOffset
    }

    package var description: String {
        guard let hint else { return message }
        return "\(message)\n\(hint)"
    }
}

extension Failure {
    private enum CodingKeys: String, CodingKey {
        case kind, code, message, hint, line, column, byteOffset, issues
    }

    /// What is unknown is `null`, so that programs find every key; but `issues` are of single records alone.
    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(kind, forKey: .kind)
        try values.encode(code, forKey: .code)
        try values.encode(message, forKey: .message)
        try values.encode(hint, forKey: .hint)
        try values.encode(line, forKey: .line)
        try values.encode(column, forKey: .column)
        try values.encode(byteOffset, forKey: .byteOffset)
        try values.encodeIfPresent(issues, forKey: .issues)
    }
}

extension Failure {
    /// Refuses a single record for all that is wrong with it: the code is that of the first.
    ///
    /// - Precondition: there is at least one issue.
    package static func record(_ issues: [Issue]) -> Failure {
        precondition(!issues.isEmpty, "nothing is wrong")
        let messages = issues.map(\.message)
        var failure = Failure(
            .refused, code: issues[0].code,
            message: messages.count == 1
                ? messages[0] : "\(messages.count) values are not taken: " + messages.joined(separator: "; "))
        failure.issues = issues
        return failure
    }
}

/// An error of one module that knows how it is told to people and programs.
package protocol FailureConvertible: Error {
    var failure: Failure { get }
}

extension Failure: FailureConvertible {
    package var failure: Failure { self }
}
