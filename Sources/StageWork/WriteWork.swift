internal import FixtureGenerator
internal import InputFilters
internal import Records
internal import Store
internal import Validation

/// From batches to rows of an empty database, up to the commit.
final class WriteWork: StageWork {
    private let input: StageInput
    private var batches: [CheckedBatch] = []
    private var writer: StoreWriter?
    private var task: UserTask
    private var taskNumber: Int64 = 0

    init(_ input: StageInput) {
        self.input = input
        task = Self.makeTask(input)
    }

    private static func makeTask(_ input: StageInput) -> UserTask {
        UserTask(
            id: String(repeating: "0", count: 32), kind: .import, recordType: input.type.name,
            requestedBy: "stages",
            file: UserTask.File(name: "stages.csv", bytes: 0, sha256: "", compression: "none"),
            inputFilter: UserTask.FilterName(name: "stages", version: 1), mode: "upsert", duplicates: "last",
            submittedAt: Timestamp(milliseconds: 0))
    }

    private var paths: StorePaths { StorePaths(database: input.folder.path + "/database/sluice.db") }

    func prepare() throws {
        writer = nil
        try input.folder.renew("database")
        let writer = try StoreWriter(paths: paths, create: true)
        try writer.prepareTables([input.type])
        let plan = ImportPlan(
            path: "/stages.csv", isSpooled: false, recordType: input.type.name, filterYAML: nil,
            mode: .upsert,
            duplicates: .last, maxRejects: nil, maxRecords: nil, maxBytes: nil, batch: input.limits,
            commitRecords: 262_144, rejectsPath: nil, overwritesRejects: false)
        taskNumber = try writer.insert(task, plan: .import(plan))
        self.writer = writer
        let (mapper, validator) = (FieldMapper(input.fieldMap), try input.makeValidator())
        batches = try input.batches().map { validator.check(mapper.map($0)) }
    }

    func run() throws {
        guard let writer, let last = batches.last else { preconditionFailure("not prepared") }
        let importer = try ImportWriter(
            writer: writer, type: input.type, fields: input.fieldMap.fields,
            match: input.fieldMap.matchAlternatives, mode: .upsert, duplicates: .last, taskNumber: taskNumber,
            lastForeignID: nil)
        var order = KeyOrder()
        var (created, rejected): (UInt64, UInt64) = (0, 0)
        for batch in batches {
            var batch = batch
            if let plane = importer.sortPlane {
                order.sort(&batch.order, byPlane: plane, of: batch.records.storage)
            }
            let receipt = try importer.write(batch).receipt
            created += receipt.created
            rejected += receipt.rejected
        }
        _ = try importer.finalWarnings()
        try importer.commit(
            task, at: ResumePoint(position: last.records.end, lastForeignRowID: importer.lastForeignID))
        try WrongAnswer.check("rows created", created, input.summary.created)
        try WrongAnswer.check("rejected", rejected, input.summary.rejected)
    }

    /// The rows are there, and their amounts come to what the file's do.
    func checkContent() throws {
        try run()
        let rows = try TableRows(input.type, fields: ["paymentBalance"], at: paths)
        var (count, sum): (UInt64, Int64) = (0, 0)
        try rows.forEachBatch { batch in
            count += UInt64(batch.count)
            for row in 0..<batch.count where !batch.cells[row].isBlank { sum += batch.cells[row].integer }
        }
        try WrongAnswer.check("rows", count, input.summary.created)
        guard let wanted = input.summary.amountHundredths else { return }
        try WrongAnswer.check("sum of the amounts", sum, wanted)
    }
}

/// The rows of a type's table.
struct TableRows {
    private let cursor: RowCursor
    private let columns: Int

    init(_ type: RecordType, fields: [String], at paths: StorePaths) throws {
        var columns: [FieldPath] = []
        for field in fields { columns.append(try FieldPath(field, of: type, relations: [])) }
        self.columns = columns.count
        cursor = try RowCursor(RowQuery(type: type, columns: columns), over: RowSnapshot(paths: paths))
    }

    func forEachBatch(_ body: (RowBatch) throws -> Void) throws {
        var hasMore = true
        while hasMore {
            let batch = RowBatch(columnCount: columns, maxRows: 4096, byteCapacity: 512 << 10)
            hasMore = try cursor.fill(batch)
            try body(batch)
        }
    }
}
