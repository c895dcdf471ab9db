import GRDB
import Glibc
import Records
import TestSupport

@testable import Pipeline
@testable import Store

/// A database of contacts in a folder of its own, removed with all it holds.
final class ExportFolder: Sendable {
    let path: String
    let writer: StoreWriter

    init() throws {
        var template = Array("/tmp/export-XXXXXX".utf8CString)
        precondition(mkdtemp(&template) != nil, "no folder in /tmp")
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        writer = try StoreWriter(paths: StorePaths(database: path + "/sluice.db"), create: true)
        try writer.prepareTables([Catalogue.builtIn().type(named: "contact")])
    }

    deinit {
        for folder in [writer.paths.tasks, path] {
            for name in Self.names(folder) { unlink("\(folder)/\(name)") }
            rmdir(folder)
        }
    }

    private static func names(_ folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var found: [String] = []
        while let entry = readdir(stream) {
            found.append(
                withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                    pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                })
        }
        return found
    }

    /// Runs SQL over a connection of its own, as any SQLite tool would.
    func sql(_ statement: String, arguments: StatementArguments = []) throws {
        let queue = try DatabaseQueue(path: writer.paths.database)
        try queue.inDatabase { db in try db.execute(sql: statement, arguments: arguments) }
    }

    /// Contacts with random ids, some far from the others, and values that need quotes here and there.
    func fill(_ count: Int, using random: inout SeededGenerator) throws {
        let words = ["Ann", "O'Brien", "a,b", "\"q\"", "two\nlines", "Zoë", ""]
        var id = Int64.random(in: 1...1000, using: &random)
        var rows: [StatementArguments] = []
        for number in 0..<count {
            id +=
                random.chance(2) ? Int64.random(in: 1...100_000, using: &random) : random.chance(80) ? 1 : 30
            rows.append([
                id, "N\(number)", random.chance(30) ? nil : words.randomElement(using: &random),
                random.chance(30) ? nil : Int.random(in: -99_999...99_999, using: &random),
                random.chance(2) ? String(repeating: "long ", count: 2000) : nil,
                random.chance(50) ? "CA" : "TX",
            ])
        }
        let queue = try DatabaseQueue(path: writer.paths.database)
        try queue.write { db in
            let insert = try db.makeStatement(
                sql:
                    "INSERT INTO contacts (id, contact_number, last_name, payment_balance, description, state) "
                    + "VALUES (?, ?, ?, ?, ?, ?)")
            for row in rows { try insert.execute(arguments: row) }
        }
    }

    /// Snapshots of one state.
    func snapshots(_ count: Int) throws -> [RowSnapshot] {
        let task = UserTask(
            id: UserTask.newID(), kind: .export, recordType: "contact", requestedBy: "tests",
            file: UserTask.File(name: "out.csv", bytes: 0, sha256: "", compression: "none"),
            submittedAt: Timestamp(milliseconds: 0))
        _ = try writer.insert(task, plan: .export(plan(to: "out.csv")))
        return try writer.update(task) { _ throws(StoreError) in count }
    }

    func plan(
        to name: String, columns: [String]? = nil, filter: String? = nil, format: String? = nil
    ) -> ExportPlan {
        ExportPlan(
            recordType: "contact", listFilter: filter, ids: nil, columns: columns, sort: [],
            formatYAML: format,
            path: "\(path)/\(name)", overwrites: false)
    }

    /// The bytes of a file; `nil` where it is not there.
    func read(_ name: String) -> [UInt8]? {
        guard let file = fopen("\(path)/\(name)", "r") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = fread(&piece, 1, piece.count, file)
            guard count > 0 else { return bytes }
            bytes += piece[..<count]
        }
    }
}
