internal import Records

/// Where the values of one field come from in one file.
package enum FieldSource: Hashable, Sendable {
    /// Columns from 0; several where they are joined, in the order of the document.
    case columns([Int])
    /// Characters of each line of a fixed-width file.
    case slices([Slice])
    /// The same text in every record.
    case constant(String)

    init(columns: [Int], slices: [Slice]?, constant: String?) {
        if let constant {
            self = .constant(constant)
        } else if let slices {
            self = .slices(columns.map { slices[$0] })
        } else {
            self = .columns(columns)
        }
    }

    /// The columns of a delimited file that are read.
    package var columns: [Int] {
        if case .columns(let columns) = self { columns } else { [] }
    }

    /// The texts that a record has for the field, one a column or slice, before anything is done to them.
    ///
    /// `values` are those of all its fields; a fixed-width line is one. What a short record lacks is not among
    /// them. Bytes that are not UTF-8 become `\u{FFFD}`, as these texts are to be looked at only.
    package func texts(in values: [[UInt8]]) -> [String] {
        switch self {
        case .columns(let columns):
            return columns.filter { $0 < values.count }.map { String(decoding: values[$0], as: UTF8.self) }
        case .slices(let slices):
            let bytes = Array(values.joined(separator: [Dialect.fixedWidthDelimiter]))
            let line = String(decoding: bytes, as: UTF8.self)
            let characters = Array(line.unicodeScalars)
            return slices.map { slice in
                var text = String.UnicodeScalarView()
                text.append(contentsOf: characters.dropFirst(slice.start).prefix(slice.length))
                return String(text)
            }
        case .constant(let text):
            return [text]
        }
    }
}

extension ColumnRule {
    /// The text of every record, where it is the same.
    package var constant: String? {
        if case .constant(let text) = source { text } else { nil }
    }
}
