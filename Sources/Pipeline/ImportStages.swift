internal import ByteStreams
internal import CSV
internal import InputFilters
internal import ListFilters
package import Records
internal import Store
internal import Validation

/// The stages between the file's bytes and the store, fitted to one file: what an import does to every record.
struct ImportStages: Sendable {
    /// How the source is written.
    let dialect: Dialect
    let fieldMap: FieldMap
    private(set) var limits: BatchLimits
    private let mapper: FieldMapper
    private let validator: BatchValidator
    /// `nil` where every record is asked for.
    private let selection: RecordSelection?
    /// The encrypted ones of the fields, once ``sealing(by:type:)`` has said how.
    private(set) var sealed: [SealedFieldPlan] = []

    /// Fits filter, record type and file to each other.
    ///
    /// `document` is `nil` for matching header and field names; `dialect` is what the file was scanned as; `batch` is
    /// what batches of few columns hold.
    ///
    /// `moment` is what relative days of `where` count from.
    ///
    /// - Throws: `Failure`, refused, where they do not fit.
    init(
        at moment: Timestamp, mode: ImportMode, batch: BatchLimits, type: RecordType,
        document: InputFilterDocument?,
        dialect: Dialect, encoding: TextEncoding, scan: ScanSummary
    ) throws(Failure) {
        let columns =
            if let header = scan.header { FileColumns(names: header) } else {
                // Only for messages and the number of columns: a byte that is no UTF-8 is met again later.
                FileColumns(firstRecord: (scan.firstRecord ?? []).map { String(decoding: $0, as: UTF8.self) })
            }
        let document =
            if let document { document } else {
                try InputFilterDocument.automatic(for: type, columns: columns, dialect: dialect)
            }
        let fieldMap = try FieldMap(
            document: document, type: type, columns: columns, mode: mode,
            droppedLeadingColumns: scan.droppedLeadingColumns)
        if mode != .update, let missing = fieldMap.unfedRequiredFields.first {
            throw Failure(
                .refused, code: "required_field_unmapped",
                message: "no column feeds '\(missing)', which every new \(type.name) must have",
                hint: "Map a column to it in the input filter, or only update with --mode update.")
        }
        try fieldMap.checkEncrypted()
        self.dialect = dialect
        self.fieldMap = fieldMap
        limits = batch.fitting(planes: fieldMap.planeCount).fitting(encoding)
        mapper = FieldMapper(fieldMap)
        validator = try BatchValidator(
            fields: fieldMap.fields, keyAlternatives: fieldMap.matchAlternatives,
            allowsNoKey: type.allowsNoKey,
            draft: fieldMap.fields.firstIndex { $0.field.name == type.draftField })
        selection = document.listFilter.map { listFilter in
            RecordSelection(listFilter.resolved(at: moment), fields: fieldMap.fields)
        }
    }

    var fields: [FieldPlan] { fieldMap.fields }
    var match: [[Int]] { fieldMap.matchAlternatives }

    /// A storage for batches of this file.
    func makeStorage() -> BatchStorage {
        RecordParser.makeStorage(limits: limits, planes: fieldMap.planeCount + sealed.count)
    }

    func makeParser(from start: Position) throws(CSVError) -> RecordParser {
        try RecordParser(
            dialect: dialect, projection: fieldMap.projection, start: start, limits: limits)
    }

    /// From records as they were found to values as they will be stored, those outside `where` left out.
    ///
    /// `isWritten`: it is looked at for its keys alone otherwise.
    func check(_ batch: RecordBatch, isWritten: Bool = true) -> CheckedBatch {
        let checked = validator.check(mapper.map(batch))
        let selected = selection?.select(checked) ?? checked
        if isWritten {
            for field in sealed { field.addHashes(to: selected) }
        }
        return selected
    }
}

extension ImportPlan {
    /// Records of one transaction: where nobody said how many, as many as the store takes best.
    package func commitRecords(putsEntriesOff: Bool) -> UInt64 {
        let isFree = saysCommitRecords != true && commitRecords == BatchLimits.standardCommitRecords
        return isFree && putsEntriesOff ? BatchLimits.putOffCommitRecords : commitRecords
    }
}

extension ImportStages {
    /// The same with batches of the size that the store takes best.
    func fitting(_ writer: ImportWriter) -> ImportStages {
        guard writer.isLoading else { return self }
        var stages = self
        stages.limits = limits.fittingLoad()
        return stages
    }

    /// The same with encrypted fields ready to be written.
    ///
    /// - Throws: `key_needed` where there are some and no keys are at hand.
    func sealing(by ring: (any KeyRing)?, type: RecordType) throws(Failure) -> ImportStages {
        let encrypted = fields.enumerated().filter { $0.element.field.isEncrypted }
        guard let first = encrypted.first else { return self }
        guard let ring else { throw .keyNeeded(for: first.element.field.name, of: type.name) }
        var stages = self
        for (index, plan) in encrypted {
            stages.sealed.append(
                SealedFieldPlan(
                    index: index, plan: plan, hashPlane: fieldMap.planeCount + stages.sealed.count,
                    sealer: ring.sealer(ofType: type.name, field: plan.field.name)))
        }
        stages.limits = limits.fitting(planes: fieldMap.planeCount + stages.sealed.count)
        return stages
    }

    /// How rejects are kept; `nil` where no encrypted field is fed.
    ///
    /// - Throws: `ByteStreamError` where this system cannot convert to the source's encoding.
    func rejectSeal(by ring: (any KeyRing)?, encoding: TextEncoding) throws -> RejectSeal? {
        guard !sealed.isEmpty, let ring else { return nil }
        let mask = try RecordMask(
            sealed.map { fieldMap.sources[$0.index] }, dialect: dialect, encoding: encoding)
        return RejectSeal(ring) { mask.masked($0, $1) }
    }
}

extension FieldMap {
    /// Makes sure that nothing that feeds an encrypted field lies in the clear by the filter's own doing.
    ///
    /// - Throws: `encrypted_constant`, `encrypted_column_shared`.
    fileprivate func checkEncrypted() throws(Failure) {
        for (plan, source) in zip(fields, sources) where plan.field.isEncrypted {
            let name = plan.field.name
            if case .constant = source {
                throw Failure(
                    .refused, code: "encrypted_constant",
                    message:
                        "'\(name)' is kept encrypted, and the input filter has its value as a constant in the clear",
                    hint: "Feed it from a column of the file.")
            }
            for (other, otherSource) in zip(fields, sources)
            where !other.field.isEncrypted && otherSource.overlaps(source) {
                throw Failure(
                    .refused, code: "encrypted_column_shared",
                    message:
                        "what feeds '\(name)', which is kept encrypted, feeds '\(other.field.name)' in the clear",
                    hint:
                        "Feed '\(other.field.name)' from another column, or leave it out of the input filter."
                )
            }
        }
    }
}

extension FieldSource {
    /// Whether some of what is read for one is read for the other.
    fileprivate func overlaps(_ other: FieldSource) -> Bool {
        switch (self, other) {
        case (.columns(let own), .columns(let others)): own.contains(where: others.contains)
        case (.slices(let own), .slices(let others)):
            own.contains { slice in
                others.contains {
                    slice.start < $0.start + $0.length && $0.start < slice.start + slice.length
                }
            }
        default: false
        }
    }
}

extension Failure {
    /// Encrypted fields are asked for, and no keys are at hand.
    package static func keyNeeded(for field: String, of type: String) -> Failure {
        Failure(
            .refused, code: "key_needed",
            message: "'\(field)' of \(type) is kept encrypted, and no key file is named",
            hint: "Name it with --key-file PATH or SLUICE_KEY_FILE ('sluice keys create FILE' makes one), "
                + "or leave the field out.")
    }
}

extension ImportStages {
    /// Parses from a place on, one batch after the other, until the end or until `body` wants no more.
    ///
    /// `stream` is one of `text` that keeps its source. `storage` gives an empty storage, or `nil` where nobody takes batches any more.
    ///
    /// - Throws: what reading and parsing throw, and what the closures do.
    func forEachBatch(
        of text: SourceText, _ stream: TextStream, from start: Position,
        storage: () async throws -> BatchStorage?, _ body: (RecordBatch) async throws -> Bool
    ) async throws {
        try await stream.skip(to: start.byteOffset)
        var parser = try makeParser(from: start)
        while true {
            switch try await Self.advance(&parser, of: text) {
            case .needsStorage:
                guard let storage = try await storage() else { return }
                parser.lend(storage)
            case .needsBytes:
                if let chunk = try await stream.next() { parser.append(chunk) } else { parser.finish() }
            case .batch(var batch):
                batch.origin = try stream.origin(of: batch.start.byteOffset..<batch.end.byteOffset)
                guard try await body(batch) else { return }
            case .end:
                return
            }
        }
    }

    /// One step of the parser, with the place of an error in bytes of the source.
    private static func advance(
        _ parser: inout RecordParser, of text: SourceText
    ) async throws -> RecordParser.Step {
        let step = Result { () throws(CSVError) in try parser.advance() }
        switch step {
        case .success(let step): return step
        case .failure(let error): throw try await text.located(error)
        }
    }
}

extension BatchLimits {
    /// What batches hold unless told otherwise: large enough that a batch in key order touches each page of
    /// the key index for several records, small enough that the batches in hand stay within 32 MB.
    ///
    /// Not a multiple of 512 records: columns of cells would lie whole pages apart and fight for the same lines
    /// of the cache.
    package static func standard(commitRecords: UInt64?) -> BatchLimits {
        BatchLimits(records: Int(min(commitRecords ?? .max, 32_700)), bytes: 6 << 20)
    }

    /// No more than what batches hold where no index is kept up: what a processor has at hand while it is written.
    ///
    /// A whole number of them make one of these, so that transactions end where they would.
    func fittingLoad() -> BatchLimits {
        let parts = (records + 8_099) / 8_100
        return BatchLimits(records: (records + parts - 1) / parts, bytes: min(bytes, 3 << 19))
    }

    /// What batches of pairs hold: half as many look-ups read the same index twice as often.
    ///
    /// Two columns need little memory. Of the largest file these are three batches, and one is read while another
    /// is written.
    package static func links(commitRecords: UInt64?) -> BatchLimits {
        BatchLimits(records: Int(min(commitRecords ?? .max, 350_000)), bytes: 6 << 20)
    }

    /// Pairs of one transaction unless told otherwise: those of the largest file, a second's work.
    package static let linkCommitRecords: UInt64 = 2_097_152

    /// Records of one transaction unless told otherwise.
    ///
    /// The pages of the key index that a transaction touches
    /// go to the WAL once: with 5,000,000 random keys, twice as many records a transaction saved a seventh.
    /// At 300,000 records/s and more it still commits about once a second.
    package static let standardCommitRecords: UInt64 = 262_144

    /// The same where a transaction writes every page of an index once, at its end: twice as many records halve that, and
    /// they take no longer than as many as above would without.
    static let putOffCommitRecords: UInt64 = 524_288

    /// Batches in hand at a time: one is filled while another is written.
    package static let inHand = 2

    /// Fewer records a batch where each has many fields, so that memory does not grow with the filter.
    func fitting(planes: Int) -> BatchLimits {
        let cellBytes = max(1, planes) * MemoryLayout<Cell>.stride
        let most = max(256, Self.mostCellBytes / cellBytes)
        return BatchLimits(records: min(records, most), bytes: bytes)
    }

    /// A third of the bytes a batch where its source is held beside it, which may be twice the text (UTF-16): a
    /// batch then holds no more than one of UTF-8 does.
    func fitting(_ encoding: TextEncoding) -> BatchLimits {
        BatchLimits(records: records, bytes: encoding == .utf8 ? bytes : max(1, bytes / 3))
    }

    private static let mostCellBytes = 8 << 20
}
