package import Records

/// How the rows of one list become a file: its columns, what stands above them, and how values are written.
package struct ExportLayout: Sendable {
    package struct Column: Hashable, Sendable {
        package var path: FieldPath
        package var header: String

        package init(path: FieldPath, header: String) {
            self.path = path
            self.header = header
        }
    }

    package var columns: [Column]
    package var dialect: Dialect

    /// Plain CSV of these columns; of all fields where none are asked for.
    ///
    /// - Throws: `unknown_field`; `bad_columns` for a column that is asked for twice.
    package init(
        type: RecordType, relations: [Relation], columns: [String]?
    ) throws(Failure) {
        var paths: [FieldPath] = []
        if let columns {
            for column in columns {
                let path = try FieldPath(column, of: type, relations: relations)
                guard !paths.contains(path) else {
                    throw Failure(
                        .refused, code: "bad_columns", message: "the column '\(path.name)' is named twice",
                        hint: "Name each column once.")
                }
                paths.append(path)
            }
        } else {
            paths = type.fields.filter { !$0.isEncrypted }.map(FieldPath.field)
        }
        guard !paths.isEmpty else {
            throw Failure(
                .refused, code: "bad_columns", message: "no column is named",
                hint: "Give at least one, such as: --columns \(type.fields.first?.name ?? "id")")
        }
        self.columns = paths.map { Column(path: $0, header: $0.name) }
        dialect = Dialect()
    }
}
