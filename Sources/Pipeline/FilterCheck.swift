package import Records

/// How an input filter's document fits its record type, and a sample of a file.
package struct FilterCheck: Sendable, Encodable {
    package let inputFilter: String
    package let recordType: String
    /// Keys that find an existing record, tried in order.
    package let match: [[String]]
    package let fields: [Field]
    /// Fields that every new record must have and that nothing feeds: only `--mode update` can do without.
    package let unfedRequiredFields: [String]
    /// `nil` where the document alone was checked.
    package internal(set) var sample: Sample?

    /// A field that the document feeds.
    package struct Field: Sendable, Encodable {
        package let field: String
        /// As in `'Contact ID' or 'Account'`, `column 3`, `the text 'nightly'`.
        package let from: String
        /// A record without a value is rejected.
        package let isRequired: Bool
        /// A file without the column is taken.
        package let isOptional: Bool
    }

    /// What came of the sample.
    package struct Sample: Sendable, Encodable {
        package internal(set) var file: SampleFile
        package internal(set) var accepted: UInt64 = 0
        package internal(set) var rejected: UInt64 = 0
        /// Outside the input filter's `where`.
        package internal(set) var skipped: UInt64 = 0
        package internal(set) var fields: [FieldFinding]
        /// Columns that feed no field.
        package internal(set) var unreadColumns: [UnreadColumn]
        /// Problems of whole records, such as too few fields.
        package internal(set) var problems: [ProblemFinding] = []
        package internal(set) var warnings: [UserTask.Tally]
    }

    /// A field of the sample.
    package struct FieldFinding: Sendable, Encodable {
        package internal(set) var source: SampleField
        /// Records with a value, those with a problem included.
        package internal(set) var values: UInt64 = 0
        package internal(set) var blanks: UInt64 = 0
        /// The first few values that differ.
        package internal(set) var examples: [Example] = []
        package internal(set) var problems: [ProblemFinding] = []
    }

    package struct Example: Hashable, Sendable, Encodable {
        /// As it lies in the file.
        package var source: String
        /// As the type's view shows it.
        package var stored: String
    }

    /// One kind of problem.
    package struct ProblemFinding: Hashable, Sendable, Encodable {
        package var code: String
        package internal(set) var count: UInt64
        /// Of the first record that has it, from 1.
        package var firstLine: UInt64
        /// Of that record.
        package var message: String
    }

    package struct UnreadColumn: Hashable, Sendable, Encodable {
        package var column: SampleColumn
        /// The first value that is not blank; `nil` where there is none.
        package internal(set) var example: String?
        /// A field whose name is nearly the column's, and that nothing feeds.
        package var nearestField: String?

        private enum CodingKeys: String, CodingKey {
            case column, example, nearestField
        }

        /// What is not known is `null`, so that programs find every key.
        package func encode(to encoder: any Encoder) throws {
            var values = encoder.container(keyedBy: CodingKeys.self)
            try values.encode(column, forKey: .column)
            try values.encode(example, forKey: .example)
            try values.encode(nearestField, forKey: .nearestField)
        }
    }
}
