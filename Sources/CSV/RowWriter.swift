internal import Glibc
package import Records

/// Writes whole batches of rows as delimited text: the fast way out, by the same rules as ``RecordFormatter``.
package struct RowWriter: Sendable {
    package let dialect: Dialect
    /// CRLF or LF, behind every record.
    package let lineEnd: [UInt8]
    /// For each byte, whether a field that holds it is quoted.
    private let needsQuotes: [Bool]
    /// For each column, whether its values are quoted whatever they hold; empty where none is.
    private let alwaysQuoted: [Bool]

    /// `alwaysQuoted` has an element for each column, or none where values are quoted only where they need it.
    package init(dialect: Dialect, lineEnd: [UInt8], alwaysQuoted: [Bool] = []) {
        self.dialect = dialect
        self.lineEnd = lineEnd
        self.alwaysQuoted = alwaysQuoted.contains(true) && dialect.quote != nil ? alwaysQuoted : []
        var needsQuotes = [Bool](repeating: false, count: 256)
        for byte in [dialect.delimiter, dialect.quote ?? 0, UInt8(ascii: "\n"), UInt8(ascii: "\r")] {
            needsQuotes[Int(byte)] = true
        }
        self.needsQuotes = needsQuotes
    }

    /// Adds the rows of a batch, whose cells are blank or texts.
    ///
    /// - Throws: ``CSVError`` with code `notRepresentable` where a dialect without quotes cannot say a value; the
    ///   message names the record's id and the column's number.
    package func append(_ batch: RowBatch, to output: ByteBuffer) throws(CSVError) {
        guard dialect.quote != nil, dialect.escape == .doubled else {
            try appendByField(batch, to: output)
            return
        }
        // Room for the worst case, so that no byte asks for it: every byte doubled, every field in quotes.
        let cellCount = batch.count * batch.columnCount
        var bound = 3 * cellCount + batch.count * lineEnd.count
        for index in 0..<cellCount { bound += 2 * batch.cells[index].length }
        let start = output.reserve(bound)
        let end = needsQuotes.withUnsafeBufferPointer { needsQuotes in
            write(batch, needsQuotes, to: start)
        }
        output.commit(end - start)
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
        _ batch: RowBatch, _ needsQuotes: UnsafeBufferPointer<Bool>, to start: UnsafeMutablePointer<UInt8>
    ) -> UnsafeMutablePointer<UInt8> {
        var at = start
        var cell = batch.cells
        let quote = dialect.quote ?? 0
        let isOnlyField = batch.columnCount == 1
        let hasQuotedColumns = !alwaysQuoted.isEmpty
        for _ in 0..<batch.count {
            for column in 0..<batch.columnCount {
                if column > 0 {
                    at.pointee = dialect.delimiter
                    at += 1
                }
                let length = cell.pointee.length
                let text = batch.bytes + cell.pointee.offset
                let isQuoted = hasQuotedColumns && alwaysQuoted[column]
                if length > 0 {
                    at = Self.write(text, length, quote, needsQuotes, isQuoted, to: at)
                } else if isOnlyField || isQuoted {
                    // Else it would be a blank line, which is no record.
                    at[0] = quote
                    at[1] = quote
                    at += 2
                }
                cell += 1
            }
            for byte in lineEnd {
                at.pointee = byte
                at += 1
            }
        }
        return at
    }

    @inline(__always)
    private static func write(
        _ text: UnsafeMutablePointer<UInt8>, _ length: Int, _ quote: UInt8,
        _ needsQuotes: UnsafeBufferPointer<Bool>, _ isQuoted: Bool, to start: UnsafeMutablePointer<UInt8>
    ) -> UnsafeMutablePointer<UInt8> {
        var isPlain = !isQuoted
        for index in 0..<length where needsQuotes[Int(text[index])] { isPlain = false }
        if isPlain {
            memcpy(start, text, length)
            return start + length
        }
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
