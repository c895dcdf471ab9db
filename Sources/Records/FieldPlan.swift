/// What a blank cell does to a stored value.
package enum BlankPolicy: String, Hashable, Sendable, Codable, CaseIterable {
    case keep, clear
}

/// What becomes of a value over its field's length.
package enum TooLongPolicy: String, Hashable, Sendable, Codable, CaseIterable {
    case reject, truncate
}

/// What one run does with one field: what an input filter made of the file's header.
///
/// `InputFilters` makes it, `Validation` checks by it, `Store` writes by it.
package struct FieldPlan: Hashable, Sendable {
    package var field: Field
    /// The plane of the batch that holds the field's cells once mapped, and its value once checked.
    package var plane: Int
    /// The file's column that feeds it, from 0, for errors; `nil` for a constant.
    package var sourceColumn: Int?
    package var blank: BlankPolicy
    package var tooLong: TooLongPolicy
    /// A record without a value is rejected, by the field's own rule or the filter's.
    package var isRequired: Bool
    /// How dates and date-times are written in the file; `nil` for ISO 8601.
    package var datePattern: String?
    /// ISO 3166-1 alpha-2 country of phones written without one; `nil` where each must begin with `+`.
    package var phoneCountry: String?

    package init(
        field: Field, plane: Int, sourceColumn: Int?, blank: BlankPolicy = .keep,
        tooLong: TooLongPolicy = .reject, isRequired: Bool = false, datePattern: String? = nil,
        phoneCountry: String? = nil
    ) {
        self.field = field
        self.plane = plane
        self.sourceColumn = sourceColumn
        self.blank = blank
        self.tooLong = tooLong
        self.isRequired = isRequired
        self.datePattern = datePattern
        self.phoneCountry = phoneCountry
    }
}

/// One thing wrong with one record.
package struct Issue: Hashable, Sendable, Codable {
    /// For programs, such as `email_too_long`, `field_count` or `required_missing`.
    package var code: String
    /// The catalogue's field name, where one is concerned.
    package var field: String?
    /// The source's column, from 1 as people count, where one is concerned.
    package var column: Int?
    /// For people.
    package var message: String

    package init(code: String, field: String? = nil, column: Int? = nil, message: String) {
        self.code = code
        self.field = field
        self.column = column
        self.message = message
    }
}

extension Issue {
    private enum CodingKeys: String, CodingKey {
        case code, field, column, message
    }

    /// What is not known is `null`, as in all that programs are told.
    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(code, forKey: .code)
        try values.encode(field, forKey: .field)
        try values.encode(column, forKey: .column)
        try values.encode(message, forKey: .message)
    }
}

/// One record that stayed out, with every reason in column order.
package struct Reject: Hashable, Sendable {
    /// Its index in the batch.
    package var record: Int
    package var issues: [Issue]

    package init(record: Int, issues: [Issue]) {
        self.record = record
        self.issues = issues
    }
}

/// Records whose planes hold one cell a field: what `InputFilters` gives and `Validation` takes.
package struct MappedBatch: Sendable {
    package let records: RecordBatch
    /// The fields, in the order of the file's columns.
    package let fields: [FieldPlan]
    /// What mapping found wrong (faults of shape, values that a value map does not know): by record.
    package let rejects: [Reject]

    package init(records: RecordBatch, fields: [FieldPlan], rejects: [Reject]) {
        self.records = records
        self.fields = fields
        self.rejects = rejects
    }
}

/// Records whose cells are values as they will be stored: what `Validation` gives and `Store` takes.
package struct CheckedBatch: Sendable {
    package let records: RecordBatch
    package let fields: [FieldPlan]
    /// Records that stay out, ascending by record, each once.
    package let rejects: [Reject]
    /// Records to write, in the order to write them: ascending by key where that may be, else by file.
    package var order: [UInt32]
    /// By record, the id of the row that was found for it, blank where none was; empty where nobody looked.
    package var rows: [Cell] = []
    /// By record, a hash of its key, of those in the order for which no row was found; empty where nobody made them.
    package var keyHashes: [UInt64] = []
    /// Records outside the input filter's `where`, ascending: skipped, and neither among the rejects nor in
    /// the order.
    package let leftOut: [UInt32]
    /// Values that were cut to their field's length, those of rejected records too: see ``shortenedValues()``.
    package let shortened: [ShortenedColumn]

    package init(
        records: RecordBatch, fields: [FieldPlan], rejects: [Reject], order: [UInt32], leftOut: [UInt32] = [],
        shortened: [ShortenedColumn] = []
    ) {
        self.records = records
        self.fields = fields
        self.rejects = rejects
        self.order = order
        self.leftOut = leftOut
        self.shortened = shortened
    }

    /// Of each field with values that were cut, how many there are in records to write, and where the first is.
    package func shortenedValues() -> [ShortenedValues] {
        guard !shortened.isEmpty else { return [] }
        let left = Set(rejects.map { UInt32($0.record) }).union(leftOut)
        return shortened.compactMap { column in
            let kept = column.records.filter { !left.contains($0) }
            guard let first = kept.first else { return nil }
            return ShortenedValues(
                field: fields[column.field].field.name, count: UInt64(kept.count),
                first: records.position(of: Int(first)))
        }
    }
}

/// The records of one batch whose value of one field was cut to the field's length.
package struct ShortenedColumn: Hashable, Sendable {
    /// Index into the fields of the batch.
    package var field: Int
    /// Ascending.
    package var records: [UInt32]

    package init(field: Int, records: [UInt32]) {
        self.field = field
        self.records = records
    }
}

/// Values of one field in one batch that were cut to the field's length.
package struct ShortenedValues: Hashable, Sendable {
    /// The catalogue's field name.
    package var field: String
    package var count: UInt64
    /// The first record with one.
    package var first: Position

    package init(field: String, count: UInt64, first: Position) {
        self.field = field
        self.count = count
        self.first = first
    }
}
