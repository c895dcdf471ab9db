import GRDB
import Records
import TestSupport
import Testing

@testable import Store

/// Runs imports through `ImportWriter` as the pipeline does, with all that may happen on the way.
struct ImportRunner {
    private let database = TestDatabase()
    private(set) var writer: StoreWriter
    var paths: StorePaths { database.paths }

    init(_ type: RecordType) throws {
        writer = try database.makeWriter()
        try writer.prepareTables([type])
    }

    /// What an import came to, and what else must hold after it.
    struct Finding {
        var result = ImportResult()
        /// What does not agree within the store's own answers.
        var faults: [String] = []
    }

    mutating func run(_ work: ImportCase) throws -> Finding {
        var random = SeededGenerator(seed: work.course.seed)
        let file = work.file
        let task = makeTask(work.type)
        let number = try writer.insert(task, plan: .import(makePlan(work.type)))
        var finding = Finding()
        var written = Sum()
        var committed = Sum()
        var done = 0
        var importer = try makeImporter(work, number, lastForeignID: nil)
        var finder = try importer.makeFinder()
        var next = 0
        repeat {
            let end = min(
                next + Int.random(in: 1...work.course.mostInBatch, using: &random), work.records.count)
            var batch = batch(next..<end, file, importer, work)
            try finder?.find(&batch)
            importer.makeHasher()?.hash(&batch)
            written.add(try importer.write(batch), file, &finding.faults)
            next = end
            if random.chance(work.course.commits) || next == work.records.count {
                let position = file.batch(next..<next).records.start
                let point = ResumePoint(
                    position: next == work.records.count ? file.batch(next..<next).records.end : position,
                    lastForeignRowID: importer.lastForeignID)
                try importer.commit(task, at: point)
                committed = written
                done = next
                if random.chance(work.course.meddling) {
                    try StoreWriter(paths: database.paths, create: false).prepareTables([work.type])
                }
            }
            if next < work.records.count, random.chance(work.course.interruptions) {
                importer.rollback()
                // A run that ends by itself completes the table; after a kill whoever writes next does.
                if random.chance(50) { try importer.complete() }
                if random.chance(50) { writer = try StoreWriter(paths: database.paths, create: false) }
                try writer.prepareTables([work.type])
                let stored = try #require(try writer.storedTask(task.id))
                if done > 0, stored.resumePoint?.position != file.batch(done..<done).records.start {
                    finding.faults.append("the resume point is \(String(describing: stored.resumePoint))")
                }
                importer = try makeImporter(work, number, lastForeignID: stored.resumePoint?.lastForeignRowID)
                finder = try importer.makeFinder()
                try replay(to: done, file, importer, work, &random)
                written = committed
                next = done
            }
        } while next < work.records.count
        try importer.complete()
        finding.result = written.result
        try compareLog(number, file, written, &finding.faults)
        return finding
    }

    private func makeImporter(
        _ work: ImportCase, _ number: Int64, lastForeignID: Int64?
    ) throws -> ImportWriter {
        try ImportWriter(
            writer: writer, type: work.type, fields: work.fields, match: work.match, mode: work.mode,
            duplicates: work.duplicates, taskNumber: number, lastForeignID: lastForeignID,
            records: work.course.loads ? KeyedMerge.leastRecords : 0)
    }

    private func batch(
        _ range: Range<Int>, _ file: SampleFile, _ importer: ImportWriter, _ work: ImportCase
    ) -> CheckedBatch {
        var batch = file.batch(range)
        guard let plane = importer.sortPlane, work.course.sorts else { return batch }
        var order = KeyOrder()
        order.sort(&batch.order, byPlane: plane, of: batch.records.storage)
        return batch
    }

    /// Reads the records before the resume point once more, cut in other places.
    private func replay(
        to end: Int, _ file: SampleFile, _ importer: ImportWriter, _ work: ImportCase,
        _ random: inout SeededGenerator
    ) throws {
        var next = 0
        while next < end {
            // The last batch may reach past the place; its records from there on are taken out.
            let last = min(
                next + Int.random(in: 1...work.course.mostInBatch, using: &random), work.records.count)
            var batch = batch(next..<last, file, importer, work)
            batch.order.removeAll { Int($0) + next >= end }
            try importer.markSeen(batch)
            next = last
        }
    }

    /// Holds what the database keeps of the task against what the writer said.
    private func compareLog(
        _ number: Int64, _ file: SampleFile, _ written: Sum, _ faults: inout [String]
    ) throws {
        let reader = try StoreReader(paths: database.paths)
        var logged: [LoggedReject] = []
        try reader.forEachReject(taskNumber: number) { logged.append($0) }
        if logged != written.rejects { faults.append("the reject log differs from what the writer told") }
        for (reject, record) in zip(written.rejects, written.result.rejects) {
            if reject.position != file.positions[record.record]
                || reject.bytes.source != file.records[record.record].bytes
            {
                faults.append("reject of record \(record.record) has another place or other bytes")
            }
        }
        let lines = written.result.duplicates.map { Int64(file.positions[$0].line) }
        if try reader.duplicateLines(taskNumber: number) != lines {
            faults.append("the duplicates' lines differ from what the writer told")
        }
    }

    /// The table's rows by field name, and what SQLite says of its own soundness.
    func contents(_ type: RecordType) throws -> [[String: Value]] {
        let fault = try database.sql("PRAGMA integrity_check").first?[0] as String?
        precondition(fault == "ok", fault ?? "no answer")
        return try database.sql("SELECT * FROM \(TableSchema(type).table)").map { row in
            var values: [String: Value] = [:]
            for field in type.fields {
                switch (row[field.column] as DatabaseValue).storage {
                case .int64(let value): values[field.name] = .integer(value)
                case .string(let text): values[field.name] = .text(text)
                default: break
                }
            }
            return values
        }
    }
}

/// What batches came to, one after the other.
private struct Sum {
    var result = ImportResult()
    var rejects: [LoggedReject] = []

    mutating func add(_ written: WrittenBatch, _ file: SampleFile, _ faults: inout [String]) {
        result.created += Int(written.receipt.created)
        result.updated += Int(written.receipt.updated)
        result.unchanged += Int(written.receipt.unchanged)
        result.skipped += Int(written.receipt.skipped)
        for reject in written.rejects {
            guard let record = file.positions.firstIndex(of: reject.position), let issue = reject.issues.first
            else {
                faults.append("a reject at \(reject.position)")
                continue
            }
            result.rejects.append(.init(record: record, code: issue.code, field: issue.field))
            let column = issue.field.flatMap { name in file.fields.first { $0.field.name == name } }?
                .sourceColumn
            if issue.column != column.map({ $0 + 1 }) { faults.append("\(issue) names another column") }
        }
        rejects += written.rejects
        for position in written.duplicates {
            if let record = file.positions.firstIndex(of: position) { result.duplicates.append(record) }
        }
        if written.receipt.rejected != written.rejects.count { faults.append("rejected \(written.receipt)") }
        if written.receipt.duplicate != written.duplicates.count {
            faults.append("duplicates \(written.receipt)")
        }
        result.keyless += Int(written.keyless)
        if let first = written.firstKeyless, result.firstKeyless == nil {
            result.firstKeyless = file.positions.firstIndex(of: first)
        }
    }
}
