internal import Glibc
package import Records

/// Writes whole batches of rows as delimited text: the fast way out, by the same rules as ``RecordFormatter``.
package struct RowWriter: Sendable {
    package let dialect: Dialect
    /// CRLF or LF, behind every record.
    package let lineEnd: [UInt8]
    /// For each byte, whether a field that holds it is quoted.
    private let needsQuotes: [Bool]

    /// - Precondition: the dialect has a quote, and quotes within quotes are doubled.
    package init(dialect: Dialect, lineEnd: [UInt8]) {
        precondition(dialect.quote != nil && dialect.escape == .doubled)
        self.dialect = dialect
        self.lineEnd = lineEnd
        var needsQuotes = [Bool](repeating: false, count: 256)
        for byte in [dialect.delimiter, dialect.quote ?? 0, UInt8(ascii: "\n"), UInt8(ascii: "\r")] {
            needsQuotes[Int(byte)] = true
        }
        self.needsQuotes = needsQuotes
    }

    /// Adds the rows of a batch, whose cells are blank or texts.
    package func append(_ batch: RowBatch, to output: ByteBuffer) {
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

    private func write(
        _ batch: RowBatch, _ needsQuotes: UnsafeBufferPointer<Bool>, to start: UnsafeMutablePointer<UInt8>
    ) -> UnsafeMutablePointer<UInt8> {
        var at = start
        var cell = batch.cells
        let quote = dialect.quote ?? 0
        let isOnlyField = batch.columnCount == 1
        for _ in 0..<batch.count {
            for column in 0..<batch.columnCount {
                if column > 0 {
                    at.pointee = dialect.delimiter
                    at += 1
                }
                let length = cell.pointee.length
                let text = batch.bytes + cell.pointee.offset
                if length > 0 {
                    at = Self.write(text, length, quote, needsQuotes, to: at)
                } else if isOnlyField {
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
        _ needsQuotes: UnsafeBufferPointer<Bool>, to start: UnsafeMutablePointer<UInt8>
    ) -> UnsafeMutablePointer<UInt8> {
        var isPlain = true
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
