internal import Glibc
package import Records

/// Writes rows as lines in which every column has its place: what imports of fixed-width files read.
///
/// Characters are counted as imports count them: Unicode scalars.
package struct FixedWidthWriter {
    /// Values that were cut, by column.
    package private(set) var truncated: [Int]
    private let columns: [ExportLayout.Column]
    private let places: [ExportFormat.Place]
    private let lineEnd: [UInt8]

    /// - Precondition: every column has a place.
    package init(_ layout: ExportLayout) {
        columns = layout.columns
        places = layout.columns.compactMap(\.place)
        precondition(places.count == columns.count, "a column without a width")
        lineEnd = layout.lineEnd
        truncated = [Int](repeating: 0, count: columns.count)
    }

    /// The line of headers.
    package func header() -> [UInt8] {
        zip(columns, places).flatMap { column, place in
            let text = Array(column.header.utf8)
            // Under spaces, whatever the values have: they are words, and have room.
            let spaces = [UInt8](repeating: 0x20, count: place.width - column.header.unicodeScalars.count)
            return place.alignment == .left ? text + spaces : spaces + text
        } + lineEnd
    }

    /// Adds the rows of a batch, whose cells are blank or texts.
    ///
    /// - Throws: `value_too_wide` and `line_end_in_value`, with the record's id and the field.
    package mutating func append(_ batch: RowBatch, to output: ByteBuffer) throws(Failure) {
        // Each column takes its width, or a text of several bytes a character.
        var bound = batch.count * (places.reduce(0) { $0 + $1.width } + lineEnd.count)
        for index in 0..<batch.count * batch.columnCount { bound += batch.cells[index].length }
        let start = output.reserve(bound)
        var at = start
        var cell = batch.cells
        for row in 0..<batch.count {
            for column in 0..<batch.columnCount {
                let text = batch.text(cell.pointee)
                if let next = Self.write(text, places[column], to: at) {
                    at = next
                } else {
                    let kept = try fitting(text, column, batch.ids[row])
                    at =
                        Self.write(UnsafeBufferPointer(rebasing: text[..<kept]), places[column], to: at) ?? at
                }
                cell += 1
            }
            for byte in lineEnd {
                at.pointee = byte
                at += 1
            }
        }
        output.commit(at - start)
    }

    /// Writes one value and its padding; `nil` where it does not fit.
    @inline(__always)
    private static func write(
        _ text: UnsafeBufferPointer<UInt8>, _ place: ExportFormat.Place, to start: UnsafeMutablePointer<UInt8>
    ) -> UnsafeMutablePointer<UInt8>? {
        var characters = 0
        var breaksLine = false
        for byte in text {
            characters &+= byte & 0xC0 != 0x80 ? 1 : 0
            breaksLine = breaksLine || byte == 0x0A || byte == 0x0D
        }
        guard characters <= place.width, !breaksLine else { return nil }
        let padding = place.width - characters
        var at = start
        var text = text
        if place.alignment == .right {
            // A sign stands before zeros, and behind spaces.
            if place.padding == UInt8(ascii: "0"), padding > 0, let sign = text.first,
                sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+")
            {
                at.pointee = sign
                at += 1
                text = UnsafeBufferPointer(rebasing: text[1...])
            }
            // Of a blank nothing is made up: a row of zeros would be a number.
            memset(at, Int32(text.isEmpty && characters == 0 ? 0x20 : place.padding), padding)
            at += padding
        }
        if let base = text.baseAddress { memcpy(at, base, text.count) }
        at += text.count
        if place.alignment == .left {
            memset(at, Int32(characters == 0 ? 0x20 : place.padding), padding)
            at += padding
        }
        return at
    }

    /// Bytes of a value that fit, where some do not and the column may cut them.
    private mutating func fitting(
        _ text: UnsafeBufferPointer<UInt8>, _ column: Int, _ id: Int64
    ) throws(Failure) -> Int {
        let place = "record \(id), \(columns[column].path.name)"
        guard !text.contains(where: { $0 == 0x0A || $0 == 0x0D }) else {
            throw Failure(
                .failed, code: "line_end_in_value",
                message:
                    "\(place): \(columns[column].quoted(text)) holds a line end, which a fixed-width line cannot",
                hint: "Leave the column or the record out, or choose a format with quotes.")
        }
        let width = places[column].width
        guard columns[column].style.tooLong == .truncate else {
            let characters = text.count { $0 & 0xC0 != 0x80 }
            throw Failure(
                .failed, code: "value_too_wide",
                message: "\(place): \(columns[column].quoted(text)) has \(characters) characters, "
                    + "and its column has room for \(width)",
                hint: "Make the column wider, or set tooLong: truncate.")
        }
        truncated[column] += 1
        var characters = 0
        for (index, byte) in text.enumerated() where byte & 0xC0 != 0x80 {
            if characters == width { return index }
            characters += 1
        }
        return text.count
    }
}
