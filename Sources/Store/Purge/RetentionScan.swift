internal import GRDB
package import Records

/// Looks for the rows of a type whose days of retention are over.
struct RetentionScan {
    /// Rows looked at in one go: some 50 milliseconds.
    private static let rowsAtOnce = 100_000

    let schema: TableSchema
    private let days: Field
    private let start: Field?
    /// The day, since 1970-01-01 in UTC, on which it is asked.
    let today: Int64
    private let ages: RowAges

    /// - Precondition: the type's records have a retention.
    init(_ type: RecordType, on today: Int64, _ db: Database) throws {
        guard let days = type.retentionDays else { preconditionFailure("\(type.name) is kept for ever") }
        schema = TableSchema(type)
        self.days = days
        start = type.retentionStart
        self.today = today
        ages = try RowAges(table: type.table, db)
    }

    /// One row whose time is over.
    struct Found: Equatable {
        var id: Int64
        var days: Int64
        /// The day from which they count.
        var since: Int64
    }

    /// The next rows behind an id whose time is over, at most so many.
    ///
    /// `last` is the id up to which was looked, `nil` where that was all.
    func next(after id: Int64, most: Int, _ db: Database) throws -> (found: [Found], last: Int64?) {
        let end = try Int64.fetchOne(
            db, sql: "SELECT id FROM \(schema.table) WHERE id > ? ORDER BY id LIMIT 1 OFFSET ?",
            arguments: [id, Self.rowsAtOnce - 1])
        let columns = [days, start].compactMap { $0 }.map { TableSchema.quoted($0.column) }
        let rows = try Row.fetchCursor(
            db,
            sql: "SELECT id, \(columns.joined(separator: ", ")) FROM \(schema.table) "
                + "WHERE id > ? AND id <= ? AND \(columns[0]) IS NOT NULL ORDER BY id",
            arguments: [id, end ?? .max])
        var found: [Found] = []
        while let row = try rows.next() {
            guard let match = expired(row[0], days: row[1], start: columns.count > 1 ? row[2] : .null) else {
                continue
            }
            found.append(match)
            if found.count == most { return (found, match.id) }
        }
        return (found, end)
    }

    /// Whether the time of a row is over that holds these values.
    func expired(_ id: Int64, days: DatabaseValue, start: DatabaseValue) -> Found? {
        let since = day(of: start) ?? ages.made(id)?.day
        guard let days = Int64.fromDatabaseValue(days), let since,
            Retention.isOver(days: days, since: since, on: today)
        else { return nil }
        return Found(id: id, days: days, since: since)
    }

    private func day(of value: DatabaseValue) -> Int64? {
        switch value.storage {
        case .int64(let milliseconds): Timestamp(milliseconds: milliseconds).day
        case .string(let text): Retention.day(ofDate: text)
        default: nil
        }
    }

    /// The same for the values of a row that the journal kept, by their columns.
    func expired(_ row: JournalRow) -> Found? {
        expired(
            row.id, days: row.values[days.column] ?? .null,
            start: start.flatMap { row.values[$0.column] } ?? .null)
    }

    /// How many rows behind an id there are.
    func count(after id: Int64, _ db: Database) throws -> UInt64 {
        var count: UInt64 = 0
        var last: Int64? = id
        while let id = last {
            let next = try next(after: id, most: .max, db)
            count += UInt64(next.found.count)
            last = next.last
        }
        return count
    }
}

extension StoreReader {
    /// What a purge would take away on a day, and the first so many records of it.
    ///
    /// - Precondition: the type's records have a retention; its table is there.
    package func purgePreview(
        of type: RecordType, on day: Int64, limit: Int
    ) throws(StoreError) -> PurgePreview {
        try read("look for records to be purged") { db in
            let scan = try RetentionScan(type, on: day, db)
            var preview = PurgePreview()
            preview.count = try scan.count(after: 0, db)
            var first: [RetentionScan.Found] = []
            var last: Int64? = 0
            while first.count < limit, let id = last {
                let next = try scan.next(after: id, most: limit - first.count, db)
                first += next.found
                last = next.last
            }
            let names = try RowKeys(of: type).names(of: first.map(\.id), db)
            preview.records = first.map { found in
                PurgePreview.Record(
                    id: found.id, key: names[found.id],
                    since: Timestamp(day: found.since).dayText, days: found.days)
            }
            return preview
        }
    }
}
