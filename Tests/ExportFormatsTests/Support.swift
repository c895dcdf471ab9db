import ByteStreams
import CSV
import Records
import TestSupport

@testable import ExportFormats

/// Reads a document, called `test.yaml` in messages.
func read(_ yaml: String) throws -> ExportFormat {
    try ExportFormat(document: "test.yaml", yaml: yaml, catalogue: Catalogue.builtIn())
}

/// A value of a row, as the table has it.
enum Value: Hashable {
    case blank
    case text(String)
    case integer(Int64)
    case list([String])
}

/// A batch as a cursor fills it.
func makeBatch(_ rows: [[Value]]) -> RowBatch {
    let batch = RowBatch(columnCount: rows.first?.count ?? 1, maxRows: max(1, rows.count), byteCapacity: 64)
    for (row, values) in rows.enumerated() {
        batch.ids[row] = Int64(row + 1)
        for (column, value) in values.enumerated() {
            let cell: Cell =
                switch value {
                case .blank: .blank
                case .text(let text): batch.keep(Array(text.utf8))
                case .integer(let integer): .integer(integer)
                case .list(let values):
                    batch.keep(
                        values.reduce(into: [UInt8]()) { PackedList.append(Array($1.utf8), to: &$0) })
                }
            batch.cells[row * batch.columnCount + column] = cell
        }
    }
    batch.count = rows.count
    return batch
}

/// The texts of a batch's cells, row by row.
func texts(_ batch: RowBatch) -> [[String]] {
    (0..<batch.count).map { row in
        (0..<batch.columnCount).map { column in
            String(decoding: batch.text(batch.cells[row * batch.columnCount + column]), as: UTF8.self)
        }
    }
}

extension ExportLayout {
    /// What a document's format comes to for these columns, or those that it shows.
    init(_ yaml: String, type name: String = "contact", columns: [String]? = nil) throws {
        let catalogue = try Catalogue.builtIn()
        let type = try catalogue.type(named: name)
        try self.init(
            format: read(yaml), type: type, relations: catalogue.relations(of: type), columns: columns)
    }

    /// Rows formatted.
    func formatted(_ rows: [[Value]]) throws -> [[String]] {
        let batch = makeBatch(rows)
        var formatter = ValueFormatter(self)
        try formatter.format(batch)
        return texts(batch)
    }
}
