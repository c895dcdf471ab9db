extension BatchStorage {
    /// The cell of a field's value: an escaped text with each doubled quote made one, in the arena; any other
    /// as it is.
    ///
    /// `quote` is the byte that is doubled. The source bytes stay as they are, for the reject file.
    package func unescaped(_ cell: Cell, quote: UInt8) -> Cell {
        guard cell.isEscaped else { return cell }
        // Room first: it may move the arena, and with it the text.
        let room = reserveArena(cell.length)
        let text = text(cell)
        var written = 0
        var index = 0
        while index < text.count {
            let byte = text[index]
            room[written] = byte
            written += 1
            index += byte == quote && index + 1 < text.count && text[index + 1] == quote ? 2 : 1
        }
        return commitArena(written, notPlain: cell.notPlain)
    }
}
