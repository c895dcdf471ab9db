internal import GRDB
package import Records

/// Why the store could not do what it was asked.
package struct StoreError: FailureConvertible, CustomStringConvertible {
    package enum Code: String, Hashable, Sendable {
        case databaseMissing = "database_missing"
        case cannotOpenDatabase = "cannot_open_database"
        case notOurDatabase = "not_a_sluice_database"
        /// Someone else holds the write lock, and did so to the end of our patience.
        case databaseBusy = "database_busy"
        case diskFull = "disk_full"
        case writeFailed = "write_failed"
        case databaseCorrupt = "database_corrupt"
        case unknownTask = "unknown_task"
        case taskActive = "task_active"
        /// More than one record would get a value that only one may have.
        case uniqueField = "unique_field"
        /// SQLite refused a statement of ours: a bug, told with all it said.
        case statementFailed = "statement_failed"
    }

    package let code: Code
    package let message: String
    package let hint: String?

    package init(_ code: Code, _ message: String, hint: String? = nil) {
        self.code = code
        self.message = message
        self.hint = hint
    }

    package var failure: Failure {
        let isRefusal: Bool =
            switch code {
            case .databaseMissing, .cannotOpenDatabase, .notOurDatabase, .unknownTask, .taskActive,
                .uniqueField:
                true
            default: false
            }
        return Failure(isRefusal ? .refused : .failed, code: code.rawValue, message: message, hint: hint)
    }

    package var description: String { failure.description }

    /// What SQLite's result code means for the one who runs the load.
    static func sqlite(_ resultCode: Int32, _ text: String, doing operation: String, path: String)
        -> StoreError
    {
        // ENOSPC often surfaces as an I/O error, so the text is not enough: the hint covers both.
        switch resultCode & 0xFF {
        case 5, 6:
            return StoreError(
                .databaseBusy,
                "\(operation): another program holds the write lock of \(path)\(LockHolder.describe(path))",
                hint: "Wait until it has finished, then resume the task.")
        case 13:
            return StoreError(
                .diskFull, "\(operation): the disk that holds \(path) is full",
                hint: "Make room, then resume the task: what was committed stays.")
        case 10:
            return StoreError(
                .writeFailed, "\(operation): reading or writing \(path) failed: \(text)",
                hint: "Look at the free space and the health of the disk, then resume the task.")
        case 26:
            return StoreError(
                .notOurDatabase, "\(path) is no SQLite database", hint: "Name another file with --database.")
        case 11:
            return StoreError(
                .databaseCorrupt, "\(operation): \(path) is no sound SQLite database: \(text)",
                hint: "Check it with: sqlite3 FILE 'PRAGMA integrity_check'")
        case 14:
            return StoreError(.cannotOpenDatabase, "\(operation): cannot open \(path): \(text)")
        case 8, 23, 3:
            return StoreError(.cannotOpenDatabase, "\(operation): \(path) may not be written: \(text)")
        default:
            return StoreError(.statementFailed, "\(operation): \(text) (SQLite \(resultCode))")
        }
    }

    /// Runs `body` and turns what the database layer throws into our error.
    static func wrap<Value>(
        _ operation: String, path: String, _ body: () throws -> Value
    ) throws(StoreError) -> Value {
        do {
            return try body()
        } catch let error as StoreError {
            throw error
        } catch let error as DatabaseError {
            throw .sqlite(
                error.extendedResultCode.rawValue, error.message ?? "no message", doing: operation,
                path: path)
        } catch {
            throw StoreError(.statementFailed, "\(operation): \(error)")
        }
    }
}
