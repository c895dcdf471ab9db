internal import GRDB
internal import Records

/// User tasks by their numbers, each read once.
final class TaskBook {
    struct Entry {
        var id: String
        /// As people are told of it.
        var title: String
        /// The number of the task whose work it took back.
        var undoes: Int64?
        var task: UserTask?
    }

    private var entries: [Int64: Entry] = [:]

    func entry(_ number: Int64, _ db: Database) throws -> Entry {
        if let known = entries[number] { return known }
        let row = try Row.fetchOne(
            db, sql: "SELECT * FROM sluice_tasks WHERE number = ?", arguments: [number])
        let entry: Entry
        if let task = try row.map(TaskTable.stored)?.task {
            let undoes = try task.undoes.flatMap { id in
                try Int64.fetchOne(db, sql: "SELECT number FROM sluice_tasks WHERE id = ?", arguments: [id])
            }
            entry = Entry(
                id: task.id,
                title: "user task \(task.id.prefix(12)) (\(task.kind.rawValue) \(task.file.name))",
                undoes: undoes, task: task)
        } else {
            entry = Entry(id: "", title: "a user task that is no longer known", undoes: nil)
        }
        entries[number] = entry
        return entry
    }
}
