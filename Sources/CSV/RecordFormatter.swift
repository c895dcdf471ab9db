package import Records

/// Writes records as delimited text, quoting a field only where the dialect needs it.
///
/// A field is quoted where it holds the delimiter, the quote, CR or LF; and where a record is one empty field,
/// which would else be a blank line.
package struct RecordFormatter: Sendable {
    package let dialect: Dialect

    package init(dialect: Dialect) {
        self.dialect = dialect
    }

    /// Adds one record, without a line end.
    ///
    /// - Throws: ``CSVError`` with code `notRepresentable` and the column; nothing is added then.
    package func append(_ fields: [String], to output: inout [UInt8]) throws(CSVError) {
        try append(fields.map { Array($0.utf8) }, to: &output)
    }

    /// Adds one record, without a line end.
    ///
    /// - Throws: ``CSVError`` with code `notRepresentable` and the column; nothing is added then.
    package func append(_ fields: [[UInt8]], to output: inout [UInt8]) throws(CSVError) {
        let start = output.count
        for (column, field) in fields.enumerated() {
            if column > 0 { output.append(dialect.delimiter) }
            guard appendField(field.span, to: &output, isOnlyField: fields.count == 1) else {
                output.removeLast(output.count - start)
                throw CSVError(
                    .notRepresentable,
                    "the field holds a delimiter or a line end, and the format has no quotes",
                    hint: "Choose a delimiter that is not in the data, or a quote.", column: column + 1)
            }
        }
    }

    /// Adds one field, without a delimiter.
    ///
    /// - Parameters:
    ///   - field: the value's bytes.
    ///   - output: where to add it.
    ///   - isOnlyField: whether the record has no other field.
    /// - Returns: `false`, with nothing added, where the dialect cannot say the value.
    package func appendField(
        _ field: Span<UInt8>, to output: inout [UInt8], isOnlyField: Bool = false
    ) -> Bool {
        guard needsQuotes(field) || (isOnlyField && field.isEmpty && dialect.quote != nil) else {
            field.withUnsafeBufferPointer { output.append(contentsOf: $0) }
            return true
        }
        guard let quote = dialect.quote else { return false }
        output.append(quote)
        for i in field.indices {
            if field[i] == quote { output.append(quote) }
            output.append(field[i])
        }
        output.append(quote)
        return true
    }

    private func needsQuotes(_ field: Span<UInt8>) -> Bool {
        for i in field.indices {
            let byte = field[i]
            if byte == dialect.delimiter || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
                return true
            }
            if let quote = dialect.quote, byte == quote { return true }
        }
        return false
    }
}
