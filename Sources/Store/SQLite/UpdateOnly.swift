internal import GRDB
internal import Records

/// Mode `update`: lets only those records through to the write that have a row, and settles the others.
///
/// A record without a row is `skipped`, and a later one with its key a duplicate; so the keys are kept, in
/// tables that this connection alone sees.
final class UpdateOnly {
    private let feed: BatchFeed
    private let context: MergeContext
    /// A statement for each match, as everywhere here.
    private let lookups: [RawStatement]
    private let absences: [RawStatement]
    private let notes: [RawStatement]

    init(
        _ plan: WritePlan, feed: BatchFeed, context: MergeContext, connection: OpaquePointer, _ db: Database
    ) throws {
        self.feed = feed
        self.context = context
        lookups = try plan.updateLookups.map { try RawStatement($0, on: connection) }
        let tables = plan.keyTables
        for table in tables {
            try db.execute(sql: table.drop)
            try db.execute(sql: table.create)
        }
        absences = try tables.map { try RawStatement($0.addAbsent, on: connection) }
        notes = try tables.map { try RawStatement($0.add, on: connection) }
    }

    /// With one match, no record changes the key by which another looks for its row; with several, each may.
    private var keysStay: Bool { lookups.count == 1 }

    /// Writes records that the feed gives now.
    func write(_ order: [UInt32], _ upsert: RawStatement) throws {
        guard !keysStay else {
            return try feed.narrow(to: try settleAbsent(order)) { try upsert.run() }
        }
        // Records are looked up together as far as none before them gives its row another key. Where that
        // happens often, few are looked up together, so that few are looked up in vain.
        var rest = order[...]
        var size = rest.count
        while !rest.isEmpty {
            let count = try writeUntilKeyMoves(Array(rest.prefix(size)), upsert)
            rest = rest.dropFirst(count)
            size = 2 * count
        }
    }

    /// Takes note of a batch before a resume point.
    func markSeen(_ order: [UInt32]) throws {
        if keysStay {
            _ = try settleAbsent(order)
        } else {
            for note in notes { try note.run() }
        }
    }

    /// Settles the records without a row and gives those that have one.
    private func settleAbsent(_ order: [UInt32]) throws -> [UInt32] {
        feed.settleAll(.skipped)
        for lookup in lookups { try lookup.run() }
        let absent = order.filter { feed.outcome(of: $0) == .skipped }
        guard !absent.isEmpty else { return order }
        try feed.narrow(to: absent) {
            for absence in absences { try absence.run() }
        }
        return order.filter { feed.outcome(of: $0) == .created }
    }

    /// Writes records in the order of the file up to the first that gives its row another key; how many.
    private func writeUntilKeyMoves(_ order: [UInt32], _ upsert: RawStatement) throws -> Int {
        context.beginLookups()
        try feed.narrow(to: order) {
            feed.settleAll(.skipped)
            for lookup in lookups { try lookup.run() }
        }
        let last = context.firstMover ?? .max
        let settled = order.prefix { $0 <= last }
        try feed.narrow(to: settled.filter { feed.outcome(of: $0) == .skipped }) {
            for absence in absences { try absence.run() }
        }
        let found = settled.filter { feed.outcome(of: $0) == .created }
        try feed.narrow(to: found) { try upsert.run() }
        let taken = found.filter { record in
            let outcome = feed.outcome(of: record)
            return outcome != .rejectedAsTaken && outcome != .rejectedAsDuplicate
                && outcome != .rejectedAsIncomplete
        }
        try feed.narrow(to: taken) {
            for note in notes { try note.run() }
        }
        return settled.count
    }
}
