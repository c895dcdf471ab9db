internal import ByteStreams
internal import CSV
package import Records
internal import Store

/// The second reading of a file: records become rows.
///
/// Two lanes: one reads, parses, maps, checks and sorts; the other writes and commits. Two storages circulate
/// between them, so memory does not grow with the file and nothing is read before there is room for it.
package struct ImportRun {
    /// How the run tells what it does.
    package struct Observer: Sendable {
        /// The user task as it is to be committed with these counts.
        package var task: @Sendable (ImportLedger) -> UserTask
        /// Told after each commit.
        package var committed: @Sendable (ImportLedger) -> Void
        /// Told after each batch of a run that is one transaction.
        package var written: @Sendable (ImportLedger) -> Void

        package init(
            task: @escaping @Sendable (ImportLedger) -> UserTask,
            committed: @escaping @Sendable (ImportLedger) -> Void,
            written: @escaping @Sendable (ImportLedger) -> Void = { _ in }
        ) {
            self.task = task
            self.committed = committed
            self.written = written
        }
    }

    let text: SourceText
    let stages: ImportStages
    let maxRejects: RejectLimit?
    let commitRecords: UInt64
    let oneTransaction: OneTransaction?
    let stop: StopSignal
    let observer: Observer

    init(
        text: SourceText, stages: ImportStages, plan: ImportPlan, commitRecords: UInt64, stop: StopSignal,
        observer: Observer
    ) {
        self.text = text
        self.stages = stages
        maxRejects = plan.maxRejects
        self.commitRecords = commitRecords
        oneTransaction = plan.oneTransaction
        self.stop = stop
        self.observer = observer
    }

    /// A batch on its way from the one lane to the other.
    private struct Prepared: Sendable {
        var batch: CheckedBatch
        var sourceBytesDone: UInt64
    }

    /// Writes from `ledger.position` to the end of the file.
    ///
    /// `bodyStart` is where records begin; what lies between it and the ledger's position was written by an
    /// earlier run of the task.
    ///
    /// - Returns: the ledger as committed last.
    /// - Throws: ``Stopped``, `Failure`, and errors of the stages; what was committed stays.
    func run(
        into writer: ImportWriter, from ledger: ImportLedger, bodyStart: Position
    ) async throws -> ImportLedger {
        let filled = BoundedChannel<Prepared>(depth: BatchLimits.inHand)
        let free = BoundedChannel<BatchStorage>(depth: BatchLimits.inHand)
        for _ in 0..<BatchLimits.inHand { _ = await free.send(stages.makeStorage()) }
        let start = ledger.position
        let sorting = writer.sortPlane.map { (plane: $0, alternates: !writer.isLoading) }
        let finder = try writer.makeFinder()
        let hasher = writer.makeHasher()
        return try await withThrowingTaskGroup(of: ImportLedger?.self) { group in
            group.addTask(executorPreference: LaneExecutor(label: "sluice.read")) {
                do {
                    try await read(
                        from: start, sorting: sorting, finder: finder, hasher: hasher, free: free,
                        into: filled)
                    filled.finish()
                } catch {
                    filled.finish(.failure(error))
                }
                return nil
            }
            group.addTask(executorPreference: LaneExecutor(label: "sluice.write")) {
                defer {
                    filled.close()
                    free.finish()
                }
                try await replay(writer, from: bodyStart, to: start)
                return try await write(from: filled, free: free, into: writer, ledger: ledger)
            }
            var result: ImportLedger?
            for try await ledger in group { result = ledger ?? result }
            guard let result else { preconditionFailure("the writing lane gives the ledger") }
            return result
        }
    }

    // MARK: The reading lane

    private func read(
        from start: Position, sorting: (plane: Int, alternates: Bool)?, finder: RowFinder?,
        hasher: KeyHasher?, free: BoundedChannel<BatchStorage>, into filled: BoundedChannel<Prepared>
    ) async throws {
        let stream = try text.stream(keepsSource: true)
        var order = KeyOrder()
        try await stages.forEachBatch(of: text, stream, from: start, storage: { try await free.next() }) {
            batch in
            var checked = stages.check(batch)
            if let sorting {
                // To and fro where rows are merged: a batch begins among the pages of the index that the one before it left
                // in memory. By its place in the file, so that a resume does the same.
                let number = batch.start.recordIndex / UInt64(stages.limits.records)
                order.sort(
                    &checked.order, byPlane: sorting.plane, of: batch.storage,
                    descends: sorting.alternates && number % 2 == 1)
            }
            try finder?.find(&checked)
            hasher?.hash(&checked)
            return await filled.send(Prepared(batch: checked, sourceBytesDone: stream.sourceBytesDone))
        }
        try text.file.unchanged()
    }

    // MARK: The writing lane

    /// Makes the keys known again that the file had before the place where the task goes on.
    private func replay(_ writer: ImportWriter, from bodyStart: Position, to end: Position) async throws {
        guard bodyStart.byteOffset < end.byteOffset else { return }
        let stream = try text.stream(keepsSource: true)
        let storage = stages.makeStorage()
        try await stages.forEachBatch(of: text, stream, from: bodyStart, storage: { storage }) { batch in
            try stop.check()
            var checked = stages.check(batch, isWritten: false)
            checked.order.removeAll { batch.position(of: Int($0)).byteOffset >= end.byteOffset }
            try writer.markSeen(checked)
            return batch.end.byteOffset < end.byteOffset
        }
    }

    private func write(
        from filled: BoundedChannel<Prepared>, free: BoundedChannel<BatchStorage>,
        into writer: ImportWriter, ledger: ImportLedger
    ) async throws -> ImportLedger {
        let start = ledger
        var ledger = ledger
        var committed = ledger
        do {
            while let prepared = try await filled.next() {
                let written = try writer.write(prepared.batch)
                guard written.receipt.processed <= ledger.counts.unprocessed else {
                    throw sourceChanged("found more records")
                }
                ledger.add(
                    written, shortened: prepared.batch.shortenedValues(), end: prepared.batch.records.end,
                    sourceBytesDone: prepared.sourceBytesDone)
                _ = await free.send(prepared.batch.records.storage)
                let wish = stop.reason
                let isOverLimit = isOverRejectLimit(ledger)
                let sinceCommit = ledger.counts.processed - committed.counts.processed
                if oneTransaction != nil {
                    observer.written(ledger)
                } else if sinceCommit >= commitRecords || wish != nil || isOverLimit {
                    try commit(ledger, writer)
                    committed = ledger
                }
                if let wish, ledger.counts.unprocessed > 0 { throw Stopped(reason: wish) }
                if isOverLimit { throw tooManyRejects(ledger) }
            }
            guard oneTransaction == nil || ledger.counts.unprocessed == 0 else {
                throw sourceChanged("found \(ledger.counts.unprocessed) records fewer")
            }
            for tally in try writer.finalWarnings() { ledger.warn(tally) }
        } catch let error as StoreError {
            throw error
        } catch {
            if writer.refusal != nil {
                try refuse(writer)
            } else if oneTransaction != nil {
                try giveUp(ledger.givenUp(since: start), writer)
            } else if ledger.counts != committed.counts {
                // The file's end is not to be had, but the batches before are sound: they stay.
                try commit(ledger, writer)
            }
            throw error
        }
        if let oneTransaction {
            try end(oneTransaction, ledger, writer)
        } else if ledger.counts != committed.counts || ledger.warnings != committed.warnings {
            try commit(ledger, writer)
        }
        guard ledger.counts.unprocessed == 0 else {
            throw sourceChanged("found \(ledger.counts.unprocessed) records fewer")
        }
        return ledger
    }

    /// Ends a run that is one transaction at the end of the file.
    private func end(_ kind: OneTransaction, _ ledger: ImportLedger, _ writer: ImportWriter) throws {
        try refuse(writer)
        Failpoint.hit("before-commit")
        let point = ResumePoint(position: ledger.position, lastForeignRowID: writer.lastForeignID)
        try writer.end(kind == .atomic ? .commit : .dryRun, observer.task(ledger), at: point)
        Failpoint.hit("after-commit")
        observer.committed(ledger)
    }

    /// Ends a run that is one transaction before the end of the file: nothing but its rejects is left.
    private func giveUp(_ ledger: ImportLedger, _ writer: ImportWriter) throws {
        try writer.end(.giveUp, observer.task(ledger), at: nil)
        observer.committed(ledger)
    }

    private func sourceChanged(_ what: String) -> Failure {
        Failure(
            .failed, code: "source_changed",
            message: "\(text.file.name): the second reading \(what) than the first",
            hint: "Let nobody write to the file while it is imported, and import it again.")
    }

    /// Takes back what was written since the last commit where it turned out that it may not stay.
    private func refuse(_ writer: ImportWriter) throws {
        guard var refusal = writer.refusal else { return }
        writer.rollback()
        refusal.message = "\(text.file.name): \(refusal.message)"
        throw refusal
    }

    private func commit(_ ledger: ImportLedger, _ writer: ImportWriter) throws {
        try refuse(writer)
        Failpoint.hit("before-commit")
        let point = ResumePoint(position: ledger.position, lastForeignRowID: writer.lastForeignID)
        try writer.commit(observer.task(ledger), at: point)
        Failpoint.hit("after-commit")
        observer.committed(ledger)
    }

    private func isOverRejectLimit(_ ledger: ImportLedger) -> Bool {
        maxRejects?.isPassed(rejected: ledger.counts.rejected, read: ledger.counts.read) ?? false
    }

    private func tooManyRejects(_ ledger: ImportLedger) -> Failure {
        Failure(
            .failed, code: "too_many_rejects",
            message:
                "\(text.file.name): \(ledger.counts.rejected) of \(ledger.counts.read) records were rejected, "
                + "which is over the limit (--max-rejects)",
            hint: "See why with 'sluice tasks rejects ID'. "
                + (oneTransaction == nil
                    ? "What was written stays; 'sluice tasks resume ID' goes on with the rest."
                    : "Nothing was written; 'sluice tasks resume ID --max-rejects N' begins anew."))
    }
}
