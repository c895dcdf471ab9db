/// Whose work an undo takes back.
package struct UndoPlan: Hashable, Sendable, Codable {
    /// The id of the task.
    package var task: String

    package init(task: String) {
        self.task = task
    }
}
