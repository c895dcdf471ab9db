internal import GRDB
package import Records

extension StoreWriter {
    /// Links two records, or unlinks them, and records the user task, in one transaction.
    ///
    /// `names` are the records of the link's first and second side.
    ///
    /// - Returns: the task with its counts.
    /// - Throws: `link_side_missing` where a record is not there; nothing is written then.
    package func settle(
        _ mode: LinkMode, _ linked: LinkedTypes, _ names: [RecordName], task: UserTask
    ) throws -> UserTask {
        try transaction("link two records") { db -> Result<UserTask, Failure> in
            var ids: [Int64] = []
            for (side, name) in zip(linked.sides, names) {
                guard let id = try name.rowID(db) else {
                    return .failure(Self.missing(name, side))
                }
                ids.append(id)
            }
            let schema = LinkSchema(linked)
            let columns = schema.columns
            switch mode {
            case .link:
                try db.execute(
                    sql:
                        "INSERT OR IGNORE INTO \(schema.table) (\(columns.joined(separator: ", "))) VALUES (?, ?)",
                    arguments: [ids[0], ids[1]])
            case .unlink:
                try db.execute(
                    sql: "DELETE FROM \(schema.table) WHERE \(columns[0]) = ? AND \(columns[1]) = ?",
                    arguments: [ids[0], ids[1]])
            }
            var task = task
            task.counts.read = 1
            switch (db.changesCount, mode) {
            case (0, _): task.counts.unchanged = 1
            case (_, .link): task.counts.created = 1
            case (_, .unlink): task.counts.deleted = 1
            }
            let number = try TaskTable.insert(task, .done, db)
            if task.counts.unchanged == 0 {
                let pair = JournalBuffer(
                    table: linked.link.table, kind: mode == .link ? .linked : .unlinked)
                pair.begin(ids[0], second: ids[1])
                try JournalWriter(task: number, keepsValues: true).write(pair, db)
            }
            return .success(task)
        }.get()
    }

    private static func missing(_ name: RecordName, _ side: LinkType.Side) -> Failure {
        Failure(
            .refused, code: "link_side_missing",
            message: "there is no \(side.role) with \(name.ways.map(\.field.name).joined(separator: " or ")) "
                + "'\(name.text)'",
            hint: "Import it first, or name it by another key: FIELD=VALUE.")
    }
}
