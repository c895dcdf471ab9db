internal import ByteStreams
package import Records
package import Store

/// Rows of a table become a file.
///
/// Three lanes: one reads rows, one writes them as text, one hashes and stores the bytes. A few batches and buffers go round
/// between them, so memory does not grow with the table.
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
    private let snapshot: RowSnapshot
    private let stop: StopSignal
    private let report: @Sendable (Done) -> Void

    private static let rowsPerBatch = 4096
    private static let bytesPerBatch = 512 << 10
    /// Batches, and buffers, between two lanes.
    private static let inHand = 3

    /// `report` is told after each batch that was stored.
    package init(
        _ preparation: ExportPreparation, over snapshot: RowSnapshot, stop: StopSignal,
        report: @escaping @Sendable (Done) -> Void
    ) {
        self.preparation = preparation
        self.snapshot = snapshot
        self.stop = stop
        self.report = report
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
        let full = BoundedChannel<RowBatch>(depth: Self.inHand)
        let emptied = BoundedChannel<RowBatch>(depth: Self.inHand)
        let written = BoundedChannel<Written>(depth: Self.inHand)
        let free = BoundedChannel<ByteBuffer>(depth: Self.inHand)
        for _ in 0..<Self.inHand {
            _ = await emptied.send(
                RowBatch(
                    columnCount: preparation.query.columns.count, maxRows: Self.rowsPerBatch,
                    byteCapacity: Self.bytesPerBatch))
            _ = await free.send(ByteBuffer(capacity: Self.bytesPerBatch * 4))
        }
        return try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask(executorPreference: LaneExecutor(label: "sluice.read")) {
                do {
                    try await read(into: full, from: emptied)
                    full.finish()
                } catch {
                    full.finish(.failure(error))
                }
                return nil
            }
            group.addTask(executorPreference: LaneExecutor(label: "sluice.format")) {
                do {
                    defer {
                        full.close()
                        emptied.finish()
                    }
                    try await format(full, emptied, into: written, from: free)
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

    private func read(into full: BoundedChannel<RowBatch>, from emptied: BoundedChannel<RowBatch>)
        async throws
    {
        let cursor = try RowCursor(preparation.query, over: snapshot)
        while let batch = try await emptied.next() {
            let hasMore = try cursor.fill(batch)
            try preparation.reveal?.open(batch)
            guard await full.send(batch), hasMore else { return }
        }
    }

    private func format(
        _ full: BoundedChannel<RowBatch>, _ emptied: BoundedChannel<RowBatch>,
        into written: BoundedChannel<Written>, from free: BoundedChannel<ByteBuffer>
    ) async throws {
        var text = try ExportText(preparation.layout)
        var isFirst = true
        while let batch = try await full.next() {
            guard let buffer = try await free.next() else { return }
            if isFirst {
                try text.begin(buffer)
                isFirst = false
            }
            try text.append(batch, to: buffer)
            let done = Written(
                buffer: buffer, rows: UInt64(batch.count),
                lastID: batch.count == 0 ? 0 : batch.ids[batch.count - 1], warnings: text.warnings)
            batch.reset()
            _ = await emptied.send(batch)
            guard await written.send(done) else { return }
        }
    }

    private func write(
        _ written: BoundedChannel<Written>, _ free: BoundedChannel<ByteBuffer>, to sink: ExportSink
    ) async throws -> Result {
        var sink = sink
        var done = Done()
        var warnings: [UserTask.Tally] = []
        let greatestID = preparation.query.order.isEmpty ? try snapshot.greatestID(of: preparation.type) : 0
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
        let sha256 = try sink.finish()
        Failpoint.hit("after-export-end")
        return Result(
            rows: done.rows, bytes: sink.bytesWritten, sha256: sha256,
            missingIDs: try missingIDs(), warnings: warnings)
    }

    /// Ids that were asked for and are no row's.
    private func missingIDs() throws -> UInt64 {
        guard let ids = preparation.query.ids else { return 0 }
        let present = RowQuery(type: preparation.type, columns: [.id], ids: ids)
        return UInt64(Set(ids).count) - (try snapshot.count(present))
    }
}
