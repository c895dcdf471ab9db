internal import ByteStreams
internal import CSV
internal import InputFilters
internal import Records

/// Puts masks into records of a file in place of what feeds encrypted fields.
///
/// `@unchecked Sendable`: the writing lane alone uses it, which encodes one record at a time.
final class RecordMask: @unchecked Sendable {
    private let dialect: Dialect
    /// Columns of a delimited file, from 0.
    private let columns: Set<Int>
    /// Characters of a fixed-width file.
    private let slices: [Slice]
    /// Of the source's encoding; `nil` for UTF-8.
    private let encoder: TextEncoder?

    /// - Throws: `ByteStreamError` where this system cannot convert to the encoding.
    init(_ sources: [FieldSource], dialect: Dialect, encoding: TextEncoding) throws {
        self.dialect = dialect
        columns = Set(sources.flatMap(\.columns))
        slices = sources.flatMap { source -> [Slice] in
            if case .slices(let slices) = source { slices } else { [] }
        }
        encoder = encoding == .utf8 ? nil : try TextEncoder(encoding)
    }

    /// A record of a batch with its line end in the source's encoding; of one whose fields cannot be told apart the
    /// whole is masked.
    func masked(_ batch: RecordBatch, _ record: Int) -> [UInt8] {
        let place = batch.storage.places[record]
        let whole = Array(batch.bytes(of: record))
        let lineEnd = whole.suffix(Int(place.lineEndBytes))
        let content = Array(whole.dropLast(lineEnd.count))
        var text = Array(SealedForm.mask.utf8)
        if place.fault == .none, let parts = maskedFields(of: content) { text = parts }
        text += lineEnd
        return encoder?.encode(text) ?? text
    }

    private func maskedFields(of content: [UInt8]) -> [UInt8]? {
        guard dialect.fixedWidth == nil else { return maskedSlices(of: content) }
        return RecordValues.replacing(columns, of: content, dialect: dialect, by: Array(SealedForm.mask.utf8))
    }

    /// As many asterisks as there were characters, so that the line keeps its length.
    private func maskedSlices(of content: [UInt8]) -> [UInt8]? {
        var line = Array(String(decoding: content, as: UTF8.self).unicodeScalars)
        for slice in slices {
            for index in slice.start..<min(slice.start + slice.length, line.count) where line[index] != " " {
                line[index] = "*"
            }
        }
        var text = String.UnicodeScalarView()
        text.append(contentsOf: line)
        return Array(String(text).utf8)
    }
}
