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

    @Test("batches are written as the formatter writes record by record")
    func agreesWithFormatter() throws {
        var numbers = SeededGenerator(seed: runSeed("agreesWithFormatter"))
        let dialects = [Dialect(), Dialect(delimiter: 59, quote: 39), Dialect(delimiter: 9)]
        for round in 0..<300 {
            let dialect = dialects[round % dialects.count]
            let columns = Int.random(in: 1...5, using: &numbers)
            let buffer = ByteBuffer(capacity: 1)
            var wanted: [UInt8] = []
            for _ in 0..<2 {
                let rows = (0..<Int.random(in: 0...9, using: &numbers)).map { _ in
                    (0..<columns).map { _ in
                        nastyBytes(&numbers, count: [0, 1, 3, 80].randomElement(using: &numbers) ?? 0)
                    }
                }
                try RowWriter(dialect: dialect, lineEnd: [13, 10]).append(
                    batch(rows, columns: columns), to: buffer)
                for row in rows {
                    try RecordFormatter(dialect: dialect).append(row, to: &wanted)
                    wanted += [13, 10]
                }
            }
            #expect(Array(buffer.bytes) == wanted)
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
        try RowWriter(dialect: Dialect(), lineEnd: [10], alwaysQuoted: [true, false]).append(
            batch(rows, columns: 2), to: buffer)
        #expect(String(decoding: buffer.bytes, as: UTF8.self) == "\"a\",\n\"\",\"\"\"\"\n")
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
