package import Records

/// Turns the values of a single row into the texts that stand in the file: what ``ValueFormatter`` does with a batch, for
/// layouts that ask for no more than the forms of numbers, dates and words.
///
/// `@unchecked Sendable`: one lane uses it.
package final class RowForms: @unchecked Sendable {
    /// What is done with a column, without anything to be counted as held: a copy of it costs nothing.
    private enum Form {
        case number(NumberForm)
        /// The index of its pattern.
        case date(Int)
        /// The index of its moments.
        case dateTime(Int)
        /// Bytes of the word for true, and of that for false behind it.
        case words(yes: Int, no: Int)
    }

    /// One column that has something to do.
    private struct Work {
        let column: Int
        let form: Form
        /// Where its texts are written, or its words lie.
        let room: UnsafeMutablePointer<UInt8>
    }

    private let work: [Work]
    private let patterns: [DatePattern]
    private let moments: [ExportFormat.Moments]

    /// `nil` where a column asks for more: several values, a map, marks, a text for blanks.
    package init?(_ layout: ExportLayout) {
        let columns = layout.columns.enumerated()
        let isFormAlone = columns.allSatisfy { index, column in
            ColumnWork(index, column, checksCharacters: false)?.isFormAlone ?? true
        }
        guard isFormAlone else { return nil }
        var patterns: [DatePattern] = []
        var moments: [ExportFormat.Moments] = []
        var work: [Work] = []
        for (index, column) in columns {
            guard let form = ValueForm(column) else { continue }
            var words: [UInt8] = []
            let plain: Form
            switch form {
            case .number(let number): plain = .number(number)
            case .date(let pattern):
                plain = .date(patterns.count)
                patterns.append(pattern)
            case .dateTime(let dateTime):
                plain = .dateTime(moments.count)
                moments.append(dateTime)
            case .boolean(let yes, let no):
                plain = .words(yes: yes.count, no: no.count)
                words = yes + no
            }
            let room = UnsafeMutablePointer<UInt8>.allocate(capacity: max(1, form.maxBytes, words.count))
            for (index, byte) in words.enumerated() { room[index] = byte }
            work.append(Work(column: index, form: plain, room: room))
        }
        (self.patterns, self.moments, self.work) = (patterns, moments, work)
    }

    deinit {
        for work in work { work.room.deallocate() }
    }

    /// Has every value be blank or a text; what was written is good until the next row.
    package func write(_ values: UnsafeMutablePointer<RowValue>) {
        work.withUnsafeBufferPointer { work in
            for work in work where values[work.column].kind != .blank {
                write(values + work.column, work)
            }
        }
    }

    @inline(__always)
    private func write(_ value: UnsafeMutablePointer<RowValue>, _ work: Work) {
        let (integer, room) = (value.pointee.integer, work.room)
        switch work.form {
        case .number(let form):
            let start = form.write(integer, to: room)
            value.pointee = .text(room + start, count: NumberForm.maxBytes - start)
        case .date(let index):
            guard let size = ValueForm.write(value.pointee.text, patterns[index], to: room) else { return }
            value.pointee = .text(room, count: size)
        case .dateTime(let index):
            value.pointee = .text(room, count: ValueForm.write(integer, moments[index], to: room))
        case .words(let yes, let no):
            value.pointee = integer == 0 ? .text(room + yes, count: no) : .text(room, count: yes)
        }
    }
}
