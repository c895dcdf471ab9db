/// Whether the first record names the columns.
///
/// Names that are known speak for it; so does a first cell that is unlike the typed values below it. A first
/// record of e-mails, dates or numbers, or with values that come again below, speaks against it.
struct HeaderGuess {
    let hasHeader: Bool
    /// Whether much speaks for it.
    let isSure: Bool

    /// `first` is the record in question, `below` has the columns of those after it.
    init(first: [[UInt8]], below: [ColumnSample], isKnownName: (String) -> Bool) {
        var score = 0.0
        for (column, cell) in first.enumerated() {
            let value = ColumnSample.trimmed(cell)
            let text = String(decoding: value, as: UTF8.self)
            guard !value.isEmpty else {
                score -= 0.2
                continue
            }
            if isKnownName(text) { score += 2 }
            let kind = Kind(value)
            if kind != .text { score -= 1.5 }
            guard column < below.count, !below[column].isBlank else { continue }
            let others = below[column]
            if kind == .text {
                let typed = others.share { Kind($0) != .text }
                if typed > 0.8 { score += 1 }
                // The name of a column is seldom a value of it.
                if others.times[value] != nil { score -= 1 }
            }
        }
        let names = first.map(ColumnSample.trimmed)
        if Set(names).count < names.count { score -= 0.5 }
        // Where nothing speaks either way a table has a header, and one record alone is its header.
        hasHeader = score > -0.3
        isSure = abs(score) >= 2
    }

    private enum Kind {
        case text, number, date, email, phone, link

        init(_ value: [UInt8]) {
            if ValueShape.isEmail(value) {
                self = .email
            } else if ValueShape.isDateLike(value) {
                self = .date
            } else if ValueShape.isNumber(value) {
                self = .number
            } else if ValueShape.isPhone(value) {
                self = .phone
            } else {
                self = ValueShape.isLink(value) ? .link : .text
            }
        }
    }
}
