internal import Glibc
internal import Records

/// What is to be done with the values of one column.
struct ColumnWork {
    let column: Int
    let map: ValueTexts?
    let checksCharacters: Bool
    let guardsFormulas: Bool
    let blank: [UInt8]
    private let form: ValueForm?
    private let isList: Bool
    private let listSeparator: [UInt8]

    /// `nil` for a column whose values stand in the file as they are in the table.
    init?(_ index: Int, _ column: ExportLayout.Column, checksCharacters: Bool) {
        self.column = index
        let style = column.style
        isList = column.path.isList
        map = column.isMasked ? nil : ValueTexts(style.map)
        let isText = isList || column.shownKind.isText
        self.checksCharacters = checksCharacters && (isText || map != nil)
        guardsFormulas = style.guardsFormulas && isText
        blank = Array(style.blank.utf8)
        listSeparator = Array(style.listSeparator.utf8)
        form = ValueForm(column)
        guard form != nil || isList || map != nil || self.checksCharacters || guardsFormulas || !blank.isEmpty
        else { return nil }
    }

    /// Whether every value becomes a text of its form, and nothing else is done.
    var isFormAlone: Bool {
        !isList && map == nil && !checksCharacters && !guardsFormulas && blank.isEmpty
    }

    /// Makes a text of every value.
    func writeValues(of batch: RowBatch) {
        if isList {
            each(batch) { list($0, batch) }
            return
        }
        switch form {
        case nil: return
        case .boolean(let yes, let no):
            // One text a word and batch.
            let words = (batch.keep(no), batch.keep(yes))
            each(batch) { $0.integer == 0 ? words.0 : words.1 }
        case .date(let pattern):
            each(batch) { cell in
                let room = batch.reserve(pattern.maxBytes)
                // Of the text, behind the room: that may have moved it.
                guard let size = ValueForm.write(batch.text(cell), pattern, to: room) else { return cell }
                return batch.commit(size)
            }
        case .number(let number):
            each(batch) { cell in
                let room = batch.reserve(NumberForm.maxBytes)
                let start = number.write(cell.integer, to: room)
                memmove(room, room + start, NumberForm.maxBytes - start)
                return batch.commit(NumberForm.maxBytes - start)
            }
        case .dateTime(let moments):
            let size = moments.pattern.maxBytes
            each(batch) { cell in
                let room = batch.reserve(size)
                return batch.commit(ValueForm.write(cell.integer, moments, to: room))
            }
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
        if case .boolean(let yes, let no) = form {
            text += value.elementsEqual("0".utf8) ? no : yes
            return
        }
        var room = [UInt8](repeating: 0, count: form?.maxBytes ?? 0)
        let written = room.withUnsafeMutableBufferPointer { room -> Range<Int>? in
            guard let form, let start = room.baseAddress else { return nil }
            switch form {
            case .date(let pattern): return ValueForm.write(value, pattern, to: start).map { 0..<$0 }
            case .boolean: return nil
            case .number(let number):
                return Int64(String(decoding: value, as: UTF8.self)).map { integer in
                    number.write(integer, to: start)..<NumberForm.maxBytes
                }
            case .dateTime(let moments):
                return Int64(String(decoding: value, as: UTF8.self)).map { integer in
                    0..<ValueForm.write(integer, moments, to: start)
                }
            }
        }
        if let written { text += room[written] } else { text += value }
    }
}
