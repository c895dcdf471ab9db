internal import Records

/// What became of one record of a batch.
enum Outcome: UInt8 {
    case created
    case updated
    case unchanged
    case duplicate
    case skipped
    case rejectedAsDuplicate
    case rejectedAsTaken
    /// Of a pair: the two were linked, and are no more.
    case deleted
    /// It would complete a draft, and a required field would be blank.
    case rejectedAsIncomplete
    /// Of a pair: one of the two is not there.
    case rejectedAsMissing
    /// It would be an ancestor of its own parent.
    case rejectedAsCycle

    /// Whether a record that came to it may have changed its row.
    var isWritten: Bool { self == .created || self == .updated || self == .duplicate }
}

/// The batch that SQLite reads through the feed, as bare pointers: read and written by C callbacks only while
/// the statement of that batch runs.
struct FeedState {
    /// Records to give, in this order.
    var order: UnsafePointer<UInt32>
    var count = 0
    /// Index into `order` of the record under the cursor.
    var position = 0
    /// For each column of the feed, its plane of cells.
    var planes: UnsafeMutablePointer<UnsafePointer<Cell>>
    let columnCount: Int
    var source: UnsafePointer<UInt8>
    var arena: UnsafePointer<UInt8>
    /// By record of the batch.
    var outcomes: UnsafeMutablePointer<Outcome>
    /// By record of the batch, 0 where none is known; `nil` where nobody asks for row ids.
    var rowIDs: UnsafeMutablePointer<Int64>?

    /// The record under the cursor.
    @inline(__always)
    var record: Int { Int(order[position]) }

    /// Notes the row that the record under the cursor has met or become.
    @inline(__always)
    func noteRow(_ id: Int64) {
        if let rowIDs { rowIDs[record] = id }
    }

    @inline(__always)
    func cell(_ column: Int) -> Cell { planes[column][record] }

    @inline(__always)
    func text(_ cell: Cell) -> UnsafePointer<UInt8> {
        (cell.kind == .source ? source : arena) + cell.offset
    }
}
