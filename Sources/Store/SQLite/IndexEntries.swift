internal import GRDB
internal import Records

/// Entries of one index that wait to be made, all at once and in the order of the index.
///
/// They are kept outside of SQLite: 16 bytes each with one column, and the bytes of their texts.
final class IndexEntries {
    /// How many it takes before they have to be made.
    static let most = 1 << 19
    private static let mostTextBytes = 8 << 20

    /// The name under which SQLite reads them: one column for each of the index, and the id of the row.
    let feedName: String
    /// For each of the index's columns, the feed's column of its values.
    private let columns: [Int]
    /// The cells of each column, and behind them the ids.
    private let cells: UnsafeMutablePointer<Cell>
    private let planes: UnsafeMutablePointer<UnsafePointer<Cell>>
    private var texts: [UInt8] = []
    private(set) var count = 0
    private let state: UnsafeMutablePointer<FeedState>
    /// Nobody asks what became of an entry.
    private let outcomes: UnsafeMutablePointer<Outcome>
    private var sorter = KeyOrder()

    init(feedName: String, columns: [Int]) {
        self.feedName = feedName
        self.columns = columns
        let planeCount = columns.count + 1
        cells = .allocate(capacity: planeCount * Self.most)
        planes = .allocate(capacity: planeCount)
        for plane in 0..<planeCount {
            (planes + plane).initialize(to: UnsafePointer(cells + plane * Self.most))
        }
        outcomes = .allocate(capacity: 1)
        outcomes.initialize(to: .created)
        state = .allocate(capacity: 1)
        let nothing = UnsafePointer<UInt8>(bitPattern: 8).unsafelyUnwrapped
        state.initialize(
            to: FeedState(
                order: UnsafePointer(bitPattern: 8).unsafelyUnwrapped, planes: planes,
                columnCount: planeCount,
                source: nothing, arena: nothing, outcomes: outcomes))
    }

    deinit {
        state.deallocate()
        outcomes.deallocate()
        planes.deallocate()
        cells.deallocate()
    }

    /// Lets statements of a connection read ``feedName``.
    func register(on connection: OpaquePointer) throws {
        let result = FeedModule.register(feedName, on: connection, state: state)
        guard result == 0 else { throw DatabaseError(resultCode: ResultCode(rawValue: result)) }
    }

    /// Whether there is room for another one.
    var hasRoom: Bool { count < Self.most && texts.count < Self.mostTextBytes }

    /// Takes a record's entry, which lies in `feed`; none where a value is blank, for such an entry is made with its row.
    func add(_ record: Int, row id: Int64, of feed: UnsafeMutablePointer<FeedState>) {
        precondition(count < Self.most)
        for column in columns where feed.pointee.planes[column][record].isBlank { return }
        for (plane, column) in columns.enumerated() {
            (cells + plane * Self.most + count).initialize(
                to: keep(feed.pointee.planes[column][record], feed))
        }
        (cells + columns.count * Self.most + count).initialize(to: .integer(id))
        count += 1
    }

    private func keep(_ cell: Cell, _ feed: UnsafeMutablePointer<FeedState>) -> Cell {
        guard cell.isText else { return cell }
        let kept = Cell.arena(offset: texts.count, length: cell.length, notPlain: false)
        texts.append(contentsOf: UnsafeBufferPointer(start: feed.pointee.text(cell), count: cell.length))
        return kept
    }

    /// Lets SQLite read the entries in the order of their first column while `body` runs, and forgets them.
    func give(_ body: () throws -> Void) rethrows {
        guard count > 0 else { return }
        var order = [UInt32](0..<UInt32(count))
        defer { clear() }
        try texts.withUnsafeBufferPointer { texts in
            if let base = texts.baseAddress { state.pointee.arena = base }
            sorter.sort(
                &order, by: UnsafePointer(cells),
                CellTexts(source: state.pointee.source, arena: state.pointee.arena))
            try order.withUnsafeBufferPointer { order in
                if let base = order.baseAddress { state.pointee.order = base }
                state.pointee.count = order.count
                defer { state.pointee.count = 0 }
                try body()
            }
        }
    }

    /// Forgets the entries.
    func clear() {
        count = 0
        texts.removeAll(keepingCapacity: true)
    }
}
