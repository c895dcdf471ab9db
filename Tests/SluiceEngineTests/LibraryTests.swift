import Foundation
import SluiceEngine
import Testing

// These tests see what is public, as programs outside of the package do.

@Suite("The engine as a library")
struct LibraryTests {
    private let folder: Folder
    private let database: SluiceDatabase

    init() throws {
        folder = try Folder()
        database = SluiceDatabase(at: folder.file("crm.db"))
    }

    private func request(_ path: String) -> FileImport {
        var request = FileImport(of: path, as: "contacts", requestedBy: "ada")
        request.createsDatabase = true
        return request
    }

    /// The error that work ends with.
    private func error(_ work: () async throws -> some Any) async -> SluiceError? {
        do {
            _ = try await work()
            return nil
        } catch {
            return error as? SluiceError
        }
    }

    @Test("an import tells its task as it goes, and the last that it tells is how it ended")
    func following() async throws {
        var told: [TaskSnapshot] = []
        let path = try folder.contacts(2_000)
        let task = try await database.run(request(path)) { updates in
            for try await snapshot in updates { told.append(snapshot) }
        }
        #expect(task.state == .completedWithRejects && task.state.isComplete && !task.state.isActive)
        #expect(task.kind == .import && task.recordType == "contact" && task.requestedBy == "ada")
        #expect(task.counts.read == 2_000 && task.counts.created == 1_980 && task.counts.rejected == 20)
        #expect(task.counts.processed == 2_000 && task.counts.unprocessed == 0)
        #expect(task.fileName == "contacts.csv" && task.fileSHA256?.count == 64)
        #expect(task.progress.bytesDone == task.fileBytes && task.failure == nil)
        #expect(task.errors.map(\.code) == ["required_missing"] && task.errors.first?.count == 20)
        let ended = try #require(task.endedAt)
        #expect(try ended >= #require(task.startedAt) && abs(ended.timeIntervalSinceNow) < 600)
        #expect(told.last == task)
        #expect(Set(told.map(\.id)) == [task.id])
        let states: [TaskSnapshot.State] = [.queued, .validating, .running, .completedWithRejects]
        let order = told.compactMap { states.firstIndex(of: $0.state) }
        #expect(order.count == told.count && order == order.sorted())
        #expect(told.map(\.version) == told.map(\.version).sorted())
    }

    @Test(
        "polls see what was written since the last one, ask the database that is at the path, and keep nobody waiting"
    )
    func polls() async throws {
        let others = SluiceDatabase(at: folder.file("crm.db"))
        let first = try await others.run(request(try folder.contacts(100)))
        #expect(try database.task(first.id).state == first.state)
        let second = try await others.run(request(try folder.contacts(200, name: "more.csv")))
        #expect(try database.task(second.id).counts == second.counts)
        // A connection in the middle of a read would keep the log from being emptied.
        let log = try FileManager.default.attributesOfItem(atPath: folder.file("crm.db-wal"))
        #expect(log[.size] as? Int == 0)
        for name in ["crm.db", "crm.db-wal", "crm.db-shm"] {
            try FileManager.default.removeItem(atPath: folder.file(name))
        }
        #expect(await error { try database.task(first.id) }?.code == "database_missing")
        let third = try await others.run(request(try folder.contacts(100)))
        #expect(try database.tasks().tasks.map(\.id) == [third.id])
    }

    @Test("who follows a run stays where it is: what the closure touches needs no lock")
    @MainActor
    func isolation() async throws {
        let database = SluiceDatabase(at: folder.file("main.db"))
        var states = 0
        let request = request(try folder.contacts(100))
        _ = try await database.run(request) { updates in
            for try await _ in updates {
                MainActor.preconditionIsolated()
                states += 1
            }
        }
        #expect(states > 0)
    }

    @Test("tasks are found again, by page and by the beginning of their ids, with what they rejected")
    func tasks() async throws {
        let path = try folder.contacts(250)
        var ids: [String] = []
        for _ in 0..<3 { ids.append(try await database.run(request(path)).id) }
        let first = try database.tasks(limit: 2)
        #expect(first.tasks.map(\.id) == [ids[2], ids[1]])
        let second = try database.tasks(limit: 2, from: first.next)
        #expect(second.tasks.map(\.id) == [ids[0]] && second.next == nil)
        let task = try database.task(String(ids[0].prefix(12)))
        #expect(task.id == ids[0] && task.counts.created == 248)
        #expect(try database.task(ids[2]).counts.unchanged == 248)
        let rejects = try database.rejects(ofTask: ids[0])
        #expect(rejects.map(\.record) == [100, 200] && rejects.map(\.line) == [101, 201])
        #expect(rejects.first?.problems.map(\.code) == ["required_missing"])
        #expect(rejects.first?.problems.first?.field == "contactNumber")
        #expect(try database.rejects(ofTask: ids[0], limit: 1).count == 1)
        try database.writeRejects(ofTask: ids[0], to: folder.file("rejects.csv"))
        #expect(try folder.read("rejects.csv").split(separator: "\n").count == 3)
        let again = await error { try database.writeRejects(ofTask: ids[0], to: folder.file("rejects.csv")) }
        #expect(again?.code == "output_exists")
        #expect(await error { try database.task("ffffffffffff") }?.code == "unknown_task")
    }

    @Test("a task is followed wherever it runs, to its end and no further")
    func followingAnother() async throws {
        let path = try folder.contacts(20_000)
        _ = try await database.run(request(try folder.contacts(1, name: "first.csv")))
        async let ended = database.run(request(path))
        var newest = try database.tasks(limit: 1).tasks
        while newest.first?.fileName != "contacts.csv" {
            try await Task.sleep(for: .milliseconds(5))
            newest = try database.tasks(limit: 1).tasks
        }
        var told: [TaskSnapshot] = []
        let id = try #require(newest.first?.id)
        for try await task in database.updates(ofTask: id, every: .milliseconds(5)) { told.append(task) }
        #expect(told.dropLast().allSatisfy { $0.state.isActive })
        let end = try await ended
        #expect(told.last == end)
        var after = database.updates(ofTask: id).makeAsyncIterator()
        #expect(try await after.next(isolation: nil) == told.last)
        #expect(try await after.next(isolation: nil) == nil)
        let unknown = database.updates(ofTask: "ffffffffffff")
        #expect(await error { for try await _ in unknown {} }?.code == "unknown_task")
    }

    private struct Enough: Error {}

    @Test("a run is stopped by an error of who follows it or by cancelling who waits, and can be resumed")
    func stopping() async throws {
        _ = try await database.run(request(try folder.contacts(1, name: "first.csv")))
        let path = try folder.contacts(5_000)
        // It stays queued as long as another process would be writing.
        let turn = try Turn(of: folder.file("crm.db"))
        await #expect(throws: Enough.self) {
            try await database.run(request(path)) { updates in
                for try await task in updates where task.state == .queued { throw Enough() }
            }
        }
        let stopped = try #require(try database.tasks().tasks.first)
        #expect(stopped.state == .cancelled && stopped.fileName == "contacts.csv")
        let waiting = Task { try await database.resume(stopped.id) }
        waiting.cancel()
        _ = await waiting.result
        #expect(try database.task(stopped.id).state == .cancelled)
        turn.end()
        let ended = try await database.resume(stopped.id)
        #expect(ended.id == stopped.id && ended.state == .completedWithRejects)
        #expect(ended.counts.read == 5_000 && ended.counts.created + ended.counts.unchanged == 4_950)
        let once = await error { try await database.resume(stopped.id) }
        #expect(once?.code == "not_resumable" && once?.isRefusal == true)
        #expect(await error { try database.cancel(stopped.id) }?.code == "not_cancellable")
    }

    @Test("a task is cancelled from anywhere, by its id")
    func cancelling() async throws {
        _ = try await database.run(request(try folder.contacts(1, name: "first.csv")))
        let turn = try Turn(of: folder.file("crm.db"))
        defer { turn.end() }
        let task = try await database.run(request(try folder.contacts(100))) { updates in
            for try await task in updates where task.state == .queued { try database.cancel(task.id) }
        }
        #expect(task.state == .cancelled && task.failure == nil)
    }

    @Test("what a task did is taken back by a task of its own, unless nothing was kept for it")
    func undoing() async throws {
        let imported = try await database.run(request(try folder.contacts(20)))
        let undo = try await database.undo(imported.id, requestedBy: "bob")
        #expect(undo.kind == .undo && undo.state == .completed && undo.undoes == imported.id)
        #expect(undo.requestedBy == "bob" && undo.counts.deleted == 20)
        #expect(try database.task(imported.id).state == .undone)
        let again = await error { try await database.undo(imported.id, requestedBy: "bob") }
        #expect(again?.code == "already_undone")
        _ = try await database.run(request(folder.file("contacts.csv")))
        let other = folder.file("other.csv")
        try Data("contactNumber,lastName\n7,Jones\n".utf8).write(to: URL(fileURLWithPath: other))
        var unkept = request(other)
        unkept.keepsBefore = false
        let updated = try await database.run(unkept)
        #expect(updated.counts.updated == 1)
        let gone = await error { try await database.undo(updated.id, requestedBy: "bob") }
        #expect(gone?.code == "journal_gone")
    }

    @Test("what refuses a request is thrown, and nothing is left behind")
    func refusals() async throws {
        let path = try folder.contacts(10)
        var filter = request(path)
        filter.inputFilter = "livevox-contracts"
        let unknown = await error { try await database.run(filter) }
        #expect(unknown?.code == "unknown_filter" && unknown?.isRefusal == true)
        #expect(unknown?.hint?.contains("livevox-contacts") == true)
        var unnamed = request(path)
        unnamed.createsDatabase = false
        #expect(await error { try await database.run(unnamed) }?.code == "database_missing")
        #expect(await error { try await database.run(request(folder.file("no.csv"))) } != nil)
        #expect(!folder.has("crm.db"))
        var strict = request(try folder.contacts(1_000))
        strict.maxRejects = .percent(0.5)
        let task = try await database.run(strict)
        #expect(task.state == .failed && task.failure?.code == "too_many_rejects")
        let resumed = try await database.resume(task.id, maxRejects: .count(10))
        #expect(resumed.state == .completedWithRejects && resumed.counts.created == 990)
    }

    @Test("what an import is asked to do is what it does")
    func options() async throws {
        let path = try folder.contacts(10)
        var dry = request(path)
        dry.isDryRun = true
        let told = try await database.run(dry)
        #expect(told.isDryRun && told.counts.created == 10)
        var update = request(path)
        update.isAtomic = true
        update.mode = .update
        let updated = try await database.run(update)
        #expect(updated.isAtomic && updated.counts.created == 0 && updated.counts.skipped == 10)
        let twice = folder.file("twice.csv")
        try Data("contactNumber,lastName\n7,Jones\n7,Jon\u{ea}s\n".utf8).write(
            to: URL(fileURLWithPath: twice))
        for (policy, rejected) in [(FileImport.Duplicates.first, 0), (.last, 0), (.reject, 1)] {
            var request = request(twice)
            request.duplicates = policy
            request.encoding = "utf-8"
            request.rejectsPath = folder.file("twice-rejects.csv")
            request.resultsPath = folder.file("twice-results.csv")
            request.overwritesFiles = true
            let task = try await database.run(request)
            #expect(task.counts.rejected == UInt64(rejected) && task.counts.read == 2)
        }
        #expect(folder.has("twice-rejects.csv") && folder.has("twice-results.csv"))
    }

    @Test("records are exported by filter, in columns and order, as a task like any other")
    func exporting() async throws {
        _ = try await database.run(request(try folder.contacts(20)))
        var export = FileExport(of: "contacts", to: folder.file("out.csv"), requestedBy: "ada")
        export.listFilter = "contactNumber in ('3', '5', '9')"
        export.columns = ["contactNumber", "lastName"]
        export.sort = ["-lastName"]
        let task = try await database.run(export)
        #expect(task.kind == .export && task.state == .completed && task.counts.exported == 3)
        #expect(try folder.read("out.csv") == "contactNumber,lastName\n9,Smith9\n5,Smith5\n3,Smith3\n")
        #expect(await error { try await database.run(export) }?.code == "output_exists")
        export.overwritesFile = true
        export.listFilter = nil
        export.ids = [3]
        export.format = "spreadsheet"
        #expect(try await database.run(export).counts.exported == 1)
        export.list = "debtors"
        #expect(await error { try await database.run(export) }?.code == "unknown_list")
    }
}
