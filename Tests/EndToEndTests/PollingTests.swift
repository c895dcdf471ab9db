import Foundation
import Testing

@Suite("Polling")
struct PollingTests {
    @Test("While imports write, each of 50 polls is answered, and its counts add up")
    func pollsAreAnswered() throws {
        let folder = try Workdir()
        try folder.write("in.csv", Given.bytes(Given.contacts))
        var polls = 0
        var halfway = 0
        var imports = 0
        while polls < 50, imports < 100 {
            imports += 1
            let program = try folder.startImport(
                "contacts", "in.csv", "--filter", "livevox-contacts", "--commit-every", "50")
            let watch = try CommitWatch(folder)
            while program.poll() == nil, try watch.processed() ?? 0 == 0 { usleep(500) }
            let id = try folder.newestTask().id
            var before: ShownTask?
            while program.poll() == nil {
                let run = try folder.ask("tasks", "show", id)
                #expect(run.exitCode == 0, "\(run.text)")
                let task = try run.task()
                #expect(task.counts.reconcile)
                #expect(task.counts.processed >= before?.counts.processed ?? 0)
                #expect(task.version >= before?.version ?? 0)
                #expect(task.progress.bytesDone <= task.progress.bytesTotal)
                // Between its last word and its end, the process may be gone already.
                #expect(["validating", "running", "completedWithRejects"].contains(task.state))
                if task.counts.processed > 0, task.counts.unprocessed > 0 { halfway += 1 }
                before = task
                polls += 1
            }
            #expect(program.wait().exitCode == 3)
        }
        #expect(polls >= 50)
        #expect(halfway > polls / 4)
    }

    @Test("tasks watch follows an import of another process to its end, and exits as it does")
    func watch() throws {
        let folder = try Workdir()
        try folder.write("in.csv", Given.bytes(Given.contacts))
        let program = try folder.startImport(
            "contacts", "in.csv", "--filter", "livevox-contacts", "--commit-every", "50")
        let watch = try CommitWatch(folder)
        while program.poll() == nil, try watch.processed() ?? 0 == 0 { usleep(500) }
        let watched = try folder.ask("tasks", "watch", folder.newestTask().id)
        let run = program.wait()
        #expect(watched.exitCode == 3)
        #expect(try watched.task() == run.task())
    }
}
