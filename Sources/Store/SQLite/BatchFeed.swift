internal import Records

/// Owns the state that the feed's callbacks read, and lends batches to it one at a time.
final class BatchFeed {
    let state: UnsafeMutablePointer<FeedState>
    private let planes: [Int]
    private let planePointers: UnsafeMutablePointer<UnsafePointer<Cell>>
    private var outcomes: UnsafeMutablePointer<Outcome>
    private var outcomeCapacity = 1
    private var rowIDs: UnsafeMutablePointer<Int64>?

    /// - Parameters:
    ///   - planes: for each column of the feed, its plane in the batches.
    ///   - ownPlanes: columns behind them whose cells ``setOwnPlane(_:_:)`` says.
    ///   - keepsRowIDs: whether the row of each record is noted.
    init(planes: [Int], ownPlanes: Int = 0, keepsRowIDs: Bool = false) {
        self.planes = planes
        let columnCount = planes.count + ownPlanes
        planePointers = .allocate(capacity: max(1, columnCount))
        // Cells that are read only once they are said.
        planePointers.initialize(
            repeating: UnsafePointer(bitPattern: 8).unsafelyUnwrapped, count: max(1, columnCount))
        outcomes = .allocate(capacity: 1)
        outcomes.initialize(to: .created)
        state = .allocate(capacity: 1)
        // No cursor reads these before `give` has set them: `count` is 0.
        state.initialize(
            to: FeedState(
                order: UnsafePointer(bitPattern: 8).unsafelyUnwrapped, planes: planePointers,
                columnCount: columnCount, source: UnsafePointer(bitPattern: 8).unsafelyUnwrapped,
                arena: UnsafePointer(bitPattern: 8).unsafelyUnwrapped, outcomes: outcomes))
        if keepsRowIDs {
            rowIDs = .allocate(capacity: 1)
            state.pointee.rowIDs = rowIDs
        }
    }

    deinit {
        state.deallocate()
        planePointers.deallocate()
        outcomes.deallocate()
        rowIDs?.deallocate()
    }

    /// Says the cells, by record, of a column behind those of the batches.
    func setOwnPlane(_ index: Int, _ cells: UnsafePointer<Cell>) {
        planePointers[planes.count + index] = cells
    }

    /// Lets SQLite read the batch's records in `order` while `body` runs; every outcome starts as `created`.
    func give(_ batch: CheckedBatch, order: [UInt32], _ body: () throws -> Void) rethrows {
        let storage = batch.records.storage
        for (column, plane) in planes.enumerated() {
            planePointers[column] = UnsafePointer(storage.plane(plane))
        }
        state.pointee.source = UnsafePointer(storage.source)
        state.pointee.arena = UnsafePointer(storage.arena)
        reserveOutcomes(batch.records.count)
        rowIDs?.update(repeating: 0, count: batch.records.count)
        try narrow(to: order) {
            settleAll(.created)
            try body()
        }
        state.pointee.count = 0
    }

    /// Lets SQLite read only these records while `body` runs.
    func narrow(to order: [UInt32], _ body: () throws -> Void) rethrows {
        let before = state.pointee
        defer {
            state.pointee.order = before.order
            state.pointee.count = before.count
            // No record is under the cursor: what is written to other tables between two statements is nobody's row.
            state.pointee.position = before.count
        }
        try order.withUnsafeBufferPointer { order in
            if let base = order.baseAddress { state.pointee.order = base }
            state.pointee.count = order.count
            try body()
        }
    }

    /// Sets the outcome of every record that is lent now.
    func settleAll(_ outcome: Outcome) {
        for index in 0..<state.pointee.count { outcomes[Int(state.pointee.order[index])] = outcome }
    }

    /// Sets the outcome of one record of the batch.
    func settle(_ record: UInt32, _ outcome: Outcome) { outcomes[Int(record)] = outcome }

    func outcome(of record: UInt32) -> Outcome { outcomes[Int(record)] }

    /// Forgets which rows the batch's records met: they were rolled back.
    func forgetRows(of batch: CheckedBatch) {
        rowIDs?.update(repeating: 0, count: batch.records.count)
    }

    /// The row of a record of the last batch; `nil` where it met and made none.
    func rowID(of record: Int) -> Int64? {
        guard let id = rowIDs?[record], id > 0 else { return nil }
        return id
    }

    private func reserveOutcomes(_ count: Int) {
        guard count > outcomeCapacity else { return }
        outcomes.deallocate()
        outcomes = .allocate(capacity: count)
        outcomes.initialize(repeating: .created, count: count)
        outcomeCapacity = count
        state.pointee.outcomes = outcomes
        if rowIDs != nil {
            rowIDs?.deallocate()
            rowIDs = .allocate(capacity: count)
            state.pointee.rowIDs = rowIDs
        }
    }
}
