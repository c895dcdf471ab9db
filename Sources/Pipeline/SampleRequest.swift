package import Records

/// What somebody wants to see of a file before it is imported.
package struct SampleRequest: Sendable {
    package var source: ImportSource.Origin
    /// Singular or plural; `nil` for the one that the input filter is for.
    package var recordType: String?
    /// The input filter's document; `nil` for matching header and field names.
    package var filterYAML: String?
    /// What messages call the document.
    package var filterName: String
    package var mode = ImportMode.upsert
    /// Instead of the input filter's.
    package var encoding: TextEncoding?
    /// Records to look at, blank lines not counted; `nil` for the whole file.
    package var records: UInt64?

    package init(
        source: ImportSource.Origin, recordType: String?, filterYAML: String?, filterName: String,
        records: UInt64?
    ) {
        self.source = source
        self.recordType = recordType
        self.filterYAML = filterYAML
        self.filterName = filterName
        self.records = records
    }

    /// Bytes after decompression that are looked at in any case, so that a small file is looked at whole.
    static let leastBytes: UInt64 = 4 << 20
    /// Bytes after decompression at which a look ends that is not at the whole file.
    static let mostBytes: UInt64 = 64 << 20
    /// Bytes of standard input or a FIFO that are taken, as they come.
    static let mostPipeBytes = 4 << 20
}

/// The file that was looked at, as people know it.
package struct SampleFile: Hashable, Sendable, Encodable {
    package var name: String
    /// `none`, `gzip` or `zstd`, by its content.
    package var compression: String
    /// Whether all of it was looked at; else what its rest holds is not known.
    package var isWhole: Bool
    /// Records in the part that was looked at, lines without a byte included.
    package var records: UInt64
    /// Lines without a byte among them, which an import skips.
    package var blankLines: UInt64
}

/// A column of the file.
package struct SampleColumn: Hashable, Sendable, Encodable {
    /// From 1.
    package var position: Int
    /// `nil` in a file without a header.
    package var name: String?
}

/// A field and where its values come from.
package struct SampleField: Hashable, Sendable, Encodable {
    package var field: String
    /// Several where they are joined; none for a constant and in fixed-width files.
    package var columns: [SampleColumn]
    /// First and last characters, from 1, in a fixed-width file.
    package var characters: [ClosedRange<Int>]
    /// The text of every record, where no column is read.
    package var constant: String?

    private enum CodingKeys: String, CodingKey {
        case field, columns, characters, constant
    }

    /// What does not apply is empty or `null`, so that programs find every key.
    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(field, forKey: .field)
        try values.encode(columns, forKey: .columns)
        try values.encode(characters.map { [$0.lowerBound, $0.upperBound] }, forKey: .characters)
        try values.encode(constant, forKey: .constant)
    }
}
