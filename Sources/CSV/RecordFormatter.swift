package import Records

/// Writes records as delimited text, quoting a field only where the dialect needs it.
///
/// A field is quoted where it holds the delimiter, the quote, CR or LF; and where a record is one empty field,
/// which would else be a blank line. Without a quote, backslashes do the same where the dialect has them.
package struct RecordFormatter: Sendable {
    package let dialect: Dialect

    package init(dialect: Dialect) {
        self.dialect = dialect
    }

    /// Adds one record, without a line end.
    ///
    /// `record` is its number, from 1, where there are several; `isQuoted` whether every field is quoted.
    ///
    /// - Throws: ``CSVError`` with code `notRepresentable`, the record and the column; nothing is added then.
    package func append(
        _ fields: [String], to output: inout [UInt8], record: UInt64? = nil, isQuoted: Bool = false
    ) throws(CSVError) {
        try append(fields.map { Array($0.utf8) }, to: &output, record: record, isQuoted: isQuoted)
    }

    /// Adds one record, without a line end.
    ///
    /// `record` is its number, from 1, where there are several; `isQuoted` whether every field is quoted.
    ///
    /// - Throws: ``CSVError`` with code `notRepresentable`, the record and the column; nothing is added then.
    package func append(
        _ fields: [[UInt8]], to output: inout [UInt8], record: UInt64? = nil, isQuoted: Bool = false
    ) throws(CSVError) {
        let start = output.count
        for (column, field) in fields.enumerated() {
            if column > 0 { output.append(dialect.delimiter) }
            guard appendField(field.span, to: &output, isOnlyField: fields.count == 1, isQuoted: isQuoted)
            else {
                output.removeLast(output.count - start)
                throw CSVError(
                    .notRepresentable,
                    "the field holds a delimiter or a line end, and the format has no quotes",
                    hint: "Choose a delimiter that is not in the data, or a quote.", record: record,
                    column: column + 1)
            }
        }
    }

    /// Adds one field, without a delimiter.
    ///
    /// - Parameters:
    ///   - field: the value's bytes.
    ///   - output: where to add it.
    ///   - isOnlyField: whether the record has no other field.
    ///   - isQuoted: whether it is quoted where it need not be, if the dialect has a quote.
    /// - Returns: `false`, with nothing added, where the dialect cannot say the value.
    package func appendField(
        _ field: Span<UInt8>, to output: inout [UInt8], isOnlyField: Bool = false, isQuoted: Bool = false
    ) -> Bool {
        let needsQuotes = needsQuotes(field)
        if let quote = dialect.quote, needsQuotes || isQuoted || (isOnlyField && field.isEmpty) {
            output.append(quote)
            for i in field.indices { appendQuoted(field[i], quote: quote, to: &output) }
            output.append(quote)
        } else if dialect.escape == .backslash {
            for i in field.indices { appendEscaped(field[i], to: &output) }
        } else if needsQuotes {
            return false
        } else {
            field.withUnsafeBufferPointer { output.append(contentsOf: $0) }
        }
        return true
    }

    private func appendQuoted(_ byte: UInt8, quote: UInt8, to output: inout [UInt8]) {
        switch dialect.escape {
        case .doubled:
            if byte == quote { output.append(quote) }
        case .backslash:
            if byte == quote || byte == EscapedByte.backslash { output.append(EscapedByte.backslash) }
        }
        output.append(byte)
    }

    /// Outside of quotes; line ends as letters, since a CR behind a backslash would take a LF with it.
    private func appendEscaped(_ byte: UInt8, to output: inout [UInt8]) {
        switch byte {
        case UInt8(ascii: "\r"): output += [EscapedByte.backslash, UInt8(ascii: "r")]
        case UInt8(ascii: "\n"): output += [EscapedByte.backslash, UInt8(ascii: "n")]
        case dialect.delimiter, EscapedByte.backslash: output += [EscapedByte.backslash, byte]
        default: output.append(byte)
        }
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
