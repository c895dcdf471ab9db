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
    package mutating func sort(_ order: inout [UInt32], byPlane plane: Int, of storage: BatchStorage) {
        let count = order.count
        guard count > 1 else { return }
        if keys.count < count {
            keys = [UInt64](repeating: 0, count: count)
            scratchKeys = keys
            scratchOrder = [UInt32](repeating: 0, count: count)
        }
        let cells = storage.plane(plane)
        let prefix = Self.commonPrefix(order, cells, storage)
        for index in 0..<count {
            keys[index] = Self.word(cells[Int(order[index])], from: prefix, storage)
        }
        // A stable pass per byte, least significant first; bytes in which all keys agree need none.
        var differing: UInt64 = 0
        for index in 1..<count { differing |= keys[index] ^ keys[0] }
        for shift in stride(from: UInt64(0), to: 64, by: 8) where differing >> shift & 0xFF != 0 {
            pass(&order, shift: shift, count: count)
        }
    }

    private mutating func pass(_ order: inout [UInt32], shift: UInt64, count: Int) {
        var starts = [Int](repeating: 0, count: 257)
        keys.withUnsafeBufferPointer { keys in
            order.withUnsafeBufferPointer { order in
                for index in 0..<count { starts[Int(keys[index] >> shift & 0xFF) + 1] += 1 }
                for value in 1...256 { starts[value] += starts[value - 1] }
                for index in 0..<count {
                    let value = Int(keys[index] >> shift & 0xFF)
                    scratchKeys[starts[value]] = keys[index]
                    scratchOrder[starts[value]] = order[index]
                    starts[value] += 1
                }
            }
        }
        swap(&keys, &scratchKeys)
        for index in 0..<count { order[index] = scratchOrder[index] }
    }

    /// Bytes that all the texts begin with; 0 among numbers and blanks.
    private static func commonPrefix(
        _ order: [UInt32], _ cells: UnsafeMutablePointer<Cell>, _ storage: BatchStorage
    ) -> Int {
        guard cells[Int(order[0])].isText else { return 0 }
        let first = storage.text(cells[Int(order[0])])
        var common = first.count
        for record in order {
            let cell = cells[Int(record)]
            guard cell.isText else { return 0 }
            let text = storage.text(cell)
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
    private static func word(_ cell: Cell, from start: Int, _ storage: BatchStorage) -> UInt64 {
        guard cell.isText else {
            return cell.isBlank ? 0 : UInt64(bitPattern: cell.integer) ^ (1 << 63)
        }
        let text = storage.text(cell)
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
