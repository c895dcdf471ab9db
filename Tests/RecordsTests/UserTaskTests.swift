import Foundation
import Testing

@testable import Records

@Suite("User tasks")
struct UserTaskTests {
    /// What may follow on each state; everything else may not.
    private static let next: [UserTaskState: Set<UserTaskState>] = [
        .queued: [.validating, .cancelled, .failed, .interrupted],
        .validating: [.running, .cancelled, .failed, .interrupted],
        .running: [.completed, .completedWithRejects, .cancelled, .failed, .interrupted],
        .completed: [.undoing], .completedWithRejects: [.undoing],
        .failed: [.validating, .undoing], .cancelled: [.validating, .undoing],
        .interrupted: [.validating, .cancelled, .undoing], .undoing: [.undone], .undone: [],
    ]

    @Test("a state is followed by what the table says, and by nothing else")
    func transitions() {
        for state in UserTaskState.allCases {
            let found = Set(UserTaskState.allCases.filter(state.mayBecome))
            #expect(found == Self.next[state], "after \(state)")
        }
    }

    @Test("a process should be at work on queued, validating and running tasks; two states are complete")
    func kinds() {
        #expect(UserTaskState.allCases.filter(\.isActive) == [.queued, .validating, .running])
        #expect(UserTaskState.allCases.filter(\.isComplete) == [.completed, .completedWithRejects])
    }

    private func makeTask() -> UserTask {
        UserTask(
            id: "0123456789abcdef0123456789abcdef", kind: .import, recordType: "contact", requestedBy: "ada",
            file: UserTask.File(name: "a.csv", bytes: 12, sha256: "", compression: "none"),
            inputFilter: UserTask.FilterName(name: "default", version: 1), mode: "upsert", duplicates: "last",
            submittedAt: Timestamp(milliseconds: 0))
    }

    private func object(_ task: UserTask) throws -> [String: Any] {
        let json = try JSONSerialization.jsonObject(with: JSONEncoder().encode(task))
        return try #require(json as? [String: Any])
    }

    private func keys(_ value: Any?) throws -> Set<String> { Set(try #require(value as? [String: Any]).keys) }

    @Test("the JSON of a new task has every key of the contract, null where nothing is known")
    func keysOfANewTask() throws {
        let json = try object(makeTask())
        #expect(
            Set(json.keys) == [
                "id", "kind", "recordType", "state", "requestedBy", "file", "inputFilter", "mode",
                "duplicates",
                "submittedAt", "startedAt", "endedAt", "heartbeatAt", "progress", "counts", "errors",
                "warnings", "failure", "version", "parentId", "undoes", "dryRun", "atomic", "exportFormat",
                "listFilter", "changes",
            ])
        let unknown = json.filter { $0.value is NSNull }.map(\.key)
        #expect(
            Set(unknown) == [
                "startedAt", "endedAt", "heartbeatAt", "failure", "parentId", "undoes", "exportFormat",
                "listFilter", "changes",
            ])
        #expect(try keys(json["file"]) == ["name", "bytes", "sha256", "compression"])
        #expect(try keys(json["inputFilter"]) == ["name", "version"])
        #expect(try keys(json["progress"]) == ["bytesDone", "bytesTotal", "recordsPerSecond", "etaSeconds"])
        #expect((json["progress"] as? [String: Any])?["etaSeconds"] is NSNull)
        #expect(
            try keys(json["counts"]) == [
                "read", "created", "updated", "unchanged", "duplicate", "skipped", "rejected", "unprocessed",
            ])
        #expect(json["state"] as? String == "queued")
        #expect(json["submittedAt"] as? String == "1970-01-01T00:00:00.000Z")
        #expect(json["dryRun"] as? Bool == false)
        #expect(json["atomic"] as? Bool == false)
        #expect((json["errors"] as? [Any])?.isEmpty == true)
    }

    @Test("a failure, an error and a warning have all their keys, too")
    func keysOfTheParts() throws {
        var task = makeTask()
        task.failure = Failure(.failed, code: "disk_full", message: "no room")
        UserTask.count("too_few_fields", field: nil, line: 4, in: &task.errors)
        let json = try object(task)
        let failure = try #require(json["failure"] as? [String: Any])
        #expect(Set(failure.keys) == ["kind", "code", "message", "hint", "line", "column", "byteOffset"])
        #expect(
            Set(failure.filter { $0.value is NSNull }.keys) == ["hint", "line", "column", "byteOffset"])
        let error = try #require((json["errors"] as? [[String: Any]])?.first)
        #expect(Set(error.keys) == ["code", "field", "count", "firstLine", "message"])
        #expect(error["field"] is NSNull)
    }

    @Test("a task comes back from its JSON as it was")
    func roundTrip() throws {
        var task = makeTask()
        #expect(try JSONDecoder().decode(UserTask.self, from: JSONEncoder().encode(task)) == task)
        task.state = .failed
        task.startedAt = Timestamp(milliseconds: 1)
        task.endedAt = Timestamp(milliseconds: -2)
        task.heartbeatAt = Timestamp(milliseconds: 3)
        task.progress.bytesDone = 5
        task.progress.bytesTotal = .max
        task.progress.recordsPerSecond = 0.5
        task.progress.etaSeconds = 2.25
        task.counts.read = 28
        task.counts.created = 1
        task.counts.updated = 2
        task.counts.unchanged = 3
        task.counts.duplicate = 4
        task.counts.skipped = 5
        task.counts.rejected = 6
        task.counts.unprocessed = 7
        UserTask.count("email_too_long", field: "email", line: 17, in: &task.errors)
        UserTask.count("no_key", field: nil, line: 2, message: "é \"quoted\"", times: 9, in: &task.warnings)
        task.failure = Failure(
            .refused, code: "x", message: "m", hint: "h", line: 1, column: 2, byteOffset: .max)
        task.version = 12
        #expect(try JSONDecoder().decode(UserTask.self, from: JSONEncoder().encode(task)) == task)
        for state in UserTaskState.allCases {
            task.state = state
            #expect(try JSONDecoder().decode(UserTask.self, from: JSONEncoder().encode(task)).state == state)
        }
    }

    @Test("errors are counted by code and field, with the first line of each")
    func tallies() {
        var errors: [UserTask.Tally] = []
        UserTask.count("a", field: "f", line: 9, in: &errors)
        UserTask.count("a", field: nil, line: 5, in: &errors)
        UserTask.count("b", field: "f", line: 4, times: 3, in: &errors)
        UserTask.count("a", field: "f", line: 2, times: 2, in: &errors)
        UserTask.count("a", field: "f", line: 30, in: &errors)
        #expect(
            errors == [
                .init(code: "a", field: "f", count: 4, firstLine: 2),
                .init(code: "a", field: nil, count: 1, firstLine: 5),
                .init(code: "b", field: "f", count: 3, firstLine: 4),
            ])
    }

    @Test("ids are 32 hexadecimal digits, and no two are the same")
    func ids() {
        let ids = (0..<1000).map { _ in UserTask.newID() }
        #expect(Set(ids).count == 1000)
        #expect(ids.allSatisfy { $0.utf8.count == 32 && $0.allSatisfy { "0123456789abcdef".contains($0) } })
    }
}
