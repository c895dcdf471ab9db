internal import GRDB
package import Records

extension RowSnapshot {
    /// The id of the record that is named; `nil` where none is.
    package func rowID(of name: RecordName) throws(StoreError) -> Int64? {
        try read("look for the record") { db in try name.rowID(db) }
    }

    /// How many records of each kind a row is linked to, by plural or role.
    package func linkCounts(of id: Int64, _ links: LinkedRows) throws(StoreError) -> [LinkCount] {
        try read("count the links") { db in try links.allCounts(of: id, db) }
    }

    /// The values by which people may know the record that is named: those of its keys, and its id; `nil` where there is
    /// none.
    package func keyTexts(of name: RecordName) throws(StoreError) -> [String]? {
        try read("look for the record") { db in
            try name.row(db).map { row in
                RowKeys(of: name.type).texts(of: row) + [RowKeys.name(ofID: row["id"])]
            }
        }
    }

    /// The notes on a record that is known by any of these keys, the newest first.
    package func notes(on keys: [String], of type: RecordType, limit: Int) throws(StoreError) -> [Note] {
        try read("read the notes") { db in
            guard try db.tableExists(Note.table) else { return [] }
            let rows = try Row.fetchAll(
                db,
                sql: "SELECT id, record, text, created_at, created_by \(Self.notesOn) "
                    + "ORDER BY created_at DESC, id DESC LIMIT ?",
                arguments: Self.arguments(keys, type) + [limit])
            return rows.map { row in
                Note(
                    id: row["id"], record: row["record"], text: row["text"],
                    createdAt: Timestamp(milliseconds: row["created_at"]), createdBy: row["created_by"])
            }
        }
    }

    package func noteCount(on keys: [String], of type: RecordType) throws(StoreError) -> Int {
        try read("count the notes") { db in
            guard try db.tableExists(Note.table) else { return 0 }
            return try Int.fetchOne(
                db, sql: "SELECT count(*) \(Self.notesOn)", arguments: Self.arguments(keys, type)) ?? 0
        }
    }

    private static let notesOn =
        "FROM \(TableSchema.quoted(Note.table)) WHERE record_type IN (?, ?) "
        + "AND record IN (SELECT value FROM json_each(?))"

    private static func arguments(_ keys: [String], _ type: RecordType) throws -> StatementArguments {
        [type.name, type.plural, try TaskTable.json(keys)]
    }
}

extension StoreWriter {
    /// A record's key as people know it; `nil` where there is no such record.
    package func keyText(of name: RecordName) throws(StoreError) -> String? {
        try StoreError.wrap("look for the record", path: paths.database) {
            try queue.inDatabase { db in try name.row(db).map { row in RowKeys(of: name.type).name(of: row) }
            }
        }
    }
}
