extension BatchStorage {
    /// The cell of a field's value: an escaped text as it was meant, in the arena; any other as it is.
    ///
    /// The source bytes stay as they are, for the reject file.
    package func unescaped(_ cell: Cell, _ dialect: Dialect) -> Cell {
        switch dialect.escape {
        case .doubled: unescapedQuotes(cell, quote: dialect.quote ?? 0)
        case .backslash: unescapedBackslashes(cell, quote: dialect.quote)
        }
    }

    /// The same where `quote` is doubled, and nothing else is escaped.
    package func unescapedQuotes(_ cell: Cell, quote: UInt8) -> Cell {
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

    /// The same where backslashes escape; within quotes, `quote` may be doubled as well.
    package func unescapedBackslashes(_ cell: Cell, quote: UInt8?) -> Cell {
        guard cell.isEscaped else { return cell }
        let room = reserveArena(cell.length)
        let text = text(cell)
        // What precedes a field outside of quotes is a delimiter, a line end or nothing: never the quote.
        let isQuoted = quote != nil && cell.offset > 0 && source[cell.offset - 1] == quote
        if !isQuoted && EscapedByte.isNoValue(text) { return .blank }
        var written = 0
        var index = 0
        var hasNUL = false
        while index < text.count {
            var byte = text[index]
            let isPair = index + 1 < text.count
            if byte == EscapedByte.backslash && isPair {
                byte = EscapedByte.meaning(of: text[index + 1])
                hasNUL = hasNUL || byte == 0
                index += 2
            } else {
                index += isQuoted && byte == quote && isPair && text[index + 1] == quote ? 2 : 1
            }
            room[written] = byte
            written += 1
        }
        return commitArena(written, notPlain: cell.notPlain || hasNUL)
    }
}
