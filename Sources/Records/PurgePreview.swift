/// What a purge would take away.
package struct PurgePreview: Hashable, Sendable {
    /// One of the records.
    package struct Record: Hashable, Sendable {
        package var id: Int64
        /// The values of its first whole key.
        package var key: String
        /// The day from which its days count, as `yyyy-MM-dd`.
        package var since: String
        package var days: Int64

        package init(id: Int64, key: String, since: String, days: Int64) {
            self.id = id
            self.key = key
            self.since = since
            self.days = days
        }
    }

    package var count: UInt64 = 0
    /// The first of them, in the order of their ids.
    package var records: [Record] = []

    package init() {}
}
