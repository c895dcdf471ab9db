internal import GRDB
package import Records

/// A version of an export format as it was saved.
package struct SavedFormat: Hashable, Sendable {
    package var name: String
    /// From 1; grows with every change.
    package var version: Int
    /// The record type's name; `nil` for a format that fits any.
    package var recordType: String?
    /// The document (YAML) as it was given.
    package var yaml: String
    package var savedAt: Timestamp
    package var savedBy: String
}

/// The rows of `sluice_formats`.
enum FormatTable {
    static func formats(_ db: Database, _ condition: String, _ arguments: StatementArguments = []) throws
        -> [SavedFormat]
    {
        // Databases that were made earlier get the table when they are next written to.
        guard try db.tableExists("sluice_formats") else { return [] }
        return try Row.fetchAll(
            db, sql: "SELECT * FROM sluice_formats \(condition)", arguments: arguments
        ).map { row in
            SavedFormat(
                name: row["name"], version: row["version"], recordType: row["record_type"],
                yaml: row["document"], savedAt: Timestamp(milliseconds: row["saved_at"]),
                savedBy: row["saved_by"])
        }
    }

    static func insert(_ format: SavedFormat, _ db: Database) throws {
        try db.execute(
            sql: "INSERT INTO sluice_formats (name, version, record_type, document, saved_at, saved_by) "
                + "VALUES (?, ?, ?, ?, ?, ?)",
            arguments: [
                format.name, format.version, format.recordType, format.yaml, format.savedAt.milliseconds,
                format.savedBy,
            ])
    }
}

extension StoreReader {
    /// Every saved export format in its latest version, by name.
    package func latestFormats() throws(StoreError) -> [SavedFormat] {
        try read("list the export formats") { db in
            try FormatTable.formats(
                db,
                "AS f WHERE version = (SELECT max(version) FROM sluice_formats WHERE name = f.name) "
                    + "ORDER BY name")
        }
    }

    /// All versions of a saved export format, from the first.
    package func versions(ofFormat name: String) throws(StoreError) -> [SavedFormat] {
        try read("read the export format") { db in
            try FormatTable.formats(db, "WHERE name = ? ORDER BY version", [name])
        }
    }

    /// The format that was saved with exactly this document; the latest version of several.
    package func format(saying yaml: String) throws(StoreError) -> SavedFormat? {
        try read("read the export formats") { db in
            try FormatTable.formats(db, "WHERE document = ? ORDER BY version DESC LIMIT 1", [yaml]).first
        }
    }
}

extension StoreWriter {
    /// Saves a format's document as the next version of its name, unless it is the latest one already.
    ///
    /// `shipped` is the document that ships under the name: it counts as version 1.
    ///
    /// - Returns: the version that the document has, and whether it is new.
    package func save(
        _ yaml: String, format name: String, recordType: String?, shipped: String?, _ signature: Signature
    ) throws(StoreError) -> (version: Int, isNew: Bool) {
        try transaction("save the export format") { db in
            let latest = try FormatTable.formats(
                db, "WHERE name = ? ORDER BY version DESC LIMIT 1", [name]
            ).first
            let version = latest?.version ?? (shipped == nil ? 0 : 1)
            // Compared byte by byte: two texts that Unicode calls equal need not be read alike.
            if let present = latest?.yaml ?? shipped, present.utf8.elementsEqual(yaml.utf8) {
                return (version, false)
            }
            try FormatTable.insert(
                SavedFormat(
                    name: name, version: version + 1, recordType: recordType, yaml: yaml,
                    savedAt: signature.at, savedBy: signature.by), db)
            return (version + 1, true)
        }
    }
}
