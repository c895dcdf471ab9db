internal import InputFilters
package import Records

/// The first records of a file as they would be stored.
package struct FilePreview: Sendable, Encodable {
    /// One record.
    package struct Record: Sendable, Encodable {
        /// Its number in the file, from 1; blank lines count.
        package var record: UInt64
        /// Physical line on which it begins, from 1.
        package var line: UInt64
        /// Byte of the decompressed file, from 0.
        package var byteOffset: UInt64
        package var fate: SampleFate
        /// By field: the value as the type's view shows it; `nil` for a blank, and where there is a problem.
        package var values: [String: String?]
        /// By field: the value as it lies in the file, several columns joined by a space; `nil` for a blank.
        package var source: [String: String?]
        /// In the order of the file's columns; empty unless it would be rejected.
        package var problems: [Issue]
    }

    package let file: SampleFile
    package let recordType: String
    package let inputFilter: String
    package let columns: [SampleColumn]
    /// Columns among them that feed no field.
    package let unreadColumns: [SampleColumn]
    package let fields: [SampleField]
    package private(set) var records: [Record] = []
    package let warnings: [UserTask.Tally]

    /// Whether one of the records would be rejected.
    package var hasRejects: Bool { records.contains { $0.fate == .rejected } }

    /// Looks at a file.
    ///
    /// - Throws: ``Stopped``; else a `Failure` of the kind `refused`.
    package static func of(
        _ request: SampleRequest, catalogue: Catalogue, stop: StopSignal
    ) async throws -> FilePreview {
        try await SampleRun.run(request, catalogue: catalogue, stop: stop) { run in
            try await FilePreview(run)
        }
    }

    private init(_ run: SampleRun) async throws {
        file = run.file
        recordType = run.type.name
        inputFilter = run.filterName
        let columns = run.columns
        self.columns = columns
        unreadColumns = run.unreadColumns.map { columns[$0] }
        fields = run.fields
        warnings = run.warnings
        var records: [Record] = []
        try await run.forEachRecord { records.append(Record($0)) }
        self.records = records
    }
}

extension FilePreview.Record {
    fileprivate init(_ record: SampleRecord) {
        let position = record.position
        self.record = position.record
        line = position.line
        byteOffset = position.byteOffset
        fate = record.fate
        problems = record.issues
        (values, source) = ([:], [:])
        let texts = record.source
        for (index, plan) in record.stages.fields.enumerated() {
            source[plan.field.name] = .some(record.source(of: index, in: texts))
            values[plan.field.name] = .some(record.stored(index))
        }
    }
}
