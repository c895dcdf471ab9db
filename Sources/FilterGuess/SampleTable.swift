internal import CSV
internal import Records

/// The sample as a table: how it is written, its columns, and their values.
struct SampleTable {
    let dialect: Dialect
    let columns: [ColumnSample]
    /// Records below the header that were looked at.
    let records: Int
    /// Whether the whole file was looked at.
    let isWhole: Bool
    let isHeaderSure: Bool
    /// The sample's bytes up to the end of its last whole record.
    let wholeRecords: [UInt8]

    /// Columns that are looked at.
    private static let mostColumns = 1_000
    /// Below this the bytes do not look like records of fields.
    private static let leastScore = 0.3

    /// `hasHeader` is what was told; `nil` where no table can be seen.
    init?(_ head: FileHead, hasHeader told: Bool?, isKnownName: (String) -> Bool) {
        guard !Self.seemsBinary(head.bytes),
            let guess = DialectGuess.guess(head, isKnownName: isKnownName), guess.score >= Self.leastScore
        else { return nil }
        var dialect = guess.dialect
        let dropped = Self.isRejectFile(head.bytes, dialect) ? RejectPrefix.columns.count : 0
        guard let shape = SampleRecords(of: head, from: guess.start, dialect: dialect) else { return nil }
        let width = min(max(1, shape.fieldCounts[0] - dropped), Self.mostColumns)
        guard
            let sample = SampleRecords(
                of: head, from: guess.start, dialect: dialect, columns: Array(0..<width),
                droppedLeadingColumns: dropped)
        else { return nil }
        func row(_ record: Int) -> [[UInt8]] {
            (0..<width).map { sample.value(record: record, plane: $0, dialect) }
        }
        func columns(from first: Int, names: [[UInt8]]?) -> [ColumnSample] {
            (0..<width).map { column in
                ColumnSample(
                    index: column, name: names.map { String(decoding: $0[column], as: UTF8.self) },
                    values: (first..<max(first, sample.count)).map {
                        sample.value(record: $0, plane: column, dialect)
                    })
            }
        }
        let header = HeaderGuess(
            first: row(0), below: columns(from: 1, names: nil), isKnownName: isKnownName)
        dialect.hasHeader = told ?? header.hasHeader
        isHeaderSure = told != nil || header.isSure
        records = sample.count - (dialect.hasHeader ? 1 : 0)
        self.columns = columns(
            from: dialect.hasHeader ? 1 : 0, names: dialect.hasHeader ? row(0) : nil)
        self.dialect = dialect
        let end = sample.endOfLastRecord
        isWhole = head.isWhole && end == head.bytes.count
        wholeRecords = Array(head.bytes.prefix(end))
    }

    /// For messages.
    var titles: String {
        let shown = columns.prefix(20).map(\.title).joined(separator: ", ")
        return columns.count > 20 ? "\(shown) and \(columns.count - 20) more" : shown
    }

    /// Control characters that no text has, in more than a few places.
    private static func seemsBinary(_ bytes: [UInt8]) -> Bool {
        let looked = bytes.prefix(64 << 10)
        let controls = looked.count { $0 < 9 && $0 != 1 || ($0 >= 14 && $0 < 32 && $0 != 27) || $0 == 127 }
        return controls * 100 > looked.count
    }

    private static func isRejectFile(_ bytes: [UInt8], _ dialect: Dialect) -> Bool {
        guard let prefix = RejectPrefix.bytes(dialect) else { return false }
        return bytes.starts(with: prefix)
    }
}

extension SampleRecords {
    /// Bytes of the file up to the end of the last whole record.
    var endOfLastRecord: Int {
        let place = batch.storage.places[count - 1]
        return Int(batch.start.byteOffset) + Int(place.end) + Int(place.lineEndBytes)
    }
}
