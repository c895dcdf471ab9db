/// What became of one record of a file, told on its own.
package enum RecordOutcome: String, Hashable, Sendable, Codable, CaseIterable {
    case created, updated, unchanged, duplicate, skipped, rejected, deleted
}

/// One line of a results file.
package struct RecordResult: Hashable, Sendable, Codable {
    /// Physical line of the source on which the record begins, from 1.
    package var line: UInt64
    /// The value of the key by which the record was looked for; of several fields joined by spaces.
    ///
    /// Empty where the record has none.
    package var key: String
    /// The row it is or has become; `nil` where there is none, or none that lasts.
    package var id: Int64?
    package var outcome: RecordOutcome

    package init(line: UInt64, key: String, id: Int64?, outcome: RecordOutcome) {
        self.line = line
        self.key = key
        self.id = id
        self.outcome = outcome
    }
}

extension RecordResult {
    private enum CodingKeys: String, CodingKey {
        case line, key, id, outcome
    }

    /// What is not known is `null`, as in all that programs are told.
    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(line, forKey: .line)
        try values.encode(key, forKey: .key)
        try values.encode(id, forKey: .id)
        try values.encode(outcome, forKey: .outcome)
    }
}
