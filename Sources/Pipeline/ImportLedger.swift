package import Records
package import Store

/// What an import has come to, batch by batch: as written, and so, after each commit, as committed.
package struct ImportLedger: Sendable {
    package private(set) var counts: Counts
    /// By code and field; a record counts once, under its first issue.
    package private(set) var errors: [UserTask.Tally]
    package private(set) var warnings: [UserTask.Tally]
    /// Where a resume goes on.
    package private(set) var position: Position
    /// Bytes of the file as it lies that are done with.
    package private(set) var sourceBytesDone: UInt64

    /// A ledger that goes on from the counts of `task` as they were committed last.
    package init(continuing task: UserTask, from position: Position) {
        counts = task.counts
        errors = task.errors
        warnings = task.warnings
        self.position = position
        sourceBytesDone = 0
    }

    /// Takes a warning about the table as it is in the end, in place of an earlier one.
    package mutating func warn(_ tally: UserTask.Tally) {
        warnings.removeAll { $0.code == tally.code && $0.field == tally.field }
        warnings.append(tally)
    }

    /// What is left of it where the run's one transaction is rolled back: the rejects since `start`, and all else
    /// unprocessed.
    func givenUp(since start: ImportLedger) -> ImportLedger {
        var left = start
        left.errors = errors
        left.counts.rejected = counts.rejected
        left.counts.unprocessed = counts.read - counts.rejected
        left.sourceBytesDone = sourceBytesDone
        return left
    }

    /// Adds a batch once it is written.
    ///
    /// `shortened` is what its check told of values that were cut.
    package mutating func add(
        _ written: WrittenBatch, shortened: [ShortenedValues] = [], end: Position, sourceBytesDone: UInt64
    ) {
        counts.add(written.receipt)
        for reject in written.rejects {
            guard let issue = reject.issues.first else { continue }
            UserTask.count(issue.code, field: issue.field, line: reject.position.line, in: &errors)
        }
        if let first = written.duplicates.first {
            UserTask.count(
                "duplicate_in_file", field: nil, line: first.line,
                message: "records whose key an earlier record of the file has",
                times: UInt64(written.duplicates.count), in: &warnings)
        }
        if let first = written.firstKeyless {
            UserTask.count(
                "no_key", field: nil, line: first.line,
                message: "records that came without a key: importing them again will double them",
                times: written.keyless, in: &warnings)
        }
        for values in shortened {
            UserTask.count(
                "value_truncated", field: values.field, line: values.first.line,
                message: "values cut to the length of their field (tooLong: truncate)", times: values.count,
                in: &warnings)
        }
        position = end
        self.sourceBytesDone = sourceBytesDone
    }
}
