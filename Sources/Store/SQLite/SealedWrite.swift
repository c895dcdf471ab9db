internal import GRDB
internal import GRDBSQLite
internal import Records

/// Writes the values of encrypted fields, once the rows of a batch have their ids, which the values are sealed for.
///
/// The bulk statement writes the hash of a value, and takes away a sealed value that is another's. So what is left to
/// do is told by the table alone: rows with a hash and no sealed value. A record's value goes into its row where the
/// hash there is its own; of several records for one row that is the one that was applied last.
final class SealedWrite {
    private let fields: [SealedFieldPlan]
    private let updates: [RawStatement]
    /// For each column of the feed, the index of its field in ``fields``.
    private let fieldOfColumn: [Int?]
    /// The batch that is being written.
    private var batch: CheckedBatch?
    /// The value that ``sluice_seal()`` gives.
    private var value: (field: Int, record: Int, row: Int64) = (0, 0, 0)
    private var failure: Failure?

    init(_ plan: WritePlan, on connection: OpaquePointer) throws {
        fields = plan.sealed
        fieldOfColumn = plan.fields.indices.map { column in
            plan.sealed.firstIndex { $0.index == column }
        }
        updates = try plan.sealed.map { try RawStatement(plan.sealedUpdate($0.plan.field), on: connection) }
    }

    /// Registers the function of the statements, before they are prepared: `sluice_seal()`.
    ///
    /// What it asks is told by ``attach(_:to:)``.
    private static let seal:
        @convention(c) (OpaquePointer?, Int32, UnsafeMutablePointer<OpaquePointer?>?) -> Void = {
            call, _, _ in
            let holder = Unmanaged<SealedWriteHolder>.fromOpaque(sqlite3_user_data(call).unsafelyUnwrapped)
                .takeUnretainedValue()
            guard let sealed = holder.write?.sealedValue() else {
                sqlite3_result_error(call, "a value could not be sealed", -1)
                return
            }
            sealed.withUnsafeBytes { bytes in
                sqlite3_result_blob(call, bytes.baseAddress, Int32(bytes.count), RawStatement.copied)
            }
        }

    /// Begins with a batch: what the bulk statement compares is asked of it.
    func begin(_ batch: CheckedBatch) {
        self.batch = batch
    }

    /// The index of the encrypted field whose hash a column of the feed is.
    func field(ofColumn column: Int) -> Int? { fieldOfColumn[column] }

    /// Whether the value under the feed's cursor is the one that a stored hash was made of, by another key than the
    /// one that makes hashes now.
    func isSame(_ column: Int, record: Int, _ stored: OpaquePointer?) -> Bool {
        guard let field = fieldOfColumn[column].map({ fields[$0] }), let storage = batch?.records.storage,
            sqlite3_value_type(stored) == SQLITE_TEXT
        else { return false }
        let cell = storage.plane(field.plan.plane)[record]
        guard !cell.isBlank else { return false }
        let hash = UnsafeRawBufferPointer(
            start: sqlite3_value_text(stored), count: Int(sqlite3_value_bytes(stored)))
        let own = storage.text(storage.plane(field.hash.plane)[record])
        let prefix = SealedForm.keyIDLength
        guard hash.count > prefix, !hash[..<prefix].elementsEqual(own[..<prefix]) else { return false }
        return storage.withSealedText(of: cell) { field.sealer.isHash(hash, of: $0) }
    }

    /// Seals what the batch's records brought into their rows; after its bulk statement.
    func write(_ batch: CheckedBatch, _ feed: BatchFeed) throws {
        defer { self.batch = nil }
        let storage = batch.records.storage
        for (index, field) in fields.enumerated() {
            let hashes = storage.plane(field.hash.plane)
            for record in batch.order where feed.outcome(of: record).isWritten {
                let cell = hashes[Int(record)]
                guard !cell.isBlank, let row = feed.rowID(of: Int(record)) else { continue }
                value = (index, Int(record), row)
                updates[index].bind(row, at: 1)
                updates[index].bind(storage.text(cell), at: 2)
                do {
                    try updates[index].run()
                } catch {
                    if let failure { throw failure }
                    throw error
                }
            }
        }
    }

    fileprivate func sealedValue() -> [UInt8]? {
        guard let storage = batch?.records.storage else { return nil }
        let field = fields[value.field]
        do {
            return try storage.withSealedText(of: storage.plane(field.plan.plane)[value.record]) { text in
                try field.sealer.seal(text, row: value.row)
            }
        } catch {
            failure = error as? Failure
            return nil
        }
    }
}

extension SealedWrite {
    /// Makes what writes the sealed values of an import; `nil` where it has none.
    ///
    /// The holder must outlive the connection's next registration.
    static func make(
        _ plan: WritePlan, holder: SealedWriteHolder, on connection: OpaquePointer
    ) throws -> SealedWrite? {
        guard !plan.sealed.isEmpty else { return nil }
        let result = sqlite3_create_function_v2(
            connection, "sluice_seal", 0, SQLITE_UTF8 | SQLITE_DIRECTONLY,
            Unmanaged.passUnretained(holder).toOpaque(), seal, nil, nil, nil)
        guard result == SQLITE_OK else { throw DatabaseError(resultCode: ResultCode(rawValue: result)) }
        let write = try SealedWrite(plan, on: connection)
        holder.write = write
        return write
    }
}

/// Whom `sluice_seal()` asks: there before the statements that call it are.
final class SealedWriteHolder {
    fileprivate weak var write: SealedWrite?
}
