/// How far a purge is, as one number: a resume goes on there.
struct PurgePlace: Hashable {
    /// The parts of the work, in their order.
    enum Phase: Int64 {
        /// Rows are looked for and taken away, with their links; the position is an id.
        case rows
        /// Rows that were deleted, and whose values the journal has; the position is an entry's number.
        case deleted
        /// The journal loses both; the position is an entry's number.
        case journal
        /// The rejects that name their keys; the position is a task's number and a record's.
        case rejects
        /// Outcomes that were kept; as of rejects.
        case results
        /// Records that tasks left alone; as of rejects.
        case left
        /// What tasks say of themselves; the position is a task's number.
        case tasks
    }

    var phase: Phase
    var position: Int64

    init(_ phase: Phase, _ position: Int64 = 0) {
        self.phase = phase
        self.position = position
    }

    /// Bits of a position.
    private static let positionBits: Int64 = 60

    init(point: Int64?) {
        let point = point ?? 0
        phase = Phase(rawValue: point >> Self.positionBits) ?? .tasks
        position = point & (1 << Self.positionBits - 1)
    }

    var point: Int64 { phase.rawValue << Self.positionBits | position }

    // MARK: Places within tasks

    /// Bits of a record's number in a position.
    private static let recordBits: Int64 = 36

    init(_ phase: Phase, task: Int64, record: Int64) {
        self.init(phase, task << Self.recordBits | record)
    }

    var task: Int64 { position >> Self.recordBits }
    var record: Int64 { position & (1 << Self.recordBits - 1) }
}
