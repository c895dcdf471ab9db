/// What a page of the journal says became of its rows.
enum JournalKind: Int64, CaseIterable {
    /// Rows were made: every row whose id lies in the page's range, and that is no older than the page.
    case created = 0
    /// Values were changed: the page keeps what they were.
    case updated = 1
    /// Rows were taken away: the page keeps all their values.
    case deleted = 2
    /// Pairs were linked.
    case linked = 3
    /// Pairs were linked no more.
    case unlinked = 4
    /// Values were changed by a task that keeps none of what they were.
    case touched = 5
}
