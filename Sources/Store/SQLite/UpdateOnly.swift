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
        lookups = try plan.lookups(calling: "sluice_found").map { try RawStatement($0, on: connection) }
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

    /// Writes a batch that the feed gives now.
    func write(_ batch: CheckedBatch, _ upsert: RawStatement) throws {
        guard keysStay else { return try writeOneByOne(batch, upsert) }
        try feed.narrow(to: try settleAbsent(batch.order)) { try upsert.run() }
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

    private func writeOneByOne(_ batch: CheckedBatch, _ upsert: RawStatement) throws {
        feed.settleAll(.skipped)
        for record in batch.order {
            guard let match = context.match(of: record) else { continue }
            try feed.narrow(to: [record]) {
                try lookups[match].run()
                guard feed.outcome(of: record) == .created else { return try absences[match].run() }
                try upsert.run()
                switch feed.outcome(of: record) {
                case .rejectedAsTaken, .rejectedAsDuplicate: break
                default: try notes[match].run()
                }
            }
        }
    }
}
