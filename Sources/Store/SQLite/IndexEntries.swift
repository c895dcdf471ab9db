internal import Records

/// Entries of one index that wait to be made, all at once.
///
/// They are kept outside of SQLite: 16 bytes each with one column, and the bytes of their texts. Properties that are asked for each
/// entry go without checks of exclusive access, which take as long as the work.
///
/// `@unchecked Sendable`: one lane at a time uses it.
final class IndexEntries: @unchecked Sendable {
    private static let mostTextBytes = 8 << 20

    /// How many it takes before they have to be made.
    private let most: Int

    /// The name under which SQLite reads them: one column for each of the index, and the id of the row.
    let feedName: String
    /// For each of the index's columns, the feed's column of its values.
    private let columns: [Int]
    /// The cells of each column, and behind them the ids.
    private let cells: UnsafeMutablePointer<Cell>
    private let planes: UnsafeMutablePointer<UnsafePointer<Cell>>
    @exclusivity(unchecked)
    private var texts: [UInt8] = []
    @exclusivity(unchecked)
    private(set) var count = 0
    private let state: UnsafeMutablePointer<FeedState>
    /// Nobody asks what became of an entry.
    private let outcomes: UnsafeMutablePointer<Outcome>
    private var sorter = KeyOrder()

    init(feedName: String, columns: [Int], most: Int = 1 << 19) {
        self.feedName = feedName
        self.columns = columns
        self.most = most
        let planeCount = columns.count + 1
        cells = .allocate(capacity: planeCount * most)
        planes = .allocate(capacity: planeCount)
        for plane in 0..<planeCount {
            (planes + plane).initialize(to: UnsafePointer(cells + plane * most))
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
        try FeedModule.register(feedName, on: connection, state: state)
    }

    /// Whether there is room for another one.
    var hasRoom: Bool { count < most && texts.count < Self.mostTextBytes }

    /// Takes a record's entry, which lies in `feed`; none where a value is blank, for such an entry is made with its row.
    func add(_ record: Int, row id: Int64, of feed: UnsafeMutablePointer<FeedState>) {
        for column in columns where feed.pointee.planes[column][record].isBlank { return }
        let texts = CellTexts(source: feed.pointee.source, arena: feed.pointee.arena)
        for (plane, column) in columns.enumerated() {
            let cell = feed.pointee.planes[column][record]
            put(cell, cell.isText ? texts.text(cell) : nil, plane)
        }
        end(id)
    }

    /// Takes an entry of one value, a text or a number.
    func add(_ cell: Cell, _ text: UnsafeBufferPointer<UInt8>, row id: Int64) {
        put(cell, cell.isText ? text : nil, 0)
        end(id)
    }

    private func put(_ cell: Cell, _ text: UnsafeBufferPointer<UInt8>?, _ plane: Int) {
        precondition(count < most)
        var kept = cell
        if let text {
            kept = .arena(offset: texts.count, length: text.count, notPlain: false)
            texts.append(contentsOf: text)
        }
        (cells + plane * most + count).initialize(to: kept)
    }

    private func end(_ id: Int64) {
        (cells + columns.count * most + count).initialize(to: .integer(id))
        count += 1
    }

    /// Lets SQLite read the entries in the order of their first column while `body` runs, and forgets them.
    ///
    /// `areSorted`: they were brought in that order.
    func give(areSorted: Bool = false, _ body: () throws -> Void) rethrows {
        guard count > 0 else { return }
        var order = [UInt32](0..<UInt32(count))
        defer { clear() }
        try texts.withUnsafeBufferPointer { texts in
            if let base = texts.baseAddress { state.pointee.arena = base }
            if !areSorted {
                sorter.sort(
                    &order, by: UnsafePointer(cells),
                    CellTexts(source: state.pointee.source, arena: state.pointee.arena))
            }
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
