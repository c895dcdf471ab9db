internal import Glibc
internal import Records

/// What is to be done with the values of one column.
struct ColumnWork {
    let column: Int
    let map: ValueTexts?
    let checksCharacters: Bool
    let guardsFormulas: Bool
    let blank: [UInt8]
    private let form: Form?
    private let isList: Bool
    private let listSeparator: [UInt8]

    /// How one value becomes a text; texts of the table are one.
    private enum Form {
        case number(places: Int, ExportFormat.Numbers)
        case date(DatePattern)
        case dateTime(ExportFormat.Moments)
        case boolean(yes: [UInt8], no: [UInt8])
    }

    /// `nil` for a column whose values stand in the file as they are in the table.
    init?(_ index: Int, _ column: ExportLayout.Column, checksCharacters: Bool) {
        self.column = index
        let style = column.style
        isList = column.path.isList
        map = column.isMasked ? nil : ValueTexts(style.map)
        let kind: FieldKind = column.isMasked ? .text : column.path.kind
        let isText = isList || kind.isText
        self.checksCharacters = checksCharacters && (isText || map != nil)
        guardsFormulas = style.guardsFormulas && isText
        blank = Array(style.blank.utf8)
        listSeparator = Array(style.listSeparator.utf8)
        form =
            switch kind {
            case .integer: .number(places: 0, style.numbers)
            case .decimal(let places): .number(places: places, style.numbers)
            case .date: style.dates.map(Form.date)
            case .dateTime: .dateTime(style.moments)
            case .boolean:
                .boolean(yes: Array(style.booleans.yes.utf8), no: Array(style.booleans.no.utf8))
            default: nil
            }
        guard form != nil || isList || map != nil || self.checksCharacters || guardsFormulas || !blank.isEmpty
        else { return nil }
    }

    /// Makes a text of every value.
    func writeValues(of batch: RowBatch) {
        if isList {
            each(batch) { list($0, batch) }
            return
        }
        switch form {
        case nil: return
        case .number(let places, let numbers):
            each(batch) { Self.number($0.integer, places, numbers, batch) }
        case .date(let pattern):
            each(batch) { Self.date($0, pattern, batch) }
        case .dateTime(let moments):
            let size = moments.pattern.maxBytes
            each(batch) { cell in
                let room = batch.reserve(size)
                return batch.commit(Self.write(cell.integer, moments, to: room))
            }
        case .boolean(let yes, let no):
            // One text a word and batch.
            let words = (batch.keep(no), batch.keep(yes))
            each(batch) { $0.integer == 0 ? words.0 : words.1 }
        }
    }

    @inline(__always)
    private func each(_ batch: RowBatch, _ body: (Cell) -> Cell) {
        var cell = batch.cells + column
        for _ in 0..<batch.count {
            if !cell.pointee.isBlank { cell.pointee = body(cell.pointee) }
            cell += batch.columnCount
        }
    }

    @inline(__always)
    private static func number(
        _ value: Int64, _ places: Int, _ numbers: ExportFormat.Numbers, _ batch: RowBatch
    ) -> Cell {
        let room = batch.reserve(numberBytes)
        let start = write(value, places, numbers, to: room)
        let count = numberBytes - start
        memmove(room, room + start, count)
        return batch.commit(count)
    }

    /// 19 digits, a mark between any three, a decimal mark and a sign.
    private static let numberBytes = 32

    /// Writes digits from the last byte of `numberBytes` on backwards, and gives where they begin.
    @inline(__always)
    private static func write(
        _ value: Int64, _ places: Int, _ numbers: ExportFormat.Numbers, to room: UnsafeMutablePointer<UInt8>
    ) -> Int {
        var at = numberBytes
        var rest = value.magnitude
        var digits = 0
        repeat {
            if digits == places, places > 0 {
                at -= 1
                room[at] = numbers.decimal
            } else if let grouping = numbers.grouping, digits > places, (digits - places) % 3 == 0 {
                at -= 1
                room[at] = grouping
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
        return at
    }

    /// A text that is no date stays as it is: somebody wrote it into the table.
    @inline(__always)
    private static func date(_ cell: Cell, _ pattern: DatePattern, _ batch: RowBatch) -> Cell {
        guard let time = civilDate(batch.text(cell)) else { return cell }
        let room = batch.reserve(pattern.maxBytes)
        return batch.commit(pattern.write(time, to: room))
    }

    private static func civilDate(_ text: UnsafeBufferPointer<UInt8>) -> CivilTime? {
        guard case .time(let time) = CivilTime.readISODate(text.span) else { return nil }
        return time
    }

    /// Of a moment outside of the years 1 to 9999, which only others can have stored, the nearest is written.
    @inline(__always)
    private static func write(
        _ milliseconds: Int64, _ moments: ExportFormat.Moments, to room: UnsafeMutablePointer<UInt8>
    ) -> Int {
        let bounded = min(max(milliseconds, CivilTime.storable.lowerBound), CivilTime.storable.upperBound)
        return moments.pattern.write(moments.timeZone.civilTime(milliseconds: bounded), to: room)
    }

    /// The values of a list as one text, the separator between them.
    private func list(_ cell: Cell, _ batch: RowBatch) -> Cell {
        var text: [UInt8] = []
        PackedList.forEach(in: batch.text(cell)) { value in
            if !text.isEmpty { text += listSeparator }
            write(value, to: &text)
        }
        return batch.keep(text)
    }

    /// One value of a list: its bytes, digits of what is stored as an integer.
    private func write(_ value: UnsafeBufferPointer<UInt8>, to text: inout [UInt8]) {
        var room = [UInt8](repeating: 0, count: 64)
        switch form {
        case .date(let pattern):
            guard let time = Self.civilDate(value) else { break }
            text += pattern.string(time).utf8
            return
        case .number(let places, let numbers):
            guard let integer = Int64(String(decoding: value, as: UTF8.self)) else { break }
            let start = room.withUnsafeMutableBufferPointer { room in
                room.baseAddress.map { Self.write(integer, places, numbers, to: $0) } ?? 0
            }
            text += room[start..<Self.numberBytes]
            return
        case .dateTime(let moments):
            guard let integer = Int64(String(decoding: value, as: UTF8.self)) else { break }
            let bounded = min(max(integer, CivilTime.storable.lowerBound), CivilTime.storable.upperBound)
            text += moments.pattern.string(moments.timeZone.civilTime(milliseconds: bounded)).utf8
            return
        case .boolean(let yes, let no):
            text += value.elementsEqual("0".utf8) ? no : yes
            return
        case nil: break
        }
        text += value
    }
}
