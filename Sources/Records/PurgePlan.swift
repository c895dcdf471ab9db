/// Everything that decides what a purge takes away, fixed when it is submitted and kept for a resume.
package struct PurgePlan: Hashable, Sendable, Codable {
    package var recordType: String
    /// Records whose days of retention were over by then.
    package var at: Timestamp
    /// Most records that are meant: those that were told to whoever said yes; `nil` for any number.
    package var mostRecords: UInt64?

    package init(recordType: String, at: Timestamp) {
        self.recordType = recordType
        self.at = at
    }
}
