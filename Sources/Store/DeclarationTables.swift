internal import GRDB
package import Records

/// The rows of `sluice_types` and `sluice_fields`.
enum DeclarationTables {
    /// What the database declares now; nothing where it was made before there were such tables.
    static func read(_ db: Database) throws -> Declarations {
        guard try db.tableExists("sluice_types") else { return Declarations() }
        // With max(), SQLite gives the other columns from the row that has the maximum.
        let documents = try Row.fetchAll(
            db,
            sql: "SELECT name, max(version) AS version, document, saved_at, saved_by FROM sluice_types "
                + "GROUP BY name ORDER BY name")
        let fields = try Row.fetchAll(db, sql: "SELECT * FROM sluice_fields ORDER BY type, number")
        // A database that was made earlier gets this table when it is next written to.
        let links =
            try db.tableExists("sluice_links")
            ? try Row.fetchAll(db, sql: "SELECT * FROM sluice_links ORDER BY name") : []
        return Declarations(
            documents: documents.map { row in
                Declarations.Document(
                    name: row["name"], version: row["version"], yaml: row["document"],
                    savedAt: Timestamp(milliseconds: row["saved_at"]), savedBy: row["saved_by"])
            },
            fields: fields.map { row in
                Declarations.AddedField(
                    type: row["type"], name: row["name"], declaration: row["declaration"],
                    savedAt: Timestamp(milliseconds: row["saved_at"]), savedBy: row["saved_by"])
            },
            links: links.map { row in
                Declarations.Link(
                    name: row["name"], yaml: row["document"],
                    savedAt: Timestamp(milliseconds: row["saved_at"]), savedBy: row["saved_by"])
            })
    }

    /// Names of all that is in the database, in small letters, as SQLite compares them.
    static func names(_ db: Database) throws -> Set<String> {
        try String.fetchSet(db, sql: "SELECT lower(name) FROM sqlite_schema")
    }

    /// - Throws: `name_taken` where a new type's table or view is there already.
    static func expectFree(_ type: RecordType, _ names: Set<String>) throws(Failure) {
        for name in [type.table, type.table + "_view"] where names.contains(name) {
            throw Failure(
                .refused, code: "name_taken",
                message:
                    "record type '\(type.name)' needs the name '\(name)', which the database has already "
                    + "for something else",
                hint: "Choose another plural, or rename what is there.")
        }
    }

    static func write(_ change: DeclarationChange, _ db: Database) throws {
        if let document = change.document {
            try db.execute(
                sql: "INSERT INTO sluice_types (name, version, document, saved_at, saved_by) "
                    + "VALUES (?, ?, ?, ?, ?)",
                arguments: [
                    document.name, document.version, document.yaml, document.savedAt.milliseconds,
                    document.savedBy,
                ])
        }
        for name in change.takenOver {
            try db.execute(
                sql: "DELETE FROM sluice_fields WHERE type = ? AND name = ?",
                arguments: [change.type.name, name])
        }
        for field in change.fields {
            // A field that grows keeps its place.
            try db.execute(
                sql: """
                    INSERT INTO sluice_fields (type, name, number, declaration, saved_at, saved_by)
                    VALUES (?1, ?2, (SELECT coalesce(max(number), 0) + 1 FROM sluice_fields WHERE type = ?1),
                        ?3, ?4, ?5)
                    ON CONFLICT DO UPDATE SET declaration = excluded.declaration,
                        saved_at = excluded.saved_at, saved_by = excluded.saved_by
                    """,
                arguments: [
                    field.type, field.name, field.declaration, field.savedAt.milliseconds, field.savedBy,
                ])
        }
    }
}

extension StoreReader {
    /// What the database declares: types and fields of its administrators.
    package func declarations() throws(StoreError) -> Declarations {
        try read("read the record types") { db in try DeclarationTables.read(db) }
    }

    /// Rows of a type's table; 0 where it has not been made.
    package func rowCount(of type: RecordType) throws(StoreError) -> Int64 {
        try read("count the rows of \(type.table)") { db in
            guard try db.tableExists(type.table) else { return 0 }
            return try Int64.fetchOne(db, sql: "SELECT count(*) FROM \(TableSchema(type).table)") ?? 0
        }
    }
}

extension StoreWriter {
    /// Adds a link to what the database declares, and its table with it, in one transaction.
    ///
    /// - Returns: what was decided; nothing was written where the link was there.
    /// - Throws: what `decide` throws; `name_taken` where a table of the name is there that is none of ours.
    package func declareLink(
        _ decide: (Declarations) throws(Failure) -> LinkDeclaration
    ) throws -> LinkDeclaration {
        try transaction("declare a link") { db -> Result<LinkDeclaration, Failure> in
            let declarations = try DeclarationTables.read(db)
            let declaration: LinkDeclaration
            do throws(Failure) {
                declaration = try decide(declarations)
            } catch {
                return .failure(error)
            }
            guard let link = declaration.added else { return .success(declaration) }
            if try DeclarationTables.names(db).contains(declaration.linked.link.table) {
                return .failure(
                    Failure(
                        .refused, code: "name_taken",
                        message:
                            "link '\(link.name)' needs the name '\(declaration.linked.link.table)', which "
                            + "the database has already for something else",
                        hint: "Choose another plural, or rename what is there."))
            }
            try db.execute(
                sql: "INSERT INTO sluice_links (name, document, saved_at, saved_by) VALUES (?, ?, ?, ?)",
                arguments: [link.name, link.yaml, link.savedAt.milliseconds, link.savedBy])
            for type in declaration.tables { try Self.prepareTable(TableSchema(type), db) }
            try Self.prepareLink(LinkSchema(declaration.linked), db)
            return .success(declaration)
        }.get()
    }

    /// Changes what the database declares, and its table with it, in one transaction.
    ///
    /// `decide` is given what is declared at that moment: of two processes each sees what the other did.
    ///
    /// - Returns: the change; nothing was written where it has no changes.
    /// - Throws: what `decide` throws; `name_taken` where a table of the name is there that is none of ours.
    package func declare(
        _ decide: (Declarations) throws(Failure) -> DeclarationChange
    ) throws -> DeclarationChange {
        try transaction("declare a record type") { db -> Result<DeclarationChange, Failure> in
            let declarations = try DeclarationTables.read(db)
            let taken = try DeclarationTables.names(db)
            let change: DeclarationChange
            do throws(Failure) {
                change = try decide(declarations)
                if change.isNewType { try DeclarationTables.expectFree(change.type, taken) }
            } catch {
                return .failure(error)
            }
            guard !change.changes.isEmpty else { return .success(change) }
            try DeclarationTables.write(change, db)
            try Self.prepareTable(TableSchema(change.type), db)
            return .success(change)
        }.get()
    }
}
