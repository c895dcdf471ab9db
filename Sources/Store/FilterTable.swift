internal import GRDB
package import Records

/// A version of an input filter as it was saved.
package struct SavedFilter: Hashable, Sendable {
    package var name: String
    /// From 1; grows with every change.
    package var version: Int
    /// The record type's name.
    package var recordType: String
    /// The document (YAML) as it was given.
    package var yaml: String
    package var savedAt: Timestamp
    package var savedBy: String

    package init(
        name: String, version: Int, recordType: String, yaml: String, savedAt: Timestamp, savedBy: String
    ) {
        self.name = name
        self.version = version
        self.recordType = recordType
        self.yaml = yaml
        self.savedAt = savedAt
        self.savedBy = savedBy
    }
}

/// The rows of `sluice_filters`.
enum FilterTable {
    static func filters(_ db: Database, _ condition: String, _ arguments: StatementArguments = []) throws
        -> [SavedFilter]
    {
        // Databases that were made earlier get the table when they are next written to.
        guard try db.tableExists("sluice_filters") else { return [] }
        return try Row.fetchAll(
            db, sql: "SELECT * FROM sluice_filters \(condition)", arguments: arguments
        ).map { row in
            SavedFilter(
                name: row["name"], version: row["version"], recordType: row["record_type"],
                yaml: row["document"], savedAt: Timestamp(milliseconds: row["saved_at"]),
                savedBy: row["saved_by"])
        }
    }

    static func insert(_ filter: SavedFilter, _ db: Database) throws {
        try db.execute(
            sql: "INSERT INTO sluice_filters (name, version, record_type, document, saved_at, saved_by) "
                + "VALUES (?, ?, ?, ?, ?, ?)",
            arguments: [
                filter.name, filter.version, filter.recordType, filter.yaml, filter.savedAt.milliseconds,
                filter.savedBy,
            ])
    }
}

extension StoreReader {
    /// Every saved filter in its latest version, by name.
    package func latestFilters() throws(StoreError) -> [SavedFilter] {
        try read("list the input filters") { db in
            try FilterTable.filters(
                db,
                "AS f WHERE version = (SELECT max(version) FROM sluice_filters WHERE name = f.name) "
                    + "ORDER BY name")
        }
    }

    /// All versions of a saved filter, from the first.
    package func versions(ofFilter name: String) throws(StoreError) -> [SavedFilter] {
        try read("read the input filter") { db in
            try FilterTable.filters(db, "WHERE name = ? ORDER BY version", [name])
        }
    }

    /// The filter that was saved with exactly this document; the latest version of several.
    package func filter(saying yaml: String) throws(StoreError) -> SavedFilter? {
        try read("read the input filters") { db in
            try FilterTable.filters(db, "WHERE document = ? ORDER BY version DESC LIMIT 1", [yaml]).first
        }
    }
}

extension StoreWriter {
    /// Saves a filter's document as the next version of its name, unless it is the latest one already.
    ///
    /// `shipped` is the document that ships under the name: it counts as version 1.
    ///
    /// - Returns: the version that the document has, and whether it is new.
    package func save(
        _ yaml: String, filter name: String, recordType: String, shipped: String?, _ signature: Signature
    ) throws(StoreError) -> (version: Int, isNew: Bool) {
        try transaction("save the input filter") { db in
            let latest = try FilterTable.filters(
                db, "WHERE name = ? ORDER BY version DESC LIMIT 1", [name]
            ).first
            let version = latest?.version ?? (shipped == nil ? 0 : 1)
            // Compared byte by byte: two texts that Unicode calls equal need not be read alike.
            if let present = latest?.yaml ?? shipped, present.utf8.elementsEqual(yaml.utf8) {
                return (version, false)
            }
            try FilterTable.insert(
                SavedFilter(
                    name: name, version: version + 1, recordType: recordType, yaml: yaml,
                    savedAt: signature.at, savedBy: signature.by), db)
            return (version + 1, true)
        }
    }
}
