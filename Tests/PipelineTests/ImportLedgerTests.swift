import Records
import Testing

@testable import Pipeline
@testable import Store

@Suite("The import's ledger")
struct ImportLedgerTests {
    private func task(records: UInt64) -> UserTask {
        var task = UserTask(
            id: "a", kind: .import, recordType: "contact", requestedBy: "tests",
            file: UserTask.File(name: "a.csv", bytes: 100, sha256: "", compression: "none"),
            inputFilter: UserTask.FilterName(name: "default", version: 1), mode: "upsert", duplicates: "last",
            submittedAt: Timestamp(milliseconds: 0))
        task.counts.read = records
        task.counts.unprocessed = records
        return task
    }

    private func reject(line: UInt64, _ issues: Records.Issue...) -> LoggedReject {
        LoggedReject(
            position: Position(byteOffset: line, lineIndex: line - 1, recordIndex: line - 1), issues: issues,
            bytes: KeptBytes(source: []))
    }

    @Test("batches add up; a record counts once, under its first issue")
    func adding() {
        var ledger = ImportLedger(continuing: task(records: 10), from: Position(byteOffset: 5))
        #expect(ledger.position == Position(byteOffset: 5))
        var first = WrittenBatch()
        first.receipt.created = 2
        first.receipt.rejected = 2
        first.rejects = [
            reject(
                line: 3, Records.Issue(code: "email_malformed", field: "email", message: ""),
                Records.Issue(code: "required_missing", field: "name", message: "")),
            reject(line: 5, Records.Issue(code: "field_count", message: "")),
        ]
        ledger.add(first, end: Position(byteOffset: 50, lineIndex: 5, recordIndex: 4), sourceBytesDone: 40)
        var second = WrittenBatch()
        second.receipt.duplicate = 3
        second.receipt.created = 1
        second.receipt.rejected = 1
        second.rejects = [
            reject(line: 7, Records.Issue(code: "email_malformed", field: "email", message: ""))
        ]
        second.duplicates = [8, 9, 10].map { Position(lineIndex: $0, recordIndex: $0) }
        second.keyless = 1
        second.firstKeyless = Position(lineIndex: 7)
        let end = Position(byteOffset: 90, lineIndex: 10, recordIndex: 9)
        ledger.add(second, end: end, sourceBytesDone: 70)
        #expect(ledger.counts.reconcile)
        #expect(ledger.counts.unprocessed == 1)
        #expect(ledger.counts.created == 3)
        #expect(ledger.position == end)
        #expect(ledger.sourceBytesDone == 70)
        #expect(
            ledger.errors == [
                .init(code: "email_malformed", field: "email", count: 2, firstLine: 3),
                .init(code: "field_count", field: nil, count: 1, firstLine: 5),
            ])
        #expect(ledger.warnings.map(\.code) == ["duplicate_in_file", "no_key"])
        #expect(ledger.warnings.map(\.count) == [3, 1])
        #expect(ledger.warnings.map(\.firstLine) == [9, 8])
    }

    @Test("values that were cut are a warning for each field, with the first line")
    func shortened() {
        var ledger = ImportLedger(continuing: task(records: 3), from: Position())
        let (city, title) = ("city", "title")
        ledger.add(
            WrittenBatch(), shortened: [.init(field: city, count: 2, first: Position(lineIndex: 6))],
            end: Position(), sourceBytesDone: 0)
        ledger.add(
            WrittenBatch(),
            shortened: [
                .init(field: title, count: 1, first: Position(lineIndex: 8)),
                .init(field: city, count: 3, first: Position(lineIndex: 9)),
            ], end: Position(), sourceBytesDone: 0)
        #expect(ledger.warnings.map(\.code) == ["value_truncated", "value_truncated"])
        #expect(ledger.warnings.map(\.field) == [city, title])
        #expect(ledger.warnings.map(\.count) == [5, 1])
        #expect(ledger.warnings.map(\.firstLine) == [7, 9])
    }

    @Test("a resumed task's ledger goes on from what was committed")
    func resuming() {
        var task = task(records: 4)
        task.counts.created = 3
        task.counts.unprocessed = 1
        UserTask.count("email_malformed", field: "email", line: 2, in: &task.errors)
        var ledger = ImportLedger(continuing: task, from: Position(byteOffset: 30))
        var batch = WrittenBatch()
        batch.receipt.rejected = 1
        batch.rejects = [reject(line: 5, Records.Issue(code: "email_malformed", field: "email", message: ""))]
        ledger.add(batch, end: Position(byteOffset: 40), sourceBytesDone: 40)
        #expect(ledger.counts.unprocessed == 0)
        #expect(ledger.errors == [.init(code: "email_malformed", field: "email", count: 2, firstLine: 2)])
    }

    @Test("of a run that is taken back, its rejects stay and all else is unprocessed")
    func givenUp() {
        var task = task(records: 10)
        task.counts.rejected = 1
        task.counts.unprocessed = 9
        UserTask.count("email_malformed", field: "email", line: 2, in: &task.errors)
        UserTask.count("unread_columns", field: nil, line: 1, in: &task.warnings)
        let start = ImportLedger(continuing: task, from: Position(byteOffset: 5))
        #expect(start.givenUp(since: start).counts == task.counts)
        var ledger = start
        var batch = WrittenBatch()
        batch.receipt.created = 2
        batch.receipt.updated = 1
        batch.receipt.skipped = 1
        batch.receipt.duplicate = 1
        batch.receipt.rejected = 1
        batch.rejects = [reject(line: 7, Records.Issue(code: "field_count", message: ""))]
        batch.duplicates = [Position(lineIndex: 5, recordIndex: 5)]
        batch.keyless = 1
        batch.firstKeyless = Position(lineIndex: 4)
        ledger.add(batch, end: Position(byteOffset: 60, lineIndex: 8, recordIndex: 7), sourceBytesDone: 60)
        let left = ledger.givenUp(since: start)
        var expected = Counts()
        expected.read = 10
        expected.rejected = 2
        expected.unprocessed = 8
        #expect(left.counts == expected)
        #expect(left.counts.reconcile)
        #expect(left.errors == ledger.errors)
        #expect(left.errors.map(\.code) == ["email_malformed", "field_count"])
        #expect(left.warnings == task.warnings, "no duplicate and no record without a key was written")
        #expect(left.position == start.position)
        #expect(left.sourceBytesDone == 60)
    }

    @Test("transactions have as many records as somebody said, also where the store would take more")
    func commitRecords() {
        var plan = ImportPlan(
            path: "/a", isSpooled: false, recordType: "contact", filterYAML: nil, mode: .upsert,
            duplicates: .last, maxRejects: nil, maxRecords: nil, maxBytes: nil,
            batch: .standard(commitRecords: nil), commitRecords: BatchLimits.standardCommitRecords,
            rejectsPath: nil, overwritesRejects: false)
        #expect(plan.commitRecords(putsEntriesOff: false) == 262_144)
        #expect(plan.commitRecords(putsEntriesOff: true) == 524_288)
        plan.saysCommitRecords = true
        #expect(plan.commitRecords(putsEntriesOff: true) == 262_144)
        plan.saysCommitRecords = nil
        plan.commitRecords = BatchLimits.linkCommitRecords
        #expect(plan.commitRecords(putsEntriesOff: false) == 2_097_152)
    }

    @Test("batches hold fewer records where each has many fields, but never very few")
    func batchLimits() {
        let limits = BatchLimits.standard(commitRecords: nil)
        #expect(limits.fitting(planes: 15) == limits)
        let wide = limits.fitting(planes: 1000)
        #expect(wide.records * 1000 * MemoryLayout<Cell>.stride <= 8 << 20)
        #expect(wide.records > 500)
        #expect(limits.fitting(planes: 1_000_000).records == 256)
        #expect(BatchLimits.standard(commitRecords: 7).records == 7)
        #expect(limits.bytes * BatchLimits.inHand + (8 << 20) * BatchLimits.inHand <= 32_000_000)
    }
}
