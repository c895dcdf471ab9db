import Foundation
import Testing

/// All that a user can see of how an import ended: two runs that came to the same have equal ones.
struct Outcome: Equatable {
    var rows: [[String]]
    var state: String
    var counts: ShownCounts
    var errors: [ShownTally]
    var warnings: [ShownTally]
    var rejects: [UInt8]
    var rejectsInDetail: String
    var duplicates: [Int64]

    init(_ folder: Workdir, _ task: ShownTask, table: String = "contacts", key: String = "contact_number")
        throws
    {
        rows = try Database(folder).content(of: table, by: key)
        state = task.state
        counts = task.counts
        errors = task.errors
        warnings = task.warnings
        rejects = try folder.rejects(of: task.id)
        rejectsInDetail = try folder.ask("tasks", "rejects", task.id).text
        duplicates = try duplicateLines(folder, task.id)
    }

    /// What differs from another outcome, for a message: whole outcomes are too long to be shown.
    func differences(from other: Outcome) -> [String] {
        var found: [String] = []
        if rows != other.rows {
            let first = zip(rows, other.rows).first { $0 != $1 }
            found.append(
                "rows: \(rows.count) and \(other.rows.count), first difference \(String(describing: first))")
        }
        if state != other.state { found.append("state: \(state) and \(other.state)") }
        if counts != other.counts { found.append("counts: \(counts) and \(other.counts)") }
        if errors != other.errors { found.append("errors: \(errors) and \(other.errors)") }
        if warnings != other.warnings { found.append("warnings: \(warnings) and \(other.warnings)") }
        if rejects != other.rejects {
            found.append("rejects: \(rejects.count) and \(other.rejects.count) bytes")
        }
        if rejectsInDetail != other.rejectsInDetail { found.append("rejects as JSON") }
        if duplicates != other.duplicates {
            found.append("duplicates: \(duplicates) and \(other.duplicates)")
        }
        return found
    }
}
