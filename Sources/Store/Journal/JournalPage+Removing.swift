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

    /// Takes the rows out of a page of which `isGone` is true.
    ///
    /// The values of the others are not read, only copied.
    static func removing(
        from page: OpenPage, of kind: JournalKind, _ isGone: (OpenPage.Row) throws -> Bool
    ) rethrows -> Removal {
        let left = ByteBuffer(capacity: page.bytes.count)
        append(columns: page.columns, to: left)
        var last: Int64 = 0
        // Rows need not be in the order of their ids.
        var (least, greatest) = (Int64.max, Int64.min)
        var rows = 0
        for row in page.rows where try !isGone(row) {
            append(signed: row.id &- last, to: left)
            switch kind {
            case .created, .touched: break
            case .linked, .unlinked: append(signed: row.second, to: left)
            case .updated, .deleted:
                append(UInt64(row.values.count), to: left)
                left.append(page.bytes[row.values])
            }
            (least, greatest) = (min(least, row.id), max(greatest, row.id))
            last = row.id
            rows += 1
        }
        guard rows < page.rows.count else { return .unchanged }
        guard rows > 0 else { return .empty }
        return .shorter(Remainder(page: Array(left.bytes), rowCount: rows, ids: least...greatest))
    }
}
