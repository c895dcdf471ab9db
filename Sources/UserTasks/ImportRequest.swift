package import Pipeline
package import Records

/// What somebody asks an import to do, before it is a task.
package struct ImportRequest: Sendable {
    package var source: ImportSource.Origin
    package var recordType: String
    /// Name or document of the input filter; `nil` for matching header and field names.
    package var filter: DocumentChoice?
    /// `nil` for that of the record type: see ``mode(for:)``.
    package var mode: ImportMode?
    /// `nil` for that of the record type: see ``duplicates(for:)``.
    package var duplicates: DuplicatePolicy?
    package var maxRejects: RejectLimit?
    /// Instead of the record type's limit.
    package var maxRecords: UInt64?
    package var maxBytes: UInt64?
    package var commitRecords: UInt64?
    /// Where the rejects go when the run ends.
    package var rejectsPath: String?
    /// `nil` where batches are committed as they go.
    package var oneTransaction: OneTransaction?
    /// Whether what changed rows held before is kept: only then the import can be taken back, and its changes told.
    package var keepsBefore = true
    /// Whether the task is told to be atomic: a dry run may be, too.
    package var isAtomic = false
    /// Where the outcome of each record goes when the run ends.
    package var resultsPath: String?
    /// Whether rejects and results may replace files.
    package var overwritesRejects = false
    /// Whether the reject file shows values of encrypted fields.
    package var showsEncrypted = false
    /// Instead of the encoding that the input filter declares.
    package var encoding: TextEncoding?
    /// Between two fields, where no input filter is named.
    package var delimiter: UInt8?
    /// What becomes of pairs, where the file holds those of a link.
    package var linkMode = LinkMode.link
    /// The side that comes first in a file of pairs without a header.
    package var firstSide: String?
    package var requestedBy: String
    /// Most bytes of standard input or a FIFO.
    package var maxSpoolBytes: UInt64 = 16 << 30

    package init(source: ImportSource.Origin, recordType: String, requestedBy: String) {
        self.source = source
        self.recordType = recordType
        self.requestedBy = requestedBy
    }
}
