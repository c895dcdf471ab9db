internal import Glibc
package import Records

/// Turns the values of rows into the texts that stand in the file; texts of the table stay where they are.
package struct ValueFormatter: Sendable {
    /// What is to be done with the cells of one column.
    private enum Work: Sendable {
        case keep
        case integer
        case decimal(places: Int)
        case dateTime
        case boolean
        case list(FieldKind)
    }

    /// Columns with something to do.
    private let work: [(column: Int, work: Work)]

    package init(_ layout: ExportLayout) {
        var work: [(Int, Work)] = []
        for (index, column) in layout.columns.enumerated() {
            if column.path.isList {
                work.append((index, .list(column.path.kind)))
                continue
            }
            switch column.path.kind {
            case .integer: work.append((index, .integer))
            case .decimal(let places): work.append((index, .decimal(places: places)))
            case .dateTime: work.append((index, .dateTime))
            case .boolean: work.append((index, .boolean))
            default: break
            }
        }
        self.work = work
    }

    /// Writes the texts into the batch: afterwards every cell is blank or a text.
    package func format(_ batch: RowBatch) {
        for (column, work) in work {
            var cell = batch.cells + column
            for _ in 0..<batch.count {
                if !cell.pointee.isBlank { format(&cell.pointee, work, batch) }
                cell += batch.columnCount
            }
        }
    }

    @inline(__always)
    private func format(_ cell: inout Cell, _ work: Work, _ batch: RowBatch) {
        switch work {
        case .keep: break
        case .integer: cell = Self.integer(cell.integer, batch)
        case .decimal(let places): cell = Self.decimal(cell.integer, places: places, batch)
        case .boolean: cell = Self.text(cell.integer == 0 ? "false" : "true", batch)
        case .dateTime: cell = Self.text(Timestamp(milliseconds: cell.integer).text, batch)
        case .list(let kind): cell = Self.list(cell, kind, batch)
        }
    }

    private static func text(_ text: String, _ batch: RowBatch) -> Cell {
        var text = text
        return text.withUTF8 { bytes in
            let room = batch.reserve(bytes.count)
            if let base = bytes.baseAddress { memcpy(room, base, bytes.count) }
            return batch.commit(bytes.count)
        }
    }

    private static func integer(_ value: Int64, _ batch: RowBatch) -> Cell {
        decimal(value, places: 0, batch)
    }

    /// Writes digits from the last one on: at most 19, a point and a sign.
    @inline(__always)
    private static func decimal(_ value: Int64, places: Int, _ batch: RowBatch) -> Cell {
        let size = 32
        let room = batch.reserve(size)
        var at = size
        var rest = value.magnitude
        var digits = 0
        repeat {
            if digits == places, places > 0 {
                at -= 1
                room[at] = UInt8(ascii: ".")
            }
            let next = rest / 10
            at -= 1
            room[at] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest - next * 10)
            rest = next
            digits += 1
        } while rest > 0 || digits <= places
        if value < 0 {
            at -= 1
            room[at] = UInt8(ascii: "-")
        }
        memmove(room, room + at, size - at)
        return batch.commit(size - at)
    }

    /// The values of a list as one text, `; ` between them.
    private static func list(_ cell: Cell, _ kind: FieldKind, _ batch: RowBatch) -> Cell {
        var texts: [String] = []
        let packed = UnsafeBufferPointer(start: batch.bytes + cell.offset, count: cell.length)
        PackedList.forEach(in: packed) { value in
            texts.append(shown(String(decoding: value, as: UTF8.self), kind))
        }
        return text(texts.joined(separator: "; "), batch)
    }

    private static func shown(_ value: String, _ kind: FieldKind) -> String {
        guard kind.isStoredAsInteger, let integer = Int64(value) else { return value }
        return switch kind {
        case .decimal(let places): DecimalText.of(integer, places: places)
        case .dateTime: Timestamp(milliseconds: integer).text
        case .boolean: integer == 0 ? "false" : "true"
        default: value
        }
    }
}
