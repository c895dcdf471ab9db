internal import Glibc

/// Finds out which process holds a lock on a file, for messages.
enum LockHolder {
    /// ` (process 4711, sqlite3)`, or nothing where it cannot be told.
    ///
    /// Read from `/proc/locks`: opening the file itself and closing it again would drop this process's own
    /// POSIX locks on it.
    static func describe(_ databasePath: String) -> String {
        var status = stat()
        guard stat(databasePath + "-shm", &status) == 0, let locks = read("/proc/locks") else { return "" }
        let inode = String(status.st_ino)
        let own = String(getpid())
        for line in locks.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count >= 8, words[3] == "WRITE", words[5].split(separator: ":").last == inode[...],
                words[4] != own[...]
            else { continue }
            let name = read("/proc/\(words[4])/comm")?.split(separator: "\n").first ?? "unknown"
            return " (process \(words[4]), \(name))"
        }
        return ""
    }

    private static func read(_ path: String) -> String? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var text: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while case let count = fread(&buffer, 1, buffer.count, file), count > 0 {
            text += buffer[..<count]
        }
        return String(decoding: text, as: UTF8.self)
    }
}
