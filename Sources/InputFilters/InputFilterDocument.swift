package import ListFilters
package import Records

/// How a file's columns become the fields of one record type: a named format, written once and kept.
///
/// A value of this type has been checked against its record type: every field is known and fed once, every
/// option fits its field. Whether a *file* fits it is asked by ``FieldMap``.
package struct InputFilterDocument: Hashable, Sendable {
    /// What becomes of a column that no field is fed from.
    package enum UnknownColumns: String, Hashable, Sendable, CaseIterable {
        case ignore, refuse
    }

    /// Letters, digits, hyphens and underscores.
    package var name: String
    /// The record type's name: `contact`.
    package var recordType: String
    package var dialect: Dialect
    /// What the file is written in, unless its mark or the request says otherwise.
    package var encoding: TextEncoding
    /// Whether texts that a spreadsheet would run as formulas lie in the file behind a mark, which is taken off.
    package var hasGuardedFormulas = false
    /// Names of the files this is meant for.
    package var namePattern: FileNamePattern?
    /// Keys that find an existing record, tried in order, each of one or more fields; empty for those that
    /// the record type declares.
    package var match: [[String]]
    /// For columns that do not say otherwise.
    package var blank: BlankPolicy
    /// For columns that do not say otherwise.
    package var tooLong: TooLongPolicy
    package var unknownColumns: UnknownColumns
    package var columns: [ColumnRule]
    /// Records outside it are skipped, `where` in the document; asks only about fields that `columns` feed.
    package var listFilter: ListFilter?

    package init(
        name: String, recordType: String, dialect: Dialect = Dialect(), encoding: TextEncoding = .utf8,
        namePattern: FileNamePattern? = nil, match: [[String]] = [], blank: BlankPolicy = .keep,
        tooLong: TooLongPolicy = .reject,
        unknownColumns: UnknownColumns = .ignore, columns: [ColumnRule], listFilter: ListFilter? = nil
    ) {
        self.name = name
        self.recordType = recordType
        self.dialect = dialect
        self.encoding = encoding
        self.namePattern = namePattern
        self.match = match
        self.blank = blank
        self.tooLong = tooLong
        self.unknownColumns = unknownColumns
        self.columns = columns
        self.listFilter = listFilter
    }
}

/// What feeds one field, and what is done to the value on the way.
///
/// The order is fixed: escapes are undone, then the transform, then the join or the split, then the value map;
/// the field's own reading (date, phone) is Validation's and comes last.
package struct ColumnRule: Hashable, Sendable {
    package enum Source: Hashable, Sendable {
        case column(ColumnReference)
        /// The same text in every record.
        case constant(String)
        /// Several columns with a text between; blank parts are left out with their separator.
        case join([ColumnReference], separator: String)
    }

    /// The catalogue's field name.
    package var field: String
    package var source: Source
    /// A record whose value is blank is rejected.
    package var isRequired: Bool
    /// A file without the column is taken, and the field left untouched.
    package var isOptional: Bool
    /// `nil` for the document's.
    package var blank: BlankPolicy?
    /// `nil` for the document's.
    package var tooLong: TooLongPolicy?
    package var datePattern: String?
    /// ISO 3166-1 alpha-2.
    package var phoneCountry: String?
    package var transform: TextTransform
    /// For a single column only.
    package var split: Split?
    package var valueMap: ValueMap?

    package init(
        field: String, source: Source, isRequired: Bool = false, isOptional: Bool = false,
        blank: BlankPolicy? = nil, tooLong: TooLongPolicy? = nil, datePattern: String? = nil,
        phoneCountry: String? = nil, transform: TextTransform = TextTransform(), split: Split? = nil,
        valueMap: ValueMap? = nil
    ) {
        self.field = field
        self.source = source
        self.isRequired = isRequired
        self.isOptional = isOptional
        self.blank = blank
        self.tooLong = tooLong
        self.datePattern = datePattern
        self.phoneCountry = phoneCountry
        self.transform = transform
        self.split = split
        self.valueMap = valueMap
    }

    /// The columns that are read, in the order of the document; none for a constant.
    package var references: [ColumnReference] {
        switch source {
        case .column(let reference): [reference]
        case .constant: []
        case .join(let parts, _): parts
        }
    }
}

/// One column of a file, as a document names it.
package enum ColumnReference: Hashable, Sendable {
    /// Names the header may have for it: the first that is there is meant.
    case header([String])
    /// From 0.
    case position(Int)
    /// Of each line of a fixed-width file.
    case slice(Slice)

    /// For messages: `'Contact ID' or 'Account'`, `column 3`, `characters 1 to 10`.
    package var description: String {
        switch self {
        case .header(let names): names.map { "'\($0)'" }.joined(separator: " or ")
        case .position(let index): "column \(index + 1)"
        case .slice(let slice): "characters \(slice.start + 1) to \(slice.end)"
        }
    }
}

/// Some characters (Unicode scalars) of each line of a fixed-width file.
package struct Slice: Hashable, Sendable {
    /// From 0.
    package var start: Int
    package var length: Int

    package init(start: Int, length: Int) {
        self.start = start
        self.length = length
    }

    /// One past the last character.
    var end: Int { start + length }

    /// As many as the longest record has bytes.
    static let mostCharacters = 1 << 20
}

/// What is done to every value of a column: spaces at the ends taken off, letters made small or capital.
package struct TextTransform: Hashable, Sendable {
    package enum LetterCase: Hashable, Sendable {
        case lower, upper
    }

    package var trims: Bool
    package var letterCase: LetterCase?

    package init(trims: Bool = false, letterCase: LetterCase? = nil) {
        self.trims = trims
        self.letterCase = letterCase
    }

    /// Whether every value stays as it is.
    package var isIdentity: Bool { !trims && letterCase == nil }
}

/// Takes one part of a value that holds several: the first name out of a whole one.
///
/// Spaces at both ends of a part are left out; a part that is not there is blank. Of a single space as the
/// separator several in a row count as one, and those at the ends of the value as none.
package struct Split: Hashable, Sendable {
    package enum Part: Hashable, Sendable {
        /// From 0.
        case number(Int)
        case first, last
        /// All behind the first separator; together with `first` the whole value.
        case afterFirst
        /// All before the last separator; together with `last` the whole value.
        case beforeLast
    }

    /// Not empty.
    package var separator: String
    package var part: Part

    package init(separator: String, part: Part) {
        self.separator = separator
        self.part = part
    }
}

/// Values that stand for others: `Y` for `yes`.
///
/// A value is looked up without the spaces at its ends and else exactly. The empty text as a key stands for
/// a blank cell; as a value it makes the cell blank.
package struct ValueMap: Hashable, Sendable {
    /// What becomes of a value that is no key.
    package enum Otherwise: String, Hashable, Sendable, CaseIterable {
        /// It stays as it is, and Validation judges it.
        case keep
        /// Its record is rejected; a blank cell stays blank.
        case reject
    }

    package struct Entry: Hashable, Sendable {
        package var key: String
        package var value: String

        package init(key: String, value: String) {
            self.key = key
            self.value = value
        }
    }

    /// In the order of the document; keys differ.
    package var entries: [Entry]
    package var otherwise: Otherwise

    package init(_ entries: [Entry], otherwise: Otherwise = .keep) {
        self.entries = entries
        self.otherwise = otherwise
    }
}
