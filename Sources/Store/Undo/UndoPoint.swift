/// How far an undo has come: it goes from a task's newest entry of the journal to its oldest, and through the ids of
/// rows that were made from the greatest to the least.
struct UndoPoint: Equatable {
    /// The number of the entry that was worked on last.
    var entry: Int64
    /// Ids, counted from the entry's first, that are still to be looked at; 0 where the entry is done.
    var idsLeft: Int64

    private static let idBits: Int64 = 32

    init(entry: Int64, idsLeft: Int64 = 0) {
        precondition(entry < 1 << (62 - Self.idBits) && idsLeft < 1 << Self.idBits)
        self.entry = entry
        self.idsLeft = idsLeft
    }

    /// Before the first entry.
    static let start = UndoPoint(entry: 1 << (62 - idBits) - 1)

    /// `nil` where nothing has been done yet.
    init(step: Int64?) {
        guard let step else {
            self = .start
            return
        }
        entry = step >> Self.idBits
        idsLeft = step & (1 << Self.idBits - 1)
    }

    /// Both in one number, as a resume point keeps it.
    var step: Int64 { entry << Self.idBits | idsLeft }
}
