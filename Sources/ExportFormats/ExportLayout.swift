package import Records

/// How the rows of one list become a file: its columns, what stands above them, and how values are written.
///
/// What an ``ExportFormat`` comes to for one record type and the columns that an export asks for.
package struct ExportLayout: Sendable {
    package typealias Column = ExportFormat.Column

    /// Those that are written, in their order.
    package var columns: [Column]
    package var dialect: Dialect
    package var quoting = ExportFormat.Quoting.needed
    /// Behind the header and behind every record.
    package var lineEnd = ExportFormat.LineEnd.lf.bytes
    package var encoding = TextEncoding.utf8
    package var unencodable = ExportFormat.Unencodable.refuse
    /// Whether the file begins with the encoding's mark.
    package var hasMark = false

    /// Plain CSV of these columns; of all fields where none are asked for, but for encrypted ones that are not shown.
    ///
    /// - Throws: `unknown_field`; `bad_columns` for a column that is asked for twice.
    package init(
        type: RecordType, relations: [Relation], columns: [String]?, showsEncrypted: Bool = false
    ) throws(Failure) {
        try self.init(
            format: ExportFormat(name: "data"), type: type, relations: relations, columns: columns,
            showsEncrypted: showsEncrypted)
    }

    /// A format's file of these columns; without any, of those that the format shows, or else of all fields.
    ///
    /// A column that is asked for is written as the format says, also a hidden one, and one that the format does not
    /// have under its field's name. Values of encrypted fields are masked unless `showsEncrypted` says otherwise; where
    /// neither columns nor format name them they are left out then, since a mask could be taken for a value.
    ///
    /// - Throws: `wrong_record_type`; `unknown_field`; `bad_columns` for a column that is asked for twice or, in a
    ///   fixed-width file, has no width; `header_twice`.
    package init(
        format: ExportFormat, type: RecordType, relations: [Relation], columns: [String]?,
        showsEncrypted: Bool = false
    ) throws(Failure) {
        guard format.recordType == nil || format.recordType == type.name else {
            throw Failure(
                .refused, code: "wrong_record_type",
                message:
                    "export format '\(format.name)' is for \(format.recordType ?? "other") records, not \(type.name)",
                hint: "Choose one for \(type.name) records, or one that fits any: 'sluice formats list'.")
        }
        dialect = format.dialect
        quoting = format.quoting
        lineEnd = format.lineEnd.bytes
        encoding = format.encoding
        unencodable = format.unencodable
        hasMark = format.hasMark
        if let columns {
            self.columns = try Self.asked(columns, format, type, relations)
        } else if format.columns.isEmpty {
            self.columns = type.fields.filter { showsEncrypted || !$0.isEncrypted }.map { field in
                Column(path: .field(field), header: field.name, style: format.style)
            }
        } else {
            self.columns = format.columns.filter { !$0.isHidden }
        }
        guard !self.columns.isEmpty else {
            throw Failure(
                .refused, code: "bad_columns", message: "no column is named",
                hint: "Give at least one, such as: --columns \(type.fields.first?.name ?? "id")")
        }
        for index in self.columns.indices where self.columns[index].path.isEncrypted && !showsEncrypted {
            self.columns[index].isMasked = true
        }
        try checkHeaders()
    }

    private static func asked(
        _ names: [String], _ format: ExportFormat, _ type: RecordType, _ relations: [Relation]
    ) throws(Failure) -> [Column] {
        var found: [Column] = []
        for name in names {
            let path = try FieldPath(name, of: type, relations: relations)
            guard !found.contains(where: { $0.path == path }) else {
                throw Failure(
                    .refused, code: "bad_columns", message: "the column '\(path.name)' is named twice",
                    hint: "Name each column once.")
            }
            if let column = format.columns.first(where: { $0.path == path }) {
                found.append(column)
            } else if format.dialect.fixedWidth == nil {
                found.append(Column(path: path, header: path.name, style: format.style))
            } else {
                throw Failure(
                    .refused, code: "bad_columns",
                    message:
                        "export format '\(format.name)' has no column for '\(path.name)', and a fixed-width line "
                        + "needs the column's width",
                    hint: "Its columns: \(format.columns.map(\.path.name).joined(separator: ", ")).")
            }
        }
        return found
    }

    /// One of the format's headers may be the name of a field that was asked for besides.
    private func checkHeaders() throws(Failure) {
        guard dialect.hasHeader else { return }
        var headers: Set<String> = []
        for column in columns
        where !headers.insert(Field.comparableName(column.header)).inserted {
            throw Failure(
                .refused, code: "header_twice",
                message: "the header '\(column.header)' would stand over two columns",
                hint: "Ask for one of the two only, or give one another header in the format.")
        }
    }

    /// For each column, whether its values are in quotes whatever they hold.
    package var alwaysQuoted: [Bool] {
        columns.map { column in
            switch quoting {
            case .needed: false
            case .all: true
            case .text: column.path.isList || column.path.kind.isText
            }
        }
    }
}
