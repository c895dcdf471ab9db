/// Whose work an undo takes back.
package struct UndoPlan: Hashable, Sendable, Codable {
    /// The id of the task.
    package var task: String
    /// Changes taken back in one transaction; `nil` for the usual number.
    package var commitRows: Int?

    package init(task: String, commitRows: Int? = nil) {
        self.task = task
        self.commitRows = commitRows
    }
}
