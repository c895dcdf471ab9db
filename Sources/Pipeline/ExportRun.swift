internal import ByteStreams
internal import FoundationEssentials
package import Records
package import Store

/// Rows of a table become a file.
///
/// Lanes read rows and write them as text, each a part of the ids in turn where the rows can be found by parts; one further
/// lane stores the parts' text, one behind the other. A few buffers go round between each of them and that one, so memory
/// does not grow with the table.
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
    private let sizes: Sizes
    private let stop: StopSignal
    private let report: @Sendable (Done) -> Void
    private let willAppear: @Sendable (Result) throws -> Void

    /// How the work is cut; what is written does not depend on it.
    package struct Sizes: Sendable {
        /// Of a part of the ids that a lane takes.
        package var rowsPerPart = 4096
        /// Bytes of text from which a buffer takes no further row.
        ///
        /// Most parts fit into one: a quarter of it, and so three times as many buffers to hand on, took 2 % more
        /// processor time; parts of four times as many rows saved no more than noise.
        package var bytesPerBuffer = 1 << 20

        package init() {}
    }

    /// Bytes for the last row of a full buffer: one that takes more has the buffer grow.
    private static let rowRoom = 64 << 10
    /// Buffers between two lanes.
    private static let inHand = 3
    /// Lanes that read, where there are as many cores: the one that stores is as fast as about three of them.
    private static let mostLanes = 2
    /// Ids from which a table is read by several lanes: below, a further connection costs more than it saves.
    private static let idsForTwoLanes: Int64 = 20_000

    /// How many snapshots of one state the run makes use of: one for each lane that reads.
    package static func lanes(for preparation: ExportPreparation, over first: RowSnapshot) throws(StoreError)
        -> Int
    {
        let most = min(mostLanes, ProcessInfo.processInfo.activeProcessorCount)
        guard most > 1, let ids = try first.idBounds(of: preparation.type),
            Double(ids.upperBound) - Double(ids.lowerBound) >= Double(idsForTwoLanes),
            try first.canReadInParts(preparation.query)
        else { return 1 }
        return most
    }

    /// Nothing is done yet.
    ///
    /// `snapshots` are of one state; with more than one the query is one that can be read in parts. `report` is told after
    /// each buffer that was stored, `willAppear` right before the whole of it is at the destination.
    package init(
        _ preparation: ExportPreparation, over snapshots: [RowSnapshot], sizes: Sizes = Sizes(),
        stop: StopSignal, report: @escaping @Sendable (Done) -> Void,
        willAppear: @escaping @Sendable (Result) throws -> Void = { _ in }
    ) {
        precondition(!snapshots.isEmpty)
        self.preparation = preparation
        self.snapshots = snapshots
        self.sizes = sizes
        self.stop = stop
        self.report = report
        self.willAppear = willAppear
    }

    /// Text on its way to the destination.
    private struct Written: Sendable {
        var buffer: ByteBuffer
        var rows: UInt64
        var lastID: Int64
        /// Of all that the lane has written.
        var changes: ExportText.Changes
        /// Whether the lane's part of the rows ends here, and another lane's goes on.
        var endsPart: Bool
    }

    /// One lane that reads: its buffers go round between it and the one that stores.
    private struct Lane: Sendable {
        let number: Int
        let full = BoundedChannel<Written>(depth: ExportRun.inHand)
        let free = BoundedChannel<ByteBuffer>(depth: ExportRun.inHand)
    }

    /// Writes all rows to the destination.
    ///
    /// - Throws: ``Stopped``; `ByteStreamError`, `StoreError`. Nothing is at the destination then.
    package func run(to destination: ExportDestination, force: Bool) async throws -> Result {
        let ids = try snapshots[0].idBounds(of: preparation.type)
        let parts = snapshots.count > 1 ? ids.map { IDParts($0, rowsPerPart: sizes.rowsPerPart) } : nil
        let lanes = (0..<(parts == nil ? 1 : snapshots.count)).map { Lane(number: $0) }
        for lane in lanes {
            for _ in 0..<Self.inHand {
                _ = await lane.free.send(ByteBuffer(capacity: sizes.bytesPerBuffer + Self.rowRoom))
            }
        }
        return try await withThrowingTaskGroup(of: Result?.self) { group in
            for lane in lanes {
                group.addTask(executorPreference: LaneExecutor(label: "sluice.read")) {
                    do {
                        try await read(parts, lane)
                        lane.full.finish()
                    } catch {
                        lane.full.finish(.failure(error))
                    }
                    return nil
                }
            }
            group.addTask(executorPreference: LaneExecutor(label: "sluice.write")) {
                defer {
                    for lane in lanes {
                        lane.full.close()
                        lane.free.finish()
                    }
                }
                let output = try OutputFile(path: destination.path, force: force)
                return try await write(
                    lanes, to: ExportSink(to: output, destination.compression),
                    greatestID: preparation.query.order.isEmpty ? ids?.upperBound : nil)
            }
            var result: Result?
            for try await value in group { result = value ?? result }
            guard let result else { preconditionFailure("the writing lane gives the result") }
            return result
        }
    }

    /// Reads the parts that are the lane's, or all: of two lanes the first has the first, the third, and so on.
    private func read(_ parts: IDParts?, _ lane: Lane) async throws {
        var query = preparation.query
        if parts != nil { query.idRange = 0...0 }
        let reader = try preparation.lane(
            query, over: snapshots[lane.number], bytesPerBuffer: sizes.bytesPerBuffer)
        var header = lane.number == 0 ? try ExportText(preparation.layout) : nil
        var number = lane.number
        while true {
            let part = parts?.part(number)
            guard parts == nil || part != nil else { return }
            if let part { try reader.restart(part) }
            var rows = 0
            var done = LaneText()
            while done.hasMore {
                guard let buffer = try await lane.free.next() else { return }
                try header?.begin(buffer)
                header = nil
                done = try reader.fill(buffer)
                rows += done.rows
                let written = Written(
                    buffer: buffer, rows: UInt64(done.rows), lastID: done.lastID, changes: reader.changes,
                    endsPart: !done.hasMore)
                guard await lane.full.send(written) else { return }
            }
            guard let parts, let part else { return }
            parts.note(rows: rows, in: part)
            number += snapshots.count
        }
    }

    private func write(_ lanes: [Lane], to sink: ExportSink, greatestID: Int64?) async throws -> Result {
        var sink = sink
        var done = Done()
        var changes = lanes.map { _ in ExportText.Changes() }
        var lane = 0
        // A lane ends where the next part would be its own: then there is no further part.
        while let text = try await lanes[lane].full.next() {
            try stop.check()
            try sink.append(text.buffer.bytes)
            text.buffer.reset()
            _ = await lanes[lane].free.send(text.buffer)
            changes[lane] = text.changes
            if text.endsPart { lane = (lane + 1) % lanes.count }
            guard text.rows > 0 else { continue }
            done.rows += text.rows
            done.bytes = sink.bytesWritten
            if let greatestID, greatestID > 0 { done.share = Double(text.lastID) / Double(greatestID) }
            report(done)
        }
        Failpoint.hit("before-export-end")
        var result = Result(
            rows: done.rows, bytes: 0, sha256: "", missingIDs: try missingIDs(),
            warnings: changes.reduce(ExportText.Changes(), +).warnings(preparation.layout))
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
