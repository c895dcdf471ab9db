internal import GRDB
package import Records

/// The links at whose ends rows of one record type stand: what keeps a row from being deleted, and what goes along
/// with one that is.
///
/// Both work on many rows at once; neither begins a transaction.
package struct LinkedRows: Sendable {
    /// One side of a link whose records are of the type.
    private struct End: Sendable {
        let linked: LinkedTypes
        let side: Int
        /// Whether the records at the other side protect those at this one.
        let protects: Bool

        var schema: LinkSchema { LinkSchema(linked) }
        var column: String { schema.columns[side] }
        var otherSide: LinkType.Side { linked.sides[1 - side] }
        var otherType: RecordType { linked.types[1 - side] }
    }

    private let type: RecordType
    private let ends: [End]

    /// The links of `type` in the order of the catalogue.
    package init(of type: RecordType, in catalogue: Catalogue) {
        self.type = type
        ends = catalogue.links.compactMap(catalogue.linkedTypes).flatMap { linked in
            [0, 1].filter { linked.sides[$0].type == type.name }.map { side in
                End(
                    linked: linked, side: side,
                    protects: type.protectedBy.contains(linked.sides[1 - side].type))
            }
        }
    }

    /// Of rows that are linked, to how many records each is, in the order of the links.
    ///
    /// A row that no link has is not among the keys.
    ///
    /// - Parameters:
    ///   - ids: the rows; of those that are not there nothing is told.
    ///   - protectedOnly: only links that keep a row from being deleted.
    ///   - db: where to look.
    /// - Returns: the counts by row.
    /// - Throws: where SQLite cannot read.
    func counts(of ids: [Int64], protectedOnly: Bool, _ db: Database) throws -> [Int64: [LinkCount]] {
        guard !ids.isEmpty else { return [:] }
        var counts: [Int64: [LinkCount]] = [:]
        for end in ends where end.protects || !protectedOnly {
            guard try db.tableExists(end.linked.link.table) else { continue }
            let rows = try Row.fetchCursor(
                db,
                sql: "SELECT \(end.column), count(*) FROM \(end.schema.table) "
                    + "WHERE \(end.column) IN (SELECT value FROM json_each(?)) GROUP BY \(end.column)",
                arguments: [ids.json])
            while let row = try rows.next() {
                let count: Int = row[1]
                counts[row[0], default: []].append(Self.count(end, count))
            }
        }
        return counts
    }

    /// How many records of each kind one row is linked to, those of none among them, by plural or role.
    ///
    /// - Throws: where SQLite cannot read.
    func allCounts(of id: Int64, _ db: Database) throws -> [LinkCount] {
        try ends.map { end in
            guard try db.tableExists(end.linked.link.table) else {
                return Self.count(end, 0)
            }
            let count = try Int.fetchOne(
                db, sql: "SELECT count(*) FROM \(end.schema.table) WHERE \(end.column) = ?", arguments: [id])
            return Self.count(end, count ?? 0)
        }
    }

    private static func count(_ end: End, _ count: Int) -> LinkCount {
        let role = end.otherSide.role
        guard role == end.otherType.name else { return LinkCount(kind: role, name: role, count: count) }
        let plural = end.otherType.plural
        return LinkCount(kind: plural, name: count == 1 ? role : plural, count: count)
    }

    /// Why a row that is linked to these records cannot be deleted: `2 contacts and 1 ticket`.
    ///
    /// `key` is the row's key as people know it.
    package func refusal(of key: String, _ counts: [LinkCount]) -> Failure {
        let parts = counts.map { "\($0.count) \($0.name)" }
        let list =
            parts.count < 2
            ? parts.joined() : parts.dropLast().joined(separator: ", ") + " and \(parts[parts.count - 1])"
        return Failure(
            .refused, code: "record_linked",
            message: "\(type.name) '\(key)' is linked to \(list), and is not deleted",
            hint: "Take the links away first: sluice unlink, or sluice import links --unlink.")
    }

    /// Takes away every link that rows have, which are to be deleted, and writes the pairs into the journal as
    /// unlinked.
    ///
    /// - Throws: where SQLite cannot write.
    func unlink(_ ids: [Int64], journal: JournalWriter, _ db: Database) throws {
        guard !ids.isEmpty else { return }
        for end in ends where try db.tableExists(end.linked.link.table) {
            let buffer = JournalBuffer(table: end.linked.link.table, kind: .unlinked)
            let pairs = try Row.fetchCursor(
                db,
                sql: "DELETE FROM \(end.schema.table) WHERE \(end.column) IN "
                    + "(SELECT value FROM json_each(?)) RETURNING \(end.schema.columns.joined(separator: ", "))",
                arguments: [ids.json])
            while let pair = try pairs.next() { buffer.begin(pair[0], second: pair[1]) }
            try journal.write(buffer, db)
        }
    }
}
