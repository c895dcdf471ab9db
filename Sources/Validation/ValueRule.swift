internal import Records

/// What one value has to satisfy, and what it is stored as: one type a kind of field.
///
/// A rule is pure: it sees the bytes of one value and nothing else, so it can be tested as a table.
protocol ValueRule {
    associatedtype Value: StoredValue

    /// Reads a value, which is valid UTF-8, not empty, and without spaces at its ends.
    func read(_ text: Span<UInt8>) -> Reading<Value>
}

/// What a rule made of a value.
enum Reading<Value> {
    /// The value is stored by the bytes it has.
    case asItIs
    case value(Value)
    case problem(Problem)
}

extension Reading: Equatable where Value: Equatable {}

/// A value that can be put into a cell.
protocol StoredValue {
    /// Most bytes of the arena that one value needs.
    static var maxArenaBytes: Int { get }

    func cell(in arena: inout ArenaEnd) -> Cell
}

extension Int64: StoredValue {
    static var maxArenaBytes: Int { 0 }

    func cell(in _: inout ArenaEnd) -> Cell { .integer(self) }
}

/// A text that lies in the batch already.
extension Cell: StoredValue {
    static var maxArenaBytes: Int { 0 }

    func cell(in _: inout ArenaEnd) -> Cell { self }
}

/// The end of the arena, with room for all that one column will add: it does not move meanwhile.
struct ArenaEnd {
    private let storage: BatchStorage
    private let room: UnsafeMutablePointer<UInt8>
    private let start: Int
    private var count = 0

    /// Makes room for at most `bytes` bytes.
    init(of storage: BatchStorage, room bytes: Int) {
        self.storage = storage
        room = storage.reserveArena(bytes)
        start = storage.arenaCount
    }

    /// Adds a plain text of `length` bytes that `write` puts down.
    @inline(__always)
    mutating func add(_ length: Int, _ write: (UnsafeMutablePointer<UInt8>) -> Void) -> Cell {
        write(room + count)
        defer { count += length }
        return .arena(offset: start + count, length: length, notPlain: false)
    }

    /// Makes what was added part of the arena; once, after the last value.
    func commit() {
        _ = storage.commitArena(count, notPlain: false)
    }
}
