internal import ByteStreams
internal import CSV
internal import InputFilters
package import Records
package import Store

/// An import whose file has been read once: it is sound, within its limit, and the filter fits.
package struct ImportPreparation: Sendable {
    /// SHA-256 of the file as it lies, lower-case hexadecimal.
    package let sha256: String
    /// Records in the file, header and skipped lines excluded.
    package let records: UInt64
    /// Header and dialect, for the reject file.
    package let form: SourceForm
    /// What is odd about the file, but no reason to refuse it.
    package let warnings: [UserTask.Tally]

    private let plan: ImportPlan
    private let type: RecordType
    /// `nil` where records are imported.
    private let linked: LinkedTypes?
    private let text: SourceText
    private let stages: ImportStages
    private let bodyStart: Position
    private let ring: (any KeyRing)?

    /// Whether an encrypted field is fed.
    package var seals: Bool { !stages.sealed.isEmpty }

    /// Reads the file once and fits filter and record type to it; nothing is written.
    ///
    /// Relative days of the filter's `where` count from when the task was submitted: a resume asks for the same records.
    /// `filterName` is what messages call the filter's document; `report` is told the bytes of the file as it
    /// lies that are done; `ring` has the keys of encrypted fields, where they are at hand.
    ///
    /// - Throws: ``Stopped``; what refuses the file.
    package init(
        _ plan: ImportPlan, source: ImportSource, catalogue: Catalogue, filterName: String,
        submittedAt moment: Timestamp, ring: (any KeyRing)? = nil, stop: StopSignal,
        report: @escaping @Sendable (UInt64) -> Void
    ) async throws {
        linked = try plan.linked(among: catalogue)
        let type = try linked?.recordType ?? plan.type(among: catalogue)
        var document = try Self.document(
            plan.filterYAML, name: filterName, type: type,
            catalogue: linked == nil ? catalogue.replacing(type) : catalogue)
        let declared = plan.encoding ?? document?.encoding ?? .utf8
        let text = try await SourceText(source.file, declared: declared)
        if document == nil {
            let dialect = Dialect(delimiter: plan.delimiter ?? Dialect().delimiter)
            document =
                if let linked {
                    try await LinkColumns.document(
                        for: linked, of: text, dialect: dialect, firstSide: plan.firstSide)
                } else {
                    nil
                }
        }
        let dialect = document?.dialect ?? Dialect(delimiter: plan.delimiter ?? Dialect().delimiter)
        let pass = try await FirstPass.run(
            over: text, dialect: dialect, limit: plan.limit(of: type), stop: stop,
            report: report)
        let form = try await Self.form(of: text, dialect, pass.scan)
        try source.file.unchanged()
        stages = try ImportStages(
            at: moment, mode: plan.mode, batch: plan.batch, type: type, document: document, dialect: dialect,
            encoding: text.encoding, scan: pass.scan
        ).sealing(by: ring, type: type)
        self.ring = ring
        sha256 = pass.sha256
        records = pass.scan.records
        bodyStart = pass.scan.bodyStart
        warnings = Self.warnings(text, document)
        self.form = form
        self.plan = plan
        self.type = type
        self.text = text
    }

    /// What must be known of an input filter before the file is looked at.
    package struct FilterFacts: Sendable {
        package let name: String
        /// Whether its files have neither quotes nor backslashes, so that a reject file's reasons need a file of their own.
        package let hasNoQuoting: Bool
        /// The first field that it feeds and that is kept encrypted.
        package let encryptedField: String?
    }

    /// Reads a filter's document and checks that it is sound and for these records.
    ///
    /// - Throws: `Failure` that says where in the document, and what.
    package static func checkFilter(
        _ yaml: String, name: String, type: RecordType, catalogue: Catalogue
    ) throws -> FilterFacts {
        let document = try document(yaml, name: name, type: type, catalogue: catalogue)
        let dialect = document?.dialect ?? Dialect()
        return FilterFacts(
            name: document?.name ?? name, hasNoQuoting: !dialect.saysAnyText,
            encryptedField: document?.columns.map(\.field).first {
                type.field(named: $0)?.isEncrypted ?? false
            })
    }

    static func document(
        _ yaml: String?, name: String, type: RecordType, catalogue: Catalogue
    ) throws(Failure) -> InputFilterDocument? {
        guard let yaml else { return nil }
        let document = try InputFilterDocument(document: name, yaml: yaml, recordTypes: catalogue.fileTypes)
        try check(document, isFor: type, catalogue: catalogue)
        return document
    }

    /// - Throws: `wrong_record_type`.
    static func check(
        _ document: InputFilterDocument, isFor type: RecordType, catalogue: Catalogue
    ) throws(Failure) {
        guard document.recordType == type.name else {
            let plural =
                catalogue.fileTypes.first { $0.name == document.recordType }?.plural ?? document.recordType
            throw Failure(
                .refused, code: "wrong_record_type",
                message:
                    "input filter '\(document.name)' is for \(document.recordType) records, not \(type.name)",
                hint: "Say \(plural) instead of \(type.plural), or name another filter.")
        }
    }

    /// What the reject file repeats, in the source's own bytes.
    private static func form(
        of text: SourceText, _ dialect: Dialect, _ scan: ScanSummary
    ) async throws -> SourceForm {
        var header = scan.headerBytes
        if text.encoding != .utf8, !header.isEmpty {
            let end = scan.bodyStart.byteOffset
            header = try await text.sourceBytes(ofText: end - UInt64(header.count)..<end)
        }
        return SourceForm(
            dialect: dialect, header: header, encoding: text.encoding, mark: text.neededMark)
    }

    static func warnings(_ text: SourceText, _ document: InputFilterDocument?) -> [UserTask.Tally] {
        let file = text.file
        func warning(_ code: String, _ message: String) -> UserTask.Tally {
            UserTask.Tally(code: code, field: nil, count: 1, firstLine: 1, message: message)
        }
        var warnings: [UserTask.Tally] = []
        if let pattern = document?.namePattern, !pattern.matches(file.name) {
            warnings.append(
                warning("name_pattern", "the input filter is meant for files named \(pattern.text)"))
        }
        if let named = Self.compression(ofName: file.name), named != file.compression {
            let found =
                file.compression == .none ? "not compressed" : "compressed with \(file.compression.rawValue)"
            warnings.append(
                warning(
                    "compression_by_content", "the file is \(found), whatever its name says; read as it is"))
        }
        if text.resolved.isByMark {
            warnings.append(
                warning(
                    "encoding_by_mark",
                    "the file begins with the mark of \(text.encoding), whatever was declared; read as it is")
            )
        }
        return warnings
    }

    /// What a file's name says of its compression; `nil` for a name without an extension.
    private static func compression(ofName name: String) -> Compression? {
        guard let dot = name.lastIndex(of: ".") else { return nil }
        return switch name[dot...].lowercased() {
        case ".gz", ".gzip": .gzip
        case ".zst", ".zstd": .zstd
        default: Compression.none
        }
    }

    // MARK: Second pass

    /// Writes the file's records, from where the task's last commit left off.
    ///
    /// `stored` knows, for a resume, where to go on; `task` is its present form, with the counts as committed.
    ///
    /// - Returns: the ledger as committed last.
    /// - Throws: ``Stopped``, `Failure`, and errors of the stages; what was committed stays.
    package func write(
        _ task: UserTask, stored: StoredTask, into writer: StoreWriter, stop: StopSignal,
        observer: ImportRun.Observer
    ) async throws -> ImportLedger {
        let importer = try importer(task, stored: stored, into: writer)
        let run = ImportRun(
            text: text, stages: stages.fitting(importer), plan: plan,
            commitRecords: plan.commitRecords(putsEntriesOff: importer.putsEntriesOff),
            stop: stop, observer: observer)
        let start = stored.resumePoint?.position ?? bodyStart
        let ledger: ImportLedger
        do {
            ledger = try await run.run(
                into: importer, from: ImportLedger(continuing: task, from: start), bodyStart: bodyStart)
        } catch {
            // What went wrong first is to be told; and who writes next makes what is missing.
            try? importer.complete()
            throw error
        }
        Failpoint.hit("before-completion")
        try importer.complete()
        return ledger
    }

    private func importer(
        _ task: UserTask, stored: StoredTask, into writer: StoreWriter
    ) throws -> ImportWriter {
        let asidePath = plan.oneTransaction.map { _ in writer.paths.aside(task.id) }
        if let linked {
            return try ImportWriter(
                writer: writer, linked: linked, fields: stages.fields, match: stages.match,
                mode: plan.links ?? .link, begins: stored.resumePoint == nil, taskNumber: stored.number,
                asidePath: asidePath,
                results: plan.resultsPath.map { _ in ResultRules(match: stages.match, lastLastingID: nil) })
        }
        let results = try plan.resultsPath.map { _ in
            ResultRules(
                match: stages.match,
                lastLastingID: plan.oneTransaction == .dryRun ? try writer.lastRowID(of: type) : nil)
        }
        return try ImportWriter(
            writer: writer, type: type, fields: stages.fields, match: stages.match, mode: plan.mode,
            duplicates: plan.duplicates, taskNumber: stored.number,
            lastForeignID: stored.resumePoint?.lastForeignRowID, records: records, asidePath: asidePath,
            results: results,
            keepsBefore: plan.keepsBefore ?? true, sealed: stages.sealed,
            rejectSeal: try stages.rejectSeal(by: ring, encoding: text.encoding))
    }
}

extension ImportPlan {
    /// The link whose pairs are imported; `nil` where records are.
    func linked(among catalogue: Catalogue) throws(Failure) -> LinkedTypes? {
        guard links != nil else { return nil }
        if let linked = catalogue.link(named: recordType) { return linked }
        throw Failure(
            .refused, code: "unknown_type", message: "there is no link '\(recordType)'",
            hint: NearestName.hint(for: recordType, among: catalogue.links.map(\.plural)))
    }

    /// The record type as it was at submission.
    func type(among catalogue: Catalogue) throws(Failure) -> RecordType {
        if let recordTypeYAML {
            return try RecordTypeDocument.parse(recordTypeYAML, name: "record type \(recordType)")
        }
        if let shipped = catalogue.shippedType(named: recordType) { return shipped }
        return try catalogue.type(named: recordType)
    }

    /// The type's limit, or what was asked for instead.
    fileprivate func limit(of type: RecordType) -> RecordType.Limit {
        if let maxBytes { return .bytes(maxBytes) }
        if let maxRecords { return .records(maxRecords) }
        return type.limit
    }
}
