package import Records

/// Puts a batch's records in the order of their key, so that index inserts run from left to right.
///
/// Equal keys keep the order of the file (the sort is stable), which the duplicate rule rests on. Records are
/// ordered by the eight bytes behind what all keys have in common (numbers by their value): enough for locality,
/// and one pass of a radix sort each instead of comparing texts.
package struct KeyOrder {
    private var keys: [UInt64] = []
    private var scratchKeys: [UInt64] = []
    private var scratchOrder: [UInt32] = []

    package init() {}

    /// Sorts `order` (records of the batch) by the values in `plane`, all of them texts or all of them numbers.
    ///
    /// Where `descends`, the greatest come first; equal keys keep the order of the file nevertheless.
    package mutating func sort(
        _ order: inout [UInt32], byPlane plane: Int, of storage: BatchStorage, descends: Bool = false
    ) {
        sort(&order, by: UnsafePointer(storage.plane(plane)), CellTexts(storage), descends: descends)
    }

    /// The same by cells that lie in no batch.
    mutating func sort(
        _ order: inout [UInt32], by cells: UnsafePointer<Cell>, _ texts: CellTexts, descends: Bool = false
    ) {
        guard order.count > 1 else { return }
        let prefix = Self.commonPrefix(order, cells, texts)
        let flip: UInt64 = descends ? .max : 0
        sort(&order) { Self.word(cells[Int($0)], from: prefix, texts) ^ flip }
    }

    /// Sorts `order` by a word of each, and keeps the order of equal words.
    @inline(__always)
    mutating func sort(_ order: inout [UInt32], by word: (UInt32) -> UInt64) {
        let count = order.count
        if keys.count < count {
            keys = [UInt64](repeating: 0, count: count)
            scratchKeys = keys
            scratchOrder = [UInt32](repeating: 0, count: count)
        }
        guard count > 0 else { return }
        for index in 0..<count { keys[index] = word(order[index]) }
        // A stable pass per byte, least significant first; bytes in which all keys agree need none.
        var differing: UInt64 = 0
        for index in 1..<max(1, count) { differing |= keys[index] ^ keys[0] }
        for shift in stride(from: UInt64(0), to: 64, by: 8) where differing >> shift & 0xFF != 0 {
            pass(&order, shift: shift, count: count)
        }
    }

    /// The word of the record that the last sort put at a place.
    @inline(__always)
    func word(at index: Int) -> UInt64 { keys[index] }

    private mutating func pass(_ order: inout [UInt32], shift: UInt64, count: Int) {
        keys.withUnsafeBufferPointer { keys in
            order.withUnsafeBufferPointer { order in
                scratchKeys.withUnsafeMutableBufferPointer { sortedKeys in
                    scratchOrder.withUnsafeMutableBufferPointer { sorted in
                        withUnsafeTemporaryAllocation(of: Int.self, capacity: 257) { starts in
                            starts.initialize(repeating: 0)
                            for index in 0..<count { starts[Int(keys[index] >> shift & 0xFF) + 1] += 1 }
                            for value in 1...256 { starts[value] += starts[value - 1] }
                            for index in 0..<count {
                                let value = Int(keys[index] >> shift & 0xFF)
                                sortedKeys[starts[value]] = keys[index]
                                sorted[starts[value]] = order[index]
                                starts[value] += 1
                            }
                        }
                    }
                }
            }
        }
        swap(&keys, &scratchKeys)
        scratchOrder.withUnsafeBufferPointer { sorted in
            order.withUnsafeMutableBufferPointer { order in
                for index in 0..<count { order[index] = sorted[index] }
            }
        }
    }

    /// Bytes that all the texts begin with; 0 among numbers and blanks.
    static func commonPrefix(
        _ order: [UInt32], _ cells: UnsafePointer<Cell>, _ texts: CellTexts
    ) -> Int {
        guard cells[Int(order[0])].isText else { return 0 }
        let first = texts.text(cells[Int(order[0])])
        var common = first.count
        for record in order {
            let cell = cells[Int(record)]
            guard cell.isText else { return 0 }
            let text = texts.text(cell)
            common = min(common, text.count)
            var index = 0
            while index < common, text[index] == first[index] { index += 1 }
            common = index
            if common == 0 { break }
        }
        return common
    }

    /// A number so that unsigned words are in its order; of a text the eight bytes from `start`, the first in
    /// the highest place, zeros where it ends; 0 for a blank.
    static func word(_ cell: Cell, from start: Int, _ texts: CellTexts) -> UInt64 {
        guard cell.isText else {
            return cell.isBlank ? 0 : UInt64(bitPattern: cell.integer) ^ (1 << 63)
        }
        let text = texts.text(cell)
        var word: UInt64 = 0
        let end = min(text.count, start + 8)
        var index = start
        while index < end {
            word = word << 8 | UInt64(text[index])
            index += 1
        }
        let missing = 8 - max(0, end - start)
        return missing >= 8 ? 0 : word << UInt64(8 * missing)
    }
}

/// Where the texts of cells lie, for as long as nobody adds to them.
struct CellTexts {
    let source: UnsafePointer<UInt8>
    let arena: UnsafePointer<UInt8>

    init(source: UnsafePointer<UInt8>, arena: UnsafePointer<UInt8>) {
        self.source = source
        self.arena = arena
    }

    init(_ storage: BatchStorage) {
        self.init(source: storage.source, arena: storage.arena)
    }

    @inline(__always)
    func text(_ cell: Cell) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: (cell.isArena ? arena : source) + cell.offset, count: cell.length)
    }
}
