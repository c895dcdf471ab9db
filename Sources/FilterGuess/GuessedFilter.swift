package import Records

/// A guessed input filter, and what it was guessed from.
package struct GuessedFilter: Sendable {
    /// The document with its comments.
    package var yaml: String
    package var name: String
    package var recordType: String
    package var dialect: Dialect
    package var encoding: TextEncoding
    /// The file's columns, in their order.
    package var columns: [GuessedColumn]
    /// How well each record type fits, best first; only those that are possible.
    package var types: [TypeScore]
    /// Records of the file that were looked at.
    package var records: Int
    /// Those of them that the document keeps out.
    package var rejected: Int
    /// What a reader should look at before the filter is used.
    package var questions: [String]

    package struct TypeScore: Hashable, Sendable, Codable {
        package var recordType: String
        /// The sum of the columns' scores, and what the file's name and the key add or take.
        package var score: Double
    }
}

/// One column of the file, and what it seems to be.
package struct GuessedColumn: Hashable, Sendable, Codable {
    /// From 1.
    package var column: Int
    /// The header's cell; `nil` where the file has no header.
    package var name: String?
    /// The fields it feeds: none, one, or two where it also stands in for another.
    package var fields: [String]
    /// From 0 to a little over 1: how much speaks for the field.
    package var score: Double
    /// What the comment says besides.
    package var notes: [String]
    /// Values; none where they were not wanted.
    package var examples: [String]
}

extension GuessedColumn {
    private enum CodingKeys: String, CodingKey {
        case column, name, fields, score, notes, examples
    }

    /// What is not known is `null`, as in all that programs are told.
    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(column, forKey: .column)
        try values.encode(name, forKey: .name)
        try values.encode(fields, forKey: .fields)
        try values.encode(score, forKey: .score)
        try values.encode(notes, forKey: .notes)
        try values.encode(examples, forKey: .examples)
    }
}
