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
                RowWriter(dialect: dialect, lineEnd: [13, 10]).append(
                    batch(rows, columns: columns), to: buffer)
                for row in rows {
                    try RecordFormatter(dialect: dialect).append(row, to: &wanted)
                    wanted += [13, 10]
                }
            }
            #expect(Array(buffer.bytes) == wanted)
        }
    }
}
