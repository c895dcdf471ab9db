internal import Records

/// Watches over a file of pairs whose columns may be the wrong way round.
///
/// Ids of both sides may look alike, so no order is guessed. But where most lines name nothing as they stand and two
/// records with the columns exchanged, the file is refused: before anything of it is committed.
struct SideCheck {
    private let linked: LinkedTypes
    /// Whether something was committed, and it is too late to refuse the file.
    var isOver: Bool
    private var lines = 0
    private var fittingExchanged = 0

    init(_ linked: LinkedTypes, isOver: Bool) {
        self.linked = linked
        self.isOver = isOver
    }

    /// `fittingExchanged`: lines of which a side is not there as they stand, and both are with the sides exchanged.
    mutating func add(lines: Int, fittingExchanged: Int) {
        self.lines += lines
        self.fittingExchanged += fittingExchanged
    }

    /// `sides_swapped`, where more than half of the lines fit with the sides exchanged alone.
    var refusal: Failure? {
        guard !isOver, fittingExchanged * 2 > lines else { return nil }
        let (first, second) = (linked.link.first.role, linked.link.second.role)
        return Failure(
            .refused, code: "sides_swapped",
            message: "the sides seem to be swapped: \(fittingExchanged) of \(lines) lines do not name "
                + "two records that are there, but would with \(first) and \(second) exchanged",
            hint:
                "If the \(second) stands before the \(first): --first \(second); in a file with a header, or "
                + "with an input filter, correct the names of the columns.")
    }
}
