internal import Records

/// Opens the values of encrypted fields in rows on their way out.
struct RowReveal: Sendable {
    private struct Column: Sendable {
        var index: Int
        var kind: FieldKind
        var sealer: any FieldSealer
    }

    private let columns: [Column]

    /// `nil` where no column is of an encrypted field.
    init?(_ paths: [FieldPath], of type: RecordType, by ring: any KeyRing) {
        columns = paths.enumerated().compactMap { index, path in
            guard case .field(let field) = path, field.isEncrypted else { return nil }
            return Column(
                index: index, kind: field.kind, sealer: ring.sealer(ofType: type.name, field: field.name))
        }
        guard !columns.isEmpty else { return nil }
    }

    /// Puts each value into the place of what it was sealed to.
    ///
    /// - Throws: `key_missing`, `sealed_value_damaged`, with the row's id.
    func open(_ batch: RowBatch) throws(Failure) {
        for column in columns {
            for row in 0..<batch.count {
                let cell = batch.cells + (row * batch.columnCount + column.index)
                guard !cell.pointee.isBlank else { continue }
                let sealed = UnsafeRawBufferPointer(
                    start: batch.bytes + cell.pointee.offset, count: cell.pointee.length)
                let value = try column.sealer.open(sealed, row: batch.ids[row])
                cell.pointee = try Self.cell(of: value, column.kind, in: batch)
            }
        }
    }

    private static func cell(
        of value: [UInt8], _ kind: FieldKind, in batch: RowBatch
    ) throws(Failure) -> Cell {
        guard !kind.isStoredAsInteger else {
            guard let number = Int64(String(decoding: value, as: UTF8.self)) else {
                throw Failure(
                    .failed, code: "sealed_value_damaged", message: "a sealed number holds something else")
            }
            return .integer(number)
        }
        let room = UnsafeMutableBufferPointer(start: batch.reserve(value.count), count: value.count)
        _ = room.initialize(fromContentsOf: value)
        return batch.commit(value.count)
    }
}
