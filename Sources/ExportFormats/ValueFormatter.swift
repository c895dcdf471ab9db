internal import Glibc
package import Records

/// Turns the values of rows into the texts that stand in the file; texts of the table stay where they are.
///
/// It works down one column at a time, with what is to be done chosen once; a column of texts in a plain format is
/// not looked at.
package struct ValueFormatter {
    /// Values that were changed so that they fit the encoding, by column.
    package private(set) var replaced: [Int]
    private let columns: [ExportLayout.Column]
    /// Columns with something to do.
    private let work: [ColumnWork]
    /// What the file's encoding has; `nil` where it has everything.
    private let repertoire: (any Repertoire)?
    private let replaces: Bool

    /// - Parameters:
    ///   - layout: what decides.
    ///   - repertoire: of an encoding that lacks characters.
    package init(_ layout: ExportLayout, repertoire: (any Repertoire)? = nil) {
        columns = layout.columns
        work = layout.columns.enumerated().compactMap { index, column in
            ColumnWork(index, column, checksCharacters: repertoire != nil)
        }
        self.repertoire = repertoire
        replaces = layout.unencodable == .replace
        replaced = [Int](repeating: 0, count: layout.columns.count)
    }

    /// Writes the texts into the batch: afterwards every cell is blank or a text.
    ///
    /// - Throws: `value_not_encodable` with the record's id and the field, where the encoding lacks a character.
    package mutating func format(_ batch: RowBatch) throws(Failure) {
        for work in work {
            work.writeValues(of: batch)
            if let map = work.map { Self.apply(map, to: work.column, of: batch) }
            if work.checksCharacters { try checkCharacters(of: work.column, batch) }
            if work.guardsFormulas { Self.markFormulas(of: work.column, batch) }
            if !work.blank.isEmpty { Self.fillBlanks(of: work.column, batch, with: work.blank) }
        }
    }

    private static func apply(_ map: ValueTexts, to column: Int, of batch: RowBatch) {
        // One text a value and batch; every cell names the same bytes.
        let replacements = map.values.map { $0.isEmpty ? Cell.blank : batch.keep($0) }
        var cell = batch.cells + column
        for _ in 0..<batch.count {
            if !cell.pointee.isBlank, let entry = map.entry(for: batch.text(cell.pointee)) {
                cell.pointee = replacements[entry]
            }
            cell += batch.columnCount
        }
    }

    private static func markFormulas(of column: Int, _ batch: RowBatch) {
        var cell = batch.cells + column
        for _ in 0..<batch.count {
            if !cell.pointee.isBlank, FormulaGuard.needsMark(batch.text(cell.pointee)) {
                let length = cell.pointee.length
                // Room first: it may move the text.
                let room = batch.reserve(length + 1)
                room[0] = FormulaGuard.mark
                memcpy(room + 1, batch.bytes + cell.pointee.offset, length)
                cell.pointee = batch.commit(length + 1)
            }
            cell += batch.columnCount
        }
    }

    private static func fillBlanks(of column: Int, _ batch: RowBatch, with text: [UInt8]) {
        let filled = batch.keep(text)
        var cell = batch.cells + column
        for _ in 0..<batch.count {
            if cell.pointee.length == 0 { cell.pointee = filled }
            cell += batch.columnCount
        }
    }

    private mutating func checkCharacters(of column: Int, _ batch: RowBatch) throws(Failure) {
        guard let repertoire else { return }
        for row in 0..<batch.count {
            let cell = batch.cells + (row * batch.columnCount + column)
            guard !cell.pointee.isBlank else { continue }
            let text = batch.text(cell.pointee)
            guard text.contains(where: { $0 >= 0x80 }), let missing = repertoire.firstMissing(in: text) else {
                continue
            }
            guard replaces else {
                throw Failure(
                    .failed, code: "value_not_encodable",
                    message:
                        "record \(batch.ids[row]), \(columns[column].path.name): the file's encoding lacks "
                        + "the character \(Self.shown(missing)) of \(columns[column].quoted(text))",
                    hint:
                        "Choose another encoding, such as utf-8, or set unencodable: replace in the format's file."
                )
            }
            replaced[column] += 1
            let plain = repertoire.representable(String(decoding: text, as: UTF8.self))
            cell.pointee = batch.keep(Array(plain.utf8))
        }
    }

    private static func shown(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }

    /// The beginning of a value, for messages.
    fileprivate static func shown(_ text: UnsafeBufferPointer<UInt8>) -> String {
        let scalars = String(decoding: text.prefix(240), as: UTF8.self).unicodeScalars.prefix(60)
        return scalars.map(\.visible).joined()
    }
}

extension ExportFormat.Column {
    /// The beginning of a value, for messages; those are kept, so nothing is told of an encrypted field's.
    func quoted(_ text: UnsafeBufferPointer<UInt8>) -> String {
        path.isEncrypted ? "the value" : "'\(ValueFormatter.shown(text))'"
    }
}

/// Values that are written as others, looked up by their bytes.
struct ValueTexts {
    let keys: [[UInt8]]
    let values: [[UInt8]]

    init?(_ map: [String: String]) {
        guard !map.isEmpty else { return nil }
        let sorted = map.sorted { $0.key < $1.key }
        keys = sorted.map { Array($0.key.utf8) }
        values = sorted.map { Array($0.value.utf8) }
    }

    /// Maps are of a few words: looking through them costs less than a hash.
    func entry(for text: UnsafeBufferPointer<UInt8>) -> Int? {
        keys.firstIndex { key in
            key.count == text.count && key.elementsEqual(text)
        }
    }
}

extension RowBatch {
    /// The bytes of a cell's text; good until something is added to the batch.
    @inline(__always)
    func text(_ cell: Cell) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: bytes + cell.offset, count: cell.length)
    }

    /// Copies a text to the end and gives its cell.
    func keep(_ text: [UInt8]) -> Cell {
        let room = reserve(text.count)
        text.withUnsafeBufferPointer { text in
            if let base = text.baseAddress { memcpy(room, base, text.count) }
        }
        return commit(text.count)
    }
}
