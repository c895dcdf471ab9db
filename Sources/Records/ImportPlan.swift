/// What an import does with records whose key is or is not in the table already.
package enum ImportMode: String, Hashable, Sendable, Codable, CaseIterable {
    /// New records are created, known ones updated.
    case upsert
    /// Known records are left alone (`skipped`).
    case create
    /// New records are left alone (`skipped`).
    case update
}

/// What an import of links does with each pair.
package enum LinkMode: String, Hashable, Sendable, Codable, CaseIterable {
    /// The two are linked.
    case link
    /// The two are linked no more.
    case unlink
}

/// What becomes of a later record whose key an earlier record of the same file had.
package enum DuplicatePolicy: String, Hashable, Sendable, Codable, CaseIterable {
    /// It is applied: as if records were applied one by one in file order.
    case last
    /// It is left out.
    case first
    /// It is rejected, code `duplicate_in_file`.
    case reject
}

/// When a run gives up for too many rejects.
package enum RejectLimit: Hashable, Sendable, Codable {
    case count(UInt64)
    case percent(Double)

    /// Whether `rejected` of `read` records is over the limit.
    package func isPassed(rejected: UInt64, read: UInt64) -> Bool {
        switch self {
        case .count(let limit): rejected > limit
        case .percent(let limit): Double(rejected) > Double(read) * limit / 100
        }
    }

    /// `250` or `2.5%`.
    package init?(text: String) {
        if text.hasSuffix("%") {
            guard let value = Double(text.dropLast()), (0...100).contains(value) else { return nil }
            self = .percent(value)
        } else {
            guard let value = UInt64(text) else { return nil }
            self = .count(value)
        }
    }
}

/// What becomes of a run that is one transaction.
package enum OneTransaction: String, Hashable, Sendable, Codable {
    /// It is committed at the end of the file; where the run ends before, nothing is written.
    case atomic
    /// It is rolled back at the end of the file: the user task tells what would have been written.
    case dryRun
}

/// Everything that decides what an import does, fixed when it is submitted and kept for a resume.
package struct ImportPlan: Hashable, Sendable, Codable {
    /// Absolute path of the source; the spool where it came through standard input or a FIFO.
    package var path: String
    /// Whether `path` is a spool of ours, removed when the task is complete.
    package var isSpooled: Bool
    package var recordType: String
    /// The record type's document (YAML) as it was at submission; `nil` for a type as it ships.
    ///
    /// Kept, so that a type that grows does not touch a task that has begun.
    package var recordTypeYAML: String?
    /// The input filter's document (YAML) as it was at submission; `nil` for matching header and field names.
    package var filterYAML: String?
    package var mode: ImportMode
    package var duplicates: DuplicatePolicy
    package var maxRejects: RejectLimit?
    /// Instead of the record type's limit.
    package var maxRecords: UInt64?
    package var maxBytes: UInt64?
    package var batch: BatchLimits
    /// Records of one transaction, or one batch where that is more.
    package var commitRecords: UInt64
    /// Whether somebody said how many those are; `nil` for no.
    package var saysCommitRecords: Bool?
    /// `nil` where batches are committed as they go.
    package var oneTransaction: OneTransaction?
    /// Absolute path where the rejects go when the run ends.
    package var rejectsPath: String?
    /// Absolute path where the outcome of each record goes when the run ends; only then outcomes are kept.
    package var resultsPath: String?
    /// Whether `rejectsPath` and `resultsPath` may replace files.
    package var overwritesRejects: Bool
    /// Instead of the encoding that the input filter declares.
    package var encoding: TextEncoding?
    /// Between two fields where no input filter says so; `nil` for a comma.
    package var delimiter: UInt8?
    /// Whether what changed rows held before is kept, so that the import can be taken back; `nil` where it is.
    package var keepsBefore: Bool?
    /// What is done with pairs; `nil` where records are imported.
    package var links: LinkMode?
    /// The side that comes first in a file of pairs without a header, by its role; `nil` for the link's first.
    package var firstSide: String?
    /// The id of the key that the spool is sealed by; `nil` where it lies in the clear, or there is none.
    package var spoolKey: String?
    /// Whether the reject file shows values of encrypted fields; `nil` for no.
    package var showsEncrypted: Bool?

    package init(
        path: String, isSpooled: Bool, recordType: String, filterYAML: String?, mode: ImportMode,
        duplicates: DuplicatePolicy, maxRejects: RejectLimit?, maxRecords: UInt64?, maxBytes: UInt64?,
        batch: BatchLimits, commitRecords: UInt64,
        rejectsPath: String?, overwritesRejects: Bool, encoding: TextEncoding? = nil
    ) {
        self.path = path
        self.isSpooled = isSpooled
        self.recordType = recordType
        self.filterYAML = filterYAML
        self.mode = mode
        self.duplicates = duplicates
        self.maxRejects = maxRejects
        self.maxRecords = maxRecords
        self.maxBytes = maxBytes
        self.batch = batch
        self.commitRecords = commitRecords
        self.rejectsPath = rejectsPath
        self.overwritesRejects = overwritesRejects
        self.encoding = encoding
    }
}

/// Where a resumed run goes on, committed with the rows before it.
package struct ResumePoint: Hashable, Sendable, Codable {
    package var position: Position
    /// The highest row id that was in the table when the task first began.
    package var lastForeignRowID: Int64
    /// Of work without a file: the place behind which it goes on, in its own counting.
    package var step: Int64?

    package init(position: Position, lastForeignRowID: Int64) {
        self.position = position
        self.lastForeignRowID = lastForeignRowID
    }

    package init(step: Int64) {
        self.init(
            position: Position(byteOffset: 0, lineIndex: 0, recordIndex: 0), lastForeignRowID: 0)
        self.step = step
    }
}
