internal import ArgumentParser
internal import SluiceEngine

struct RecordsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "records",
        abstract:
            "See, make, change and delete single records; the notes on them, and what happened to them.",
        discussion: """
            A record is named by a value of one of its keys, tried in their order, by FIELD=VALUE or by id=N. What is \
            set passes the rules of imports. Each change is a user task that is done when it is recorded.
            """,
        subcommands: [
            RecordsShow.self, RecordsCreate.self, RecordsUpdate.self, RecordsDelete.self,
            RecordsHistory.self, RecordsNote.self, RecordsNotes.self,
        ])
}

/// Tells of a user task on one record.
enum RecordTaskText {
    /// Prints the task, or in one line what became of the record, and gives the exit code.
    static func tell(_ task: UserTask, _ global: GlobalOptions) -> Int32 {
        if global.json {
            Console.output(Console.json(task))
        } else if !global.quiet {
            let done =
                if task.counts.created > 0 {
                    "created"
                } else if task.counts.updated > 0 {
                    "updated"
                } else if task.counts.deleted ?? 0 > 0 {
                    "deleted"
                } else {
                    "unchanged"
                }
            Console.output("\(VisibleText.of(task.file.name)): \(done)")
        }
        return Exit.code(for: task)
    }
}
