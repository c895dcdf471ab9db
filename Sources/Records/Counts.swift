/// What became of the records of a run, as committed.
///
/// `read` always equals the sum of the counts after it.
package struct Counts: Hashable, Sendable, Codable {
    package var read: UInt64 = 0
    package var created: UInt64 = 0
    package var updated: UInt64 = 0
    package var unchanged: UInt64 = 0
    package var duplicate: UInt64 = 0
    package var skipped: UInt64 = 0
    package var rejected: UInt64 = 0
    package var unprocessed: UInt64 = 0
    /// Of exports: rows that were written out.
    package var exported: UInt64?
    /// Of whatever takes records or links away.
    package var deleted: UInt64?

    package init() {}

    /// Records whose fate is settled.
    package var processed: UInt64 {
        created + updated + unchanged + duplicate + skipped + rejected + (exported ?? 0) + (deleted ?? 0)
    }

    /// Whether the counts add up.
    package var reconcile: Bool { read == processed + unprocessed }

    /// Adds what became of one batch, taking its records from `unprocessed`.
    package mutating func add(_ receipt: BatchReceipt) {
        created += receipt.created
        updated += receipt.updated
        unchanged += receipt.unchanged
        duplicate += receipt.duplicate
        skipped += receipt.skipped
        rejected += receipt.rejected
        if receipt.deleted > 0 { deleted = (deleted ?? 0) + receipt.deleted }
        let settled = receipt.processed
        precondition(settled <= unprocessed, "a batch settled more records than were read")
        unprocessed -= settled
    }
}

/// What became of one batch: what `Store` gives back.
package struct BatchReceipt: Hashable, Sendable {
    package var created: UInt64 = 0
    package var updated: UInt64 = 0
    package var unchanged: UInt64 = 0
    package var duplicate: UInt64 = 0
    package var skipped: UInt64 = 0
    package var rejected: UInt64 = 0
    package var deleted: UInt64 = 0

    package init() {}

    package var processed: UInt64 {
        created + updated + unchanged + duplicate + skipped + rejected + deleted
    }

    /// Adds what another batch came to.
    package mutating func add(_ other: BatchReceipt) {
        created += other.created
        updated += other.updated
        unchanged += other.unchanged
        duplicate += other.duplicate
        skipped += other.skipped
        rejected += other.rejected
        deleted += other.deleted
    }
}
