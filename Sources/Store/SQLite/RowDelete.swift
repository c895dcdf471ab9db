internal import GRDB
package import ListFilters
package import Records

/// Takes many rows away.
///
/// Rows whose links protect them stay; the links of the others go along.
struct RowDelete: RowWork {
    private let selection: RowSelection
    private let links: LinkedRows
    private let rowsPerStep: Int
    private let journal: JournalWriter

    /// Most rows of a step: all that they held is kept in memory until it is written into the journal.
    private static let mostRows = 20_000

    init(_ selection: RowSelection, links: LinkedRows, rowsPerStep: Int, taskNumber: Int64) {
        self.selection = selection
        self.links = links
        self.rowsPerStep = min(rowsPerStep, Self.mostRows)
        journal = JournalWriter(task: taskNumber, keepsValues: true)
    }

    func begin(after point: Int64?, _ db: Database) throws -> UInt64 {
        try selection.count(after: point, db)
    }

    func warnings(_ db: Database) throws -> [UserTask.Tally] { try selection.missing(db) }

    func step(after point: Int64?, _ db: Database) throws -> RowStep {
        let part = try selection.part(after: point, most: rowsPerStep, db)
        let ids = try selection.ids(in: part, db)
        let counts = try links.counts(of: ids, protectedOnly: true, db)
        let going = counts.isEmpty ? ids : ids.filter { counts[$0] == nil }
        var step = RowStep(point: part.last, isLast: part.isLast)
        step.left = try left(counts, db)
        step.receipt.rejected = UInt64(step.left.count)
        try links.unlink(going, journal: journal, db)
        step.receipt.deleted = UInt64(try delete(going, db))
        return step
    }

    /// Gives the number of rows that were taken away.
    private func delete(_ ids: [Int64], _ db: Database) throws -> Int {
        guard !ids.isEmpty else { return 0 }
        let type = selection.type
        // As the table has them: all of a row must come back when it is undone.
        let columns = try String.fetchAll(
            db, sql: "SELECT name FROM pragma_table_info(?) WHERE name <> 'id' ORDER BY cid",
            arguments: [type.table])
        let buffer = JournalBuffer(table: type.table, kind: .deleted, columns: columns)
        try JournalFunctions.register(buffer, db)
        let call = JournalFunctions.call(id: "t.id", columns.map { "t.\(TableSchema.quoted($0))" })
        try db.cachedStatement(
            sql: "DELETE FROM \(TableSchema(type).table) AS t "
                + "WHERE t.id IN (SELECT value FROM json_each(?)) AND \(call)"
        ).execute(arguments: [ids.json])
        let count = db.changesCount
        try buffer.expect(rows: count, since: 0)
        try journal.write(buffer, db)
        return count
    }

    private func left(_ counts: [Int64: [LinkCount]], _ db: Database) throws -> [LeftRow] {
        guard !counts.isEmpty else { return [] }
        let ids = counts.keys.sorted()
        let names = try RowKeys(of: selection.type).names(of: ids, db)
        return ids.map { id in
            let name = names[id]
            let refusal = links.refusal(of: name, counts[id] ?? [])
            return LeftRow(id: id, key: name, code: refusal.code, message: refusal.message)
        }
    }
}

extension RowJob {
    /// A job that deletes rows, and the links that they have.
    ///
    /// `filter` has plain values: what was relative has been resolved.
    package static func delete(
        _ type: RecordType, links: LinkedRows, filter: ListFilter?, ids: [Int64]?,
        withDrafts: Bool = false, rowsPerStep: Int, taskNumber: Int64
    ) -> RowJob {
        RowJob(
            RowDelete(
                RowSelection(type: type, filter: filter, ids: ids, withDrafts: withDrafts), links: links,
                rowsPerStep: rowsPerStep, taskNumber: taskNumber))
    }
}
