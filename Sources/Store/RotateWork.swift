internal import FoundationEssentials
internal import GRDB
package import Records

/// Seals anew, by the first key of a ring, all that a database keeps sealed by another: the values of encrypted fields,
/// with their hashes, rejected records, and what the journal says that rows held before.
///
/// One part after the other, each in the order of its keys: a table for each record type, the rejects, the journal. It
/// changes no value, so nothing is journaled. When all is done, keys that nothing is sealed by any more are retired.
struct RotateWork: RowWork {
    let ring: any KeyRing
    /// Those with encrypted fields, by name: a further one moves others back, so that nothing is passed over.
    private let types: [RecordType]

    private static let rowsPerStep = 2_000
    private static let pagesPerStep = 20

    init(_ ring: any KeyRing, types: [RecordType]) {
        self.ring = ring
        self.types = types.filter { $0.fields.contains(where: \.isEncrypted) }.sorted { $0.name < $1.name }
    }

    /// Where the work stands: a part, and how far it is.
    private struct Place {
        var part: Int
        var position: Int64

        private static let positionBits: Int64 = 52

        init(part: Int, position: Int64 = 0) {
            self.part = part
            self.position = position
        }

        init(_ point: Int64?) {
            part = Int((point ?? 0) >> Self.positionBits)
            position = (point ?? 0) & (1 << Self.positionBits - 1)
        }

        var point: Int64 { Int64(part) << Self.positionBits | position }
    }

    // MARK: Steps

    func begin(after point: Int64?, _ db: Database) throws -> UInt64 {
        try ring.check(against: KeyTable.read(db))
        if let mark = ring.marks.first { try KeyTable.add(mark, at: .now(), db) }
        return try types.reduce(0) { sum, type in
            guard try isReady(type, db) else { return sum }
            let schema = TableSchema(type)
            return sum
                + UInt64(
                    try Int64.fetchOne(
                        db, sql: "SELECT count(*) FROM \(schema.table) WHERE \(Self.isOld(type))",
                        arguments: [ring.writingKey]) ?? 0)
        }
    }

    func step(after point: Int64?, _ db: Database) throws -> RowStep {
        let place = Place(point)
        var step = RowStep(point: 0, isLast: false)
        var end: Int64?
        switch place.part {
        case ..<types.count: end = try sealRows(of: types[place.part], after: place.position, &step, db)
        case types.count: end = try sealRejects(after: place.position, &step, db)
        default:
            end = try sealJournal(after: place.position, db)
            step.isLast = end == nil
        }
        step.point =
            (end.map { Place(part: place.part, position: $0) } ?? Place(part: place.part + 1)).point
        return step
    }

    func finish(_ db: Database) throws {
        // A source that came through a pipe stays sealed as it is until its import is over.
        try db.execute(
            sql: """
                UPDATE sluice_keys SET retired_at = ?1 WHERE id <> ?2 AND retired_at IS NULL AND id NOT IN (
                    SELECT json_extract(plan, '$.spoolKey') FROM sluice_tasks
                    WHERE json_extract(plan, '$.spoolKey') IS NOT NULL
                        AND state NOT IN ('completed', 'completedWithRejects', 'undone')
                        AND json_extract(task, '$.failure.kind') IS NOT 'refused')
                """, arguments: [Timestamp.now().milliseconds, ring.writingKey])
    }

    // MARK: Tables

    /// A table that nobody has made, or that lacks the columns yet, has nothing sealed.
    private func isReady(_ type: RecordType, _ db: Database) throws -> Bool {
        let columns = try StoreWriter.columns(of: type.table, db)
        return columns.isSuperset(of: TableSchema(type).columns.map(\.name))
    }

    /// Whether a row has a value that is sealed by another key than ?1.
    private static func isOld(_ type: RecordType) -> String {
        let tests = type.fields.filter(\.isEncrypted).map { field in
            "substr(\(TableSchema.quoted(field.hashColumn)), 1, \(SealedForm.keyIDLength)) <> ?1"
        }
        return "(\(tests.joined(separator: " OR ")))"
    }

    /// - Returns: the id of the last row that was looked at; `nil` where no more are to come.
    private func sealRows(
        of type: RecordType, after id: Int64, _ step: inout RowStep, _ db: Database
    ) throws -> Int64? {
        guard try isReady(type, db) else { return nil }
        let schema = TableSchema(type)
        let fields = type.fields.filter(\.isEncrypted)
        let columns = fields.map { "\(TableSchema.quoted($0.column)), \(TableSchema.quoted($0.hashColumn))" }
        let rows = try Row.fetchAll(
            db,
            sql: "SELECT id, \(columns.joined(separator: ", ")) FROM \(schema.table) "
                + "WHERE id > ?2 AND \(Self.isOld(type)) ORDER BY id LIMIT \(Self.rowsPerStep)",
            arguments: [ring.writingKey, id])
        for row in rows {
            let id: Int64 = row["id"]
            var isWhole = true
            for field in fields {
                guard let sealed = row[field.column] as Data? else { continue }
                let sealer = ring.sealer(ofType: type.name, field: field.name)
                do {
                    let new = try sealed.sealedAnew(by: sealer, row: id)
                    try db.cachedStatement(
                        sql: "UPDATE \(schema.table) SET \(TableSchema.quoted(field.column)) = ?, "
                            + "\(TableSchema.quoted(field.hashColumn)) = ? WHERE id = ?"
                    ).execute(arguments: [new.sealed, new.hash, id])
                } catch let failure as Failure where failure.code == "sealed_value_damaged" {
                    isWhole = false
                    step.left.append(
                        LeftRow(
                            id: id, key: String(id), field: field.name, code: failure.code,
                            message: failure.message))
                }
            }
            if isWhole { step.receipt.updated += 1 } else { step.receipt.skipped += 1 }
        }
        return rows.count < Self.rowsPerStep ? nil : rows.last?["id"]
    }

    // MARK: Rejects

    /// Records and tasks are counted in one number, 26 bits each: there is room for 67 million of both.
    private static let recordBits: Int64 = 26

    private func sealRejects(
        after position: Int64, _ step: inout RowStep, _ db: Database
    ) throws -> Int64? {
        let rows = try Row.fetchAll(
            db,
            sql: "SELECT task, record, sealed FROM sluice_rejects WHERE (task, record) > (?, ?) "
                + "AND key IS NOT NULL AND key <> ? ORDER BY task, record LIMIT \(Self.rowsPerStep)",
            arguments: [
                position >> Self.recordBits, position & (1 << Self.recordBits - 1), ring.writingKey,
            ])
        for row in rows {
            let (task, record): (Int64, Int64) = (row["task"], row["record"])
            let place = RejectSeal.place(taskNumber: task, record: UInt64(record))
            do {
                let bytes = try ring.open([UInt8](row["sealed"] as Data), for: place)
                let sealed = Data(try ring.seal(bytes, for: place))
                try db.cachedStatement(
                    sql: "UPDATE sluice_rejects SET key = ?, sealed = ? WHERE task = ? AND record = ?"
                ).execute(arguments: [ring.writingKey, sealed, task, record])
            } catch let failure as Failure where failure.code == "sealed_value_damaged" {
                step.left.append(
                    LeftRow(id: record, key: place, code: failure.code, message: failure.message))
            }
        }
        guard rows.count == Self.rowsPerStep, let last = rows.last else { return nil }
        return (last["task"] as Int64) << Self.recordBits | (last["record"] as Int64)
    }

    // MARK: The journal

    private func sealJournal(after number: Int64, _ db: Database) throws -> Int64? {
        let tables = types.map { "'\($0.table)'" }.joined(separator: ", ")
        let entries = try Row.fetchAll(
            db,
            sql: "SELECT * FROM sluice_journal WHERE number > ? AND page IS NOT NULL "
                + "AND table_name IN (\(tables)) ORDER BY number LIMIT \(Self.pagesPerStep)",
            arguments: [number]
        ).map(JournalEntry.init)
        for entry in entries {
            guard let type = types.first(where: { $0.table == entry.table }),
                let page = try sealedAnew(entry, of: type)
            else { continue }
            try db.execute(
                sql: "UPDATE sluice_journal SET page = ? WHERE number = ?", arguments: [page, entry.number])
        }
        return entries.count < Self.pagesPerStep ? nil : entries.last?.number
    }

    /// The page of an entry with its sealed values sealed anew; `nil` where there is nothing to do.
    private func sealedAnew(_ entry: JournalEntry, of type: RecordType) throws -> Data? {
        guard entry.kind == .updated || entry.kind == .deleted else { return nil }
        let open = try OpenPage(entry.page ?? [], kind: entry.kind)
        var rows = try open.rows.map(open.values)
        var isChanged = false
        for index in rows.indices {
            for field in type.fields where field.isEncrypted {
                guard let sealed = Data.fromDatabaseValue(rows[index].values[field.column] ?? .null),
                    SealedForm.keyID(ofSealed: sealed) != ring.writingKey
                else { continue }
                let sealer = ring.sealer(ofType: type.name, field: field.name)
                // What nobody can read an undo puts back as it is.
                guard let new = try sealedAnew(sealed, by: sealer, row: rows[index].id) else { continue }
                rows[index].values[field.column] = new.sealed.databaseValue
                if rows[index].values[field.hashColumn] != nil {
                    rows[index].values[field.hashColumn] = new.hash.databaseValue
                }
                isChanged = true
            }
        }
        return isChanged ? try Self.page(of: rows, columns: open.columns, entry) : nil
    }

    /// - Returns: `nil` where the value was damaged.
    private func sealedAnew(
        _ sealed: Data, by sealer: any FieldSealer, row: Int64
    ) throws -> (sealed: Data, hash: String)? {
        do {
            return try sealed.sealedAnew(by: sealer, row: row)
        } catch {
            guard error.code == "sealed_value_damaged" else { throw error }
            return nil
        }
    }

    private static func page(
        of rows: [JournalRow], columns: [String], _ entry: JournalEntry
    ) throws -> Data {
        // Rows and columns in the order in which they lie in the page: another would have another length.
        let buffer = JournalBuffer(
            table: entry.table, kind: entry.kind, columns: columns, keepsOrder: true)
        for row in rows {
            buffer.begin(row.id)
            for (index, column) in columns.enumerated() {
                if let value = row.values[column] { buffer.add(column: index, value) }
            }
        }
        var pages: [Data] = []
        buffer.forEachPage { page, _, _ in pages.append(page) }
        // No value has become longer.
        guard let page = pages.first, pages.count == 1 else {
            throw StoreError(.databaseCorrupt, "a page of the journal holds more than one can")
        }
        return page
    }
}

extension RowJob {
    /// Seals all encrypted values anew by the first key of the ring.
    package static func rotating(to ring: any KeyRing, types: [RecordType]) -> RowJob {
        RowJob(RotateWork(ring, types: types))
    }
}

extension Data {
    /// A sealed value under the key that seals now, and its hash.
    fileprivate func sealedAnew(
        by sealer: any FieldSealer, row: Int64
    ) throws(Failure) -> (sealed: Data, hash: String) {
        let value = try [UInt8](self).withRawBytes { sealed throws(Failure) in
            try sealer.open(sealed, row: row)
        }
        let sealed = try value.withRawBytes { value throws(Failure) in
            try sealer.seal(value, row: row)
        }
        let hash = value.withUnsafeBytes { sealer.hash(of: $0) }
        return (Data(sealed), String(decoding: hash, as: UTF8.self))
    }
}

extension [UInt8] {
    /// As `withUnsafeBytes`, with the closure's own kind of error.
    fileprivate func withRawBytes<Value>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        let result = withUnsafeBytes { bytes in Result { () throws(Failure) in try body(bytes) } }
        return try result.get()
    }
}
