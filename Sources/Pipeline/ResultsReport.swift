internal import ByteStreams
package import Records
package import Store

/// Tells what became of each record of a task's file, in the order of the file: line, key, id and outcome.
package struct ResultsReport {
    private let task: StoredTask
    private let reader: StoreReader

    /// - Throws: `results_not_kept` where the import was not asked to keep them.
    package init(of task: StoredTask, in reader: StoreReader) throws(Failure) {
        guard task.importPlan?.resultsPath != nil else {
            throw Failure(
                .refused, code: "results_not_kept",
                message: "user task \(task.task.id) was not asked to keep the outcome of each record",
                hint: "Say so when a file is imported: sluice import … --results FILE")
        }
        self.task = task
        self.reader = reader
    }

    /// The absolute path of a results file, once it is clear that writing there does no harm.
    ///
    /// `others` are the run's other outputs.
    ///
    /// - Throws: `output_twice` where one of them is the same file; as ``RejectReport/checkedPath`` does.
    package static func checkedPath(
        _ path: String, force: Bool, source: ImportSource?, others: [String]
    ) throws -> String {
        guard !others.contains(where: { OutputFile.isSameDestination($0, path) }) else {
            throw Failure(
                .refused, code: "output_twice", message: "--rejects and --results name the same file",
                hint: "Give them two names.")
        }
        return try RejectReport.checkedPath(path, force: force, reasonsApart: false, source: source)
    }

    /// Calls `body` with each outcome.
    package func forEach(_ body: (RecordResult) throws -> Void) throws {
        try reader.forEachResult(taskNumber: task.number, body)
    }

    /// Writes all outcomes as RFC 4180 has it to a file, or to standard output (`-`).
    ///
    /// - Throws: `ByteStreamError`, with nothing at the destination; `StoreError`.
    package func write(to path: String, force: Bool) throws {
        try reader.paths.expectApart(from: path)
        let output = try OutputFile(path: path, force: force)
        let table = ReportTable(to: output)
        try table.append(["line", "key", "id", "outcome"])
        try forEach { result in
            try table.append([
                String(result.line), result.key, result.id.map(String.init) ?? "", result.outcome.rawValue,
            ])
        }
        try output.finish()
    }
}
