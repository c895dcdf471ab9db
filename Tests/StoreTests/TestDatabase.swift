import Dispatch
import GRDB
import Glibc
import Records

@testable import Store

/// A place for a database in a folder of its own, removed with all it holds.
final class TestDatabase: Sendable {
    private let folder: String
    let paths: StorePaths

    init() {
        var template = Array("/tmp/store-XXXXXX".utf8CString)
        precondition(mkdtemp(&template) != nil, "no folder in /tmp")
        folder = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        paths = StorePaths(database: folder + "/sluice.db")
    }

    deinit {
        for name in names(paths.tasks) { unlink("\(paths.tasks)/\(name)") }
        rmdir(paths.tasks)
        for name in names(folder) { unlink("\(folder)/\(name)") }
        rmdir(folder)
    }

    /// What lies beside the database, the file itself included.
    var names: [String] { names(folder) }

    private func names(_ folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var found: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { found.append(name) }
        }
        return found.sorted()
    }

    func makeWriter() throws -> StoreWriter { try StoreWriter(paths: paths, create: true) }

    /// Runs SQL over a connection of its own, as any SQLite tool would.
    @discardableResult
    func sql(_ statement: String, arguments: StatementArguments = []) throws -> [Row] {
        let queue = try DatabaseQueue(path: paths.database)
        return try queue.inDatabase { db in try Row.fetchAll(db, sql: statement, arguments: arguments) }
    }
}

/// A user task as the control plane would record it.
func makeTask(_ type: RecordType, id: String = UserTask.newID()) -> UserTask {
    UserTask(
        id: id, kind: .import, recordType: type.name, requestedBy: "tests",
        file: UserTask.File(name: "file.csv", bytes: 0, sha256: "", compression: "none"),
        inputFilter: UserTask.FilterName(name: "default", version: 1), mode: "upsert", duplicates: "last",
        submittedAt: Timestamp(milliseconds: 0))
}

func makePlan(_ type: RecordType) -> ImportPlan {
    ImportPlan(
        path: "/file.csv", isSpooled: false, recordType: type.name, filterYAML: nil, mode: .upsert,
        duplicates: .last, maxRejects: nil, maxRecords: nil, maxBytes: nil,
        batch: BatchLimits(records: 100, bytes: 1000), commitRecords: 100, rejectsPath: nil,
        overwritesRejects: false)
}

/// The code of the error that a piece of work throws; `nil` where it throws none.
func storeErrorCode(_ work: () throws -> some Any) -> StoreError.Code? {
    do {
        _ = try work()
        return nil
    } catch {
        return (error as? StoreError)?.code
    }
}

/// Does blocking work on a thread of its own: the few of the shared pool must not wait for each other.
func onThread<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value {
    await withCheckedContinuation { continuation in
        DispatchQueue(label: "test").async { @Sendable in continuation.resume(returning: work()) }
    }
}
