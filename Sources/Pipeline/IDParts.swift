internal import Records

/// Ranges of ids, one behind the other, that several lanes read at once: of about as many rows as a batch takes.
///
/// A part's width is told by what those before it had; where the parts begin makes no difference to what is read.
package final class IDParts: Sendable {
    private struct State {
        var parts: [ClosedRange<Int64>] = []
        /// Ids of the next part.
        var width: Int64
    }

    private let ids: ClosedRange<Int64>
    private let rowsPerPart: Int
    private let state: Lock<State>

    /// How many times as wide as the part before it a part is at most.
    private static let growth: Int64 = 8

    /// The first part has as many ids as a part is to have rows: it cannot have more.
    package init(_ ids: ClosedRange<Int64>, rowsPerPart: Int) {
        precondition(rowsPerPart > 0)
        self.ids = ids
        self.rowsPerPart = rowsPerPart
        state = Lock(State(width: Int64(rowsPerPart)))
    }

    /// The part of a number, from 0; `nil` behind the last.
    package func part(_ number: Int) -> ClosedRange<Int64>? {
        state.withLock { state in
            while state.parts.count <= number {
                let last = state.parts.last?.upperBound
                guard last != ids.upperBound else { return nil }
                let first = last.map { $0 + 1 } ?? ids.lowerBound
                let (end, overflows) = first.addingReportingOverflow(state.width - 1)
                state.parts.append(first...(overflows ? ids.upperBound : min(end, ids.upperBound)))
            }
            return state.parts[number]
        }
    }

    /// Takes note of how many rows a part had.
    package func note(rows: Int, in part: ClosedRange<Int64>) {
        state.withLock { state in
            let (width, overflows) = part.upperBound.subtractingReportingOverflow(part.lowerBound)
            let wanted = (overflows ? 0x1p63 : Double(width) + 1) * Double(rowsPerPart) / Double(max(1, rows))
            let most = Double(state.width) * Double(Self.growth)
            state.width = Int64(max(1, min(wanted, most, Double(1 << 60))))
        }
    }
}
