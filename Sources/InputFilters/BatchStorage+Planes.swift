internal import CByteScan
import Records

/// Work on whole columns of cells: the mapper's tight loops.
extension BatchStorage {
    /// Makes the cells of some records blank in a range of planes.
    func blank(_ records: [Int], planes: Range<Int>) {
        guard !records.isEmpty else { return }
        for index in planes {
            let cells = plane(index)
            for record in records { cells[record] = .blank }
        }
    }

    /// Undoes doubled quotes, or backslashes, in the cells that have some.
    func unescapePlane(_ index: Int, count: Int, _ dialect: Dialect) {
        let cells = plane(index)
        guard Self.hasEscaped(cells, count: count) else { return }
        let quote = dialect.quote
        switch dialect.escape {
        case .doubled:
            for record in 0..<count where cells[record].isEscaped {
                cells[record] = unescapedQuotes(cells[record], quote: quote ?? 0)
            }
        case .backslash:
            for record in 0..<count where cells[record].isEscaped {
                cells[record] = unescapedBackslashes(cells[record], quote: quote)
            }
        }
    }

    /// Takes the mark off texts that would else be run as formulas: see ``FormulaGuard``.
    ///
    /// Escapes have been undone.
    func unguardPlane(_ index: Int, count: Int) {
        let cells = plane(index)
        for record in 0..<count {
            let cell = cells[record]
            guard cell.isText, FormulaGuard.isMarked(text(cell)) else { continue }
            let (offset, length) = (cell.offset + 1, cell.length - 1)
            cells[record] =
                cell.isArena
                ? .arena(offset: offset, length: length, notPlain: cell.notPlain)
                : .source(offset: offset, length: length, notPlain: cell.notPlain)
        }
    }

    /// Whether any cell is escaped: one pass without a branch, as most columns have none.
    ///
    /// Cells of the parser are texts or blank: an integer's bits would mean something else.
    private static func hasEscaped(_ cells: UnsafeMutablePointer<Cell>, count: Int) -> Bool {
        var bits: UInt64 = 0
        for record in 0..<count { bits |= cells[record].bits }
        return Cell(bits: bits).isEscaped
    }

    /// Transforms every text of a plane; a text of spaces alone becomes blank.
    func transformPlane(_ index: Int, count: Int, _ transform: TextTransform) {
        guard !transform.isIdentity else { return }
        let cells = plane(index)
        let ahead = 16
        for record in 0..<count {
            // The bytes of a wide record lie where the processor does not look by itself.
            byte_scan_prefetch(source + cells[min(record + ahead, count - 1)].offset)
            let cell = cells[record]
            if cell.isText { cells[record] = transformed(cell, transform) }
        }
    }

    /// Takes one part of every text of a plane.
    func splitPlane(_ index: Int, count: Int, _ split: TextSplit) {
        let cells = plane(index)
        for record in 0..<count {
            let cell = cells[record]
            guard cell.isText else { continue }
            let part = split.range(in: text(cell), notPlain: cell.notPlain)
            cells[record] = part.map { trimmed(cell.part($0)) } ?? .blank
        }
    }

    /// The cell of a range of the source bytes, without the spaces at its ends.
    func trimmedSource(_ range: Range<Int>, notPlain: Bool) -> Cell {
        let text = UnsafeBufferPointer(start: source + range.lowerBound, count: range.count)
        let kept = TextTrim.range(of: text, notPlain: notPlain)
        guard !kept.isEmpty else { return .blank }
        return .source(offset: range.lowerBound + kept.lowerBound, length: kept.count, notPlain: notPlain)
    }

    /// Puts the values of several planes into one, each transformed, with a text between.
    func joinPlanes(
        _ parts: [Int], into target: Int, count: Int, separator: [UInt8], transform: TextTransform
    ) {
        let separatorNotPlain = Self.isNotPlain(separator)
        var values: [Cell] = []
        values.reserveCapacity(parts.count)
        for record in 0..<count {
            values.removeAll(keepingCapacity: true)
            for part in parts {
                let cell = plane(part)[record]
                guard cell.isText else { continue }
                let value = transformed(cell, transform)
                if value.length > 0 { values.append(value) }
            }
            let joined =
                values.count < 2 ? values.first ?? .blank : join(values, separator, separatorNotPlain)
            plane(target)[record] = joined
        }
    }

    private func join(_ values: [Cell], _ separator: [UInt8], _ separatorNotPlain: Bool) -> Cell {
        var length = separator.count * (values.count - 1)
        for value in values { length += value.length }
        // Each column is joined once, so this is no longer than its record and the separators.
        precondition(length <= Cell.maxTextBytes, "a join of more bytes than a cell can hold")
        var room = reserveArena(length)
        var notPlain = separatorNotPlain
        for (index, value) in values.enumerated() {
            if index > 0 {
                for byte in separator {
                    room.pointee = byte
                    room += 1
                }
            }
            // After the room was made: that may have moved the arena.
            let text = text(value)
            if let base = text.baseAddress { room.update(from: base, count: text.count) }
            room += text.count
            notPlain = notPlain || value.notPlain
        }
        return commitArena(length, notPlain: notPlain)
    }

    /// One text cell transformed; its escapes are undone already.
    @inline(__always)
    private func transformed(_ cell: Cell, _ transform: TextTransform) -> Cell {
        var cell = cell
        if transform.trims { cell = trimmed(cell) }
        if let letterCase = transform.letterCase { cell = recased(cell, letterCase) }
        return cell
    }

    /// The text of a cell without the spaces at its ends.
    func trimmedText(_ cell: Cell) -> UnsafeBufferPointer<UInt8> {
        let text = text(cell)
        return UnsafeBufferPointer(rebasing: text[TextTrim.range(of: text, notPlain: cell.notPlain)])
    }

    @inline(__always)
    private func trimmed(_ cell: Cell) -> Cell {
        let text = text(cell)
        // Plain and without a space at either end, as most are.
        if !cell.notPlain, let first = text.first, let last = text.last, first > 0x20, last > 0x20 {
            return cell
        }
        return trimmedStepwise(cell)
    }

    private func trimmedStepwise(_ cell: Cell) -> Cell {
        let range = TextTrim.range(of: text(cell), notPlain: cell.notPlain)
        if range.isEmpty { return .blank }
        return range.count == cell.length ? cell : cell.part(range)
    }

    private func recased(_ cell: Cell, _ letterCase: TextTransform.LetterCase) -> Cell {
        if cell.notPlain {
            guard let changed = TextCase.changed(text(cell), to: letterCase) else { return cell }
            return keepText(changed)
        }
        let room = reserveArena(cell.length)
        // Where nothing changed the room is not kept, and the cell goes on as it is.
        guard TextCase.copyASCII(text(cell), to: room, letterCase) else { return cell }
        return commitArena(cell.length, notPlain: false)
    }

    /// Copies a text into the arena and gives its cell; blank for an empty one.
    func keepText(_ bytes: [UInt8]) -> Cell {
        guard !bytes.isEmpty else { return .blank }
        precondition(bytes.count <= Cell.maxTextBytes, "a text of more bytes than a cell can hold")
        return keep(bytes, notPlain: Self.isNotPlain(bytes))
    }

    private static func isNotPlain(_ bytes: [UInt8]) -> Bool {
        bytes.contains { $0 == 0 || $0 > 127 }
    }
}

extension Cell {
    /// A part of a text, not empty.
    fileprivate func part(_ range: Range<Int>) -> Cell {
        let start = offset + range.lowerBound
        return isArena
            ? .arena(offset: start, length: range.count, notPlain: notPlain)
            : .source(offset: start, length: range.count, notPlain: notPlain, escaped: isEscaped)
    }
}
