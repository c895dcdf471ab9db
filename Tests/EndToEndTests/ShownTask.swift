/// A user task as programs are shown it: the keys that the contract names.
struct ShownTask: Decodable, Equatable {
    struct File: Decodable, Equatable {
        var name: String
        var bytes: UInt64
        var sha256: String
        var compression: String
    }

    struct Progress: Decodable, Equatable {
        var bytesDone: UInt64
        var bytesTotal: UInt64
    }

    var id: String
    var kind: String
    var recordType: String
    var state: String
    var requestedBy: String
    var file: File
    var mode: String?
    var duplicates: String?
    var listFilter: String?
    var undoes: String?
    var submittedAt: String
    var startedAt: String?
    var endedAt: String?
    var progress: Progress
    var counts: ShownCounts
    var errors: [ShownTally]
    var warnings: [ShownTally]
    var failure: ShownFailure?
    var version: Int
    var dryRun: Bool
    var atomic: Bool

    /// How many were rejected by each code.
    var byCode: [String: UInt64] {
        errors.reduce(into: [:]) { $0[$1.code, default: 0] += $1.count }
    }
}

struct ShownCounts: Decodable, Equatable {
    var read: UInt64 = 0
    var created: UInt64 = 0
    var updated: UInt64 = 0
    var unchanged: UInt64 = 0
    var duplicate: UInt64 = 0
    var skipped: UInt64 = 0
    var rejected: UInt64 = 0
    var unprocessed: UInt64 = 0
    var exported: UInt64?
    var deleted: UInt64?

    var processed: UInt64 {
        created + updated + unchanged + duplicate + skipped + rejected + (exported ?? 0) + (deleted ?? 0)
    }
    var reconcile: Bool { read == processed + unprocessed }
}

struct ShownTally: Decodable, Equatable {
    var code: String
    var field: String?
    var count: UInt64
    var firstLine: UInt64
}

struct ShownFailure: Decodable, Equatable {
    var kind: String?
    var code: String
    var message: String
    var hint: String?
    var line: UInt64?
    var column: Int?
    var byteOffset: UInt64?
}

/// A reject as `tasks rejects --json` has it.
struct ShownReject: Decodable, Equatable {
    struct Issue: Decodable, Equatable {
        var code: String
        var field: String?
        var column: Int?
        var message: String
    }

    var record: UInt64
    var line: UInt64
    var byteOffset: UInt64
    var issues: [Issue]
}
