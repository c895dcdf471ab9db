internal import CByteScan
internal import Records

/// The cells of one field in one batch, while they are checked and replaced.
///
/// The pointers hold for the life of a column: it makes room in the arena for all its values before the
/// first, so that nothing moves while cells point there.
struct Column {
    let plan: FieldPlan
    let storage: BatchStorage
    /// Records in the batch.
    let count: Int
    let field: UInt32
    private(set) var findings: [Finding]
    /// Records whose value was cut, ascending.
    private(set) var shortened: [UInt32] = []

    init(_ plan: FieldPlan, number field: Int, of batch: RecordBatch, findings: [Finding]) {
        self.plan = plan
        self.field = UInt32(field)
        storage = batch.storage
        count = batch.count
        self.findings = findings
    }

    mutating func found(_ problem: Problem, in record: Int) {
        findings.append(Finding(record: UInt32(record), field: field, problem: problem))
    }

    /// Notes a blank where a value has to be.
    @inline(__always)
    mutating func meetBlank(in record: Int) {
        if plan.isRequired { found(.requiredMissing, in: record) }
    }

    /// Reads each value by a rule and puts what it is stored as in its place.
    ///
    /// Spaces and tabs around a value are left out; a value of nothing else is blank. A cell with a problem
    /// stays as it is, for the message.
    mutating func read<Rule: ValueRule>(by rule: Rule) {
        var arena = ArenaEnd(of: storage, room: Rule.Value.maxArenaBytes * count)
        let cells = storage.plane(plan.plane)
        let texts = Texts(of: storage)
        for record in 0..<count {
            texts.prefetch(cells[min(record + Texts.ahead, count - 1)])
            let whole = cells[record]
            guard !whole.isBlank else {
                meetBlank(in: record)
                continue
            }
            let cell = texts.trimmed(whole)
            guard cell.length > 0 else {
                cells[record] = .blank
                meetBlank(in: record)
                continue
            }
            let text = texts[cell]
            if cell.notPlain, let problem = UTF8Check.problem(in: text.span) {
                found(problem.moved(by: cell.offset - whole.offset), in: record)
                continue
            }
            switch rule.read(text.span) {
            case .asItIs: cells[record] = cell
            case .value(let value): cells[record] = value.cell(in: &arena)
            case .problem(let problem): found(problem, in: record)
            }
        }
        arena.commit()
    }

    /// Checks texts, which keep every byte they have.
    ///
    /// A plain text of allowed length is settled by its cell alone; its bytes are not touched.
    ///
    /// - Parameter isIdentifier: whether control characters keep it out, and it is never shortened: two
    ///   identifiers cut short could become one.
    mutating func checkTexts(isIdentifier: Bool) {
        let cells = storage.plane(plan.plane)
        let texts = Texts(of: storage)
        let maxLength = plan.field.maxLength
        for record in 0..<count {
            let cell = cells[record]
            guard cell.length > 0 else {
                if !cell.isBlank { cells[record] = .blank }
                meetBlank(in: record)
                continue
            }
            if isIdentifier || cell.notPlain || cell.length > maxLength {
                texts.prefetch(cells[min(record + Texts.ahead, count - 1)])
                let text = texts[cell]
                if let problem = TextRule.problem(
                    in: text.span, isPlain: !cell.notPlain, isIdentifier: isIdentifier, maxLength: maxLength)
                {
                    guard case .tooLong = problem, plan.tooLong == .truncate, !isIdentifier else {
                        found(problem, in: record)
                        continue
                    }
                    shortened.append(UInt32(record))
                    let kept = TextRule.lengthShortened(text, to: maxLength)
                    cells[record] = cell.shortened(
                        to: kept, notPlain: !UTF8Check.isPlain(text.span.extracting(0..<kept)))
                }
            }
        }
    }
}

extension Column {
    /// Finds the masks that stand for encrypted values: such a file was written without the key.
    mutating func findMasks() {
        let cells = storage.plane(plan.plane)
        let texts = Texts(of: storage)
        let mask = Array(SealedForm.mask.utf8)
        for record in 0..<count where cells[record].isText && cells[record].length == mask.count {
            if texts[cells[record]].elementsEqual(mask) { found(.masked, in: record) }
        }
    }
}

/// The bytes that cells of a batch name, while neither source nor arena moves.
struct Texts {
    private let source: UnsafeMutablePointer<UInt8>
    private let arena: UnsafeMutablePointer<UInt8>

    init(of storage: BatchStorage) {
        source = storage.source
        arena = storage.arena
    }

    @inline(__always)
    subscript(cell: Cell) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: (cell.isArena ? arena : source) + cell.offset, count: cell.length)
    }

    /// Cells from a value to the one whose bytes are fetched meanwhile.
    static let ahead = 16

    /// Has the processor fetch a value's first bytes: those of a wide record lie where it does not look by itself.
    @inline(__always)
    func prefetch(_ cell: Cell) {
        byte_scan_prefetch((cell.isArena ? arena : source) + cell.offset)
    }

    /// The cell without the spaces and tabs at its ends.
    @inline(__always)
    func trimmed(_ cell: Cell) -> Cell {
        let text = self[cell]
        guard let first = text.first, let last = text.last, ASCII.isSpace(first) || ASCII.isSpace(last) else {
            return cell
        }
        var (start, end) = (0, text.count)
        while start < end, ASCII.isSpace(text[start]) { start += 1 }
        while end > start, ASCII.isSpace(text[end - 1]) { end -= 1 }
        return cell.part(from: start, length: end - start, notPlain: cell.notPlain)
    }
}

extension Cell {
    /// A part of a text.
    func part(from start: Int, length: Int, notPlain: Bool) -> Cell {
        isArena
            ? .arena(offset: offset + start, length: length, notPlain: notPlain)
            : .source(offset: offset + start, length: length, notPlain: notPlain)
    }

    /// The first bytes of a text.
    func shortened(to length: Int, notPlain: Bool) -> Cell {
        part(from: 0, length: length, notPlain: notPlain)
    }
}

extension Problem {
    /// The problem as seen from a text that begins earlier.
    func moved(by bytes: Int) -> Problem {
        switch self {
        case .invalidUTF8(let at): .invalidUTF8(at: at + bytes)
        case .nulByte(let at): .nulByte(at: at + bytes)
        default: self
        }
    }
}
