internal import ByteStreams
internal import CSV
internal import InputFilters
package import Records
package import Store

/// Reads rejects as the import did that kept them, to tell which records they are about.
///
/// A reject whose key cannot be told (its fields cannot, or the key is what was wrong with it) is given as text.
package final class RejectReader: RejectReading {
    private let dialect: Dialect
    private let header: [UInt8]
    private let decoder: TextDecoder?
    private let makeStages: (ScanSummary) throws -> ImportStages
    /// Keys of the wanted type among the fields of a record, by their names.
    private let keys: [[String]]
    /// By the number of fields, where no header says how many there are.
    private var reading: [Int: Reading] = [:]

    /// What reads the records of so many fields.
    private struct Reading {
        let stages: ImportStages
        let storage: BatchStorage
    }

    /// - Parameters:
    ///   - type: whose keys are looked for.
    ///   - task: the import.
    ///   - form: how its source was written.
    ///   - catalogue: the types there are.
    /// - Throws: where the task's rejects cannot be read.
    private init(
        of type: RecordType, in task: StoredTask, _ form: SourceForm, _ catalogue: Catalogue
    ) throws {
        guard let plan = task.importPlan else {
            throw Failure(.failed, code: "internal", message: "user task \(task.task.id) is no import")
        }
        var dialect = form.dialect
        // Header and records are put behind each other, without what was skipped.
        dialect.skippedLines = 0
        dialect.hasHeader = !form.header.isEmpty
        self.dialect = dialect
        decoder = form.encoding == .utf8 ? nil : try TextDecoder(form.encoding)
        header = Self.decoded(form.header, by: decoder)
        let linked = try plan.linked(among: catalogue)
        let recordType = try linked?.recordType ?? plan.type(among: catalogue)
        keys =
            if let linked {
                linked.sides.filter { $0.type == type.name }.flatMap { side in
                    type.keys.map { $0.map { LinkedTypes.fieldName($0, of: side) } }
                }
            } else {
                type.keys
            }
        let document = try ImportPreparation.document(
            plan.filterYAML, name: task.task.inputFilter?.name ?? "default", type: recordType,
            catalogue: linked == nil ? catalogue.replacing(recordType) : catalogue)
        let encoding = form.encoding
        let moment = task.task.submittedAt
        makeStages = { scan in
            var document = document
            if document == nil, let linked {
                let cells =
                    scan.header ?? (scan.firstRecord ?? []).map { String(decoding: $0, as: UTF8.self) }
                document = try LinkColumns.document(
                    for: linked, cells: cells, hasHeader: dialect.hasHeader, dialect: dialect,
                    firstSide: plan.firstSide)
            }
            return try ImportStages(
                at: moment, mode: .update, batch: BatchLimits(records: 2, bytes: 64 << 10), type: recordType,
                document: document, dialect: dialect, encoding: encoding, scan: scan)
        }
    }

    /// Makes readers for the keys of a type.
    package static func maker(of type: RecordType, _ catalogue: Catalogue) -> MakeRejectReader {
        { task, form in
            do {
                return try RejectReader(of: type, in: task, form, catalogue)
            } catch {
                // Its types or its filter are not what they were: every reject of it is looked through as text.
                return TextReader(form.encoding)
            }
        }
    }

    package func names(in reject: LoggedReject) -> RejectNames {
        let text = Self.decoded(reject.bytes.source, by: decoder)
        // What cannot be read any more is looked through as text.
        guard let keys = try? keys(in: text), !keys.isEmpty else { return .text(text) }
        return .keys(keys)
    }

    /// The values of the whole keys that a record has, none of them wrong.
    private func keys(in record: [UInt8]) throws -> [String] {
        let reading = try reading(of: record)
        var parser = try reading.stages.makeParser(from: Position())
        parser.append(ByteChunk(bytes: record, byteOffset: 0))
        parser.finish()
        parser.lend(reading.storage)
        guard case .batch(let batch) = try parser.advance(), batch.count == 1 else { return [] }
        var found: [String] = []
        _ = reading.stages.check(batch).forEachRecord(of: reading.stages) { sample in
            guard sample.hasSoundShape else { return false }
            let fields = reading.stages.fields
            for key in keys {
                let values = key.compactMap { name in
                    fields.firstIndex { $0.field.name == name }.flatMap(sample.stored)
                }
                if values.count == key.count { found.append(values.joined(separator: " ")) }
            }
            return false
        }
        return found
    }

    private func reading(of record: [UInt8]) throws -> Reading {
        let count = dialect.hasHeader ? 0 : RecordValues.values(of: record, dialect: dialect).count
        if let known = reading[count] { return known }
        var scan = try RecordScan(dialect: dialect)
        try scan.consume(ByteChunk(bytes: dialect.hasHeader ? header : record, byteOffset: 0))
        let stages = try makeStages(scan.finish())
        let new = Reading(stages: stages, storage: stages.makeStorage())
        reading[count] = new
        return new
    }

    fileprivate static func decoded(_ bytes: [UInt8], by decoder: TextDecoder?) -> [UInt8] {
        guard let decoder else { return bytes }
        return [UInt8](unsafeUninitializedCapacity: decoder.mostTextBytes(of: bytes.count)) { output, count in
            count = bytes.withUnsafeBufferPointer { bytes in
                decoder.decode(bytes, isEnd: true, into: output).given
            }
        }
    }
}

/// Gives every reject as text.
private final class TextReader: RejectReading {
    private let decoder: TextDecoder?

    init(_ encoding: TextEncoding) {
        // An encoding that this system cannot convert from any more: its bytes are all that can be looked through.
        decoder = encoding == .utf8 ? nil : try? TextDecoder(encoding)
    }

    func names(in reject: LoggedReject) -> RejectNames {
        .text(RejectReader.decoded(reject.bytes.source, by: decoder))
    }
}
