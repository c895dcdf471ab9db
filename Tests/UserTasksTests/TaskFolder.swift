import Glibc
import Records
import Store

/// A database in a folder of its own with one import of contacts in its books.
final class TaskFolder: Sendable {
    private let folder: String
    let paths: StorePaths
    let task: UserTask

    init(_ state: UserTaskState) throws {
        var template = Array("/tmp/usertasks-XXXXXX".utf8CString)
        precondition(mkdtemp(&template) != nil, "no folder in /tmp")
        folder = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        paths = StorePaths(database: folder + "/sluice.db")
        var task = UserTask(
            id: UserTask.newID(), kind: .import, recordType: "contact", requestedBy: "tests",
            file: UserTask.File(name: "a.csv", bytes: 1000, sha256: "", compression: "none"),
            inputFilter: UserTask.FilterName(name: "default", version: 1), mode: "upsert", duplicates: "last",
            submittedAt: .now())
        task.state = state
        self.task = task
        let writer = try StoreWriter(paths: paths, create: true)
        _ = try writer.insert(
            task,
            plan: .import(
                ImportPlan(
                    path: folder + "/a.csv", isSpooled: false, recordType: "contact", filterYAML: nil,
                    mode: .upsert, duplicates: .last, maxRejects: .count(5), maxRecords: nil, maxBytes: nil,
                    batch: BatchLimits(records: 10, bytes: 1000), commitRecords: 10, rejectsPath: nil,
                    overwritesRejects: false)))
    }

    deinit {
        let id = task.id
        for path in [paths.taskLock(id), paths.progress(id), paths.cancelRequest(id)] { unlink(path) }
        rmdir(paths.tasks)
        for suffix in ["", "-wal", "-shm", "-turn", "-run"] { unlink(paths.database + suffix) }
        rmdir(folder)
    }

    var status: LiveStatus { LiveStatus(paths: paths, id: task.id) }

    /// The task as the database has it.
    func stored() throws -> UserTask { try StoreReader(paths: paths).task(task.id).task }
}

/// The code of the failure that a piece of work throws; `nil` where it throws none.
func failureCode(_ work: () throws -> some Any) -> String? {
    do {
        _ = try work()
        return nil
    } catch {
        return (error as? any FailureConvertible)?.failure.code
    }
}
