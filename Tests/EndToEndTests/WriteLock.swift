import Foundation
import GRDB

/// Another program at the database: it writes, and may hold the write lock.
final class WriteLock {
    private let queue: DatabaseQueue

    init(_ folder: Workdir) throws {
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        configuration.busyMode = .timeout(20)
        queue = try DatabaseQueue(path: folder.file("a.db"), configuration: configuration)
    }

    func execute(_ sql: String) throws {
        try queue.inDatabase { try $0.execute(sql: sql) }
    }

    /// Takes the write lock and keeps it.
    func take() throws { try execute("BEGIN IMMEDIATE") }

    func letGo() throws { try execute("ROLLBACK") }
}
