internal import CSV
internal import InputFilters
internal import Records
internal import Validation

/// What an import would make of the sample: the document read back, and run through the stages of imports.
struct SampleCheck {
    /// Records of the sample that were looked at.
    private(set) var records = 0
    private(set) var rejected = 0
    /// Records that a field keeps out, and the first issue, by the field's name.
    private(set) var byField: [String: (count: Int, issue: Issue)] = [:]

    /// Fields that keep out more than may be plainly bad, the worst first.
    var tooStrict: [String] {
        byField.filter { !Tolerance.allows(bad: $0.value.count, of: records) }
            .sorted { ($0.value.count, $1.key) > ($1.value.count, $0.key) }.map(\.key)
    }

    /// `bytes` is the sample, cut where a record ends.
    ///
    /// - Throws: what refuses the document, or the file because of it.
    init(yaml: String, name: String, type: RecordType, bytes: [UInt8]) throws(Failure) {
        let document = try InputFilterDocument(document: name, yaml: yaml, recordTypes: [type])
        let scan = try Self.refusing { () throws(CSVError) in
            var scan = try RecordScan(dialect: document.dialect)
            try scan.consume(ByteChunk(bytes: bytes, byteOffset: 0))
            return try scan.finish()
        }
        let columns =
            if let header = scan.header { FileColumns(names: header) } else {
                FileColumns(firstRecord: (scan.firstRecord ?? []).map { String(decoding: $0, as: UTF8.self) })
            }
        let fieldMap = try FieldMap(
            document: document, type: type, columns: columns,
            droppedLeadingColumns: scan.droppedLeadingColumns)
        let validator = try BatchValidator(
            fields: fieldMap.fields, keyAlternatives: fieldMap.matchAlternatives,
            allowsNoKey: type.allowsNoKey)
        let limits = BatchLimits(records: FileHead.enoughRecords, bytes: bytes.count + 1)
        let batch = try Self.refusing { () throws(CSVError) in
            var parser = try RecordParser(
                dialect: document.dialect, projection: fieldMap.projection, start: scan.bodyStart,
                limits: limits)
            parser.append(ByteChunk(bytes: bytes, byteOffset: 0))
            parser.finish()
            parser.lend(RecordParser.makeStorage(limits: limits, planes: fieldMap.planeCount))
            guard case .batch(let batch) = try parser.advance() else { return nil as RecordBatch? }
            return batch
        }
        guard let batch else { return }
        let checked = validator.check(FieldMapper(fieldMap).map(batch))
        records = batch.count
        rejected = checked.rejects.count
        for issue in checked.rejects.lazy.flatMap(\.issues) {
            // Bytes that are no text are bad whatever field they are for.
            guard let field = issue.field, !["invalid_utf8", "nul_byte"].contains(issue.code) else {
                continue
            }
            byField[field, default: (0, issue)].count += 1
        }
    }

    private static func refusing<Value>(
        _ body: () throws(CSVError) -> Value
    ) throws(Failure) -> Value {
        do {
            return try body()
        } catch {
            throw error.failure
        }
    }
}
