internal import ByteStreams
internal import Records
package import Store

/// The records that a task on rows left as they were, with their reasons, as a table of RFC 4180.
package struct LeftRowReport {
    /// What stands above its columns.
    package static let columns = [
        "sluice_id", "sluice_key", "sluice_field", "sluice_code", "sluice_message",
    ]

    private let taskNumber: Int64
    private let reader: StoreReader

    package init(of task: StoredTask, in reader: StoreReader) {
        taskNumber = task.number
        self.reader = reader
    }

    /// Writes all of them to a file, or to standard output (`-`).
    ///
    /// - Throws: `ByteStreamError`, with nothing at the destination; `StoreError`.
    package func write(to path: String, force: Bool) throws {
        try reader.paths.expectApart(from: path)
        let output = try OutputFile(path: path, force: force)
        let table = ReportTable(to: output)
        try table.append(Self.columns)
        try reader.forEachLeftRow(taskNumber: taskNumber) { row in
            try table.append([String(row.id), row.key, row.field ?? "", row.code, row.message])
        }
        try output.finish()
    }
}
