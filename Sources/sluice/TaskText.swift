internal import SluiceEngine

/// A user task as people read it.
enum TaskText {
    /// Everything of one task, a line each.
    ///
    /// `tellsFailure` is false where standard error was told why it failed.
    static func whole(_ task: UserTask, tellsFailure: Bool = true) -> String {
        var lines = [
            "User task   \(task.id)",
            "State       \(state(task))",
            "Work        \(work(task).joined(separator: ", "))",
            subject(task),
            "Requested   \(task.submittedAt.text) by \(task.requestedBy)",
        ]
        if let started = task.startedAt {
            let end = task.endedAt.map {
                ", ended \($0.text) (\(Words.time(seconds(from: started, to: $0))))"
            }
            lines.append("Started     \(started.text)\(end ?? "")")
        }
        if task.state.isActive { lines.append("Progress    \(progress(task))") }
        lines.append("Records     \(Words.counts(task.counts))")
        for (title, tallies) in [("Errors", task.errors), ("Warnings", task.warnings)] {
            for (index, tally) in tallies.enumerated() {
                let label = index == 0 ? title : ""
                lines.append(label.padded(to: 12) + text(tally))
            }
        }
        if tellsFailure, let failure = task.failure {
            lines.append("Failure     \(failure.code): \(failure.message)")
            if let hint = failure.hint { lines.append("            \(hint)") }
        }
        return lines.joined(separator: "\n")
    }

    /// The file, or what a task without one is about.
    private static func subject(_ task: UserTask) -> String {
        let name = VisibleText.of(task.file.name)
        if let undoes = task.undoes { return "Takes back  user task \(undoes.prefix(12)), \(name)" }
        switch task.kind {
        case .import, .export:
            return "File        \(task.file.name), \(Words.bytes(task.file.bytes))"
                + (task.file.compression == "none" ? "" : ", \(task.file.compression)")
        case .link, .change, .delete, .undo, .purge, .rotate: return "About       \(name)"
        }
    }

    /// One line for a list.
    static func line(_ task: UserTask) -> String {
        // A file speaks for itself; what was done to records does not.
        let name = VisibleText.of(task.file.name)
        let about =
            switch task.kind {
            case .import, .export: name
            case .link, .change, .delete, .undo, .purge, .rotate: "\(task.kind.rawValue): \(name)"
            }
        return [
            String(task.id.prefix(12)), Words.moment(task.submittedAt),
            task.recordType.padded(to: 9), state(task).padded(to: 20), about.padded(to: 28),
            Words.counts(task.counts),
        ].joined(separator: "  ")
    }

    /// What is left to do with a task, as commands to copy.
    ///
    /// `database` is the path that was given with `--database`: the commands need it, too.
    static func advice(_ task: UserTask, database: String?) -> [String] {
        let rest = task.id.prefix(12) + (database.map { " --database \(Words.shellQuoted($0))" } ?? "")
        var lines: [String] = []
        func add(_ label: String, _ command: String) {
            lines.append(label.padded(to: 12) + "sluice tasks \(command) \(rest)")
        }
        let leftSome = task.kind.leavesRows && !task.errors.isEmpty
        if task.counts.rejected > 0 || leftSome { add("Rejects", "rejects") }
        if task.warnings.contains(where: { $0.code == "duplicate_in_file" }) {
            add("Duplicates", "duplicates")
        }
        let isResumable = [.interrupted, .cancelled, .failed].contains(task.state)
        let isGone = task.kind == .export && task.file.name == "standard output"
        if isResumable, task.failure?.kind != .refused, !isGone { add("Go on", "resume") }
        return lines
    }

    /// What is done, and how.
    private static func work(_ task: UserTask) -> [String] {
        var parts = [[task.kind.rawValue, task.recordType].filter { !$0.isEmpty }.joined(separator: " ")]
        if let mode = task.mode { parts.append("mode \(mode)") }
        if let duplicates = task.duplicates { parts.append("duplicates \(duplicates)") }
        if let filter = task.inputFilter { parts.append("input filter \(filter.name)") }
        if let format = task.exportFormat { parts.append("format \(format.name)") }
        if let changes = task.changes {
            parts.append("set " + VisibleText.of(changes.joined(separator: ", ")))
        }
        if let listFilter = task.listFilter { parts.append("where \(listFilter)") }
        if task.isAtomic { parts.append("atomic") }
        if task.isDryRun { parts.append(dryRun(task)) }
        return parts
    }

    private static func dryRun(_ task: UserTask) -> String {
        task.state.isActive ? "dry run: nothing is written" : "dry run: nothing was written"
    }

    /// How far a task is, such as `62 % · 412,000 records/s · 4 s left`.
    static func progress(_ task: UserTask) -> String {
        let progress = task.progress
        var parts: [String] = []
        if progress.bytesTotal > 0 {
            parts.append("\(Int(Double(progress.bytesDone) / Double(progress.bytesTotal) * 100)) %")
        }
        if progress.recordsPerSecond > 0 {
            parts.append("\(Words.count(UInt64(progress.recordsPerSecond))) records/s")
        }
        if let eta = progress.etaSeconds { parts.append("\(Words.time(eta)) left") }
        return parts.joined(separator: " · ")
    }

    static func text(_ tally: UserTask.Tally) -> String {
        let field = tally.field.map { " (\($0))" } ?? ""
        let message = tally.message.map { ": \($0)" } ?? ""
        // What an export tells of has no line.
        let place = tally.firstLine > 0 ? ", first on line \(tally.firstLine)" : ""
        return "\(tally.code)\(field) × \(Words.count(tally.count))\(place)\(message)"
    }

    private static func state(_ task: UserTask) -> String {
        switch task.state {
        case .failed where task.failure?.kind == .refused: "failed (refused)"
        default: task.state.words
        }
    }

    private static func seconds(from start: Timestamp, to end: Timestamp) -> Double {
        Double(end.milliseconds - start.milliseconds) / 1000
    }
}

extension String {
    func padded(to width: Int) -> String {
        count >= width ? self : self + String(repeating: " ", count: width - count)
    }
}
