internal import Glibc
internal import Records

/// Files with bytes of sources that runs have left beside the database, and that nobody needs any more.
package struct LeftFiles {
    private let paths: StorePaths

    package init(paths: StorePaths) {
        self.paths = paths
    }

    /// How old a spool must be that no task knows: a request writes it before its task.
    private static let strangeAgeSeconds = 86_400

    /// Takes away spools of tasks that cannot be resumed, and the logs that runs of one transaction kept aside and
    /// whose process is gone.
    ///
    /// - Throws: where the database cannot be read.
    package func remove() throws(StoreError) {
        let reader = try StoreReader(paths: paths)
        for name in names() {
            let parts = name.split(separator: ".")
            guard parts.count == 2, !LiveStatus(paths: paths, id: String(parts[0])).isAlive else { continue }
            let path = "\(paths.tasks)/\(name)"
            switch parts[1] {
            case "aside": unlink(path)
            case "spool" where try isOrphan(String(parts[0]), path, reader): unlink(path)
            default: break
            }
        }
    }

    private func isOrphan(_ id: String, _ path: String, _ reader: StoreReader) throws(StoreError) -> Bool {
        let task = try reader.read("read the user task") { db in try TaskTable.find(id, db) }?.task
        if let task {
            return task.state.isComplete || task.state == .undone || task.failure?.kind == .refused
        }
        var status = stat()
        guard stat(path, &status) == 0 else { return false }
        return time(nil) - status.st_mtim.tv_sec > Self.strangeAgeSeconds
    }

    private func names() -> [String] {
        guard let folder = opendir(paths.tasks) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            names.append(
                withUnsafePointer(to: &entry.pointee.d_name) { name in
                    name.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                })
        }
        return names
    }
}
