/// The record of one piece of work: who asked for what, how far it is, what came of it.
///
/// Its JSON is a contract (`docs/user-tasks.md`): keys are added, never renamed; what is unknown is `null`.
package struct UserTask: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable, Codable {
        case `import`, export
        /// One pair of records, linked or unlinked.
        case link
        /// Values of records, one or many, set anew.
        case change
        /// Records taken away.
        case delete
        /// Another task's work taken back.
        case undo
        /// Records taken away for good whose time is over.
        case purge
        /// Encrypted values sealed anew, under another key.
        case rotate

        /// Whether it works on rows of the database: what it does not take are rows that it left as they were.
        package var leavesRows: Bool {
            switch self {
            case .import, .export, .link: false
            case .change, .delete, .undo, .purge, .rotate: true
            }
        }
    }

    /// The file the work is about, as it lies (compressed if it is).
    package struct File: Hashable, Sendable, Codable {
        package var name: String
        package var bytes: UInt64
        /// Lower-case hexadecimal; empty until the first pass is through.
        package var sha256: String
        package var compression: String

        package init(name: String, bytes: UInt64, sha256: String, compression: String) {
            self.name = name
            self.bytes = bytes
            self.sha256 = sha256
            self.compression = compression
        }
    }

    package struct FilterName: Hashable, Sendable, Codable {
        package var name: String
        package var version: Int

        package init(name: String, version: Int) {
            self.name = name
            self.version = version
        }
    }

    /// Bytes of the file as it lies; the rate counts records.
    package struct Progress: Hashable, Sendable {
        package var bytesDone: UInt64 = 0
        package var bytesTotal: UInt64 = 0
        package var recordsPerSecond: Double = 0
        /// `nil` where it is not known yet.
        package var etaSeconds: Double?

        package init() {}
    }

    /// One kind of error or warning, counted.
    package struct Tally: Hashable, Sendable, Codable {
        package var code: String
        package var field: String?
        package var count: UInt64
        /// Line of the source, from 1.
        package var firstLine: UInt64
        /// For people; given with warnings.
        package var message: String?

        enum CodingKeys: String, CodingKey {
            case code, field, count, firstLine, message
        }

        package init(
            code: String, field: String?, count: UInt64, firstLine: UInt64, message: String? = nil
        ) {
            self.code = code
            self.field = field
            self.count = count
            self.firstLine = firstLine
            self.message = message
        }
    }

    /// 128 random bits as 32 lower-case hexadecimal digits.
    package var id: String
    package var kind: Kind
    package var recordType: String
    package var state: UserTaskState
    package var requestedBy: String
    package var file: File
    /// Of imports.
    package var inputFilter: FilterName?
    /// Of imports.
    package var mode: String?
    /// Of imports.
    package var duplicates: String?
    /// Of exports.
    package var exportFormat: FilterName?
    /// Of exports and changes: which records, as it is written; `nil` for all.
    package var listFilter: String?
    /// Of changes: what is set, as it was written.
    package var changes: [String]?
    /// The task that this one is a part of.
    package var parentID: String?
    /// The task whose work this one takes back.
    package var undoes: String?
    /// Whether nothing is written, and all counts tell what would have been.
    package var isDryRun = false
    /// Whether all is written at the end, or nothing.
    package var isAtomic = false
    package var submittedAt: Timestamp
    package var startedAt: Timestamp?
    package var endedAt: Timestamp?
    /// When the process at work last moved on.
    package var heartbeatAt: Timestamp?
    package var progress = Progress()
    package var counts = Counts()
    package var errors: [Tally] = []
    package var warnings: [Tally] = []
    package var failure: Failure?
    /// Grows with every change.
    package var version = 1

    package init(
        id: String, kind: Kind, recordType: String, requestedBy: String, file: File,
        inputFilter: FilterName? = nil, mode: String? = nil, duplicates: String? = nil,
        submittedAt: Timestamp
    ) {
        self.id = id
        self.kind = kind
        self.recordType = recordType
        state = .queued
        self.requestedBy = requestedBy
        self.file = file
        self.inputFilter = inputFilter
        self.mode = mode
        self.duplicates = duplicates
        self.submittedAt = submittedAt
    }

    /// A new id: 128 random bits from the system's generator.
    package static func newID() -> String {
        var generator = SystemRandomNumberGenerator()
        func half() -> String {
            let digits = String(generator.next() as UInt64, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }
        return half() + half()
    }

    /// Adds to the tally of `code` and `field` in a list.
    package static func count(
        _ code: String, field: String?, line: UInt64, message: String? = nil, times: UInt64 = 1,
        in tallies: inout [Tally]
    ) {
        if let index = tallies.firstIndex(where: { $0.code == code && $0.field == field }) {
            tallies[index].count += times
            tallies[index].firstLine = min(tallies[index].firstLine, line)
        } else {
            tallies.append(
                Tally(code: code, field: field, count: times, firstLine: line, message: message))
        }
    }
}
