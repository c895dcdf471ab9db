internal import GRDB
package import Records

/// The rows of the tables that documents are kept in, one table a kind.
///
/// Of a deleted document one row is left, without its text: so no version's number is given twice.
extension DocumentKind {
    var table: String {
        switch self {
        case .inputFilter: "sluice_filters"
        case .exportFormat: "sluice_formats"
        case .list: "sluice_lists"
        }
    }

    /// The column of what a version says.
    private var text: String { self == .list ? "definition" : "document" }

    /// The versions that meet a further condition.
    private func versions(
        _ db: Database, _ condition: String, _ arguments: StatementArguments = []
    ) throws -> [SavedDocument] {
        // Databases that were made earlier get the table when they are next written to.
        guard try db.tableExists(table) else { return [] }
        return try Row.fetchAll(
            db, sql: "SELECT * FROM \(table) AS d WHERE \(text) IS NOT NULL \(condition)",
            arguments: arguments
        ).map { row in
            SavedDocument(
                name: row["name"], version: row["version"], recordType: row["record_type"], text: row[text],
                savedAt: Timestamp(milliseconds: row["saved_at"]), savedBy: row["saved_by"])
        }
    }

    /// Every document in its latest version, by name.
    func latest(_ db: Database) throws -> [SavedDocument] {
        try versions(
            db, "AND version = (SELECT max(version) FROM \(table) WHERE name = d.name) ORDER BY name")
    }

    /// All versions of a name, from the first.
    func versions(of name: String, _ db: Database) throws -> [SavedDocument] {
        try versions(db, "AND name = ? ORDER BY version", [name])
    }

    /// The document that was saved with exactly this text; the latest version of several.
    func document(saying text: String, _ db: Database) throws -> SavedDocument? {
        try versions(db, "AND \(self.text) = ? ORDER BY version DESC LIMIT 1", [text]).first
    }

    /// Saves a text as the next version of its name, unless it is the latest one already.
    ///
    /// `shipped` is the text that ships under the name: it counts as version 1.
    ///
    /// - Returns: the version that the text has, and whether it is new.
    func save(
        _ text: String, as name: String, recordType: String?, shipped: String?, _ signature: Signature,
        _ db: Database
    ) throws -> (version: Int, isNew: Bool) {
        let latest = try Row.fetchOne(
            db, sql: "SELECT * FROM \(table) WHERE name = ? ORDER BY version DESC LIMIT 1",
            arguments: [name])
        let version: Int = latest?["version"] ?? (shipped == nil ? 0 : 1)
        let present: String? = latest == nil ? shipped : latest?[self.text]
        // Compared byte by byte: two texts that Unicode calls equal need not be read alike.
        if let present, present.utf8.elementsEqual(text.utf8) { return (version, false) }
        try insert(name, version: version + 1, text: text, recordType: recordType, signature, db)
        return (version + 1, true)
    }

    /// Deletes all versions of a name, where the table takes one without text: a list.
    ///
    /// - Returns: how many there were.
    func delete(_ name: String, _ signature: Signature, _ db: Database) throws -> Int {
        let versions = try versions(of: name, db).map(\.version)
        guard let latest = versions.max() else { return 0 }
        try db.execute(sql: "DELETE FROM \(table) WHERE name = ?", arguments: [name])
        try insert(name, version: latest, text: nil, recordType: nil, signature, db)
        return versions.count
    }

    private func insert(
        _ name: String, version: Int, text: String?, recordType: String?, _ signature: Signature,
        _ db: Database
    ) throws {
        // A list's record type is in its definition.
        let hasType = self != .list
        var values: StatementArguments = [name, version, text, signature.at.milliseconds, signature.by]
        if hasType { values += [recordType] }
        try db.execute(
            sql: "INSERT INTO \(table) "
                + "(name, version, \(self.text), saved_at, saved_by\(hasType ? ", record_type" : "")) "
                + "VALUES (?, ?, ?, ?, ?\(hasType ? ", ?" : ""))", arguments: values)
    }
}

extension StoreReader {
    /// Every saved document of a kind in its latest version, by name.
    package func latest(_ kind: DocumentKind) throws(StoreError) -> [SavedDocument] {
        try read("list the \(kind.keptNoun)s") { db in try kind.latest(db) }
    }

    /// All versions of a saved document, from the first.
    package func versions(of name: String, _ kind: DocumentKind) throws(StoreError) -> [SavedDocument] {
        try read("read the \(kind.keptNoun)") { db in try kind.versions(of: name, db) }
    }

    /// The document that was saved with exactly this text; the latest version of several.
    package func document(saying text: String, _ kind: DocumentKind) throws(StoreError) -> SavedDocument? {
        try read("read the \(kind.keptNoun)s") { db in try kind.document(saying: text, db) }
    }
}

extension StoreWriter {
    /// Saves a document as the next version of its name, unless it is the latest one already.
    ///
    /// `shipped` is the text that ships under the name: it counts as version 1.
    ///
    /// - Returns: the version that the text has, and whether it is new.
    package func save(
        _ text: String, as name: String, _ kind: DocumentKind, recordType: String?, shipped: String?,
        _ signature: Signature
    ) throws(StoreError) -> (version: Int, isNew: Bool) {
        try transaction("save the \(kind.noun)") { db in
            try kind.save(text, as: name, recordType: recordType, shipped: shipped, signature, db)
        }
    }
}
