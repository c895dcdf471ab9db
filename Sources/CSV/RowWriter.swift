internal import CByteScan
package import Records

/// Writes rows as delimited text: the fast way out, by the same rules as ``RecordFormatter``.
package struct RowWriter: Sendable {
    package let dialect: Dialect
    /// CRLF or LF, behind every record.
    package let lineEnd: [UInt8]
    /// For each column, whether its values are quoted whatever they hold; empty where none is.
    private let alwaysQuoted: [Bool]
    private let marks: Marks

    /// The bytes that have a meaning.
    private struct Marks {
        let delimiter: UInt8
        let quote: UInt8
    }

    /// `alwaysQuoted` has an element for each column, or none where values are quoted only where they need it.
    package init(dialect: Dialect, lineEnd: [UInt8], alwaysQuoted: [Bool] = []) {
        self.dialect = dialect
        self.lineEnd = lineEnd
        self.alwaysQuoted = alwaysQuoted.contains(true) && dialect.quote != nil ? alwaysQuoted : []
        marks = Marks(delimiter: dialect.delimiter, quote: dialect.quote ?? 0)
    }

    /// Whether any value can be written, and row by row.
    package var writesSingleRows: Bool { dialect.quote != nil && dialect.escape == .doubled }

    /// Adds one row, whose values are blank or texts.
    ///
    /// - Precondition: ``writesSingleRows``.
    /// - Returns: the bytes that the output has then.
    package func append(
        _ values: UnsafeMutablePointer<RowValue>, count: Int, to output: ByteBuffer
    ) -> Int {
        var bytes = 0
        for column in 0..<count { bytes &+= Int(values[column].byteCount) }
        let start = output.reserve(Self.bound(bytes: bytes, fields: count, records: 1))
        let (marks, isOnlyField) = (marks, count == 1)
        let hasQuotedColumns = !alwaysQuoted.isEmpty
        var at = start
        for column in 0..<count {
            if column > 0 {
                at.pointee = marks.delimiter
                at += 1
            }
            let text = values[column].text
            at = Self.write(
                text.baseAddress, text.count, marks, isQuoted: hasQuotedColumns && alwaysQuoted[column],
                isOnlyField, to: at)
        }
        at = writeLineEnd(to: at)
        return output.commit(at - start)
    }

    /// Adds the rows of a batch, whose cells are blank or texts.
    ///
    /// - Throws: ``CSVError`` with code `notRepresentable` where a dialect without quotes cannot say a value; the
    ///   message names the record's id and the column's number.
    package func append(_ batch: RowBatch, to output: ByteBuffer) throws(CSVError) {
        guard writesSingleRows else {
            try appendByField(batch, to: output)
            return
        }
        let cellCount = batch.count * batch.columnCount
        var bytes = 0
        for index in 0..<cellCount { bytes += batch.cells[index].length }
        let start = output.reserve(Self.bound(bytes: bytes, fields: cellCount, records: batch.count))
        output.commit(write(batch, to: start) - start)
    }

    /// Room for the worst case, so that no byte asks for it: every byte doubled, every field in quotes; and for what is
    /// written behind a field, meaning nothing.
    private static func bound(bytes: Int, fields: Int, records: Int) -> Int {
        2 * bytes + 3 * fields + 2 * records + Int(FIELD_COPY_SLACK)
    }

    /// The way of dialects that are rare: field by field, far slower.
    private func appendByField(_ batch: RowBatch, to output: ByteBuffer) throws(CSVError) {
        let formatter = RecordFormatter(dialect: dialect)
        var text: [UInt8] = []
        for row in 0..<batch.count {
            for column in 0..<batch.columnCount {
                if column > 0 { text.append(dialect.delimiter) }
                let cell = batch.cells[row * batch.columnCount + column]
                let field = UnsafeBufferPointer(start: batch.bytes + cell.offset, count: cell.length)
                let isQuoted = !alwaysQuoted.isEmpty && alwaysQuoted[column]
                guard
                    formatter.appendField(
                        field.span, to: &text, isOnlyField: batch.columnCount == 1, isQuoted: isQuoted)
                else {
                    throw CSVError(
                        .notRepresentable,
                        "the record of id \(batch.ids[row]) holds a delimiter or a line end in column "
                            + "\(column + 1), and the format has no quotes",
                        hint: "Choose a format with quotes, or a delimiter that is not in the data.")
                }
            }
            text += lineEnd
        }
        output.append(text)
    }

    private func write(
        _ batch: RowBatch, to start: UnsafeMutablePointer<UInt8>
    ) -> UnsafeMutablePointer<UInt8> {
        var at = start
        var cell = batch.cells
        let (marks, isOnlyField) = (marks, batch.columnCount == 1)
        let hasQuotedColumns = !alwaysQuoted.isEmpty
        for _ in 0..<batch.count {
            for column in 0..<batch.columnCount {
                if column > 0 {
                    at.pointee = marks.delimiter
                    at += 1
                }
                at = Self.write(
                    batch.bytes + cell.pointee.offset, cell.pointee.length, marks,
                    isQuoted: hasQuotedColumns && alwaysQuoted[column], isOnlyField, to: at)
                cell += 1
            }
            at = writeLineEnd(to: at)
        }
        return at
    }

    @inline(__always)
    private func writeLineEnd(to start: UnsafeMutablePointer<UInt8>) -> UnsafeMutablePointer<UInt8> {
        var at = start
        for index in 0..<lineEnd.count {
            at.pointee = lineEnd[index]
            at += 1
        }
        return at
    }

    @inline(__always)
    private static func write(
        _ text: UnsafePointer<UInt8>?, _ length: Int, _ marks: Marks, isQuoted: Bool, _ isOnlyField: Bool,
        to start: UnsafeMutablePointer<UInt8>
    ) -> UnsafeMutablePointer<UInt8> {
        guard length > 0, let text else {
            guard isOnlyField || isQuoted else { return start }
            // Else it would be a blank line, which is no record.
            start[0] = marks.quote
            start[1] = marks.quote
            return start + 2
        }
        let needsQuotes = field_copy(start, text, length, marks.delimiter, marks.quote)
        return needsQuotes || isQuoted ? quote(text, length, marks.quote, to: start) : start + length
    }

    private static func quote(
        _ text: UnsafePointer<UInt8>, _ length: Int, _ quote: UInt8, to start: UnsafeMutablePointer<UInt8>
    ) -> UnsafeMutablePointer<UInt8> {
        var at = start
        at.pointee = quote
        at += 1
        for index in 0..<length {
            if text[index] == quote {
                at.pointee = quote
                at += 1
            }
            at.pointee = text[index]
            at += 1
        }
        at.pointee = quote
        return at + 1
    }
}
