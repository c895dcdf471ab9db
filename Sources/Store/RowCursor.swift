internal import Glibc
package import Records

/// The rows of one query over a snapshot, batch by batch.
package final class RowCursor: Sendable {
    private let taker: BatchTaker
    private let stream: RowStream

    /// - Throws: where SQLite does not take the query.
    package init(_ query: RowQuery, over snapshot: RowSnapshot) throws(StoreError) {
        taker = BatchTaker(columnCount: query.columns.count)
        stream = try RowStream(query, over: snapshot, into: taker)
    }

    /// Begins anew with the rows of another range of ids; the query has one.
    package func restart(_ ids: ClosedRange<Int64>) throws(StoreError) { try stream.restart(ids) }

    /// Fills an empty batch with the next rows.
    ///
    /// - Returns: `false` where there are no more rows behind it.
    /// - Throws: where reading fails.
    package func fill(_ batch: RowBatch) throws(StoreError) -> Bool {
        precondition(batch.columnCount == taker.batch.columnCount && batch.count == 0)
        taker.batch = batch
        return try stream.advance()
    }
}

/// Copies rows into the batch at hand.
///
/// `@unchecked Sendable`: one lane at a time uses the cursor that it belongs to.
private final class BatchTaker: RowTaker, @unchecked Sendable {
    @exclusivity(unchecked)
    var batch: RowBatch

    let tellsEmptyFromBlank = true

    init(columnCount: Int) {
        batch = RowBatch(columnCount: max(1, columnCount), maxRows: 1, byteCapacity: 1)
    }

    func take(id: Int64, _ values: UnsafeMutablePointer<RowValue>, from first: Int, count: Int) -> Bool {
        let batch = batch
        if first == 0 {
            precondition(batch.count < batch.maxRows, "rows are handed over before they are asked for")
            batch.ids[batch.count] = id
            batch.count += 1
        }
        let cells = batch.cells + ((batch.count - 1) * batch.columnCount + first)
        for index in 0..<count {
            let value = values[index]
            switch value.kind {
            case .blank: cells[index] = .blank
            case .integer: cells[index] = .integer(value.integer)
            case .text:
                let text = value.text
                let room = batch.reserve(text.count)
                if let start = text.baseAddress { memcpy(room, start, text.count) }
                cells[index] = batch.commit(text.count)
            }
        }
        return batch.count < batch.maxRows && batch.byteCount < batch.targetBytes
    }
}
