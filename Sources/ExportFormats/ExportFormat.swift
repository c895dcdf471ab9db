package import Records

/// How records are written to a file: a named format, written once and kept.
///
/// A value of this type has been checked: every column is a field or link of its record type, every option fits its
/// column. What it comes to for the columns that one export asks for is an ``ExportLayout``.
package struct ExportFormat: Hashable, Sendable {
    /// What is put in quotes.
    package enum Quoting: String, Hashable, Sendable, CaseIterable {
        /// What could not be read back without them.
        case needed
        /// Every value, blanks too.
        case all
        /// Every value of a text: no number, date or word for true and false.
        case text
    }

    package enum LineEnd: String, Hashable, Sendable, CaseIterable {
        case lf, crlf

        package var bytes: [UInt8] { Array((self == .lf ? "\n" : "\r\n").utf8) }
    }

    /// What becomes of a value that has more characters than its column.
    package enum TooLong: String, Hashable, Sendable, CaseIterable {
        /// The export fails, and says which.
        case refuse
        /// It is cut, and counted.
        case truncate
    }

    /// What becomes of a value with characters that the encoding lacks.
    package enum Unencodable: String, Hashable, Sendable, CaseIterable {
        /// The export fails, and says which.
        case refuse
        /// Each such character is written as a plain one or as `?`, and the value counted.
        case replace
    }

    package struct Numbers: Hashable, Sendable {
        package var decimal = UInt8(ascii: ".")
        /// Between groups of three digits; `nil` for nothing.
        package var grouping: UInt8?

        package init() {}
    }

    package struct Moments: Hashable, Sendable {
        package var pattern: DatePattern
        package var timeZone: TimeZoneRules
    }

    package struct Booleans: Hashable, Sendable {
        package var yes = "true"
        package var no = "false"

        package init() {}
    }

    /// How the values of one column are written.
    package struct Style: Hashable, Sendable {
        /// `nil` for `yyyy-MM-dd`, as dates are stored.
        package var dates: DatePattern?
        package var moments: Moments
        package var numbers = Numbers()
        package var booleans = Booleans()
        /// What stands where there is no value.
        package var blank = ""
        /// Between the values of several linked records.
        package var listSeparator = "; "
        /// Whether texts that a spreadsheet would run are marked: see ``FormulaGuard``.
        package var guardsFormulas = false
        package var tooLong = TooLong.refuse
        /// Values that are written as others.
        package var map: [String: String] = [:]
    }

    package enum Alignment: String, Hashable, Sendable, CaseIterable {
        case left, right
    }

    /// Where a column of a fixed-width file lies in its place.
    package struct Place: Hashable, Sendable {
        /// Characters (Unicode scalars).
        package var width: Int
        package var alignment: Alignment
        /// An ASCII character.
        package var padding = UInt8(ascii: " ")
    }

    package struct Column: Hashable, Sendable {
        package var path: FieldPath
        package var header: String
        /// Left out, unless an export asks for it.
        package var isHidden = false
        /// Whether masks stand for its values.
        package var isMasked = false
        package var style: Style
        /// `nil` in a delimited file.
        package var place: Place?
    }

    /// Letters, digits, hyphens and underscores.
    package var name: String
    /// The record type's name; `nil` for a format that fits any.
    package var recordType: String?
    package var dialect = Dialect()
    package var quoting = Quoting.needed
    package var lineEnd = LineEnd.lf
    package var encoding = TextEncoding.utf8
    package var unencodable = Unencodable.refuse
    /// Whether the file begins with the encoding's mark.
    package var hasMark = false
    /// For columns that are not declared, and those that do not say otherwise.
    package var style: Style
    /// In the order of the file; empty where all fields, or those that are asked for, are written.
    package var columns: [Column] = []

    /// A format of this name that says nothing else: CSV as everybody reads it, values as they are stored.
    package init(name: String) throws(Failure) {
        self.name = name
        style = Style(
            moments: Moments(
                pattern: try DatePattern("yyyy-MM-dd'T'HH:mm:ss.SSSXXX"), timeZone: .utc))
    }
}
