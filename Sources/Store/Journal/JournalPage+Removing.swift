internal import Foundation
internal import Records

extension JournalPage {
    /// What is left of a page when rows are taken out of it.
    struct Remainder: Equatable {
        var page: [UInt8]
        var rowCount: Int
        /// The least and the greatest id of its rows.
        var ids: ClosedRange<Int64>
    }

    /// What became of a page.
    enum Removal: Equatable {
        case unchanged
        case shorter(Remainder)
        /// No row is left.
        case empty
    }

    /// Takes the rows out of a page of which `isGone` is true, given their id and that of the second side.
    ///
    /// The values of the others are not read, only copied.
    ///
    /// - Throws: `databaseCorrupt` where the bytes are none of ours.
    static func removing(
        from page: [UInt8], of kind: JournalKind, _ isGone: (Int64, Int64) -> Bool
    ) throws(StoreError) -> Removal {
        var reader = PageReader(page)
        for _ in 0..<(try reader.count()) { _ = try reader.text() }
        let left = ByteBuffer(capacity: page.count)
        left.append(page[..<reader.position])
        var id: Int64 = 0
        var last: Int64 = 0
        // Rows need not be in the order of their ids.
        var (least, greatest) = (Int64.max, Int64.min)
        var (rows, gone) = (0, 0)
        while !reader.isAtEnd {
            id &+= try reader.signed()
            let start = reader.position
            var second: Int64 = 0
            switch kind {
            case .created, .touched: break
            case .linked, .unlinked: second = try reader.signed()
            case .updated, .deleted:
                let count = try reader.count()
                reader.skip(to: try reader.end(ofNext: count))
            }
            if isGone(id, second) {
                gone += 1
                continue
            }
            append(signed: id &- last, to: left)
            left.append(page[start..<reader.position])
            (least, greatest) = (min(least, id), max(greatest, id))
            last = id
            rows += 1
        }
        guard gone > 0 else { return .unchanged }
        guard rows > 0 else { return .empty }
        return .shorter(Remainder(page: Array(left.bytes), rowCount: rows, ids: least...greatest))
    }
}
