internal import Glibc

/// When what is committed goes from the WAL into the database: what is known of the WAL's length, and what follows.
struct CheckpointSchedule {
    /// Bytes of the WAL that are worth a checkpoint.
    ///
    /// With the transactions of an import that is most of them.
    let worthBytes: Int
    /// WAL length at which no transaction begins before all of it is in the database, so that it is begun anew.
    let fullBytes: Int
    /// The WAL's length after the last commit, as SQLite tells it.
    var walPages = 0
    private(set) var longestBytes = 0
    /// Pages of the WAL, from its first, that are in the database.
    private var checkpointedPages = 0
    private var isDue = false

    init(worthBytes: Int) {
        self.worthBytes = worthBytes
        fullBytes = 3 * worthBytes
    }

    static let standard = CheckpointSchedule(worthBytes: wanted ?? 64 << 20)

    /// For tests, which have kills and power cuts fall among checkpoints of small files.
    private static let wanted = getenv("SLUICE_CHECKPOINT_BYTES").flatMap { Int(String(cString: $0)) }

    /// A transaction has begun.
    ///
    /// - Returns: whether it is to have a checkpoint beside it.
    mutating func begin() -> Bool {
        // SQLite begins the WAL anew where all of it is in the database.
        if checkpointedPages == walPages { checkpointedPages = 0 }
        defer { isDue = false }
        return isDue
    }

    /// A transaction is committed, and ``walPages`` is as it is now.
    ///
    /// - Returns: whether a checkpoint is to be made before the next one.
    mutating func commit() -> Bool {
        let bytes = walPages * Connection.pageBytes
        longestBytes = max(longestBytes, bytes)
        isDue = (walPages - checkpointedPages) * Connection.pageBytes >= worthBytes
        return isDue && bytes >= fullBytes
    }

    /// So many pages of the WAL, from its first, are in the database.
    mutating func checkpoint(_ pages: Int) {
        checkpointedPages = pages
        isDue = false
    }
}
