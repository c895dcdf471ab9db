import CSV
import CSVTestSupport
import Records
import TestSupport
import Testing

@Suite("Row writer")
struct RowWriterTests {
    /// A batch of these texts; an empty one is a blank.
    private func batch(_ rows: [[[UInt8]]], columns: Int) -> RowBatch {
        // Little room at first, so that it has to grow.
        let batch = RowBatch(columnCount: columns, maxRows: max(1, rows.count), byteCapacity: 1)
        for row in rows {
            for (column, text) in row.enumerated() {
                let room = batch.reserve(text.count)
                for (index, byte) in text.enumerated() { room[index] = byte }
                let cell = batch.commit(text.count)
                batch.cells[batch.count * columns + column] = text.isEmpty ? .blank : cell
            }
            batch.count += 1
        }
        return batch
    }

    /// The same rows, one by one, as the writer writes them.
    private func appendSingly(_ rows: [[[UInt8]]], _ writer: RowWriter, to buffer: ByteBuffer) {
        for row in rows {
            // Each text in an allocation of its own, so that a look past its end is seen by who watches memory.
            let texts = row.map { text in
                let room = UnsafeMutablePointer<UInt8>.allocate(capacity: max(1, text.count))
                for (index, byte) in text.enumerated() { room[index] = byte }
                return room
            }
            var values = zip(row, texts).map { text, room in
                text.isEmpty ? RowValue.blank : .text(room, count: text.count)
            }
            values.withUnsafeMutableBufferPointer { values in
                if let base = values.baseAddress { _ = writer.append(base, count: values.count, to: buffer) }
            }
            for text in texts { text.deallocate() }
        }
    }

    @Test("batches, and single rows, are written as the formatter writes record by record")
    func agreesWithFormatter() throws {
        var numbers = SeededGenerator(seed: runSeed("agreesWithFormatter"))
        let dialects = [Dialect(), Dialect(delimiter: 59, quote: 39), Dialect(delimiter: 9)]
        for round in 0..<300 {
            let dialect = dialects[round % dialects.count]
            let columns = Int.random(in: 1...5, using: &numbers)
            let (buffer, singly) = (ByteBuffer(capacity: 1), ByteBuffer(capacity: 1))
            var wanted: [UInt8] = []
            for _ in 0..<2 {
                let rows = (0..<Int.random(in: 0...9, using: &numbers)).map { _ in
                    (0..<columns).map { _ in
                        nastyBytes(&numbers, count: Int.random(in: 0...50, using: &numbers))
                    }
                }
                let writer = RowWriter(dialect: dialect, lineEnd: [13, 10])
                try writer.append(batch(rows, columns: columns), to: buffer)
                appendSingly(rows, writer, to: singly)
                for row in rows {
                    try RecordFormatter(dialect: dialect).append(row, to: &wanted)
                    wanted += [13, 10]
                }
            }
            #expect(Array(buffer.bytes) == wanted)
            #expect(Array(singly.bytes) == wanted)
        }
    }

    @Test("one byte that needs quotes is seen wherever it stands in a field of any length")
    func everyPlace() {
        for length in 1...70 {
            for place in 0..<length {
                for byte in Array(",\"\r\n".utf8) {
                    var text = [UInt8](repeating: 0x61, count: length)
                    text[place] = byte
                    let buffer = ByteBuffer(capacity: 1)
                    appendSingly(
                        [[text, Array("b".utf8)]], RowWriter(dialect: Dialect(), lineEnd: [10]), to: buffer)
                    let doubled = text.flatMap { $0 == 0x22 ? [$0, $0] : [$0] }
                    #expect(Array(buffer.bytes) == [0x22] + doubled + Array("\",b\n".utf8))
                }
            }
        }
    }

    @Test(
        "columns that are always quoted are, and dialects with backslashes too are read as they were written")
    func otherWays() throws {
        var numbers = SeededGenerator(seed: runSeed("otherWays"))
        let dialects = [
            Dialect(), Dialect(escape: .backslash), Dialect(quote: nil, escape: .backslash),
            Dialect(delimiter: 59, quote: 39, escape: .backslash),
        ]
        for round in 0..<200 {
            let dialect = dialects[round % dialects.count]
            let columns = Int.random(in: 2...5, using: &numbers)
            let rows = (0..<Int.random(in: 1...9, using: &numbers)).map { _ in
                (0..<columns).map { _ in
                    nastyBytes(&numbers, count: [0, 1, 3, 80].randomElement(using: &numbers) ?? 0)
                }
            }
            let always = (0..<columns).map { _ in numbers.chance(50) }
            let buffer = ByteBuffer(capacity: 1)
            try RowWriter(dialect: dialect, lineEnd: [10], alwaysQuoted: always).append(
                batch(rows, columns: columns), to: buffer)
            let seen = parse(
                Array(buffer.bytes), dialect, columns: Array(0..<columns), expected: columns,
                cutting: .random(seed: UInt64(round), upTo: 70))
            #expect(seen.records.map(\.values) == rows)
        }
    }

    @Test("a column is quoted whatever it holds where the format says so, a blank too")
    func alwaysQuoted() throws {
        let rows: [[[UInt8]]] = [[Array("a".utf8), []], [[], Array("\"".utf8)]]
        let buffer = ByteBuffer(capacity: 1)
        let writer = RowWriter(dialect: Dialect(), lineEnd: [10], alwaysQuoted: [true, false])
        try writer.append(batch(rows, columns: 2), to: buffer)
        appendSingly(rows, writer, to: buffer)
        let wanted = "\"a\",\n\"\",\"\"\"\"\n"
        #expect(String(decoding: buffer.bytes, as: UTF8.self) == wanted + wanted)
    }

    @Test("what a dialect without quotes cannot say is told with the record's id and the column")
    func notRepresentable() throws {
        let rows = batch([[Array("a".utf8), Array("b\n".utf8)]], columns: 2)
        rows.ids[0] = 17
        let error = #expect(throws: CSVError.self) {
            try RowWriter(dialect: Dialect(quote: nil), lineEnd: [10]).append(
                rows, to: ByteBuffer(capacity: 1))
        }
        #expect(error?.code == .notRepresentable)
        #expect(error?.message.contains("id 17") == true && error?.message.contains("column 2") == true)
    }
}
