internal import Records

/// Tells a file's records by their keys: each that repeats one gets the id of its row, the others are new and have
/// the next ids in turn.
struct KeyedIDs: ~Copyable {
    private var keys: FirstKeys
    /// The number of the next record that is no repetition.
    private(set) var next: UInt32 = 0
    /// The new records of the last batch, in its order; the first of them has the number `firstNew`.
    private(set) var newRecords: [UInt32] = []
    private(set) var firstNew: UInt32 = 0
    /// So that the memory of a key's slot is there when its turn comes.
    private static let placesAhead = 16

    /// `capacity`: records that it takes.
    init(capacity: Int) {
        keys = FirstKeys(capacity: capacity)
    }

    /// Whether there is room for so many more.
    func hasRoom(for records: Int) -> Bool { Int(next) + records <= keys.capacity }

    /// Sorts records of a batch into new ones and repetitions; says the ids of the latter by record, leaves others alone.
    ///
    /// `hashes` are those of ``hashes(of:_:_:)``, by record. The record with the number 0 has the id behind `base`. `isKey`
    /// says whether the row of an id has the key of a cell.
    mutating func sort(
        _ records: [UInt32], by cells: UnsafePointer<Cell>, hashes: [UInt64], _ storage: BatchStorage,
        base: Int64,
        into ids: inout [Cell], isKey: (Cell, Int64) throws -> Bool
    ) throws {
        let first = next
        firstNew = first
        newRecords.removeAll(keepingCapacity: true)
        var next = next
        for (place, record) in records.enumerated() {
            let hash = hashes[Int(record)]
            if place + Self.placesAhead < records.count {
                keys.expect(hashes[Int(records[place + Self.placesAhead])])
            }
            let cell = cells[Int(record)]
            let number =
                cell.isBlank
                ? next
                : try keys.number(of: hash, else: next) { found in
                    found >= first
                        ? Self.isSame(cell, cells[Int(newRecords[Int(found - first)])], storage)
                        : try isKey(cell, base + 1 + Int64(found))
                }
            if number == next {
                next += 1
                newRecords.append(record)
            } else {
                ids[Int(record)] = .integer(base + 1 + Int64(number))
            }
        }
        self.next = next
    }

    /// Hashes of the keys of some of a batch's records, by record; of the others 0.
    static func hashes(
        of records: [UInt32], _ cells: UnsafePointer<Cell>, _ storage: BatchStorage, count: Int
    ) -> [UInt64] {
        var hashes = [UInt64](repeating: 0, count: count)
        for record in records { hashes[Int(record)] = hash(cells[Int(record)], storage) }
        return hashes
    }

    private static func hash(_ cell: Cell, _ storage: BatchStorage) -> UInt64 {
        var hasher = Hasher()
        if cell.isText {
            hasher.combine(bytes: UnsafeRawBufferPointer(storage.text(cell)))
        } else {
            hasher.combine(cell.integer)
        }
        return UInt64(bitPattern: Int64(hasher.finalize()))
    }

    private static func isSame(_ one: Cell, _ other: Cell, _ storage: BatchStorage) -> Bool {
        guard one.isText, other.isText else { return one == other }
        return storage.text(one).elementsEqual(storage.text(other))
    }
}
