internal import Records

/// What a bulk write decides about a record whose key is in the table already: the rules of modes, duplicates
/// and unchanged rows, asked by SQLite through ``MergeFunctions`` for the record under the feed's cursor.
///
/// One writing lane owns it; nothing here is shared.
final class MergeContext {
    /// A unique constraint of which at least one field is mapped.
    struct Constraint {
        var fields: [Field]
        /// Feed columns of the fields that are mapped.
        var columns: [Int]
        /// Whether records are matched by it, all its fields being mapped; else its clash is a reject.
        var isMatch: Bool

        /// Whether every field is mapped: a new row clashes only then, since a blank is equal to nothing.
        var isWhole: Bool { columns.count == fields.count }
    }

    let state: UnsafeMutablePointer<FeedState>
    let mode: ImportMode
    let duplicates: DuplicatePolicy
    let constraints: [Constraint]
    /// By feed column: a blank cell leaves the stored value alone.
    let keepsBlank: [Bool]

    /// Rows with a greater id were made by this file in this run; which of the others the file has had is in
    /// ``seen``.
    private let lastOldID: Int64
    private let seen: RowSet
    /// Rows that others have made since, and those of them that the file has met.
    private var foreign: [ClosedRange<Int64>] = []
    private var foreignSeen: Set<Int64> = []
    /// Rows up to this were there before the task began, resumed or not.
    private let lastForeignID: Int64
    /// Records rejected for a value that is another row's: record and constraint.
    private(set) var taken: [(record: Int, constraint: Int)] = []
    /// Makes values for new rows; empty where none are made.
    var generators: [ValueGenerator] = []
    /// The fields of a record that is no draft.
    private let required: [Field]
    /// Records rejected for what a draft would lack that they complete.
    private(set) var incomplete: [(record: Int, missing: [Field])] = []
    /// Rows whose values quick search may have to look at anew; none where nobody needs to know.
    var searchChanges: SearchChanges?
    /// Where encrypted fields are fed, what knows their values.
    var sealed: SealedWrite?
    private var metRow: Int64 = 0
    /// What changed rows held before; none where nobody keeps it.
    var before: JournalBuffer?
    /// Rows with a greater id were made by the open transaction: what they held before is nothing.
    var lastCommittedID: Int64 = 0
    /// Encrypted fields of the row that the record under the cursor met whose hashes were noted.
    private var sealedNoted: [Int] = []
    /// Whether the row that the record under the cursor met has been noted.
    private var isNoted = false
    private var noted: (batch: JournalBuffer.Mark, record: JournalBuffer.Mark)?
    /// Whether ``takeBack(toBatch:)`` may be called.
    var canTakeBack = false
    /// Rows that the file had not met before the last begin.
    private var firstMet: [Int64] = []
    private var takenBefore = 0
    private var incompleteBefore = 0
    /// Mode `update`: the first record found since ``beginLookups()`` that may give its row another key.
    private(set) var firstMover: UInt32?

    init(
        state: UnsafeMutablePointer<FeedState>, plan: WritePlan, lastOldID: Int64, lastForeignID: Int64
    ) {
        self.state = state
        mode = plan.mode
        duplicates = plan.duplicates
        constraints = plan.constraints
        keepsBlank = plan.fields.indices.map(plan.keepsBlank)
        required = plan.completion?.required ?? []
        self.lastOldID = lastOldID
        self.lastForeignID = lastForeignID
        seen = RowSet(greatestID: lastOldID)
    }

    func beginBatch() {
        noted = before.map { ($0.mark, $0.mark) }
        taken.removeAll(keepingCapacity: true)
        incomplete.removeAll(keepingCapacity: true)
        firstMet.removeAll(keepingCapacity: true)
    }

    /// Records from here on may be taken back without those before.
    func beginRecord() {
        firstMet.removeAll(keepingCapacity: true)
        if let before { noted?.record = before.mark }
        takenBefore = taken.count
        incompleteBefore = incomplete.count
    }

    /// Forgets the records since the last begin, whose rows were rolled back.
    func takeBack(toBatch: Bool) {
        for id in firstMet { forget(id) }
        firstMet.removeAll(keepingCapacity: true)
        taken.removeSubrange((toBatch ? 0 : takenBefore)...)
        incomplete.removeSubrange((toBatch ? 0 : incompleteBefore)...)
        if let before, let noted { before.takeBack(to: toBatch ? noted.batch : noted.record) }
    }

    // MARK: Whose rows they are

    /// Notes that others made these rows while this runs, between two transactions.
    func noteForeign(_ ids: ClosedRange<Int64>) { foreign.append(ids) }

    private func isForeign(_ id: Int64) -> Bool { id <= lastForeignID || isNewForeign(id) }

    private func isNewForeign(_ id: Int64) -> Bool {
        id > lastOldID && foreign.contains { $0.contains(id) }
    }

    /// Notes that the file has this row, and says whether it had it before: what no others made the file did.
    private func meet(_ id: Int64) -> Bool {
        if id <= lastOldID { return seen.insert(id) }
        return isNewForeign(id) ? !foreignSeen.insert(id).inserted : true
    }

    private func forget(_ id: Int64) {
        if id <= lastOldID { seen.remove(id) } else { foreignSeen.remove(id) }
    }

    // MARK: Rules

    /// The constraint by which a record of the batch finds its row: the first match it has all of.
    func match(of record: UInt32) -> Int? {
        constraints.firstIndex { constraint in
            constraint.isMatch
                && constraint.columns.allSatisfy { !state.pointee.planes[$0][Int(record)].isBlank }
        }
    }

    private func settle(_ outcome: Outcome) {
        state.pointee.outcomes[state.pointee.record] = outcome
    }

    /// Whether the record under the cursor, which met row `id` through `constraint`, may change that row.
    func mayMerge(constraint: Int, id: Int64) -> Bool {
        state.pointee.noteRow(id)
        metRow = id
        isNoted = false
        if sealed != nil { sealedNoted.removeAll(keepingCapacity: true) }
        guard constraints[constraint].isMatch,
            match(of: state.pointee.order[state.pointee.position]) == constraint
        else {
            return reject(takenBy: constraint)
        }
        guard !isMadeByThisFile(id, constraint) else { return reject(takenBy: constraint) }
        let isRepeat = meet(id)
        if canTakeBack, !isRepeat { firstMet.append(id) }
        if isRepeat {
            switch duplicates {
            case .first:
                settle(.duplicate)
                return false
            case .reject:
                settle(.rejectedAsDuplicate)
                return false
            case .last:
                settle(.duplicate)
                // In mode create, a row that was there before the file stays as it was.
                return !(mode == .create && isForeign(id))
            }
        }
        if mode == .create {
            settle(.skipped)
            return false
        }
        settle(.unchanged)
        return true
    }

    /// Whether the row has the value of `constraint` from us, who made it for an earlier record of the file: that the
    /// record under the cursor brings the same is chance, and it is another one.
    private func isMadeByThisFile(_ id: Int64, _ constraint: Int) -> Bool {
        guard !isForeign(id), let prefix = constraints[constraint].fields[0].generatedPrefix,
            constraints[constraint].fields.count == 1
        else { return false }
        let cell = state.pointee.cell(constraints[constraint].columns[0])
        let text = UnsafeBufferPointer(start: state.pointee.text(cell), count: cell.length)
        return GeneratedValue.isText(text, prefix: prefix, number: id)
    }

    /// Whether the unique value the record brings is nobody's, or row `id`'s own.
    func mayTake(constraint: Int, owner: Int64?, id: Int64) -> Bool {
        guard let owner, owner != id else { return true }
        // A rejected record is no earlier record: the next one for this row is not its duplicate.
        if state.pointee.outcomes[state.pointee.record] != .duplicate { forget(id) }
        return reject(takenBy: constraint)
    }

    /// Notes that row `id` would be no draft any more and lack what `isBlank` says of the required fields.
    func rejectIncomplete(id: Int64, isBlank: (Int) -> Bool) {
        if state.pointee.outcomes[state.pointee.record] != .duplicate { forget(id) }
        settle(.rejectedAsIncomplete)
        incomplete.append((state.pointee.record, required.indices.filter(isBlank).map { required[$0] }))
    }

    private func reject(takenBy constraint: Int) -> Bool {
        settle(.rejectedAsTaken)
        taken.append((state.pointee.record, constraint))
        return false
    }

    /// Notes that the row differs from the record: it will be written.
    func willChange() {
        searchChanges?.note(metRow)
        let record = state.pointee.record
        if state.pointee.outcomes[record] == .unchanged { state.pointee.outcomes[record] = .updated }
    }

    /// Whether what the row holds in fields that the record changes is to be noted.
    var wantsBefore: Bool { before != nil && metRow <= lastCommittedID }

    /// Notes what a field of the row held that the record changes.
    func noteBefore(_ column: Int, _ value: OpaquePointer?) {
        guard let before else { return }
        if !isNoted { before.begin(metRow) }
        isNoted = true
        guard before.kind == .updated else { return }
        before.add(column: column, value)
        if let field = sealed?.field(ofColumn: column) { sealedNoted.append(field) }
    }

    /// Notes a sealed value of the row, where its hash was noted.
    func noteSealedBefore(_ field: Int, _ value: OpaquePointer?) {
        guard let at = sealedNoted.firstIndex(of: field) else { return }
        sealedNoted.remove(at: at)
        before?.add(column: keepsBlank.count + field, value)
    }

    /// Notes that the file has had this row: for what lies before a resume point.
    func markSeen(_ id: Int64) {
        if id <= lastOldID { _ = seen.insert(id) }
    }

    /// Mode `update`: records are looked up anew.
    func beginLookups() {
        firstMover = nil
    }

    /// Mode `update`: the record under the cursor has its row, and may give it another key.
    func markFound(moves: Bool) {
        settle(.created)  // a placeholder until the row is met
        guard moves else { return }
        let record = state.pointee.order[state.pointee.position]
        firstMover = min(firstMover ?? record, record)
    }

    /// Mode `update`: the file has had this absent key before.
    func markRepeatedAbsence() {
        settle(duplicates == .reject ? .rejectedAsDuplicate : .duplicate)
    }
}
