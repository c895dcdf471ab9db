/// What an import is asked to do.
///
/// Path, record type and who asks are enough; all else has the value that the command line has where nothing is said.
///
/// ```swift
/// var request = FileImport(of: "contacts.csv.gz", as: "contacts", requestedBy: "nightly")
/// request.inputFilter = "livevox-contacts"
/// request.maxRejects = .percent(5)
/// ```
public struct FileImport: Hashable, Sendable {
    /// What is done with records whose key is or is not in the database already.
    public enum Mode: String, Hashable, Sendable, CaseIterable {
        /// New records are created, known ones updated.
        case upsert
        /// Known records are left alone and counted as skipped.
        case create
        /// New records are left alone and counted as skipped.
        case update
    }

    /// What becomes of a later record whose key an earlier record of the same file had.
    public enum Duplicates: String, Hashable, Sendable, CaseIterable {
        /// It is applied: as if records were applied one by one, in the order of the file.
        case last
        /// It is left out.
        case first
        /// It is rejected.
        case reject
    }

    /// When an import gives up for too many rejects.
    public enum RejectLimit: Hashable, Sendable {
        /// With more rejects than this.
        case count(UInt64)
        /// With more rejects than this share of the records read, 0 to 100.
        case percent(Double)
    }

    /// The file: plain, gzip or zstd, told by its content; or a FIFO, which is read to its end first.
    public var path: String
    /// What the records are: a record type's name or plural, such as `contacts`; or `links`.
    public var recordType: String
    /// Who asks for it, kept with the task.
    public var requestedBy: String
    /// How columns become fields; `nil` where the file's header names the fields.
    ///
    /// The name of an input filter that ships or is saved, `NAME@VERSION`, or a document's path that ends in `.yaml`.
    public var inputFilter: String?
    /// What is done with known and with new records; `nil` for `upsert`, and of notes for `create`.
    public var mode: Mode?
    /// What becomes of a key that comes twice; `nil` for `last`, and of notes for `first`.
    public var duplicates: Duplicates?
    /// When to give up; `nil` for never.
    public var maxRejects: RejectLimit?
    /// Whether all is written in one transaction at the end, or nothing.
    public var isAtomic = false
    /// Whether what changed records held before is kept: only then an import that updates any can be taken back.
    public var keepsBefore = true
    /// Whether nothing is written, and the counts tell what would have been.
    public var isDryRun = false
    /// The file's encoding, such as `windows-1252`, instead of the input filter's.
    public var encoding: String?
    /// Of links: whether the pairs of the file are taken away instead of added.
    public var unlinks = false
    /// Most records that the file may have; `nil` for the type's own limit.
    public var maxRecords: UInt64?
    /// Most bytes that it may have after decompression; `nil` for the type's own limit.
    public var maxBytes: UInt64?
    /// Where the rejects go when the run ends; they are kept in the database in any case.
    public var rejectsPath: String?
    /// Whether that file shows values of encrypted fields, which takes the key file; else it has `****` for them, and
    /// cannot be imported again.
    public var showsEncrypted = false
    /// Where the outcome of each record goes when the run ends; only then outcomes are kept.
    public var resultsPath: String?
    /// Whether the two may replace files.
    public var overwritesFiles = false
    /// Whether a database that is not there is made.
    public var createsDatabase = false
    /// How long to wait for another run that writes to the database; the task is `queued` meanwhile.
    public var patience = Duration.seconds(600)

    /// An import of a file, for what is not said otherwise as the command line does it.
    public init(of path: String, as recordType: String, requestedBy: String) {
        self.path = path
        self.recordType = recordType
        self.requestedBy = requestedBy
    }

    /// - Throws: `unknown_filter`, `cannot_read_document`, `unknown_encoding`.
    func request(_ engine: Engine) throws -> ImportRequest {
        var request = ImportRequest(source: .path(path), recordType: recordType, requestedBy: requestedBy)
        request.filter = try inputFilter.map(engine.filter)
        request.mode = mode?.inner
        request.duplicates = duplicates?.inner
        request.maxRejects = maxRejects?.inner
        request.isAtomic = isAtomic
        request.keepsBefore = keepsBefore
        request.oneTransaction = isDryRun ? .dryRun : isAtomic ? .atomic : nil
        request.encoding = try encoding.map(TextEncoding.init(named:))
        request.linkMode = unlinks ? .unlink : .link
        request.maxRecords = maxRecords
        request.maxBytes = maxBytes
        request.rejectsPath = rejectsPath
        request.showsEncrypted = showsEncrypted
        request.resultsPath = resultsPath
        request.overwritesRejects = overwritesFiles
        return request
    }
}

extension FileImport.Mode {
    fileprivate var inner: ImportMode {
        switch self {
        case .upsert: .upsert
        case .create: .create
        case .update: .update
        }
    }
}

extension FileImport.Duplicates {
    fileprivate var inner: DuplicatePolicy {
        switch self {
        case .last: .last
        case .first: .first
        case .reject: .reject
        }
    }
}

extension FileImport.RejectLimit {
    var inner: Records.RejectLimit {
        switch self {
        case .count(let count): .count(count)
        case .percent(let share): .percent(share)
        }
    }
}
