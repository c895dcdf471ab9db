internal import GRDB
package import Records

/// Single records: each function is one transaction, with the row, the journal, quick search and the user task.
///
/// The task that is given says who asked for what; the one that comes back has its counts, and names the record.
extension StoreWriter {
    /// Makes a record.
    ///
    /// `ring` is needed where an encrypted field is set; `other` is a record that must be there, such as what a note is
    /// on.
    ///
    /// - Throws: `unknown_record`; all that speaks against it, as one failure. Nothing is written then.
    package func create(
        _ edit: RecordEdit, of type: RecordType, on other: RecordName? = nil, ring: (any KeyRing)? = nil,
        task: UserTask
    ) throws -> UserTask {
        try settle("create a record") { db in
            if let other, try other.rowID(db) == nil { return .failure(other.unknown) }
            let schema = TableSchema(type)
            var row = RecordRow(type: type, id: nil, stored: nil, edit: edit, ring: ring)
            try row.makeGenerated(db)
            let issues = try row.issues(db)
            guard issues.isEmpty else { return .failure(.record(issues)) }
            // Nobody else writes now: what is sealed for the next id is sealed for the row.
            let next = try Self.lastRowID(of: type, db) + 1
            let set = try row.changes(in: next).map { (TableSchema.quoted($0.field.column), $0.value) }
            try db.execute(
                sql: "INSERT INTO \(schema.table) "
                    + (set.isEmpty
                        ? "DEFAULT VALUES"
                        : "(\(set.map(\.0).joined(separator: ", "))) "
                            + "VALUES (\(set.map { _ in "?" }.joined(separator: ", ")))"),
                arguments: StatementArguments(set.map(\.1)))
            let id = db.lastInsertedRowID
            precondition(id == next || edit.encryptedField == nil, "ids are given one after the other")
            if let issue = try row.cycle(at: id, db) { return .failure(.record([issue])) }
            var task = task
            task.counts.created = 1
            let number = try Self.record(&task, type, try Self.row(id, type, db), db)
            try JournalWriter(task: number, keepsValues: true).write(
                created: id...id, rows: 1, in: type.table, db)
            return .success(task)
        }
    }

    /// Sets values of a record; a blank clears one.
    ///
    /// `ring` is needed where an encrypted field is set.
    ///
    /// - Throws: `unknown_record`; all that speaks against it, as one failure. Nothing is written then.
    package func change(
        _ name: RecordName, _ edit: RecordEdit, ring: (any KeyRing)? = nil, task: UserTask
    ) throws -> UserTask {
        try settle("change a record") { db in
            let type = name.type
            guard let stored = try name.row(db) else { return .failure(name.unknown) }
            let id: Int64 = stored["id"]
            var row = RecordRow(type: type, id: id, stored: stored, edit: edit, ring: ring)
            try row.makeGenerated(db)
            let issues = try row.issues(db)
            guard issues.isEmpty else { return .failure(.record(issues)) }
            let changes = try row.changes(in: id)
            var task = task
            guard !changes.isEmpty else {
                task.counts.unchanged = 1
                _ = try Self.record(&task, type, stored, db)
                return .success(task)
            }
            let set = changes.map { "\(TableSchema.quoted($0.field.column)) = ?" }
            try db.execute(
                sql: "UPDATE \(TableSchema(type).table) SET \(set.joined(separator: ", ")) WHERE id = ?",
                arguments: StatementArguments(changes.map(\.value) + [id.databaseValue]))
            if let issue = try row.cycle(at: id, db) { return .failure(.record([issue])) }
            task.counts.updated = 1
            let number = try Self.record(&task, type, stored, db)
            let before = JournalBuffer(
                table: type.table, kind: .updated, columns: changes.map(\.field.column))
            before.begin(id)
            for (index, change) in changes.enumerated() {
                before.add(column: index, stored[change.field.column] as DatabaseValue)
            }
            try JournalWriter(task: number, keepsValues: true).write(before, db)
            try SearchChanges.write([id], of: type, db)
            return .success(task)
        }
    }

    /// Takes a record away, and the links that it has.
    ///
    /// - Throws: `unknown_record`; `record_linked` where links protect it. Nothing is written then.
    package func delete(_ name: RecordName, links: LinkedRows, task: UserTask) throws -> UserTask {
        try settle("delete a record") { db in
            let type = name.type
            guard let stored = try name.row(db) else { return .failure(name.unknown) }
            let id: Int64 = stored["id"]
            if let held = try links.counts(of: [id], protectedOnly: true, db)[id] {
                return .failure(links.refusal(of: RowKeys(of: type).name(of: stored), held))
            }
            var task = task
            task.counts.deleted = 1
            let journal = JournalWriter(task: try Self.record(&task, type, stored, db), keepsValues: true)
            try links.unlink([id], journal: journal, db)
            let columns = Array(stored.columnNames.filter { $0 != "id" })
            let before = JournalBuffer(table: type.table, kind: .deleted, columns: columns)
            before.begin(id)
            for (index, column) in columns.enumerated() {
                before.add(column: index, stored[column] as DatabaseValue)
            }
            try journal.write(before, db)
            try db.execute(sql: "DELETE FROM \(TableSchema(type).table) WHERE id = ?", arguments: [id])
            return .success(task)
        }
    }

    /// One transaction, which a failure that is given takes back.
    private func settle(
        _ operation: String, _ body: (Database) throws -> Result<UserTask, Failure>
    ) throws -> UserTask {
        try transaction(operation) { db -> Result<UserTask, Failure> in
            try db.execute(sql: "SAVEPOINT sluice_single")
            let result = try body(db)
            if case .failure = result { try db.execute(sql: "ROLLBACK TO sluice_single") }
            try db.execute(sql: "RELEASE sluice_single")
            return result
        }.get()
    }

    /// Records the task, which is done; gives its number.
    private static func record(
        _ task: inout UserTask, _ type: RecordType, _ row: Row?, _ db: Database
    ) throws -> Int64 {
        task.counts.read = 1
        if let row { task.file.name = name(of: row, type) }
        return try TaskTable.insert(task, .done, db)
    }

    /// What the task calls the record; a note by what it is on, since its text is part of its key.
    private static func name(of row: Row, _ type: RecordType) -> String {
        guard type.name == Note.typeName else { return "\(type.name) \(RowKeys(of: type).name(of: row))" }
        let parts = ["record_type", "record"].compactMap { row[$0] as String? }
        return "note on \(parts.joined(separator: " "))"
    }

    private static func row(_ id: Int64, _ type: RecordType, _ db: Database) throws -> Row? {
        try Row.fetchOne(
            db, sql: "SELECT * FROM \(TableSchema(type).table) WHERE id = ?", arguments: [id])
    }
}
