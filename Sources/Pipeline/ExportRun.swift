internal import ByteStreams
package import Records
package import Store

/// Rows of a table become a file.
///
/// Three lanes: one reads rows, one writes them as text, one hashes and stores the bytes. Rows that an index leads to lie
/// far apart, so that each costs more to read than to write: two lanes read those. A few batches and buffers go round
/// between the lanes, so memory does not grow with the table.
package struct ExportRun: Sendable {
    /// What has been done so far.
    package struct Done: Hashable, Sendable {
        /// Rows that are on their way to the destination.
        package var rows: UInt64 = 0
        /// Bytes of the file as it lies.
        package var bytes: UInt64 = 0
        /// How much of the table is done, from 0 to 1; `nil` where nobody knows.
        package var share: Double?
    }

    /// What came of it.
    package struct Result: Hashable, Sendable {
        package var rows: UInt64
        package var bytes: UInt64
        /// Lower-case hexadecimal.
        package var sha256: String
        /// Ids that were asked for and are no row's.
        package var missingIDs: UInt64
        /// Values that were changed so that they could be written.
        package var warnings: [UserTask.Tally]
    }

    private let preparation: ExportPreparation
    private let snapshots: [RowSnapshot]
    private let stop: StopSignal
    private let report: @Sendable (Done) -> Void
    private let willAppear: @Sendable (Result) throws -> Void

    private static let rowsPerBatch = 4096
    private static let bytesPerBatch = 512 << 10
    /// Batches, and buffers, between two lanes.
    private static let inHand = 3
    /// Ids from which a table is read by two lanes: below, a further connection costs more than it saves.
    private static let idsForTwoLanes: Int64 = 100_000

    /// How many snapshots of one state the run makes use of: one for each lane that reads.
    package static func lanes(for preparation: ExportPreparation, over first: RowSnapshot) throws(StoreError)
        -> Int
    {
        guard preparation.query.filter != nil, let ids = try first.idBounds(of: preparation.type),
            Double(ids.upperBound) - Double(ids.lowerBound) >= Double(idsForTwoLanes),
            try first.canReadInParts(preparation.query)
        else { return 1 }
        return 2
    }

    /// Nothing is done yet.
    ///
    /// `snapshots` are of one state; with more than one the query is one that can be read in parts. `report` is told after
    /// each batch that was stored, `willAppear` right before the whole of it is at the destination.
    package init(
        _ preparation: ExportPreparation, over snapshots: [RowSnapshot], stop: StopSignal,
        report: @escaping @Sendable (Done) -> Void,
        willAppear: @escaping @Sendable (Result) throws -> Void = { _ in }
    ) {
        precondition(!snapshots.isEmpty)
        self.preparation = preparation
        self.snapshots = snapshots
        self.stop = stop
        self.report = report
        self.willAppear = willAppear
    }

    /// Rows on their way to their text.
    private struct Filled: Sendable {
        var batch: RowBatch
        /// Whether the lane's part of the rows ends here, and another lane's goes on.
        var endsPart: Bool
    }

    /// One lane that reads: its batches go round between it and the text.
    private struct Reader: Sendable {
        let full = BoundedChannel<Filled>(depth: ExportRun.inHand)
        let emptied = BoundedChannel<RowBatch>(depth: ExportRun.inHand)
    }

    /// Text on its way to the destination.
    private struct Written: Sendable {
        var buffer: ByteBuffer
        var rows: UInt64
        var lastID: Int64
        /// Of all text so far.
        var warnings: [UserTask.Tally]
    }

    /// Writes all rows to the destination.
    ///
    /// - Throws: ``Stopped``; `ByteStreamError`, `StoreError`. Nothing is at the destination then.
    package func run(to destination: ExportDestination, force: Bool) async throws -> Result {
        let readers = snapshots.map { _ in Reader() }
        let parts = try parts()
        let written = BoundedChannel<Written>(depth: Self.inHand)
        let free = BoundedChannel<ByteBuffer>(depth: Self.inHand)
        for _ in 0..<Self.inHand {
            for reader in readers {
                _ = await reader.emptied.send(
                    RowBatch(
                        columnCount: preparation.query.columns.count, maxRows: Self.rowsPerBatch,
                        byteCapacity: Self.bytesPerBatch))
            }
            _ = await free.send(ByteBuffer(capacity: Self.bytesPerBatch * 4))
        }
        return try await withThrowingTaskGroup(of: Result?.self) { group in
            for (lane, reader) in readers.enumerated() {
                group.addTask(executorPreference: LaneExecutor(label: "sluice.read")) {
                    do {
                        try await read(parts, lane: lane, reader)
                        reader.full.finish()
                    } catch {
                        reader.full.finish(.failure(error))
                    }
                    return nil
                }
            }
            group.addTask(executorPreference: LaneExecutor(label: "sluice.format")) {
                do {
                    defer {
                        for reader in readers {
                            reader.full.close()
                            reader.emptied.finish()
                        }
                    }
                    try await format(readers, into: written, from: free)
                    written.finish()
                } catch {
                    written.finish(.failure(error))
                }
                return nil
            }
            group.addTask(executorPreference: LaneExecutor(label: "sluice.write")) {
                defer {
                    written.close()
                    free.finish()
                }
                let output = try OutputFile(path: destination.path, force: force)
                return try await write(
                    written, free, to: ExportSink(to: output, destination.compression))
            }
            var result: Result?
            for try await value in group { result = value ?? result }
            guard let result else { preconditionFailure("the writing lane gives the result") }
            return result
        }
    }

    /// The parts that the lanes take in turn; `nil` where one lane reads all.
    private func parts() throws -> IDParts? {
        guard snapshots.count > 1, let ids = try snapshots[0].idBounds(of: preparation.type) else {
            return nil
        }
        return IDParts(ids, rowsPerPart: Self.rowsPerBatch)
    }

    /// Reads the parts that are the lane's: of two lanes the first has the first, the third, and so on.
    private func read(_ parts: IDParts?, lane: Int, _ reader: Reader) async throws {
        guard let parts else {
            _ = try await read(RowCursor(preparation.query, over: snapshots[lane]), reader)
            return
        }
        var query = preparation.query
        var number = lane
        query.idRange = 0...0
        let cursor = try RowCursor(query, over: snapshots[lane])
        while let part = parts.part(number) {
            try cursor.restart(part)
            guard let rows = try await read(cursor, reader) else { return }
            parts.note(rows: rows, in: part)
            number += snapshots.count
        }
    }

    /// - Returns: the number of rows; `nil` where nobody takes any more.
    private func read(_ cursor: RowCursor, _ reader: Reader) async throws -> Int? {
        var rows = 0
        while let batch = try await reader.emptied.next() {
            let hasMore = try cursor.fill(batch)
            try preparation.reveal?.open(batch)
            rows += batch.count
            guard await reader.full.send(Filled(batch: batch, endsPart: !hasMore)) else { return nil }
            guard hasMore else { return rows }
        }
        return nil
    }

    private func format(
        _ readers: [Reader], into written: BoundedChannel<Written>, from free: BoundedChannel<ByteBuffer>
    ) async throws {
        var text = try ExportText(preparation.layout)
        var isFirst = true
        var lane = 0
        // A lane ends where the next part would be its own: then there is no further part.
        while let filled = try await readers[lane].full.next() {
            let batch = filled.batch
            var done: Written?
            if isFirst || batch.count > 0 {
                guard let buffer = try await free.next() else { return }
                if isFirst {
                    try text.begin(buffer)
                    isFirst = false
                }
                try text.append(batch, to: buffer)
                done = Written(
                    buffer: buffer, rows: UInt64(batch.count),
                    lastID: batch.count == 0 ? 0 : batch.ids[batch.count - 1], warnings: text.warnings)
            }
            batch.reset()
            _ = await readers[lane].emptied.send(batch)
            if let done {
                guard await written.send(done) else { return }
            }
            if filled.endsPart { lane = (lane + 1) % readers.count }
        }
    }

    private func write(
        _ written: BoundedChannel<Written>, _ free: BoundedChannel<ByteBuffer>, to sink: ExportSink
    ) async throws -> Result {
        var sink = sink
        var done = Done()
        var warnings: [UserTask.Tally] = []
        let greatestID =
            preparation.query.order.isEmpty
            ? try snapshots[0].idBounds(of: preparation.type)?.upperBound ?? 0 : 0
        while let text = try await written.next() {
            try stop.check()
            try sink.append(text.buffer.bytes)
            text.buffer.reset()
            _ = await free.send(text.buffer)
            done.rows += text.rows
            warnings = text.warnings
            done.bytes = sink.bytesWritten
            if greatestID > 0 { done.share = Double(text.lastID) / Double(greatestID) }
            report(done)
        }
        Failpoint.hit("before-export-end")
        var result = Result(
            rows: done.rows, bytes: 0, sha256: "", missingIDs: try missingIDs(), warnings: warnings)
        try sink.finish { bytes, sha256 in
            (result.bytes, result.sha256) = (bytes, sha256)
            try willAppear(result)
        }
        Failpoint.hit("after-export-end")
        return result
    }

    /// Ids that were asked for and are no row's.
    private func missingIDs() throws -> UInt64 {
        guard let ids = preparation.query.ids else { return 0 }
        let present = RowQuery(type: preparation.type, columns: [.id], ids: ids)
        return UInt64(Set(ids).count) - (try snapshots[0].count(present))
    }
}
