internal import GRDB
package import Records

/// The rows of `sluice_lists`.
///
/// Of a deleted list one row is left, without a definition: so no version's number is given twice.
enum ListTable {
    static func lists(
        _ db: Database, _ condition: String, _ arguments: StatementArguments = []
    ) throws -> [SavedList] {
        // Databases that were made earlier get the table when they are next written to.
        guard try db.tableExists("sluice_lists") else { return [] }
        return try Row.fetchAll(
            db, sql: "SELECT * FROM sluice_lists WHERE definition IS NOT NULL \(condition)",
            arguments: arguments
        ).map { row in
            SavedList(
                name: row["name"], version: row["version"],
                definition: try TaskTable.decode(ListDefinition.self, row["definition"]),
                savedAt: Timestamp(milliseconds: row["saved_at"]), savedBy: row["saved_by"])
        }
    }

    static func insert(
        _ name: String, version: Int, definition: String?, _ signature: Signature, _ db: Database
    ) throws {
        try db.execute(
            sql: "INSERT INTO sluice_lists (name, version, definition, saved_at, saved_by) "
                + "VALUES (?, ?, ?, ?, ?)",
            arguments: [name, version, definition, signature.at.milliseconds, signature.by])
    }
}

extension StoreReader {
    /// Every saved list in its latest version, by name.
    package func latestLists() throws(StoreError) -> [SavedList] {
        try read("list the saved lists") { db in
            try ListTable.lists(
                db,
                "AND version = (SELECT max(version) FROM sluice_lists l WHERE l.name = sluice_lists.name) "
                    + "ORDER BY name")
        }
    }

    /// All versions of a saved list, from the first.
    package func versions(ofList name: String) throws(StoreError) -> [SavedList] {
        try read("read the saved list") { db in
            try ListTable.lists(db, "AND name = ? ORDER BY version", [name])
        }
    }
}

extension StoreWriter {
    /// Saves a definition as the next version of its name, unless the latest one says the same.
    ///
    /// - Returns: the version that the definition has, and whether it is new.
    package func save(
        _ definition: ListDefinition, list name: String, _ signature: Signature
    ) throws(StoreError) -> (version: Int, isNew: Bool) {
        try transaction("save the list") { db in
            let json = try TaskTable.json(definition)
            let latest = try Row.fetchOne(
                db,
                sql: "SELECT version, definition FROM sluice_lists WHERE name = ? "
                    + "ORDER BY version DESC LIMIT 1", arguments: [name])
            let version: Int = latest?["version"] ?? 0
            // Compared byte by byte: two texts that Unicode calls equal need not be read alike.
            if let present: String = latest?["definition"], present.utf8.elementsEqual(json.utf8) {
                return (version, false)
            }
            try ListTable.insert(name, version: version + 1, definition: json, signature, db)
            return (version + 1, true)
        }
    }

    /// Deletes all versions of a saved list.
    ///
    /// - Returns: how many there were; 0 where there is no such list.
    package func deleteList(_ name: String, _ signature: Signature) throws(StoreError) -> Int {
        try transaction("delete the list") { db in
            let versions = try ListTable.lists(db, "AND name = ?", [name]).map(\.version)
            guard let latest = versions.max() else { return 0 }
            try db.execute(sql: "DELETE FROM sluice_lists WHERE name = ?", arguments: [name])
            try ListTable.insert(name, version: latest, definition: nil, signature, db)
            return versions.count
        }
    }
}
