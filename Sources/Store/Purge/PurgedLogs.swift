internal import Foundation
internal import GRDB
internal import Records

/// What tasks keep of records: each part is gone through in the order of tasks and records, so many at a time.
///
/// A task is looked at where its records are of the type, pairs with the type on a side, or notes, which name a record
/// of any type by its key.
struct PurgedLogs {
    let type: RecordType
    let links: [LinkedTypes]
    let purged: PurgedRows
    let makeRejectReader: MakeRejectReader

    /// Rows of a log that one transaction looks at.
    private static let rowsPerStep = 2_000
    /// Batches of outcomes that one transaction looks at, of at most some thousand records each.
    private static let batchesPerStep = 8

    /// A condition on a column that holds tasks' numbers.
    private func isOurs(_ column: String) -> String {
        let names = ([type.name, Note.typeName] + links.map(\.link.name)).map { "'\($0)'" }.joined(
            separator: ", ")
        return "\(column) IN (SELECT number FROM sluice_tasks WHERE "
            + "json_extract(task, '$.recordType') IN (\(names)))"
    }

    /// The next rows of a log behind a place.
    private func rows(
        of log: String, columns: String = "*", number: String, after place: PurgePlace, most: Int,
        _ db: Database
    ) throws -> [Row] {
        try Row.fetchAll(
            db,
            sql: "SELECT \(columns) FROM \(log) WHERE (task, \(number)) > (?, ?) AND \(isOurs("task")) "
                + "ORDER BY task, \(number) LIMIT ?", arguments: [place.task, place.record, most])
    }

    private func next(_ phase: PurgePlace.Phase, behind rows: [Row], number: String, most: Int) -> PurgePlace?
    {
        guard rows.count == most, let last = rows.last else { return nil }
        return PurgePlace(phase, task: last["task"], record: last[number])
    }

    /// Tasks whose records are notes.
    private func notesTasks(_ db: Database) throws -> Set<Int64> {
        try Int64.fetchSet(
            db, sql: "SELECT number FROM sluice_tasks WHERE json_extract(task, '$.recordType') = ?",
            arguments: [Note.typeName])
    }

    // MARK: Rejects

    /// Takes away the rejects that name a purged record.
    ///
    /// - Returns: where to go on; `nil` where nothing is left.
    func takeRejects(from place: PurgePlace, _ db: Database) throws -> PurgePlace? {
        let rows = try rows(
            of: "sluice_rejects", columns: TaskTable.rejectColumns(db), number: "record", after: place,
            most: Self.rowsPerStep, db)
        let notesTasks = try notesTasks(db)
        var reader: (task: Int64, reader: any RejectReading)?
        for row in rows {
            let task: Int64 = row["task"]
            if reader?.task != task { reader = try makeReader(task, db).map { (task, $0) } }
            let reject = try TaskTable.reject(row)
            let names =
                notesTasks.contains(task)
                ? .text(reject.bytes.source)
                : reader?.reader.names(in: reject) ?? .text(reject.bytes.source)
            guard isNamed(names) else { continue }
            try db.execute(
                sql: "DELETE FROM sluice_rejects WHERE task = ? AND record = ?",
                arguments: [task, row["record"] as Int64])
        }
        return next(.rejects, behind: rows, number: "record", most: Self.rowsPerStep)
    }

    private func isNamed(_ names: RejectNames) -> Bool {
        switch names {
        case .keys(let keys): keys.contains(where: purged.keys.contains)
        case .text(let text): purged.keys.occur(in: text)
        }
    }

    private func makeReader(_ number: Int64, _ db: Database) throws -> (any RejectReading)? {
        guard
            let row = try Row.fetchOne(
                db, sql: "SELECT * FROM sluice_tasks WHERE number = ?", arguments: [number]),
            let form = try TaskTable.sourceForm(row)
        else { return nil }
        return makeRejectReader(try TaskTable.stored(row), form)
    }

    // MARK: Outcomes

    /// Has the outcomes of purged records tell neither key nor id; that there was a record stays.
    func clearResults(from place: PurgePlace, _ db: Database) throws -> PurgePlace? {
        let rows = try rows(
            of: "sluice_results", number: "record", after: place, most: Self.batchesPerStep, db)
        let notesTasks = try notesTasks(db)
        for row in rows {
            let isOfNotes = notesTasks.contains(row["task"])
            var blob = ResultBlob()
            var isChanged = false
            try ResultBlob.forEach(in: [UInt8](row["outcomes"] as Data)) { result in
                var result = result
                if isOfNotes ? purged.keys.occur(in: Array(result.key.utf8)) : isPurged(result) {
                    (result.key, result.id) = ("", nil)
                    isChanged = true
                }
                blob.append(result)
            }
            guard isChanged else { continue }
            try db.execute(
                sql: "UPDATE sluice_results SET outcomes = ? WHERE task = ? AND record = ?",
                arguments: [Data(blob.bytes), row["task"] as Int64, row["record"] as Int64])
        }
        return next(.results, behind: rows, number: "record", most: Self.batchesPerStep)
    }

    private func isPurged(_ result: RecordResult) -> Bool {
        // A pair's key is that of both sides, and it has no id of its own.
        purged.keys.contains(result.key) || result.id.map(purged.contains) == true
            || (result.id == nil && purged.keys.occur(in: Array(result.key.utf8)))
    }

    // MARK: Records that were left alone

    /// Takes them out of the logs of the tasks that left them alone.
    func takeLeftRows(from place: PurgePlace, _ db: Database) throws -> PurgePlace? {
        let rows = try rows(
            of: "sluice_left_rows", number: "number", after: place, most: Self.rowsPerStep, db)
        for row in rows where isPurged(leftAlone: row["key"], id: row["row_id"]) {
            try db.execute(
                sql: "DELETE FROM sluice_left_rows WHERE task = ? AND number = ?",
                arguments: [row["task"] as Int64, row["number"] as Int64])
        }
        return next(.left, behind: rows, number: "number", most: Self.rowsPerStep)
    }

    private func isPurged(leftAlone name: String, id: Int64) -> Bool {
        // Of a pair the id is that of its first side, which may be of another type.
        links.contains { $0.isPairName(name) }
            ? purged.keys.occur(in: Array(name.utf8)) : purged.contains(id) || purged.keys.contains(name)
    }

    // MARK: Tasks

    /// Takes the keys out of what tasks say they were asked: a list filter, the two records of a link.
    ///
    /// The names of files are left: they are nobody's key.
    func clearTasks(from place: PurgePlace, _ db: Database) throws -> PurgePlace? {
        let rows = try Row.fetchAll(
            db,
            sql:
                "SELECT * FROM sluice_tasks WHERE number > ? AND \(isOurs("number")) ORDER BY number LIMIT ?",
            arguments: [place.position, Self.rowsPerStep])
        for row in rows {
            let stored = try TaskTable.stored(row)
            var (task, plan) = (stored.task, stored.plan)
            task.listFilter = task.listFilter.map(purged.keys.removed)
            if [.link, .change, .delete, .undo].contains(task.kind) {
                task.file.name = purged.keys.removed(from: task.file.name)
            }
            task.changes = task.changes?.map(purged.keys.removed)
            // A task that can go on needs what it was asked.
            if task.state.isComplete || task.state == .undone {
                switch plan {
                case .change(var change):
                    change.listFilter = change.listFilter.map(purged.keys.removed)
                    change.assignments = change.assignments.map(purged.keys.removed)
                    plan = .change(change)
                case .export(var export):
                    export.listFilter = export.listFilter.map(purged.keys.removed)
                    plan = .export(export)
                default: break
                }
            }
            guard task != stored.task || plan != stored.plan else { continue }
            task.version += 1
            try db.execute(
                sql: "UPDATE sluice_tasks SET task = ?, plan = ? WHERE number = ?",
                arguments: [TaskTable.json(task), TaskTable.json(plan), stored.number])
        }
        guard rows.count == Self.rowsPerStep, let last = rows.last else { return nil }
        return PurgePlace(.tasks, last["number"])
    }
}
