/// A place in the input, told the three ways a reader may want it.
///
/// All three count in the *decompressed* stream, so a position names the same bytes whether the file came
/// as `.csv`, `.csv.gz` or `.csv.zst`. Within the stages, bytes are those of the text in UTF-8; people are told
/// bytes of the source (``RecordBatch/sourcePosition(of:)``), which differ where the file is in another encoding.
package struct Position: Hashable, Sendable, Codable {
    /// Bytes before this place: 0 at the first byte of the file, a byte-order mark included.
    package var byteOffset: UInt64
    /// Physical lines before this place: 0 on the first line.
    ///
    /// CR, LF and CRLF each end one line.
    package var lineIndex: UInt64
    /// Records before this place, header and skipped lines excluded.
    package var recordIndex: UInt64

    package init(byteOffset: UInt64 = 0, lineIndex: UInt64 = 0, recordIndex: UInt64 = 0) {
        self.byteOffset = byteOffset
        self.lineIndex = lineIndex
        self.recordIndex = recordIndex
    }

    /// The line as people count: from 1.
    package var line: UInt64 { lineIndex + 1 }

    /// The record as people count: from 1.
    package var record: UInt64 { recordIndex + 1 }
}
