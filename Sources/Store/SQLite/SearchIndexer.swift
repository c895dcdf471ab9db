internal import GRDB
package import Records

/// What became of a search index that was to be brought up to date.
package enum SearchUpkeep: Sendable {
    /// Few rows or none had come or changed.
    case current
    /// So many rows were put in.
    case indexed(rows: Int)
    /// It could not be written now: searches are exact all the same, and slower.
    case postponed(StoreError)
}

extension SearchUpkeep {
    /// What the user is told where the index had to stay as it was; `nil` where nothing is to be told.
    package var warning: UserTask.Tally? {
        guard case .postponed(let error) = self else { return nil }
        return UserTask.Tally(
            code: "search_not_indexed", field: nil, count: 1, firstLine: 0,
            message:
                "the search index could not be brought up to date, so this search was as exact, and slower: "
                + error.failure.message)
    }
}

extension StoreReader {
    /// Whether a type's table has been made.
    package func hasTable(of type: RecordType) throws(StoreError) -> Bool {
        try read("look for the table") { db in try db.tableExists(type.table) }
    }

    /// Whether so many rows came or changed since a type's index was written that a search would be slow.
    package func needsIndexing(_ type: RecordType) throws(StoreError) -> Bool {
        try read("look at the search index") { db in
            guard !type.searchedFields.isEmpty, try db.tableExists(type.table) else { return false }
            let work = try SearchWork(type, db)
            return work.count > SearchWork.mostAsked
        }
    }
}

extension SearchUpkeep {
    /// Brings a type's index up to date where a search would be slow without: for who is about to search.
    ///
    /// - Throws: where the database cannot be read; one that cannot be written is no error.
    package static func bringUpToDate(
        _ type: RecordType, with writer: StoreWriter
    ) throws(StoreError) -> SearchUpkeep {
        guard try StoreReader(paths: writer.paths).needsIndexing(type) else { return .current }
        do {
            return .indexed(rows: try writer.indexForSearch(type))
        } catch {
            return .postponed(error)
        }
    }

    /// Does so for a process that does not write otherwise.
    ///
    /// `patience` is how long it waits for its turn to write.
    ///
    /// - Throws: where the database cannot be read; one that cannot be written is no error.
    package static func bringUpToDate(
        _ type: RecordType, paths: StorePaths, patience: Duration = .seconds(2)
    ) throws(StoreError) -> SearchUpkeep {
        guard try StoreReader(paths: paths).needsIndexing(type) else { return .current }
        do {
            let writer = try StoreWriter(paths: paths, create: false, patience: patience)
            let rows = try writer.indexForSearch(type)
            writer.checkpointAll()
            return .indexed(rows: rows)
        } catch {
            return .postponed(error)
        }
    }
}

extension StoreWriter {
    /// Rows of one transaction: half a second at most, so that others have their turns.
    private static let rowsPerTransaction = 100_000

    /// Puts the rows into a type's search index that are not in it as they are, and says how many.
    ///
    /// Each transaction leaves an index that says what it has, so it may end anywhere and go on another time.
    package func indexForSearch(_ type: RecordType) throws(StoreError) -> Int {
        try indexForSearch(
            type, rowsPerTransaction: Self.rowsPerTransaction, staleRows: Int64(SearchWork.mostAsked))
    }

    /// Does so with limits of the caller's choice: see ``SearchIndexer/putChanged(staleRows:_:)``.
    func indexForSearch(
        _ type: RecordType, rowsPerTransaction: Int, staleRows: Int64
    ) throws(StoreError) -> Int {
        guard !type.searchedFields.isEmpty else { return 0 }
        let last = try lastRowID(of: type)
        var rows = try transaction("update the search index") { db in
            try SearchIndexer(type, db).putChanged(staleRows: staleRows, db)
        }
        var isWhole = false
        while !isWhole {
            let put = try transaction("update the search index") { db in
                try SearchIndexer(type, db).putNew(upTo: last, most: rowsPerTransaction, db)
            }
            rows += put.rows
            isWhole = put.isWhole
        }
        return rows
    }
}

/// How much a type's index lacks.
struct SearchWork {
    /// Rows that are asked by a search itself rather than put into the index first: some 20 milliseconds.
    static let mostAsked = 10_000

    /// Rows that came or changed; counted no further than needed to know that they are many.
    private(set) var count: Int

    init(_ type: RecordType, _ db: Database) throws {
        let row = try SearchAccess.row(type, db)
        let isSound = row?["signature"] == SearchSchema.signature(type)
        let highestID: Int64 = isSound ? row?["highest_id"] ?? 0 : 0
        count =
            try Int.fetchOne(
                db,
                sql: "SELECT count(*) FROM (SELECT 1 FROM \(TableSchema(type).table) WHERE id > ? LIMIT ?)",
                arguments: [highestID, Self.mostAsked + 1]) ?? 0
        if isSound, let number = row?["number"] as Int64? {
            let pending = try SearchChanges.pending(number, most: Self.mostAsked, db)
            count += pending?.count ?? Self.mostAsked + 1
        }
    }
}

/// Puts rows into a type's index, within a transaction of the writer.
struct SearchIndexer {
    private let type: RecordType
    private let number: Int64
    private let highestID: Int64

    /// Of so many rows a quarter may be stale before the index is made anew.
    private static let staleShare: Int64 = 4

    /// Makes the index where there is none, or one that was made by other rules or of other fields.
    init(_ type: RecordType, _ db: Database) throws {
        self.type = type
        let signature = SearchSchema.signature(type)
        if let row = try SearchAccess.row(type, db) {
            let number: Int64 = row["number"]
            if row["signature"] == signature {
                self.number = number
                highestID = row["highest_id"]
                return
            }
            try Self.drop(number, db)
        }
        number = try Self.create(type, db)
        highestID = 0
    }

    private static func create(_ type: RecordType, _ db: Database) throws -> Int64 {
        try db.execute(
            sql: "INSERT INTO sluice_search_indexes (table_name, signature, highest_id) VALUES (?, ?, 0)",
            arguments: [type.table, SearchSchema.signature(type)])
        let number = db.lastInsertedRowID
        try db.execute(sql: SearchSchema.createIndex(number))
        return number
    }

    /// Takes away a type's index with all that it remembers of rows; the next search has it made anew.
    static func forget(_ type: RecordType, _ db: Database) throws {
        guard let row = try SearchAccess.row(type, db) else { return }
        try drop(row["number"], db)
    }

    private static func drop(_ number: Int64, _ db: Database) throws {
        try db.execute(sql: "DROP TABLE \(SearchSchema.index(number))")
        for table in ["changes", "stale"] {
            try db.execute(
                sql: "DELETE FROM sluice_search_\(table) WHERE index_number = ?", arguments: [number])
        }
        try db.execute(sql: "DELETE FROM sluice_search_indexes WHERE number = ?", arguments: [number])
    }

    /// Puts in the rows that changed, and says how many.
    ///
    /// Where more than so many rows and more than a quarter would be stale then, the index begins anew without any.
    func putChanged(staleRows: Int64, _ db: Database) throws -> Int {
        let stale =
            try Int64.fetchOne(
                db, sql: "SELECT count(*) FROM sluice_search_stale WHERE index_number = ?",
                arguments: [number])
            ?? 0
        let rows =
            try Int64.fetchOne(
                db, sql: "SELECT count(*) FROM \(TableSchema(type).table) WHERE id <= ?",
                arguments: [highestID])
            ?? 0
        let most = max(staleRows, rows / Self.staleShare) - stale
        guard let pending = try SearchChanges.pending(number, most: Int(max(0, most)), db) else {
            try Self.drop(number, db)
            _ = try Self.create(type, db)
            return 0
        }
        guard !pending.isEmpty else { return 0 }
        let ids = pending.json
        try db.execute(
            sql: """
                INSERT OR IGNORE INTO sluice_search_stale (index_number, id) SELECT ?, value FROM json_each(?)
                """, arguments: [number, ids])
        try put("s.id IN (SELECT value FROM json_each(?))", [ids], db)
        try db.execute(sql: "DELETE FROM sluice_search_changes WHERE index_number = ?", arguments: [number])
        return pending.count
    }

    /// Puts in rows that came since, and says how many, and whether there are no more up to `last`.
    func putNew(upTo last: Int64, most: Int, _ db: Database) throws -> (rows: Int, isWhole: Bool) {
        let found = try Row.fetchOne(
            db,
            sql: "SELECT count(*) AS rows, max(id) AS last FROM "
                + "(SELECT id FROM \(TableSchema(type).table) WHERE id > ? AND id <= ? ORDER BY id LIMIT ?)",
            arguments: [highestID, last, most])
        guard let found, let end: Int64 = found["last"] else { return (0, true) }
        try put("s.id > ? AND s.id <= ?", [highestID, end], db)
        try db.execute(
            sql: "UPDATE sluice_search_indexes SET highest_id = ? WHERE number = ?", arguments: [end, number])
        let rows: Int = found["rows"]
        return (rows, rows < most)
    }

    private func put(_ condition: String, _ arguments: StatementArguments, _ db: Database) throws {
        try db.execute(
            sql: "INSERT INTO \(SearchSchema.index(number)) (rowid, words) "
                + "SELECT s.id, sluice_search_words(\(SearchSchema.arguments(type, row: "s"))) "
                + "FROM \(TableSchema(type).table) s WHERE \(condition) ORDER BY s.id",
            arguments: arguments)
    }
}
