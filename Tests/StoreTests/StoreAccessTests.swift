import GRDB
import Glibc
import Records
import Testing

@testable import Store

@Suite("Opening, reading and writing a database")
struct StoreAccessTests {
    private let database = TestDatabase()
    private let type = SampleTypes.contact

    @Test("a missing database is told, and not made unless asked for")
    func missing() throws {
        #expect(storeErrorCode { try StoreReader(paths: database.paths) } == .databaseMissing)
        #expect(
            storeErrorCode { try StoreWriter(paths: database.paths, create: false) } == .databaseMissing)
        #expect(database.names.isEmpty)
        _ = try database.makeWriter()
        _ = try StoreReader(paths: database.paths)
        _ = try StoreWriter(paths: database.paths, create: false)
    }

    @Test("another program's SQLite file is refused, and not a byte of it or beside it changes")
    func foreign() throws {
        try database.sql("CREATE TABLE theirs (a)")
        let before = try #require(contents(database.paths.database))
        #expect(storeErrorCode { try StoreReader(paths: database.paths) } == .notOurDatabase)
        for create in [true, false] {
            #expect(
                storeErrorCode { try StoreWriter(paths: database.paths, create: create) } == .notOurDatabase)
        }
        #expect(contents(database.paths.database) == before)
        #expect(database.names == ["sluice.db"])
    }

    @Test("a file that is no SQLite file is refused and stays as it is")
    func noDatabase() throws {
        let file = try #require(fopen(database.paths.database, "w"))
        fputs("contactNumber,firstName\n1,Ada\n" + String(repeating: "x", count: 2000), file)
        fclose(file)
        let before = try #require(contents(database.paths.database))
        #expect(storeErrorCode { try StoreReader(paths: database.paths) } == .notOurDatabase)
        #expect(storeErrorCode { try StoreWriter(paths: database.paths, create: true) } == .notOurDatabase)
        #expect(contents(database.paths.database) == before)
        #expect(database.names == ["sluice.db"])
    }

    @Test("an empty file becomes a database only where one may be made")
    func emptyFile() throws {
        let file = try #require(fopen(database.paths.database, "w"))
        fclose(file)
        #expect(storeErrorCode { try StoreWriter(paths: database.paths, create: false) } == .notOurDatabase)
        _ = try database.makeWriter()
        _ = try StoreReader(paths: database.paths)
    }

    @Test("many that make one database at once all get it")
    func makingAtOnce() async throws {
        for _ in 0..<10 {
            let database = TestDatabase()
            let type = type
            let errors = await withTaskGroup(of: String?.self) { group in
                for _ in 0..<6 {
                    group.addTask {
                        await onThread {
                            do {
                                try database.makeWriter().prepareTables([type])
                                return nil
                            } catch { return "\(error)" }
                        }
                    }
                }
                return await group.reduce(into: [String]()) { errors, error in
                    if let error { errors.append(error) }
                }
            }
            #expect(errors.isEmpty)
        }
    }

    @Test("two writers take turns: the second waits for the first one's commit and sees it")
    func turns() async throws {
        let first = try database.makeWriter()
        let second = try database.makeWriter()
        try first.prepareTables([type])
        #expect(!FileLock.isHeld(path: database.paths.turnLock))
        try first.begin()
        #expect(FileLock.isHeld(path: database.paths.turnLock))
        try first.queue.inDatabase {
            try $0.execute(sql: "INSERT INTO contacts (contact_number) VALUES ('1')")
        }
        async let rowsSeen = onThread {
            try? second.transaction("count") { try Int.fetchOne($0, sql: "SELECT count(*) FROM contacts") }
        }
        usleep(80_000)
        try first.commit()
        #expect(await rowsSeen == 1)
        #expect(!FileLock.isHeld(path: database.paths.turnLock))
    }

    @Test("a writer that gives up lets the next one in, with nothing left")
    func rollback() throws {
        let first = try database.makeWriter()
        try first.prepareTables([type])
        try first.begin()
        try first.queue.inDatabase {
            try $0.execute(sql: "INSERT INTO contacts (contact_number) VALUES ('1')")
        }
        first.rollback()
        first.rollback()
        #expect(!FileLock.isHeld(path: database.paths.turnLock))
        let error = storeErrorCode {
            try first.transaction("fail") { db in
                try db.execute(sql: "INSERT INTO contacts (contact_number) VALUES ('2')")
                try db.execute(sql: "INSERT INTO nowhere VALUES (1)")
            }
        }
        #expect(error == .statementFailed)
        let second = try database.makeWriter()
        let count = try second.transaction("count") {
            try Int.fetchOne($0, sql: "SELECT count(*) FROM contacts")
        }
        #expect(count == 0)
    }

    @Test("a reader is not held up by an open transaction, and does not see into it")
    func readerBesideWriter() throws {
        let writer = try database.makeWriter()
        try writer.prepareTables([type])
        let task = makeTask(type)
        _ = try writer.insert(task, plan: .import(makePlan(type)))
        try writer.begin()
        try writer.queue.inDatabase { db in
            var changed = task
            changed.state = .running
            try TaskTable.update(changed, resumePoint: nil, db)
        }
        let began = ContinuousClock.now
        let reader = try StoreReader(paths: database.paths)
        #expect(try reader.task(task.id).task.state == .queued)
        // The busy timeout is 30 s: who waits for a lock would take that long.
        #expect(ContinuousClock.now - began < .seconds(10))
        try writer.commit()
        #expect(try reader.task(task.id).task.state == .running)
    }

    @Test("a reader cannot write")
    func readersOnlyRead() throws {
        _ = try database.makeWriter()
        let reader = try StoreReader(paths: database.paths)
        #expect(throws: StoreError.self) {
            try reader.read("write") { db in try db.execute(sql: "DELETE FROM sluice_tasks") }
        }
    }

    private func contents(_ path: String) -> [UInt8]? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var all: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 4096)
        while case let count = fread(&piece, 1, piece.count, file), count > 0 { all += piece[..<count] }
        return all
    }
}
