internal import CSV
internal import ExportFormats
internal import Records
internal import Store

/// What one lane of an export does: it reads rows and writes them as text, buffer by buffer.
protocol ExportLane {
    /// Begins anew with the rows of another range of ids; the query has one.
    func restart(_ ids: ClosedRange<Int64>) throws

    /// Adds the next rows' text to a buffer, until it is full or there are no more.
    func fill(_ buffer: ByteBuffer) throws -> LaneText

    /// Values that were changed so far.
    var changes: ExportText.Changes { get }
}

/// What a lane added to a buffer.
struct LaneText {
    var rows = 0
    /// Of the last row, where there is one.
    var lastID: Int64 = 0
    var hasMore = true
}

extension ExportPreparation {
    /// A lane that reads the rows of a query over a snapshot.
    ///
    /// A buffer takes rows until it has `bytesPerBuffer`.
    func lane(
        _ query: RowQuery, over snapshot: RowSnapshot, bytesPerBuffer: Int
    ) throws -> any ExportLane {
        try PlainLane(self, query, over: snapshot, bytesPerBuffer: bytesPerBuffer)
            ?? BatchLane(self, query, over: snapshot, bytesPerBuffer: bytesPerBuffer)
    }
}

/// The lane of any format: rows are copied into a batch, whose columns are then worked on one after the other.
final class BatchLane: ExportLane {
    private let cursor: RowCursor
    private let batch: RowBatch
    private let reveal: RowReveal?
    private let bytesPerBuffer: Int
    private var text: ExportText

    /// Little enough for a batch to stay in a core's own cache.
    private static let rowsPerBatch = 512
    private static let bytesPerBatch = 64 << 10

    init(
        _ preparation: ExportPreparation, _ query: RowQuery, over snapshot: RowSnapshot, bytesPerBuffer: Int
    ) throws {
        self.bytesPerBuffer = bytesPerBuffer
        cursor = try RowCursor(query, over: snapshot)
        batch = RowBatch(
            columnCount: query.columns.count, maxRows: Self.rowsPerBatch, byteCapacity: Self.bytesPerBatch)
        reveal = preparation.reveal
        text = try ExportText(preparation.layout)
    }

    func restart(_ ids: ClosedRange<Int64>) throws { try cursor.restart(ids) }

    func fill(_ buffer: ByteBuffer) throws -> LaneText {
        var done = LaneText()
        while done.hasMore, buffer.count < bytesPerBuffer {
            done.hasMore = try cursor.fill(batch)
            try reveal?.open(batch)
            try text.append(batch, to: buffer)
            done.rows += batch.count
            if batch.count > 0 { done.lastID = batch.ids[batch.count - 1] }
            batch.reset()
        }
        return done
    }

    var changes: ExportText.Changes { text.changes }
}

/// The lane of plain delimited text: values go from SQLite's hands into the line, and nothing lies between.
///
/// What it writes is what ``BatchLane`` writes.
final class PlainLane: ExportLane {
    private let stream: RowStream
    private let lines: PlainLines

    /// `nil` where the format asks for more.
    init?(
        _ preparation: ExportPreparation, _ query: RowQuery, over snapshot: RowSnapshot, bytesPerBuffer: Int
    ) throws {
        guard preparation.reveal == nil, query.columns.count <= RowStream.columnsAtOnce,
            let lines = PlainLines(preparation.layout, bytesPerBuffer: bytesPerBuffer)
        else { return nil }
        self.lines = lines
        stream = try RowStream(query, over: snapshot, into: lines)
    }

    func restart(_ ids: ClosedRange<Int64>) throws { try stream.restart(ids) }

    func fill(_ buffer: ByteBuffer) throws -> LaneText {
        lines.buffer.exchange(with: buffer)
        defer { lines.buffer.exchange(with: buffer) }
        lines.done = LaneText()
        lines.done.hasMore = try stream.advance()
        return lines.done
    }

    var changes: ExportText.Changes { ExportText.Changes() }
}

/// Rows become lines one by one.
private final class PlainLines: RowTaker {
    /// Where the lines are put together.
    let buffer = ByteBuffer(capacity: 1)
    /// What came since it was last set.
    @exclusivity(unchecked)
    var done = LaneText()
    private let forms: RowForms
    private let writer: RowWriter
    private let bytesPerBuffer: Int

    /// Nothing is written of either.
    let tellsEmptyFromBlank = false

    init?(_ layout: ExportLayout, bytesPerBuffer: Int) {
        guard layout.encoding == .utf8, layout.dialect.fixedWidth == nil, let forms = RowForms(layout) else {
            return nil
        }
        self.forms = forms
        self.bytesPerBuffer = bytesPerBuffer
        writer = RowWriter(layout)
        guard writer.writesSingleRows else { return nil }
    }

    func take(id: Int64, _ values: UnsafeMutablePointer<RowValue>, from first: Int, count: Int) -> Bool {
        forms.write(values)
        let bytes = writer.append(values, count: count, to: buffer)
        done.rows += 1
        done.lastID = id
        return bytes < bytesPerBuffer
    }
}

extension RowWriter {
    /// Of a delimited layout.
    init(_ layout: ExportLayout) {
        self.init(dialect: layout.dialect, lineEnd: layout.lineEnd, alwaysQuoted: layout.alwaysQuoted)
    }
}
