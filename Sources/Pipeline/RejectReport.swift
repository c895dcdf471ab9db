internal import ByteStreams
internal import CSV
package import Records
package import Store

/// Gives back the records that stayed out, byte for byte, each behind its five columns.
///
/// What it writes is in the source's dialect and imports again as it is: an import drops the five columns.
/// Where the dialect has neither quotes nor backslashes, a message might break the record, so records and reasons are parted.
/// Records from which encrypted fields were fed have masks for their values, and say so, unless keys are given.
package struct RejectReport {
    /// What is written.
    package enum Part: Sendable {
        /// Reasons and records in one, as the dialect allows it; else the records alone.
        case records
        /// Record number and the five columns, as RFC 4180 has it.
        case reasons
    }

    private let task: StoredTask
    private let reader: StoreReader
    private let form: SourceForm
    /// Of the source's encoding.
    private let encoder: TextEncoder
    /// `nil` where masks stand for values of encrypted fields.
    private let ring: (any KeyRing)?

    /// `ring`: keys of somebody who may see values of encrypted fields.
    ///
    /// - Throws: `StoreError` where the log cannot be read; `ByteStreamError` where this system cannot convert to
    ///   the source's encoding.
    package init(of task: StoredTask, in reader: StoreReader, ring: (any KeyRing)? = nil) throws {
        self.task = task
        self.ring = ring
        self.reader = reader
        form = try reader.sourceForm(taskNumber: task.number) ?? SourceForm(dialect: Dialect(), header: [])
        encoder = try TextEncoder(form.encoding)
    }

    /// Whether reasons need a file of their own.
    private var needsReasonsApart: Bool { !form.dialect.saysAnyText }

    /// The absolute path of a reject file, once it is clear that writing there does no harm.
    ///
    /// - Throws: `ByteStreamError` where the folder is missing, or a file is there that may not be replaced: any
    ///   without `force`, the source in any case.
    package static func checkedPath(
        _ path: String, force: Bool, reasonsApart: Bool, source: ImportSource?
    ) throws -> String {
        for path in paths(at: path, reasonsApart: reasonsApart) {
            // Begun and dropped: nothing is left there.
            _ = try OutputFile(path: path, force: force, inputs: source.map { [$0.file.identity] } ?? [])
        }
        return ImportSource.absolute(path)
    }

    private static let reasonsSuffix = ".reasons.csv"

    /// The files that a run's rejects go to.
    package static func paths(at path: String, reasonsApart: Bool) -> [String] {
        reasonsApart ? [path, path + reasonsSuffix] : [path]
    }

    /// Writes the reject file of a run, and `PATH.reasons.csv` beside it where reasons need a file of their own.
    ///
    /// - Returns: the records that were written with masks.
    /// - Throws: `ByteStreamError`, with nothing at the destination; `StoreError`.
    @discardableResult
    package func writeFiles(at path: String, force: Bool) throws -> UInt64 {
        let masked = try write(.records, to: path, force: force)
        if needsReasonsApart { try write(.reasons, to: path + Self.reasonsSuffix, force: force) }
        return masked
    }

    /// Writes one part to a file, or to standard output (`-`).
    ///
    /// - Returns: the records that were written with masks.
    /// - Throws: `ByteStreamError`, with nothing at the destination; `StoreError`.
    @discardableResult
    package func write(_ part: Part, to path: String, force: Bool) throws -> UInt64 {
        try reader.paths.expectApart(from: path)
        let output = try OutputFile(path: path, force: force)
        var masked: UInt64 = 0
        switch part {
        case .records: masked = try writeRecords(to: output)
        case .reasons: try writeReasons(to: output)
        }
        try output.finish()
        return masked
    }

    private func writeRecords(to output: OutputFile) throws -> UInt64 {
        var masked: UInt64 = 0
        let lineEnd = encoder.lineEnd(of: form.header) ?? encoder.encode([UInt8(ascii: "\n")])
        let delimiter = encoder.encode([form.dialect.delimiter])
        try output.append(form.mark)
        if needsReasonsApart {
            // An import leaves them out again; where reasons stand before the records it does not.
            for _ in 0..<form.dialect.skippedLines { try output.append(lineEnd) }
            try output.append(form.header)
        } else {
            try output.append(try prefix(RejectPrefix.columns))
            try output.append(form.header.isEmpty ? lineEnd : delimiter + form.header)
        }
        try reader.forEachReject(taskNumber: task.number) { reject in
            if !needsReasonsApart {
                try output.append(try prefix(columns(of: reject), record: reject.position.record))
                try output.append(delimiter)
            }
            if isMasked(reject) { masked += 1 }
            let bytes = try ring.map { try reject.source(ofTask: task.number, by: $0) } ?? reject.bytes.source
            try output.append(bytes)
            // A source that was cut short within a character stays so: what came behind it would be misread.
            if encoder.lineEnd(of: bytes) == nil, encoder.endsBetweenUnits(bytes) {
                try output.append(lineEnd)
            }
        }
        return masked
    }

    private func isMasked(_ reject: LoggedReject) -> Bool { reject.sealed != nil && ring == nil }

    private func writeReasons(to output: OutputFile) throws {
        let table = ReportTable(to: output)
        try table.append(["sluice_record"] + RejectPrefix.columns)
        try reader.forEachReject(taskNumber: task.number) { reject in
            try table.append([String(reject.position.record)] + columns(of: reject))
        }
    }

    /// The five columns in the source's dialect and encoding, without a delimiter behind them.
    private func prefix(_ fields: [String], record: UInt64? = nil) throws -> [UInt8] {
        var bytes: [UInt8] = []
        try RecordFormatter(dialect: form.dialect).append(
            fields.map(encoder.representable), to: &bytes, record: record)
        return encoder.encode(bytes)
    }

    /// The first issue in column order.
    private func columns(of reject: LoggedReject) -> [String] {
        let issue = reject.issues.first
        let note = isMasked(reject) ? Self.maskNote : ""
        return [
            String(reject.position.line), issue?.column.map(String.init) ?? "", issue?.field ?? "",
            issue?.code ?? "", (issue?.message ?? "") + note,
        ]
    }

    private static let maskNote =
        "; values of encrypted fields are masked here: the record cannot be imported again as it is"
}
